/**
 * Goal: a schedule asks for each request once, in its pattern. Method: random loads, whose requests end after a
 * while.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reference } from '#engine/architectures/reference.ts';
import { Machine } from '#engine/host/machine.ts';
import { priceList } from '#engine/parameters/price-list.ts';
import type { Load, Pattern } from '#engine/vocabulary/scenario.ts';
import { duration } from '#engine/vocabulary/units.ts';
import { Schedule } from '#engine/workload/schedule.ts';

const gapNs = 1000;
const serviceNs = 300;

/** One call of a schedule: when, the requests asked for, and how many are then under way. */
interface Asked {
  readonly at: number;
  readonly index: number;
  readonly count: number;
  readonly underWay: number;
}

/** What a schedule asks for until nothing happens any more; it is stopped after so many calls. */
function asksOf(load: Load, seed: number, calls = Infinity): Asked[] {
  const machine = new Machine(reference, priceList({ 'idle-gap': gapNs }));
  const { simulation } = machine;
  const all: Asked[] = [];
  const schedule: Schedule = new Schedule({
    load,
    seed,
    machine,
    ask: (index, count) => {
      const underWay = schedule.asked - schedule.over;
      all.push({ at: simulation.now, index, count, underWay });
      if (all.length === calls) schedule.stop();
      for (let request = 0; request < count; request++)
        simulation.in(duration(serviceNs * (request + 1)), () => schedule.end());
    },
  });
  schedule.start();
  simulation.run(1e6);
  expect(schedule.over).toBe(schedule.asked);
  return all;
}

/** What has no part in when requests are asked for. */
const sent = { operation: 'tx', sentAs: 'calls', flows: 1 } as const;

const anyLoad = (pattern: Pattern): fc.Arbitrary<Load> =>
  fc.record({
    operation: fc.constant(sent.operation),
    count: fc.integer({ min: 1, max: 60 }),
    bytes: fc.constant(60),
    pattern: fc.constant(pattern),
    batch: fc.integer({ min: 1, max: 9 }),
    sentAs: fc.constant(sent.sentAs),
    flows: fc.constant(sent.flows),
    queueDepth: pattern === 'burst' ? fc.integer({ min: 1, max: 20 }) : fc.constant(null),
    ratePerSecond: pattern === 'open' ? fc.constant(1_000_000) : fc.constant(null),
  });

const law = (
  name: string,
  pattern: Pattern,
  holds: (asks: readonly Asked[], load: Load) => void,
): void =>
  test(name, () => {
    fc.assert(
      fc.property(anyLoad(pattern), fc.nat(), (load, seed) => holds(asksOf(load, seed), load)),
    );
  });

describe('schedules', () => {
  for (const pattern of ['spaced', 'burst', 'open'] as const)
    law(`${pattern}: each request is asked for once, in order`, pattern, (asks, { count }) => {
      const asked = asks.flatMap((each) =>
        Array.from({ length: each.count }, (_, place) => each.index + place),
      );
      expect(asked).toEqual(Array.from({ length: count }, (_, place) => place));
    });

  law('spaced: a batch waits for the one before it and a gap', 'spaced', (asks, { batch }) => {
    for (const [place, { at, underWay, count }] of asks.entries()) {
      expect(underWay).toBe(count);
      const before = asks[place - 1];
      if (before === undefined) continue;
      expect(before.count).toBe(batch);
      const gap = at - before.at - serviceNs * batch;
      expect(gap).toBeGreaterThanOrEqual(gapNs);
      expect(gap).toBeLessThan(1.1 * gapNs);
    }
  });

  law('burst: as many are under way as the queue is deep, and no more', 'burst', (asks, load) => {
    const depth = load.queueDepth!;
    const batch = Math.min(load.batch, depth);
    for (const { underWay, index, count } of asks) {
      expect(underWay).toBeLessThanOrEqual(depth);
      if (index + count < load.count) expect(count).toBe(batch);
    }
    const most = Math.max(...asks.map(({ underWay }) => underWay));
    const room = Math.floor(depth / batch) * batch;
    if (load.count >= room) expect(most).toBeGreaterThanOrEqual(room);
  });

  test('burst without a depth: all at once', () => {
    const load = { ...sent, count: 7, bytes: 60, pattern: 'burst' } as const;
    const asks = asksOf({ ...load, batch: 2, queueDepth: null, ratePerSecond: null }, 1);
    expect(asks).toEqual([{ at: 0, index: 0, count: 7, underWay: 7 }]);
  });

  test('open: arrivals keep their rate, whatever is under way', () => {
    const load = { ...sent, count: 4000, bytes: 60, pattern: 'open' } as const;
    const asks = asksOf({ ...load, batch: 1, queueDepth: null, ratePerSecond: 1e6 }, 7);
    const mean = asks.at(-1)!.at / asks.length;
    expect(mean).toBeGreaterThan(950);
    expect(mean).toBeLessThan(1050);
    expect(Math.max(...asks.map(({ underWay }) => underWay))).toBeGreaterThan(1);
  });

  for (const pattern of ['spaced', 'burst', 'open'] as const)
    test(`${pattern}: what is stopped asks for nothing more`, () => {
      fc.assert(
        fc.property(anyLoad(pattern), fc.integer({ min: 1, max: 4 }), (load, calls) => {
          expect(asksOf(load, 1, calls).length).toBeLessThanOrEqual(calls);
        }),
      );
    });
});
