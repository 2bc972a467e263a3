/**
 * Goal: a polled queue of the Linux NVMe driver completes without interrupts while the processor looks at it. Method:
 * runs on products; doorbells and interrupts of single requests as traced by QEMU 7.2 with poll_queues=1 and io_uring
 * (IORING_SETUP_IOPOLL) in a Debian 12 guest.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runRequest } from '#engine/execute.ts';
import { type Request, ScenarioError, stateAt } from '#engine/index.ts';

const ask = (more: Partial<Request> = {}): Request => ({
  architecture: 'kvm',
  device: 'nvme',
  operation: 'read',
  ...more,
});
const polled = (more: Partial<Request> = {}) =>
  runRequest(ask({ driver: 'linux-nvme-polled', ...more }));
const interrupted = (more: Partial<Request> = {}) => runRequest(ask(more));

test.each(['read', 'write'])(
  '20 times one %s: two doorbells each and no interrupt',
  (operation) => {
    const { totals } = polled({ operation, count: 20 });
    expect(totals).toMatchObject({ doorbells: 20, accesses: { reads: 0, writes: 40 } });
    expect([totals.interrupts['guest'], totals.endsOfInterrupt]).toEqual([0, 0]);
  },
);

test('eight at once have one doorbell', () => {
  expect(polled({ count: 8, pattern: 'burst' }).totals.doorbells).toBe(1);
});

describe.each(['native', 'kvm', 'esxi'])('%s', (architecture) => {
  test('one request takes less time than with an interrupt', () => {
    const [polls, waits] = [polled({ architecture }), interrupted({ architecture })];
    expect(polls.totals.latencyNs.default).toBeLessThan(waits.totals.latencyNs.default);
    expect(polls.totals.vmExits['guest']).toBeLessThanOrEqual(waits.totals.vmExits['guest']!);
  });

  test('the processor is busy for as long as the request takes', () => {
    const { statistics, totals } = polled({ architecture, count: 50 });
    const busyNs = statistics.guestUtilization * statistics.endNs;
    expect(busyNs).toBeGreaterThanOrEqual(0.99 * 50 * totals.latencyNs.default);
    expect(statistics.guestUtilization).toBeGreaterThan(
      interrupted({ architecture, count: 50 }).statistics.guestUtilization,
    );
  });
});

test('the step that completes a request follows from what the device wrote', () => {
  const { trace, paths } = polled();
  const [path] = paths;
  const events = path!.events.map((id) => trace[id]!);
  const consumed = events.findIndex((event) => event.kind === 'ring' && event.op === 'consume');
  expect(events[consumed]).toMatchObject({ domain: 'guest', ring: 'completion queue' });
  expect(events.slice(0, consumed).some(({ domain }) => domain === 'hardware')).toBe(true);
});

test('every load completes: bursts, depths, rates, sizes and processors', () => {
  fc.assert(
    fc.property(
      fc.record({
        architecture: fc.constantFrom('reference', 'native', 'kvm', 'esxi'),
        variant: fc.constantFrom('1.4', '1.4-shadow-doorbells'),
        operation: fc.constantFrom('read', 'write'),
        count: fc.integer({ min: 1, max: 300 }),
        batch: fc.integer({ min: 1, max: 64 }),
        bytes: fc.constantFrom(512, 4096, 131_072, 520_192),
        processors: fc.integer({ min: 1, max: 4 }),
        load: fc.constantFrom<Partial<Request>>(
          { pattern: 'burst' },
          { pattern: 'spaced' },
          { queueDepth: 1 },
          { queueDepth: 256 },
          { rate: 20_000 },
          { rate: 400_000 },
        ),
      }),
      ({ load, ...rest }) => {
        const { totals, trace } = polled({ ...rest, ...load });
        expect(stateAt(trace, trace.length - 1).completed).toBe(rest.count);
        expect(totals.interrupts['guest']).toBe(0);
      },
    ),
    { numRuns: 60 },
  );
});

test.each<[Partial<Request>, string]>([
  [{ operation: 'flush' }, "polls for read and write, not 'flush': use one of these"],
  [{ bytes: 524_288 }, "requests of one command, at most 520192 bytes, not '524288': use fewer"],
  [{ interrupts: 'msix' }, "has no interrupts: leave out interrupts 'msix'"],
])('%j is refused', (more, message) => {
  expect(() => polled(more)).toThrow(ScenarioError);
  expect(() => polled(more)).toThrow(message);
});
