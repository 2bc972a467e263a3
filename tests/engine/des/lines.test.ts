/** Goal: lines are fair. Method: random comings and goings, told to the lines and to plain arrays. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Lines } from '#engine/des/lines.ts';

const anyComing = fc.record({ station: fc.nat(2), urgent: fc.boolean(), goes: fc.nat(3) });

test('the urgent go first, and both lines keep their order', () => {
  fc.assert(
    fc.property(fc.array(anyComing, { maxLength: 400 }), (comings) => {
      const lines = new Lines(3);
      const plain = [0, 1, 2].map(() => ({ urgent: [] as number[], other: [] as number[] }));
      comings.forEach(({ station, urgent, goes }, customer) => {
        lines.push(station, urgent, customer);
        const { [station]: at } = plain;
        (urgent ? at!.urgent : at!.other).push(customer);
        const expected = goes === 0 ? (at!.urgent.shift() ?? at!.other.shift()) : undefined;
        if (expected !== undefined) expect(lines.shift(station)).toBe(expected);
      });
    }),
  );
});
