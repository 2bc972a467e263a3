/**
 * Runs of one operation side by side, aligned by phase. A column is a place that any lane may have a step at; a
 * lane's place at a column is its last step at or before it.
 */
import { type Phase, phasesOf } from '#engine/index.ts';
import { type Lane, operationOf } from './lane.ts';

/** (request, phase, index in the phase): the cursor of a duel stands on one of these. */
export interface Column {
  readonly request: number;
  readonly phase: Phase;
  readonly index: number;
}

/** Lanes with the columns they share. It is worked out once for some lanes, and passed to all who draw or ask. */
export interface Alignment {
  readonly lanes: readonly Lane[];
  readonly columns: readonly Column[];
  /** For each lane the place in `columns` of each step of its path; it never goes back. */
  readonly columnsOfSteps: readonly (readonly number[])[];
}

/** The columns of some lanes: for each request and phase as many as the lane with the most steps there needs. */
export function align(lanes: readonly Lane[]): Alignment {
  const most = new Map<string, number>();
  for (const { request, phase, index } of lanes.flatMap(({ places }) => places)) {
    const name = columnName(request, phase);
    most.set(name, Math.max(most.get(name) ?? 0, index + 1));
  }
  const places = lanes.flatMap(({ places }) => places.map(({ request }) => request));
  const requests = [...new Set(places)].sort((a, b) => a - b);
  const columns = requests.flatMap((request) =>
    phasesOfLanes(lanes).flatMap((phase) =>
      Array.from({ length: most.get(columnName(request, phase)) ?? 0 }, (_, index) => ({
        request,
        phase,
        index,
      })),
    ),
  );
  const firsts = new Map<string, number>();
  columns.forEach(({ request, phase, index }, order) => {
    if (index === 0) firsts.set(columnName(request, phase), order);
  });
  const columnOf = ({ request, phase, index }: Column): number =>
    (firsts.get(columnName(request, phase)) ?? 0) + index;
  return { lanes, columns, columnsOfSteps: lanes.map((lane) => lane.places.map(columnOf)) };
}

/** A phase of a request as the key of a map. */
export const columnName = (request: number, phase: Phase): string => `${request}.${phase}`;

/** The phases of the operation that lanes share, in order; none without lanes. */
export const phasesOfLanes = ([first]: readonly Lane[]): readonly Phase[] =>
  first === undefined ? [] : phasesOf[operationOf(first)];

/** Place in a lane's path of its last step at or before a column; -1 before its first. */
export const stepAt = ({ columnsOfSteps }: Alignment, lane: number, column: number): number =>
  (columnsOfSteps[lane] ?? []).findLastIndex((order) => order <= column);

/** The lane that has a step exactly at a column, and that step's place in its path. */
export function leadingLane(
  { columnsOfSteps }: Alignment,
  column: number,
): { readonly lane: number; readonly index: number } | undefined {
  for (const [lane, orders] of columnsOfSteps.entries()) {
    const index = orders.indexOf(column);
    if (index !== -1) return { lane, index };
  }
  return undefined;
}
