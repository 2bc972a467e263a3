import { describe, expect, test } from 'vitest';
import { numberAt, sentenceAt, whereAt } from '#components/widgets/flow-explorer/saying.ts';
import { nameOf } from '#views/lane/names.ts';
import { duelNamed } from './duels.ts';

const duel = duelNamed('duel');
const places = duel.columns.map((_, column) => ({ duel, column, lead: 0 }));
const [lead] = duel.lanes;

describe('the number of a step', () => {
  test('is that on the path of the leading lane, in every view and table', () => {
    const numbers = places.map(numberAt);
    expect(Math.max(...numbers)).toBe(lead!.path.length);
    expect(whereAt(places.at(-1)!)).toBe(`step ${lead!.path.length} of ${lead!.path.length}`);
    duel.columnsOfSteps[0]!.forEach((column, index) =>
      expect(whereAt({ duel, column, lead: 0 })).toMatch(`step ${index + 1} of `),
    );
  });

  test('is none before the lane begins, nor for the whole picture', () => {
    expect(whereAt({ duel, column: -1, lead: 0 })).toBe(`${lead!.path.length} steps`);
    const late = { ...duel, columnsOfSteps: [[3], ...duel.columnsOfSteps.slice(1)] };
    expect(whereAt({ duel: late, column: 0, lead: 0 })).toBe('before step 1');
  });
});

describe('the sentence', () => {
  test('is the leading lane’s own where it moves, and names the lane that moves where it rests', () => {
    const rests = places.filter(({ column }) => !duel.columnsOfSteps[0]!.includes(column));
    expect(rests.length).toBeGreaterThan(0);
    const others = duel.lanes.slice(1).map(nameOf);
    for (const place of places) {
      const named = others.find((name) => sentenceAt(place).startsWith(`${name}: `));
      expect(named !== undefined, sentenceAt(place)).toBe(rests.includes(place));
    }
  });

  test('is empty for the whole picture', () => {
    expect(sentenceAt({ duel, column: -1, lead: 0 })).toBe('');
  });
});
