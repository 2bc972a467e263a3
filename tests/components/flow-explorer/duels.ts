import { type Duel, duelOf } from '#components/widgets/flow-explorer/duel.ts';
import type { Setup } from '#engine/index.ts';
import { duels } from '#figures/index.ts';
import { lanesNow } from '#figures/kinds/duel.ts';

/** The runs of a setup, as the explorer has them. */
export const duelFor = (setup: Setup): Duel => duelOf(setup, lanesNow(setup));

export function setupNamed(id: string): Setup {
  const figure = duels.get(id);
  if (figure === undefined) throw new Error(`no duel '${id}'`);
  return figure.setup;
}

export const duelNamed = (id: string): Duel => duelFor(setupNamed(id));
