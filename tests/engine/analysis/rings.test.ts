/**
 * Goal: no ring is ever overrun, no signal is missing or too many, and nothing is left behind. Method: random scenarios
 * of every device with rings, whose bytes are watched at every write and held against the rules of the dossiers, which
 * `watched-rings.ts` has apart from the engine.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { operationsOf, patterns, type Request, waysToSend } from '#engine/index.ts';
import { cells } from '../../support/requests.ts';
import { ringDevices, ringsOf } from '../../support/watched-rings.ts';

const ringed = cells.flatMap(({ architecture, device }) =>
  ringDevices.includes(device.id)
    ? operationsOf[device.kind].map((operation) => ({ architecture, device, operation }))
    : [],
);

const anyLoad = (wanted: (device: string) => boolean): fc.Arbitrary<Request> =>
  fc
    .constantFrom(...ringed.filter(({ device }) => wanted(device.id)))
    .chain(({ architecture, device: { id, kind }, operation }) =>
      fc.record({
        architecture: fc.constant(architecture),
        device: fc.constant(id),
        operation: fc.constant(operation),
        pattern: fc.constantFrom(...patterns),
        count: fc.integer({ min: 1, max: 400 }),
        batch: fc.integer({ min: 1, max: 40 }),
        sentAs: fc.constantFrom(
          ...(operation === 'tx' || operation === 'echo' ? waysToSend : ['calls']),
        ),
        processors: fc.integer({ min: 1, max: 8 }),
        flows: kind === 'storage' ? fc.constant(1) : fc.integer({ min: 1, max: 8 }),
        seed: fc.nat(),
        bytes:
          operation === 'flush'
            ? fc.constant(0)
            : kind === 'storage'
              ? fc.integer({ min: 1, max: 300 }).map((sectors) => 512 * sectors)
              : fc.integer({ min: 60, max: operation === 'tx' ? 20_000 : 1514 }),
      }),
    );

const law = (
  name: string,
  wanted: (device: string) => boolean,
  holds: (request: Request) => void,
): void => test(name, () => fc.assert(fc.property(anyLoad(wanted), holds), { numRuns: 40 }));

const isVirtio = (device: string): boolean => device.startsWith('virtio-');
/** Rings whose two ends signal by one rule and by nothing else. */
const signals = (device: string): boolean => device !== 'pvscsi' && !isVirtio(device);

describe('rings', () => {
  law(
    'keep their indexes in range, and end with nothing in them',
    () => true,
    (request) => {
      expect(ringsOf(request).left).toBe(0);
    },
  );

  law(
    'VMBus and Xen: a signal for each publication whose rule asks for one',
    signals,
    (request) => {
      const { run, published, due } = ringsOf(request);
      const { sent, suppressed } = run.totals.notifications;
      expect([sent, sent + suppressed]).toEqual([due, published]);
    },
  );

  law('virtio: a message for each used index that is waited for', isVirtio, (request) => {
    const { run, due } = ringsOf(request);
    const raised = run.trace.filter((event) => event.kind === 'interrupt-line' && event.raised);
    expect(raised).toHaveLength(due);
  });

  test('PVSCSI: below the threshold no kick, and the rings are still emptied', () => {
    fc.assert(
      fc.property(
        anyLoad((device) => device === 'pvscsi'),
        fc.integer({ min: 2, max: 16 }),
        (request, threshold) => {
          const parameters = { 'esxi.request-call-threshold': threshold };
          expect(ringsOf({ ...request, parameters }).left).toBe(0);
        },
      ),
      { numRuns: 40 },
    );
  });
});
