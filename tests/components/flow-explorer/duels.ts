import { runRequest } from '#engine/execute.ts';
import { type Duel, duelKey, duelOf } from '#components/widgets/flow-explorer/duel.ts';
import type { Setup } from '#figures/figure.ts';
import { figures } from '#figures/index.ts';
import { laneOf } from '#views/language/standings.ts';

/** The runs of a setup, as the explorer has them. */
export function duelFor(setup: Setup): Duel {
  const { operation, count, pattern } = setup;
  const lanes = setup.lanes.map((lane) =>
    laneOf(runRequest({ ...lane, operation, count, pattern })),
  );
  return duelOf(duelKey(setup), lanes);
}

export function duelNamed(id: string): Duel {
  const figure = figures.get(id);
  if (figure?.kind !== 'duel') throw new Error(`no duel '${id}'`);
  return duelFor(figure);
}
