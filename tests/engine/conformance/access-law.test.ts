/**
 * Goal: bursts and depths cost what they cost real drivers. Method: the law that was fitted on the recordings (accesses
 * are doorbells times a constant and interrupts times another one) holds on the reference for random loads.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import recorded from '../../data/linux-driver-traces.json' with { type: 'json' };
import { devices, runRequest } from '#engine/execute.ts';
import { operationsOf, type Request } from '#engine/index.ts';
import { deviceOf } from './cases.ts';

const anyLoad = (device: string): fc.Arbitrary<Request> => {
  const { kind } = devices.find(({ id }) => id === device)!;
  const operations = operationsOf[kind].filter((operation) => operation !== 'flush');
  return fc.record({
    architecture: fc.constant('reference'),
    device: fc.constant(device),
    operation: fc.constantFrom(...operations),
    count: fc.integer({ min: 1, max: 60 }),
    batch: fc.integer({ min: 1, max: 40 }),
    queueDepth: fc.integer({ min: 1, max: 64 }),
    pattern: fc.constantFrom('spaced', 'burst'),
    bytes: kind === 'storage' ? fc.constantFrom(512, 4096, 131_072) : fc.constantFrom(64, 1514),
    seed: fc.nat(),
  });
};

describe.each(recorded.accessLaw)('$device', ({ case: name, perDoorbell, perInterrupt }) => {
  test('accesses are those of its doorbells and interrupts', () => {
    fc.assert(
      fc.property(anyLoad(deviceOf(name)), (request) => {
        const { totals } = runRequest(request);
        const interrupts = totals.interrupts['guest']!;
        const law = (kind: 'reads' | 'writes'): number =>
          totals.doorbells * perDoorbell[kind] + interrupts * perInterrupt[kind];
        expect(totals.accesses).toEqual({ reads: law('reads'), writes: law('writes') });
      }),
      { numRuns: 40 },
    );
  });
});
