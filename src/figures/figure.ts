/**
 * What a figure is: data only. One file in this folder is one figure, and the file's name is its id, its anchor
 * on the page and, for a duel, its key in the address.
 */
import type { Operation, Pattern } from '#engine/index.ts';

interface Described {
  readonly title: string;
  /** What to look for; shown under the figure. */
  readonly caption: string;
  /** What the picture shows, for those who do not see it. */
  readonly alternative: string;
}

/** A device on an architecture. */
export interface LaneChoice {
  readonly architecture: string;
  readonly device: string;
}

/** What a duel runs: every lane does the same. */
export interface Setup {
  readonly lanes: readonly LaneChoice[];
  readonly operation: Operation;
  readonly count: number;
  readonly pattern: Pattern;
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

/** `lanes('hyper-v/netvsc', 'esxi/vmxnet3')`: lanes in words. */
export const lanes = (...names: readonly `${string}/${string}`[]): LaneChoice[] =>
  names.map((name) => {
    const [architecture = '', device = ''] = name.split('/');
    return { architecture, device };
  });

/** What most figures run: one packet is sent. */
export const onePacketSent = { operation: 'tx', count: 1, pattern: 'spaced' } as const;

/** What figures of disks run: one block is read. */
export const oneBlockRead = { operation: 'read', count: 1, pattern: 'spaced' } as const;
