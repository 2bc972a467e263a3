/**
 * What a figure is: data only. One file in this folder is one figure, and the file's name is its id, its anchor
 * on the page and, for a duel, its key in the address.
 */
import type { Setup, Shared } from '#engine/vocabulary/setup.ts';

export { lanes } from '#engine/vocabulary/setup.ts';

interface Described {
  readonly title: string;
  /** What to look for; shown under the figure. */
  readonly caption: string;
  /** What the picture shows, for those who do not see it. */
  readonly alternative: string;
}

/** Flows side by side, to be stepped through. */
export interface DuelFigure extends Described, Setup {
  readonly kind: 'duel';
}

/** Where each part of an architecture lives. */
export interface PlacementFigure extends Described {
  readonly kind: 'placement';
  readonly architectures: readonly string[];
}

export type Figure = DuelFigure | PlacementFigure;

/** What most figures run: one packet is sent. */
export const onePacketSent: Shared = { operation: 'tx' };

/** What figures of disks run: one block is read. */
export const oneBlockRead: Shared = { operation: 'read' };
