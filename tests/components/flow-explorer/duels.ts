import { type Setup, setupKey } from '#engine/index.ts';
import { type Duel, duelOf } from '#components/widgets/flow-explorer/duel.ts';
import { duels } from '#figures/index.ts';
import { type DuelFigure, lanesNow } from '#figures/kinds/duel.ts';

/** The runs of a setup, as the explorer has them. */
export const duelFor = (setup: Setup): Duel => duelOf(setupKey(setup), lanesNow(setup));

export function figureNamed(id: string): DuelFigure {
  const figure = duels.get(id);
  if (figure === undefined) throw new Error(`no duel '${id}'`);
  return figure;
}

export const duelNamed = (id: string): Duel => duelFor(figureNamed(id).setup);
