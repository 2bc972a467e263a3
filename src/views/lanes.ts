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

/** The columns of a duel: for each request and phase as many as the lane with the most steps there needs. */
export function columnsOf(lanes: readonly Lane[]): Column[] {
  const first = lanes[0];
  if (first === undefined) return [];
  const counts = lanes.map(countsByPlace);
  const requests = [
    ...new Set(lanes.flatMap(({ path }) => path.map(({ request }) => request))),
  ].sort((a, b) => a - b);
  return requests.flatMap((request) =>
    phasesOf[operationOf(first)].flatMap((phase) => {
      const most = Math.max(...counts.map((count) => count.get(place(request, phase)) ?? 0));
      return Array.from({ length: most }, (_, index) => ({ request, phase, index }));
    }),
  );
}

/** Index into `lane.path` of the last step at or before a column; -1 before the lane's first step. */
export function stepAt(lane: Lane, columns: readonly Column[], column: number): number {
  const orders = new Map(
    columns.map((each, order) => [`${place(each.request, each.phase)}.${each.index}`, order]),
  );
  return lastWhere(columnOrders(lane, orders), (order) => order <= column);
}

/** The column of each step of a lane's path. */
export function columnOfSteps(lane: Lane, columns: readonly Column[]): number[] {
  const orders = new Map(
    columns.map((each, order) => [`${place(each.request, each.phase)}.${each.index}`, order]),
  );
  return columnOrders(lane, orders);
}

function columnOrders(lane: Lane, orders: ReadonlyMap<string, number>): number[] {
  const seen = new Map<string, number>();
  return lane.path.map(({ request, phase }) => {
    const here = place(request, phase);
    const index = seen.get(here) ?? 0;
    seen.set(here, index + 1);
    return orders.get(`${here}.${index}`) ?? -1;
  });
}

function countsByPlace(lane: Lane): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { request, phase } of lane.path) {
    const here = place(request, phase);
    counts.set(here, (counts.get(here) ?? 0) + 1);
  }
  return counts;
}

function lastWhere(values: readonly number[], holds: (value: number) => boolean): number {
  for (let index = values.length - 1; index >= 0; index--) if (holds(values[index]!)) return index;
  return -1;
}

const place = (request: number, phase: Phase): string => `${request}.${phase}`;
