/** A lane: one run as all views see it, with the steps on its requests' paths told from those beside them. */
import type { Operation, Parameter, ParameterId, Run, Standing, Step } from '#engine/index.ts';
import { guestOf } from '../language/domains.ts';
import { requestWord } from '../language/words.ts';
import type { Column } from './columns.ts';

/** A run without what its steps are made of: views read steps, and a page need not work them out. */
export type LaneRun = Omit<Run, 'trace' | 'paths'>;

export interface VcpuEvent {
  readonly at: number;
  readonly until: number;
  readonly running: boolean;
}

export interface RequestDone {
  readonly request: number;
  readonly at: number;
}

/** What the card of a step says of a price. */
export type Price = Pick<Parameter, 'title' | 'standing' | 'source'>;

export interface Lane {
  readonly run: LaneRun;
  /** What its steps are charged with. */
  readonly prices: Readonly<Partial<Record<ParameterId, Price>>>;
  /** The guest's processor, as it stops and goes on. */
  readonly vcpu: readonly VcpuEvent[];
  /** When each request was done, in the order in which they were. */
  readonly done: readonly RequestDone[];
  /** Every step of the run, in order of time. */
  readonly steps: readonly Step[];
  /**
   * The paths of the requests, one after the other. What several share, such as a completion, stands once: with the
   * request that it belongs to, or else with the first.
   */
  readonly path: readonly Step[];
  /** For each step of `path` the column that it stands in, and with it the request on whose path it lies. */
  readonly places: readonly Column[];
  /** Steps that happen beside a request, such as a processor that resumes meanwhile. */
  readonly beside: readonly Step[];
  /** How sure its latency is: the standing of the weakest price on its path. */
  readonly standing: Standing | undefined;
}

export const operationOf = (lane: Lane): Operation =>
  lane.run.scenario.subject.vms[0].load.operation;

/** What a request of these lanes is called: they all do the same. */
export const requestWordOf = ([lane]: readonly Lane[]): string =>
  lane === undefined ? 'request' : requestWord(operationOf(lane));

const byWeakness: readonly Standing[] = ['illustrative', 'derived', 'documented', 'measured'];

/** How sure a sum is: as sure as its weakest part; undefined without parts. */
export const weakestOf = (parts: readonly (Standing | undefined)[]): Standing | undefined =>
  byWeakness.find((standing) => parts.includes(standing));

/** Whether a step is the guest's own. */
export const isGuest = (lane: Lane, step: Step): boolean =>
  step.domain === guestOf(lane.run.world)?.id;

/** Whether two neighbours on a lane's path lie on the path of one request. */
export const isSameRequest = ({ places }: Lane, a: number, b: number): boolean =>
  places[a] !== undefined && places[a].request === places[b]?.request;

/**
 * For each step of a lane's path: 1 to n at the guest's accesses of one request, EOI at its ends of interrupt, else
 * "".
 */
export function accessMarks(lane: Lane): string[] {
  const counts = new Map<number, number>();
  return lane.path.map((step, index) => {
    const { request } = lane.places[index] ?? step;
    if (!isGuest(lane, step)) return '';
    if (step.kind === 'end-of-interrupt') return 'EOI';
    if (step.access === undefined) return '';
    const count = (counts.get(request) ?? 0) + 1;
    counts.set(request, count);
    return `${count}`;
  });
}
