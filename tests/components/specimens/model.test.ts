import { expect, test } from 'vitest';
import { quantityOf } from '#components/widgets/kit/controls/quantities.ts';
import {
  model,
  original,
  sectors,
  sectorRange,
  serviceRange,
} from '#components/widgets/specimens/model.ts';
import { sizeLimits } from '#engine/index.ts';
import { holdsAsLab, situationAt } from '../../support/labs.ts';

test('the specimens hold what every lab holds', () => holdsAsLab(model));

test('bounds of the page are those of the engine', () => {
  const { min, max, usual } = quantityOf('disk-service');
  expect({ min, max, usual }).toEqual(serviceRange);
  expect(sectorRange.min * 512).toBe(sizeLimits.storage.min);
  expect(sectors.usual * 512).toBe(sizeLimits.storage.usual);
});

test('a slower disk changes the time and no step', () => {
  const fast = situationAt(model, original);
  const slow = situationAt(model, { ...original, serviceNs: 1_000_000 });
  expect(model.caption(slow)).not.toBe(model.caption(fast));
  expect(slow.data.path.map(({ sentence }) => sentence)).toEqual(
    fast.data.path.map(({ sentence }) => sentence),
  );
});

test('a step has its sentence, the whole picture has none', () => {
  const first = situationAt(model, { ...original, at: 1 });
  expect(model.sentence(first)).toBe(`${first.data.path[0]!.sentence}.`);
  expect(model.sentence(situationAt(model, original))).toBe('');
});
