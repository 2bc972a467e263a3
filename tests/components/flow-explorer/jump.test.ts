import { expect, test } from 'vitest';
import { askedFigure } from '#components/widgets/flow-explorer/jump.ts';
import { fittingWidth } from '#components/widgets/flow-explorer/use-fit.ts';
import { duelLayout } from '#views/duel/duel.ts';
import { duelNamed } from './duels.ts';

test('an address asks for a figure where its query has the key of exactly one', () => {
  const ids = ['duel', 'receive'];
  expect(askedFigure('?duel=v1~tx', ids)).toBe('duel');
  expect(askedFigure('?x=1&receive=v1', ids)).toBe('receive');
  expect(askedFigure('?duel=1&receive=1', ids)).toBeUndefined();
  expect(askedFigure('?other=1', ids)).toBeUndefined();
});

test.each([
  [1232, 610],
  [852, 560],
  [1872, 900],
])('on a screen with room for %d by %d all lanes are seen', (width, height) => {
  const duel = duelNamed('duel');
  const drawn = fittingWidth(duel, width, height);
  const layout = duelLayout(duel.lanes, { width: drawn, columns: duel.columns });
  expect((layout.height * width) / drawn).toBeLessThanOrEqual(height + 1);
});
