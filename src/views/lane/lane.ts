/** A lane: one run as all views see it, with the steps on its requests' paths told from those beside them. */
import {
  type Operation,
  phasesOf,
  type Run,
  type Standing,
  type Step,
  stepsOf,
} from '#engine/index.ts';
import { guestOf } from '../language/domains.ts';
import { requestWord } from '../language/words.ts';
import { type Column, columnName } from './columns.ts';

export interface Lane {
  readonly run: Run;
  /** Every step of the run, in order of time. */
  readonly steps: readonly Step[];
  /**
   * The paths of the requests, one after the other: the first whole, from each later one what it has for
   * itself, since requests that wait for one another share a completion.
   */
  readonly path: readonly Step[];
  /** For each step of `path` the column that it stands in, and with it the request on whose path it lies. */
  readonly places: readonly Column[];
  /** Steps that happen beside a request, such as a processor that resumes meanwhile. */
  readonly beside: readonly Step[];
  /** How sure its latency is: the standing of the weakest price on its path. */
  readonly standing: Standing | undefined;
}

/** A run as a lane, where the standing of its latency is known; `laneOf` works it out. */
export function laneWith(run: Run, standing: Standing | undefined): Lane {
  const steps = stepsOf(run);
  const stepOfEvent = new Map(steps.flatMap((step) => step.events.map((id) => [id, step])));
  const requestOf = new Map<Step, number>();
  for (const { request, events } of run.paths) {
    for (const id of events) {
      const step = stepOfEvent.get(id);
      if (step !== undefined && !requestOf.has(step)) requestOf.set(step, request);
    }
  }
  const path = [...requestOf.keys()];
  return {
    run,
    steps,
    path,
    places: placesOf(run.scenario.subject.vms[0].load.operation, path, [...requestOf.values()]),
    beside: steps.filter((step) => !requestOf.has(step)),
    standing,
  };
}

/**
 * The column of each step of a path. Under load a request may wait in a later phase and go back to an earlier
 * one; it keeps its place in the later phase, so that places only go forward.
 */
function placesOf(
  operation: Operation,
  path: readonly Step[],
  requests: readonly number[],
): Column[] {
  const order = phasesOf[operation];
  const counts = new Map<string, number>();
  let furthest = 0;
  return path.map((step, at) => {
    const request = requests[at] ?? step.request;
    furthest = Math.max(request === requests[at - 1] ? furthest : 0, order.indexOf(step.phase));
    const phase = order[furthest] ?? step.phase;
    const name = columnName(request, phase);
    const index = counts.get(name) ?? 0;
    counts.set(name, index + 1);
    return { request, phase, index };
  });
}

export const operationOf = (lane: Lane): Operation =>
  lane.run.scenario.subject.vms[0].load.operation;

/** What a request of these lanes is called: they all do the same. */
export const requestWordOf = ([lane]: readonly Lane[]): string =>
  lane === undefined ? 'request' : requestWord(operationOf(lane));

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
