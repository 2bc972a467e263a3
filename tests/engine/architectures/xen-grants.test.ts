/**
 * Goal: grants are paid by the page and hypercalls by the call, as netback and blkback make them. Method: counts of
 * operations, calls and wake-ups over sizes, batches and policies, each by its rule.
 */
import { describe, expect, test } from 'vitest';
import { runRequest } from '#engine/execute.ts';
import { type Request, type Run, ScenarioError } from '#engine/index.ts';

const onXen = (device: string, more: Partial<Request> = {}): Run =>
  runRequest({ architecture: 'xen', device, ...more });

/** How often a run pays a parameter. */
const paid = ({ trace }: Run, id: string): number =>
  trace
    .flatMap(({ costs }) => costs)
    .reduce((sum, { parameter, times }) => (parameter === id ? sum + times : sum), 0);

const operations = (run: Run): number => paid(run, 'xen.grant-operation');
const calls = ({ totals }: Run): number => totals.hypercalls['driver-domain']!;

describe('netback', () => {
  test.each([1, 2, 16, 64, 200])('%i frames: a copy, a map and an unmap for each', (count) => {
    const sent = onXen('xen-netfront', { count, pattern: 'burst' });
    expect(operations(sent)).toBe(3 * count);
    expect(paid(sent, 'xen.grant-flush')).toBe(count);
    expect(operations(onXen('xen-netfront', { count, pattern: 'burst', operation: 'rx' }))).toBe(
      count,
    );
  });

  test.each([
    [60, 1],
    [128, 1],
    [129, 3],
    [1514, 3],
  ])('a frame of %i bytes takes %i operations', (bytes, expected) => {
    expect(operations(onXen('xen-netfront', { bytes }))).toBe(expected);
  });

  test('takes 64 frames at once, and makes its calls for each such batch', () => {
    const { totals } = onXen('xen-netfront', {
      operation: 'rx',
      count: 4000,
      queueDepth: 128,
      parameters: { 'wire-byte': 0.2 },
      window: 0,
    });
    const batches = Math.ceil(4000 / 64);
    expect(totals.interrupts['guest']).toBeGreaterThanOrEqual(batches);
    expect(totals.interrupts['guest']).toBeLessThan(1.2 * batches);
    expect(totals.hypercalls['driver-domain']).toBeLessThan(2 * 1.2 * batches);
  });

  test.each([256, 512, 1514])(
    'frames of %i bytes, which are mapped, leave a guest no faster than they come in, at any depth',
    (bytes) => {
      for (const queueDepth of [16, 64, 200]) {
        const load = {
          bytes,
          count: 3000,
          queueDepth,
          window: 0,
          parameters: { 'wire-byte': 0.2 },
        };
        const rate = (operation: 'tx' | 'rx'): number =>
          onXen('xen-netfront', { ...load, operation }).statistics.throughputPerSecond;
        expect(rate('tx')).toBeLessThanOrEqual(rate('rx'));
      }
    },
  );
});

describe('blkback', () => {
  const mapped = { policies: { 'block-grants': 'mapped' } };
  const read = (more: Partial<Request>): Run =>
    onXen('xen-blkfront', { operation: 'read', ...more });

  test.each([
    [4096, 1, 2],
    [11 * 4096, 1, 22],
    // Beyond a direct request: a page that lists the segments, mapped and unmapped by itself.
    [12 * 4096, 2 + 2, 2 + 24],
    [32 * 4096, 3 + 2, 2 + 64],
  ])('%i bytes, mapped for each request: %i calls and one to unmap', (bytes, maps, expected) => {
    const run = read({ ...mapped, bytes });
    expect(calls(run)).toBe(maps + 1 + 1);
    expect(operations(run)).toBe(expected);
  });

  test('with persistent grants only pages that are new are mapped; the call with an empty list stays', () => {
    const run = read({ count: 10 });
    expect(operations(run)).toBe(1);
    expect(paid(run, 'xen.grant-flush')).toBe(0);
    // Once to map, and for each request to unmap nothing and to send the event.
    expect(calls(run)).toBe(1 + 10 + 10);
  });

  test('persistent grants are the default, and a chip variant names the same choice', () => {
    const policyOf = (more: Partial<Request>): string =>
      read(more).world.policies.find(({ id }) => id === 'block-grants')!.choice.id;
    expect(policyOf({})).toBe('persistent');
    expect(policyOf({ variant: 'mapped-grants' })).toBe('mapped');
    const asked = { bytes: 16_384, count: 3 };
    expect(read({ ...asked, variant: 'mapped-grants' }).totals).toEqual(
      read({ ...asked, ...mapped }).totals,
    );
    expect(() => read({ ...mapped, variant: 'persistent-grants' })).toThrow(
      new ScenarioError(
        "variant persistent-grants is policy block-grants 'persistent', not 'mapped': leave one of them out",
      ),
    );
  });
});

describe('threads of the back ends', () => {
  const wakeUps = ({ totals }: Run): number => totals.wakeUps;

  test.each([
    ['xen-netfront', { operation: 'tx' }],
    ['xen-netfront', { operation: 'rx' }],
    ['xen-blkfront', { operation: 'read' }],
    ['xen-blkfront', { operation: 'flush' }],
  ])('%s %j: one is woken, none where the host has none', (device, load) => {
    expect(wakeUps(onXen(device, load))).toBe(1);
    const none = { ...load, policies: { 'back-end-threads': 'none' } };
    expect(wakeUps(onXen(device, none))).toBe(0);
  });

  test('a frame that is copied whole has no page to unmap, and no thread to wake for it', () => {
    expect(wakeUps(onXen('xen-netfront', { bytes: 128 }))).toBe(0);
  });
});

describe('the end of the interrupt of an event', () => {
  test.each([
    ['automatic', 0, 0],
    ['apic-eoi', 1, 0],
    ['apic-eoi-trapped', 1, 1],
  ])('%s: %i for an event, %i exits', (choice, ends, exits) => {
    for (const device of ['xen-netfront', 'xen-blkfront']) {
      const { totals } = onXen(device, { policies: { 'event-acknowledgement': choice } });
      expect([totals.endsOfInterrupt, totals.vmExits['guest']]).toEqual([ends, exits]);
    }
  });
});
