import { type Duel, duelOf } from '#components/widgets/flow-explorer/duel.ts';
import { lanesNow } from '#components/widgets/flow-explorer/lanes-now.ts';
import type { Setup } from '#engine/vocabulary/setup.ts';
import { figures } from '#figures/index.ts';

/** The runs of a setup, as the explorer has them. */
export const duelFor = (setup: Setup): Duel => duelOf(setup, lanesNow(setup));

export function duelNamed(id: string): Duel {
  const figure = figures.get(id);
  if (figure?.kind !== 'duel') throw new Error(`no duel '${id}'`);
  return duelFor(figure);
}
