/** A lane at the width of a phone: the wave alone, as numbers. */
import { layoutAxis } from './duel-axis.ts';
import { type Plateau, plateausOf, type Stay, staysOf, transitionsOf } from './duel-lane.ts';
import { round } from '../language/geometry.ts';
import type { Alignment } from '../lane/columns.ts';
import { type Lane, requestWordOf } from '../lane/lane.ts';

export interface Silhouette {
  readonly lane: Lane;
  readonly width: number;
  readonly height: number;
  readonly line: number;
  readonly plateaus: readonly Plateau[];
  readonly stays: readonly Stay[];
  readonly verticals: readonly { readonly x: number; readonly y1: number; readonly y2: number }[];
  /** The guest goes on after the last step. */
  readonly rest: { readonly x1: number; readonly x2: number; readonly y: number } | undefined;
}

const metrics = { scale: 0.345, line: 22, height: 42 } as const;
/**
 * Columns of the phases before the longest are wider than its own: there the repetition is the message. Where the
 * flow is so long that the wave would be too fine, all are alike.
 */
const earlyUnits = 2.6;
const mostColumns = 90;

/** Lays out all lanes on one axis. */
export function layoutSilhouettes({ lanes, columns }: Alignment, width: number): Silhouette[] {
  const units = columns.length > mostColumns ? 1 : earlyUnits;
  const axis = layoutAxis(columns, { x1: 0, x2: width - 2 }, requestWordOf(lanes), units);
  return lanes.map((lane) => {
    const frame = { axis, scale: metrics.scale, y: metrics.line };
    const plateaus = plateausOf(lane, frame);
    const last = plateaus.at(-1);
    return {
      lane,
      width,
      height: metrics.height,
      line: metrics.line,
      plateaus,
      stays: staysOf(plateaus),
      verticals: transitionsOf(lane, plateaus, frame).filter(({ y1, y2 }) => y1 !== y2),
      rest:
        last !== undefined && width - last.x2 > 12
          ? { x1: round(last.x2 + 4), x2: width, y: last.y }
          : undefined,
    };
  });
}
