/**
 * The model of a duel: runs of one operation side by side, aligned by phase. A column is a place that any lane
 * may have a step at; a lane's place at a column is its last step at or before it.
 */
import {
  type Operation,
  type Phase,
  pathSteps,
  phasesOf,
  type Run,
  type Step,
  stepsOf,
} from '#engine/index.ts';

export interface Lane {
  readonly run: Run;
  /** Every step of the run, in order of time. */
  readonly steps: readonly Step[];
  /** The steps of the requests' own paths, by request, then in order. */
  readonly path: readonly Step[];
  /** Steps that happen beside a request, such as a processor that resumes meanwhile. */
  readonly beside: readonly Step[];
}

/** (request, phase, index in the phase): the cursor of a duel stands on one of these. */
export interface Column {
  readonly request: number;
  readonly phase: Phase;
  readonly index: number;
}

export function laneOf(run: Run): Lane {
  const steps = stepsOf(run);
  const requests = [...new Set(steps.map(({ request }) => request))].sort((a, b) => a - b);
  return {
    run,
    steps,
    path: requests.flatMap((request) => pathSteps(steps, request)),
    beside: steps.filter(({ onPath }) => !onPath),
  };
}

export const operationOf = (lane: Lane): Operation =>
  lane.run.scenario.subject.vms[0].load.operation;

/** The phases of a duel's operation, in order; none without lanes. */
export const phasesOfLanes = (lanes: readonly Lane[]): readonly Phase[] =>
  lanes[0] === undefined ? [] : phasesOf[operationOf(lanes[0])];

/** The columns of a duel: for each request and phase as many as the lane with the most steps there needs. */
export function columnsOf(lanes: readonly Lane[]): Column[] {
  const counts = lanes.map(countsByPlace);
  const requests = [
    ...new Set(lanes.flatMap(({ path }) => path.map(({ request }) => request))),
  ].sort((a, b) => a - b);
  return requests.flatMap((request) =>
    phasesOfLanes(lanes).flatMap((phase) => {
      const most = Math.max(...counts.map((count) => count.get(place(request, phase)) ?? 0));
      return Array.from({ length: most }, (_, index) => ({ request, phase, index }));
    }),
  );
}

/** Index into `lane.path` of the last step at or before a column; -1 before the lane's first step. */
export function stepAt(lane: Lane, columns: readonly Column[], column: number): number {
  return columnOfSteps(lane, columns).findLastIndex((order) => order <= column);
}

/** The column of each step of a lane's path; it never goes back. */
export function columnOfSteps(lane: Lane, columns: readonly Column[]): number[] {
  const orders = new Map(
    columns.map((each, order) => [`${place(each.request, each.phase)}.${each.index}`, order]),
  );
  return placesOf(lane).map(
    ({ request, phase, index }) => orders.get(`${place(request, phase)}.${index}`) ?? -1,
  );
}

/**
 * The place of each step of a lane's path. Under load a request may wait in a later phase and go back to an
 * earlier one; it keeps its place in the later phase, so that places only go forward.
 */
export function placesOf(lane: Lane): Column[] {
  const order = phasesOf[operationOf(lane)];
  const seen = new Map<string, number>();
  let request = 0;
  let furthest = 0;
  return lane.path.map((step) => {
    furthest = Math.max(step.request === request ? furthest : 0, order.indexOf(step.phase));
    request = step.request;
    const phase = order[furthest] ?? step.phase;
    const here = place(request, phase);
    const index = seen.get(here) ?? 0;
    seen.set(here, index + 1);
    return { request, phase, index };
  });
}

function countsByPlace(lane: Lane): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { request, phase, index } of placesOf(lane)) {
    counts.set(place(request, phase), index + 1);
  }
  return counts;
}

const place = (request: number, phase: Phase): string => `${request}.${phase}`;
