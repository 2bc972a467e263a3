/** Lengths that every figure shares: heights of bands, strokes, stretches. */
import type { Band } from '#engine/index.ts';

/** Centres of the bands, measured from the line, downwards. */
export const bandOffsets: Readonly<Record<Band, number>> = {
  user: -49,
  kernel: -21,
  hypervisor: 21,
  hardware: 47,
};

/** Lengths of the wide duel, in pixels at scale 1. */
export const duelMetrics = {
  gutter: 92,
  gap: 20,
  ledger: 345,
  /** The widest field of flows whose steps have room in it; longer ones take more where there is more. */
  fieldMax: 1240,
  header: 74,
  boxTop: -58,
  boxBottom: 56,
  strip: 65,
  laneGap: 48,
  plateau: 7,
  /** From here the ledger stands beside the field; below it is a line in each lane's title row. */
  ledgerFrom: 1040,
  /** Height of the row that title and ledger then have for themselves. */
  titleRow: 22,
} as const;

/**
 * Widths of a step from which everything, everything but the numbers with smaller glyphs, or only the
 * silhouette is drawn; below it steps are folded. A wave at the width of a phone goes on a little longer.
 */
export const stepWidths = {
  full: 12,
  glyphs: 7.5,
  silhouette: 2.5,
  wave: 1.2,
  usual: 14,
  fold: 56,
} as const;

/** A stretch along an axis. */
export interface Stretch {
  readonly x1: number;
  readonly x2: number;
}

export const lengthOf = ({ x1, x2 }: Stretch): number => x2 - x1;
export const middleOf = ({ x1, x2 }: Stretch): number => round((x1 + x2) / 2);
export const overlaps = (a: Stretch, b: Stretch, apart = 0): boolean =>
  a.x1 < b.x2 + apart && b.x1 < a.x2 + apart;

/** A coordinate with at most one digit after the point, so that pictures are small and the same everywhere. */
export const round = (value: number): number => Math.round(value * 10) / 10;

export const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);
