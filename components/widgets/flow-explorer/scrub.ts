/** From a place in the picture to a column and a lane. Pure: the layout is numbers. */
import { type DuelLayout, duelLayout } from '#views/duel/duel.ts';
import type { Duel } from './duel.ts';

export interface Ruler {
  readonly width: number;
  readonly height: number;
  /** Left end of each column that is drawn, from left to right. */
  readonly columns: readonly { readonly column: number; readonly x: number }[];
  /** Height of each lane's line. */
  readonly lanes: readonly number[];
}

export function rulerOf(duel: Duel, width: number): Ruler {
  const layout = duelLayout(duel, width);
  return {
    width: layout.width,
    height: layout.height,
    columns: columnsDrawn(duel, layout),
    lanes: layout.lanes.map(({ y }) => y),
  };
}

function columnsDrawn(duel: Duel, layout: DuelLayout): Ruler['columns'] {
  const xs = new Map<number, number>();
  layout.lanes.forEach(({ plateaus }, lane) => {
    for (const { index, x1 } of plateaus) {
      const column = duel.columnsOfSteps[lane]?.[index];
      if (column !== undefined) xs.set(column, Math.min(x1, xs.get(column) ?? x1));
    }
  });
  return [...xs].map(([column, x]) => ({ column, x })).toSorted((a, b) => a.x - b.x);
}

/** The column drawn at a place; the first left of all. */
export const columnAtX = ({ columns }: Ruler, x: number): number =>
  (columns.findLast((each) => each.x <= x) ?? columns[0])?.column ?? -1;

/** The lane whose line is nearest. */
export const laneAtY = ({ lanes }: Ruler, y: number): number =>
  lanes.reduce(
    (best, each, index) =>
      Math.abs(each - y) < Math.abs((lanes[best] ?? Infinity) - y) ? index : best,
    0,
  );
