/** Flows side by side, to be stepped through: each lane is run, and the flow explorer shows them. */
import { runRequest, scenarioFor } from '#engine/execute.ts';
import { requestsOf, type Setup, setupKey } from '#engine/index.ts';
import type { Lane } from '#views/lane/lane.ts';
import { laneOf, type PackedLane, packed } from '#views/lane/standings.ts';
import type { Figure, FigureKind } from '../figure.ts';

export interface DuelFigure extends Figure {
  readonly kind: 'duel';
  readonly setup: Setup;
}

/** What most duels run: one packet is sent. */
export const onePacketSent = { operation: 'tx', count: 1, pattern: 'spaced' } as const;

/** What duels of disks run: one block is read. */
export const oneBlockRead = { operation: 'read', count: 1, pattern: 'spaced' } as const;

/** The runs of a duel as the book publishes them, so that a page can step through them without the engine. */
export interface PublishedDuel {
  /** Says which setup was run, and what came out: a page knows the one that it was built with. */
  readonly edition: string;
  readonly lanes: readonly PackedLane[];
}

/** The lanes of a setup at once: for the built page and for tests. Readers' browsers ask a worker. */
export const lanesNow = (setup: Setup): Lane[] =>
  requestsOf(setup).map((request) => laneOf(runRequest(request)));

export function publishDuel({ setup }: DuelFigure): PublishedDuel {
  const lanes = lanesNow(setup).map(packed);
  return { edition: `${setupKey(setup)} ${digestOf(JSON.stringify(lanes))}`, lanes };
}

/** FNV-1a, 32 bits: tells one edition of the book from another, and keeps nothing secret. */
function digestOf(text: string): string {
  let digest = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    digest = Math.imul(digest ^ text.charCodeAt(index), 0x01000193);
  return (digest >>> 0).toString(16).padStart(8, '0');
}

export default {
  shown: { by: 'widget', widget: 'flow-explorer' },
  check: ({ setup }) => {
    if (setup.lanes.length === 0)
      throw new RangeError("a duel has at least one lane, not none: use lanes('esxi/e1000')");
    requestsOf(setup).forEach(scenarioFor);
  },
  publish: publishDuel,
} satisfies FigureKind<DuelFigure>;
