/**
 * Goal: chance is the same everywhere and has the shape it claims. Method: exact pins, and a
 * chi-squared test of two million draws at 99.9 %; the seeds are fixed, so it passes always or
 * never.
 */
import { expect, test } from 'vitest';
import { seededRandom } from '#engine/random.ts';

const draws = 2_000_000;

/** Sum of (found - expected)² / expected over `cells` equally likely cells. */
function chiSquared(cells: number, cellOf: () => number): number {
  const found = new Float64Array(cells);
  for (let draw = 0; draw < draws; draw++) found[cellOf()]! += 1;
  const expected = draws / cells;
  return found.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** The 99.9 % point of chi-squared with 63 degrees of freedom. */
const limit63 = 103.4;

test('a seed decides every number, to the last bit', () => {
  const random = seededRandom(42);
  expect(Array.from({ length: 4 }, () => random.below(1000))).toEqual([601, 448, 852, 669]);
  expect(Array.from({ length: 3 }, () => random.uniform())).toMatchInlineSnapshot(`
    [
      0.17481389874592423,
      0.5265925421845168,
      0.2732279943302274,
    ]
  `);
  expect(Array.from({ length: 6 }, () => random.exponential())).toMatchInlineSnapshot(`
    [
      4.808732988378961,
      3.1946409396246302,
      1.259940646490701,
      0.4397659858250776,
      1.272336327909222,
      2.1967298436337637,
    ]
  `);
  // Far enough for every branch of the ziggurat, its tail included.
  let sum = 0;
  for (let draw = 0; draw < 100_000; draw++) sum += random.exponential();
  expect(sum).toMatchInlineSnapshot(`100429.27766749846`);
});

test('uniform numbers are uniform from 0 up to 1', () => {
  const random = seededRandom(1);
  expect(chiSquared(64, () => Math.floor(random.uniform() * 64))).toBeLessThan(limit63);
});

test('exponential numbers are exponential', () => {
  const random = seededRandom(2);
  // 1 - e^-x is uniform if x is exponential.
  const cell = () => Math.floor(-Math.expm1(-random.exponential()) * 64);
  expect(chiSquared(64, cell)).toBeLessThan(limit63);
});

test('the tail of the exponential is as heavy as it should be', () => {
  const random = seededRandom(3);
  let beyond8 = 0;
  let sum = 0;
  for (let draw = 0; draw < draws; draw++) {
    const x = random.exponential();
    if (x > 8) beyond8++;
    sum += x;
  }
  const expected = draws * Math.exp(-8);
  // Both within 3.29 standard errors: 99.9 %.
  expect(Math.abs(beyond8 - expected)).toBeLessThan(3.29 * Math.sqrt(expected));
  expect(Math.abs(sum / draws - 1)).toBeLessThan(3.29 / Math.sqrt(draws));
});
