/** The runs that the explorer shows, and the places that its cursor can take. Pure. */
import type { Phase } from '#engine/index.ts';
import { type Setup, setupKey } from '#engine/vocabulary/setup.ts';
import { isDim } from '#views/lane/cursor.ts';
import { align, type Alignment, type Column, stepAt } from '#views/lane/columns.ts';
import type { Lane } from '#views/lane/lane.ts';

export interface Duel extends Alignment {
  /** The setup that was run, and its key; the duel is out of date when the state's setup is another. */
  readonly setup: Setup;
  readonly key: string;
  /** How many steps no source documents. */
  readonly undocumented: number;
}

export const duelOf = (setup: Setup, lanes: readonly Lane[]): Duel => ({
  setup,
  key: setupKey(setup),
  ...align(lanes),
  undocumented: undocumentedIn(lanes),
});

const undocumentedIn = (lanes: readonly Lane[]): number =>
  lanes.flatMap(({ steps }) => steps.filter((step) => isDim(step, true))).length;

/** The name of a column: what addresses carry. */
export const nameOf = ({ request, phase, index }: Column): string =>
  `r${request}.${phase}.${index + 1}`;

/** Index of the column with this name, else of the last one before it, else of the first; -1 without a cursor. */
export function columnAt({ columns }: Duel, cursor: string | null): number {
  const wanted = cursor === null ? null : placeOf(cursor);
  if (wanted === null || columns.length === 0) return -1;
  const order = [...new Set(columns.map(({ phase }) => phase))];
  const rank = ({ request, phase, index }: Column): number =>
    request * 1e6 + order.indexOf(phase) * 1e4 + index;
  return Math.max(
    0,
    columns.findLastIndex((column) => rank(column) <= rank(wanted)),
  );
}

/** Whether a column has exactly this name. */
export const isColumn = ({ columns }: Duel, cursor: string): boolean =>
  columns.some((column) => nameOf(column) === cursor);

/** The place that a name means, whether or not there is one. */
export function placeOf(name: string): Column | null {
  const found = /^r(\d{1,4})\.([a-z]+)\.(\d{1,4})$/.exec(name);
  if (!found) return null;
  const [, request, phase, index] = found;
  return { request: Number(request), phase: phase as Phase, index: Number(index) - 1 };
}

/** Index into a lane's path of the step that the lane shows at a column; -1 before its first. */
export const stepIndexAt = stepAt;

/** Whether a lane came to its end before a column. */
export function isDoneAt(duel: Duel, lane: number, column: number): boolean {
  const last = duel.columnsOfSteps[lane]?.at(-1);
  return last !== undefined && last < column;
}

/** Columns at which a lane's path changes sides of the hypervisor's edge; what its ledger counts. */
export function crossingColumns(duel: Duel, index: number): number[] {
  const path = duel.lanes[index]?.path ?? [];
  return path.flatMap((step, at) =>
    step.crossesEdge ? [duel.columnsOfSteps[index]?.[at] ?? -1] : [],
  );
}
