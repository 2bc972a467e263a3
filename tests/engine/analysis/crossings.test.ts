/** What crossings of the hypervisor's edge are counted, once each, and what they are for. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runRequest } from '#engine/execute.ts';
import { isBelow, domainOf, patterns, stepsOf } from '#engine/index.ts';
import { layoutDuel } from '#views/duel/duel.ts';
import { align } from '#views/lane/columns.ts';
import { laneOf } from '#views/lane/standings.ts';
import { offered } from '../../support/requests.ts';

const ofRun = (architecture: string, device: string, operation: string, count = 1) =>
  runRequest({ architecture, device, operation, count, pattern: 'burst' });

// Counted by hand from the recorded sequences: per access 4 on Hyper-V and 2 on ESXi, 2 for an end of interrupt.
test.each([
  ['hyper-v', 'dec21140', 'tx', 5, 18],
  ['hyper-v', 'netvsc', 'tx', 5, 0],
  ['esxi', 'e1000', 'tx', 2, 12],
  ['esxi', 'vmxnet3', 'tx', 2, 2],
  ['hyper-v', 'dec21140', 'rx', 3, 38],
  ['hyper-v', 'netvsc', 'rx', 5, 0],
  ['esxi', 'e1000', 'rx', 3, 12],
  ['esxi', 'vmxnet3', 'rx', 1, 2],
  ['hyper-v', 'ide-dma', 'read', 4, 101],
  ['hyper-v', 'storvsc', 'read', 5, 0],
  ['esxi', 'lsi-sas1068', 'read', 2, 6],
  ['esxi', 'pvscsi', 'read', 2, 0],
] as const)(
  '%s %s %s: %i carry the request, %i ask',
  (architecture, device, operation, carry, ask) => {
    const { totals } = ofRun(architecture, device, operation);
    expect(totals.lineCrossingsThat).toEqual({ carry, ask });
    expect(totals.lineCrossings).toBe(carry + ask);
  },
);

describe('of many requests', () => {
  // 12 accesses x 4, 2 of the end of interrupt, 8 device interrupts up to the root, 2 for the one interrupt of the
  // guest: 60, without the 2 of the first resumption, which is beside every path.
  test('are those of the run: 8 packets of a burst that share one interrupt', () => {
    const { totals } = ofRun('hyper-v', 'dec21140', 'tx', 8);
    expect(totals.lineCrossings).toBe(58);
    expect(totals.lineCrossingsThat.ask).toBe(18);
  });

  test('every request of that burst has steps of its own', () => {
    const { places } = laneOf(ofRun('hyper-v', 'dec21140', 'tx', 8));
    expect(new Set(places.map(({ request }) => request))).toEqual(
      new Set([1, 2, 3, 4, 5, 6, 7, 8]),
    );
  });

  test('three requests that do not meet cross as often as one, three times', () => {
    const emulated = offered.filter(
      ({ architecture, device }) =>
        ['dec21140', 'e1000', 'lsi-sas1068', 'ide-dma'].includes(device) &&
        architecture !== 'native',
    );
    for (const { architecture, device, operation } of emulated) {
      const [one, three] = [1, 3].map(
        (count) => runRequest({ architecture, device, operation, count }).totals,
      );
      expect(three!.lineCrossings).toBe(3 * one!.lineCrossings);
      expect(three!.traced).toBe(3);
    }
  });

  test('of a window they are scaled from the requests in it', () => {
    const request = { architecture: 'esxi', device: 'vmxnet3', count: 100 };
    const whole = runRequest(request).totals;
    const part = runRequest({ ...request, window: 400 }).totals;
    expect(part.traced).toBeLessThan(50);
    expect(part.traced).toBeGreaterThan(1);
    expect(part.lineCrossings).toBe(whole.lineCrossings);
    expect(runRequest({ ...request, window: 0 }).totals.traced).toBe(0);
  });
});

const anyLoad = fc.record({
  pair: fc.constantFrom(...offered),
  count: fc.integer({ min: 1, max: 20 }),
  batch: fc.integer({ min: 1, max: 5 }),
  pattern: fc.constantFrom(...patterns),
});

test('the count is that of the steps that cross, and no more than the trace has', () => {
  fc.assert(
    fc.property(anyLoad, ({ pair, ...load }) => {
      const run = runRequest({ ...pair, ...load });
      const { totals, trace, world } = run;
      const steps = stepsOf(run).filter(({ crossesEdge }) => crossesEdge);
      expect(totals.lineCrossings).toBe(steps.length);
      expect(totals.lineCrossingsThat.ask).toBe(steps.filter(({ asks }) => asks).length);
      const all = trace.filter((event) => {
        if (event.kind !== 'crossing' || event.crossing === 'gate') return false;
        const [from, to] = [event.from, event.domain].map((id) => domainOf(world, id).band);
        return isBelow(from!) !== isBelow(to!);
      });
      if (world.architecture.hasHypervisor)
        expect(totals.lineCrossings).toBeLessThanOrEqual(all.length);
    }),
    { numRuns: 80 },
  );
});

test('what is drawn in a lane is every crossing once', () => {
  fc.assert(
    fc.property(anyLoad, ({ pair, ...load }) => {
      const own = laneOf(runRequest({ ...pair, ...load, count: Math.min(load.count, 6) }));
      const { totals, world } = own.run;
      expect(own.path.filter(({ crossesEdge }) => crossesEdge)).toHaveLength(totals.lineCrossings);
      expect(new Set(own.path).size).toBe(own.path.length);
      const { transitions, y, plateaus } = layoutDuel(align([own]), 100_000).lanes[0]!;
      if (plateaus.length < own.path.length || !world.architecture.hasHypervisor) return;
      const across = transitions.filter(
        ({ y1, y2, mechanism }) => y1 < y !== y2 < y && mechanism !== 'gate',
      );
      expect(across).toHaveLength(totals.lineCrossings);
    }),
    { numRuns: 40 },
  );
});
