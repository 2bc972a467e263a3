/**
 * Steps: what a reader walks through. A step is one event, or an arrival in a domain together with the one
 * thing done there at once ("a thread wakes; its device model serves the read"). Marks make no steps.
 */
import type { Run } from '../vocabulary/run.ts';
import type { Band } from '../vocabulary/domain.ts';
import {
  assertNever,
  type Cost,
  type CrossingKind,
  type Evidence,
  type Phase,
  type RegisterAccess,
  type TraceEvent,
  type TraceKind,
} from '../vocabulary/trace.ts';
import { domainOf, type World } from '../vocabulary/world.ts';
import { happens, type Passage, passagesOf } from './path.ts';
import { sentenceOf } from './sentence.ts';

/** How a step is drawn: the way it was reached, or what it does with memory. */
export type Mechanism =
  | 'work'
  | 'call'
  | 'return'
  | 'vm-exit'
  | 'vm-entry'
  | 'hypercall'
  | 'message'
  | 'interrupt'
  | 'wake-up'
  | 'gate'
  | 'shared-memory'
  | 'copy'
  | 'suppressed-signal';

export interface Step {
  /** Stable name: request, phase, place in the phase; `beside` where the request's path goes on elsewhere. */
  readonly key: string;
  readonly atNs: number;
  readonly untilNs: number;
  readonly request: number;
  readonly phase: Phase;
  readonly kind: TraceKind;
  readonly mechanism: Mechanism;
  readonly band: Band;
  readonly actor: string;
  readonly domain: string;
  /** Key of the step it follows from. */
  readonly cause: string | null;
  readonly sentence: string;
  readonly costs: readonly Cost[];
  readonly evidence: Evidence;
  /** Keys of the sources that say that this happens. */
  readonly sources: readonly string[];
  /** Whether the request itself passes here. */
  readonly onPath: boolean;
  /**
   * Whether the request is brought across the hypervisor's edge here. Requests that share a step pass it once, with the
   * request that it belongs to.
   */
  readonly crossesEdge: boolean;
  /** Whether it crosses there only because the driver asks its device, and not to carry the request. */
  readonly asks: boolean;
  /** The register access that the step makes, if it makes one. */
  readonly access?: RegisterAccess;
  /** The way the step was reached, if a domain was crossed, and from which. */
  readonly crossing?: CrossingKind;
  readonly from?: string;
  /** Events of the trace that it is made of. */
  readonly events: readonly number[];
}

/** All steps of a run, in order of time. */
export function stepsOf(run: Run): Step[] {
  const onPaths = passagesOf(run);
  const groups = grouped(run.trace, onPaths);
  const keys = new KeyMaker();
  const keyOfEvent = new Map<number, string>();
  return groups.map((group) => {
    const step = stepOf(group, onPaths, keys, keyOfEvent, run.world);
    for (const { id } of group) keyOfEvent.set(id, step.key);
    return step;
  });
}

type OnPaths = ReadonlyMap<number, Passage>;

/** The steps of one request's path. */
export const pathSteps = (steps: readonly Step[], request: number): Step[] =>
  steps.filter((step) => step.onPath && step.request === request);

function grouped(trace: readonly TraceEvent[], onPaths: OnPaths): TraceEvent[][] {
  const groups: TraceEvent[][] = [];
  const openAfter = new Map<number, TraceEvent[]>();
  for (const event of trace) {
    if (!happens(event)) continue;
    const arrival = openAfter.get(event.cause);
    if (arrival !== undefined && belongsTo(arrival[0]!, event, onPaths)) {
      arrival.push(event);
      openAfter.delete(event.cause);
      continue;
    }
    const group = [event];
    groups.push(group);
    if (event.kind === 'crossing') openAfter.set(event.id, group);
  }
  return groups;
}

/** Whether an event is what an arrival does at once. */
function belongsTo(arrival: TraceEvent, event: TraceEvent, onPaths: OnPaths): boolean {
  const does =
    event.kind === 'work' || event.kind === 'access' || event.kind === 'end-of-interrupt';
  return (
    does &&
    event.domain === arrival.domain &&
    event.request === arrival.request &&
    event.phase === arrival.phase &&
    event.at === arrival.until &&
    onPaths.has(event.id) === onPaths.has(arrival.id)
  );
}

class KeyMaker {
  private readonly made = new Map<string, number>();

  next(request: number, phase: Phase, onPath: boolean): string {
    const stem = `r${request}.${phase}${onPath ? '' : '.beside'}`;
    const index = (this.made.get(stem) ?? 0) + 1;
    this.made.set(stem, index);
    return `${stem}.${index}`;
  }
}

function stepOf(
  group: readonly TraceEvent[],
  onPaths: OnPaths,
  keys: KeyMaker,
  keyOfEvent: ReadonlyMap<number, string>,
  world: World,
): Step {
  const first = group[0]!;
  const last = group.at(-1)!;
  const passage = onPaths.get(first.id);
  const onPath = passage !== undefined;
  const access = group.find((event) => event.kind === 'access')?.access;
  return {
    key: keys.next(first.request, first.phase, onPath),
    atNs: first.at,
    untilNs: last.until,
    request: first.request,
    phase: first.phase,
    kind: last.kind,
    mechanism: mechanismOf(first),
    band: domainOf(world, first.domain).band,
    actor: last.actor,
    domain: first.domain,
    cause: keyOfEvent.get(first.cause) ?? null,
    sentence: sentenceOf(group, world),
    costs: group.flatMap(({ costs }) => costs),
    evidence: weakest(group.map(({ activity }) => activity.evidence)),
    sources: [...new Set(group.flatMap(({ activity }) => activity.source ?? []))],
    onPath,
    crossesEdge: onPath && passage !== 'stays',
    asks: passage === 'asks',
    ...(access === undefined ? {} : { access }),
    ...(first.kind === 'crossing' ? { crossing: first.crossing, from: first.from } : {}),
    events: group.map(({ id }) => id),
  };
}

function mechanismOf(event: TraceEvent): Mechanism {
  switch (event.kind) {
    case 'crossing':
      return event.crossing;
    case 'copy':
      return 'copy';
    case 'ring':
      return 'shared-memory';
    case 'notification':
      return 'suppressed-signal';
    case 'work':
    case 'access':
    case 'end-of-interrupt':
    case 'interrupt-line':
    case 'vcpu':
    case 'request':
      return 'work';
    default:
      return assertNever(event);
  }
}

const byWeakness: readonly Evidence[] = ['assumed', 'inferred', 'documented'];

const weakest = (all: readonly Evidence[]): Evidence =>
  byWeakness.find((evidence) => all.includes(evidence)) ?? 'documented';
