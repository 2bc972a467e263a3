import { expect, test } from 'vitest';
import { askedWidget } from '#components/widgets/kit/jump.ts';
import { fittingWidth } from '#components/widgets/flow-explorer/use-fit.ts';
import { duelLayout } from '#views/duel/duel.ts';
import { duelNamed } from './duels.ts';

test('an address asks for a figure where its query has the key of exactly one', () => {
  const ids = ['duel', 'receive'];
  expect(askedWidget('?duel=v1~tx', ids)).toBe('duel');
  expect(askedWidget('?x=1&receive=v1', ids)).toBe('receive');
  expect(askedWidget('?duel=1&receive=1', ids)).toBeUndefined();
  expect(askedWidget('?other=1', ids)).toBeUndefined();
});

test.each([
  [1232, 610],
  [852, 560],
  [1872, 900],
])('on a screen with room for %d by %d all lanes are seen', (width, height) => {
  const duel = duelNamed('duel');
  const drawn = fittingWidth(duel, width, height);
  const layout = duelLayout(duel, drawn);
  expect((layout.height * width) / drawn).toBeLessThanOrEqual(height + 1);
});
