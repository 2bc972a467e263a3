import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parameterIds } from '#engine/execute.ts';
import { quantityOf } from '#components/widgets/kit/controls/quantities.ts';
import {
  notches,
  notchOf,
  problemWith,
  type Quantity,
  valueAt,
} from '#components/widgets/kit/controls/quantity.ts';
import { placeOfKey } from '#components/widgets/kit/dragged.ts';
import { csvOf } from '#components/widgets/kit/share/table.ts';
import { fileName, frameCode } from '#components/widgets/kit/share/taken.ts';

const plain: Quantity = {
  id: 'x',
  title: 'Size',
  unit: 'ns',
  min: 10,
  usual: 20,
  max: 1000,
  logarithmic: false,
};

describe('a slider over any parameter', () => {
  const all = parameterIds.map(quantityOf);

  test('has its ends at the ends, never leaves its range, and never goes back', () => {
    for (const quantity of all) {
      expect([valueAt(quantity, 0), valueAt(quantity, notches)]).toEqual([
        quantity.min,
        quantity.max,
      ]);
      const values = Array.from({ length: notches + 1 }, (_, notch) => valueAt(quantity, notch));
      expect(values, quantity.id).toEqual(values.toSorted((a, b) => a - b));
      expect(Math.min(...values)).toBe(quantity.min);
      expect(Math.max(...values)).toBe(quantity.max);
    }
  });

  test('shows a value at the notch that gives it back, as nearly as three digits can', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...all),
        fc.integer({ min: 0, max: notches }),
        (quantity, notch) => {
          const value = valueAt(quantity, notch);
          const again = valueAt(quantity, notchOf(quantity, value));
          const grain = Math.max(Math.abs(value) * 0.06, (quantity.max - quantity.min) / notches);
          expect(Math.abs(again - value)).toBeLessThanOrEqual(grain);
        },
      ),
    );
  });

  test('walks a wide range by factors', () => {
    const wide = { ...plain, min: 1, max: 10_000, logarithmic: true };
    expect(valueAt(wide, 50)).toBe(100);
    expect(notchOf(wide, 100)).toBe(50);
    expect(valueAt({ ...wide, logarithmic: false }, 50)).toBe(5000);
    expect(notchOf({ ...plain, max: 10 }, 10)).toBe(0);
  });
});

test.each(['', ' ', 'many', '9', '1001', '1e9', 'NaN'])(
  "a field refuses '%s' with the rule and the value",
  (text) => {
    expect(problemWith(plain, text)).toBe(
      `Size must be a number from 10 to 1000 ns, not '${text}'.`,
    );
  },
);

test('a field takes what lies in its range', () => {
  for (const text of ['10', '1000', '12.5']) expect(problemWith(plain, text)).toBeNull();
});

describe('what is dragged', () => {
  const at = (place: number, page?: number) => ({ axis: 'x' as const, at: place, count: 10, page });

  test.each([
    ['ArrowRight', 4, 5],
    ['ArrowUp', 4, 5],
    ['ArrowLeft', 4, 3],
    ['ArrowDown', 4, 3],
    ['ArrowLeft', 0, 0],
    ['End', 4, 9],
    ['Home', 4, 0],
    ['ArrowRight', 9, 9],
  ])('%s moves it from %d to %d', (key, from, to) => {
    expect(placeOfKey(key, at(from))).toBe(to);
  });

  test('pages only where there are some, and leaves other keys alone', () => {
    expect(placeOfKey('PageUp', at(4))).toBeUndefined();
    expect(placeOfKey('PageUp', at(4, 3))).toBe(7);
    expect(placeOfKey('PageDown', at(4, 3))).toBe(1);
    expect(placeOfKey('x', at(4))).toBeUndefined();
  });

  test('down the page is further along where it goes down', () => {
    expect(placeOfKey('ArrowDown', { axis: 'y', at: 4, count: 10 })).toBe(5);
    expect(placeOfKey('ArrowUp', { axis: 'y', at: 4, count: 10 })).toBe(3);
  });
});

describe('what is taken away', () => {
  test('as CSV keeps quotes, lines and what looks like a formula', () => {
    expect(
      csvOf({
        columns: ['a', 'b'],
        rows: [
          ['x, "y"', 1],
          ['=1+1', null],
          ['two\nlines', -2],
        ],
      }),
    ).toBe('a,b\r\n"x, ""y""",1\r\n\'=1+1,\r\n"two\nlines",-2\r\n');
  });

  test('has a name that every file system takes', () => {
    expect(fileName('One packet, four ways down: Hyper-V “emulated” step 18')).toBe(
      'one-packet-four-ways-down-hyper-v-emulated-step-18',
    );
    expect(fileName('x'.repeat(300))).toHaveLength(80);
  });

  test('as a frame is safe for any title', () => {
    expect(frameCode('"><b>', 'https://x.test/?a=1&b')).toBe(
      '<iframe src="https://x.test/?a=1&amp;b" title="&quot;>&lt;b>" width="100%" height="800" style="border:0" loading="lazy" allow="fullscreen; clipboard-write"></iframe>',
    );
  });
});
