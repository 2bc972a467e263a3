/** How a host holds interrupts back, on the clock alone. */
import { describe, expect, test } from 'vitest';
import { Simulation } from '#engine/des/simulation.ts';
import { coalescerFor } from '#engine/host/coalescing.ts';
import { priceList } from '#engine/parameters/price-list.ts';
import { duration } from '#engine/vocabulary/units.ts';

type Rule = Parameters<typeof coalescerFor>[0];

const rate: Rule = { by: 'rate', gap: 'esxi.coalescing-gap', atOnce: 'esxi.coalescing-at-once' };
const number: Rule = {
  by: 'number',
  number: 'esxi.coalescing-number',
  longest: 'esxi.coalescing-time',
};
const prices = priceList({ 'esxi.coalescing-gap': 100_000, 'esxi.coalescing-at-once': 2 });

/** When interrupts of vector 0 go out that a device raises at these times, and with which of them still held. */
function sentAt(
  rule: Rule,
  raisedAt: readonly number[],
  vectors: readonly number[] = [0],
): number[] {
  const simulation = new Simulation();
  const sent: number[] = [];
  const release = (): void => void sent.push(simulation.now);
  const coalescer = coalescerFor(rule, { simulation, prices, release });
  for (const at of raisedAt)
    simulation.in(duration(at), () => {
      for (const vector of vectors) if (coalescer.passes(vector)) release();
    });
  simulation.run(1000);
  return sent;
}

describe('by rate', () => {
  test('some go out at once after a pause, then one for each gap, and none is forgotten', () => {
    expect(sentAt(rate, [0, 10, 20, 30, 40])).toEqual([0, 10, 100_000]);
    expect(sentAt(rate, [0, 10, 20, 100_001])).toEqual([0, 10, 100_000, 200_000]);
  });

  test('what was not used comes back, up to the number that goes at once', () => {
    expect(sentAt(rate, [0, 10, 1_000_000, 1_000_001, 1_000_002])).toEqual([
      0, 10, 1_000_000, 1_000_001, 1_100_000,
    ]);
  });

  test('each vector has its own', () => {
    expect(sentAt(rate, [0, 10], [0, 1])).toEqual([0, 0, 10, 10]);
  });
});

describe('by number', () => {
  const raised = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

  test('one goes out for 64, the next for the next 64', () => {
    expect(sentAt(number, raised(128))).toEqual([63, 127]);
  });

  test('fewer go out when the first has waited for the longest time', () => {
    expect(sentAt(number, raised(66))).toEqual([63, 4_000_064]);
    expect(sentAt(number, [5])).toEqual([4_000_005]);
  });
});
