/**
 * Goal: no driver sleeps on work that its device has done, and no device on work that its driver has handed over.
 * Method: bursts of every length up to twice the smallest ring, of several sizes, on every pair that there is; when
 * nothing more happens, each request is completed or counted as lost.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runRequest } from '#engine/execute.ts';
import { type Operation, operationsOf, type Request, stateAt, waysToSend } from '#engine/index.ts';
import { cells } from '../../support/requests.ts';

const sizes: Readonly<Record<Operation, readonly number[]>> = {
  tx: [60, 106, 760, 1514],
  rx: [60, 106, 760, 1514],
  echo: [60, 106, 760, 1514],
  read: [512, 4096, 65_536],
  write: [512, 4096, 65_536],
  flush: [0],
};

const sends: readonly string[] = ['tx', 'echo'];

const anyBurst: fc.Arbitrary<Request> = fc
  .constantFrom(...cells)
  .chain(({ architecture, device }) =>
    fc.constantFrom(...operationsOf[device.kind]).chain((operation) =>
      fc.record({
        architecture: fc.constant(architecture),
        device: fc.constant(device.id),
        variant: fc.constantFrom(...device.variants),
        interrupts: fc.constantFrom(...device.interrupts),
        operation: fc.constant(operation),
        pattern: fc.constant('burst' as const),
        count: fc.integer({ min: 1, max: 64 }),
        batch: fc.constantFrom(1, 8, 64),
        sentAs: fc.constantFrom(...(sends.includes(operation) ? waysToSend : ['calls'])),
        bytes: fc.constantFrom(...sizes[operation]),
        seed: fc.nat(),
      }),
    ),
  );

/** While writes to ports did not wait, the acknowledgement of frame 29 came after frame 30 and cleared its cause. */
const waited: Request = {
  architecture: 'native',
  device: 'dec21140',
  operation: 'echo',
  pattern: 'burst',
  count: 30,
  bytes: 760,
};

test('a run that ends has completed every request, or counted it as lost', () => {
  fc.assert(
    fc.property(anyBurst, (request) => {
      const { trace, totals } = runRequest(request);
      const { completed } = stateAt(trace, trace.length - 1);
      expect(completed + totals.lost).toBe(request.count);
    }),
    { numRuns: 400, examples: [[waited]] },
  );
});
