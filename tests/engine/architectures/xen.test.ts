/** Goal: Xen makes the hypercalls that netfront, netback, blkfront and blkback are known to make. */
import { describe, expect, test } from 'vitest';
import { runRequest } from '#engine/execute.ts';
import type { Request, Run } from '#engine/index.ts';

const onXen = (device: string, more: Partial<Request> = {}): Run =>
  runRequest({ architecture: 'xen', device, ...more });

const all = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

describe('hypercalls of one isolated request', () => {
  test.each([
    ['xen-netfront', 'tx', { guest: 1, 'driver-domain': 4 }],
    ['xen-netfront', 'rx', { guest: 0, 'driver-domain': 2 }],
    ['xen-blkfront', 'read', { guest: 1, 'driver-domain': 3 }],
    ['xen-blkfront', 'flush', { guest: 1, 'driver-domain': 2 }],
  ])('%s %s', (device, operation, hypercalls) => {
    const { totals } = onXen(device, { operation });
    expect(totals.hypercalls).toEqual(hypercalls);
    expect(totals.vmExits['guest']).toBe(0);
  });
});

test('what comes in is copied once by Xen; netfront copies its head', () => {
  const { totals } = onXen('xen-netfront', { operation: 'rx' });
  expect([totals.copies, totals.bytesCopied]).toEqual([2, 1514 + 256]);
});

test('frames sent at once share the hypercalls of netback, blocks do not share those of blkback', () => {
  const frames = onXen('xen-netfront', { count: 16, pattern: 'burst' }).totals;
  expect(all(frames.hypercalls)).toBeLessThan(16);
  const load = { operation: 'read', count: 8 };
  const blocks = onXen('xen-blkfront', { ...load, queueDepth: 8 }).totals.hypercalls;
  expect(blocks['driver-domain']).toBeGreaterThanOrEqual(16);
  expect(blocks['driver-domain']).toBeLessThanOrEqual(24);
});

test('a paravirtual frame goes to the driver domain by an event and never to the stub domain', () => {
  const { trace, totals } = onXen('xen-netfront');
  expect(trace.some(({ domain }) => domain === 'stub-domain')).toBe(false);
  expect(totals.interrupts).toEqual({ guest: 1, 'driver-domain': 2, xen: 1 });
});

test('an emulated access goes to the stub domain and comes back by one hypercall', () => {
  const { totals, trace } = onXen('e1000');
  const told = trace.filter((event) => event.kind === 'crossing' && event.crossing === 'message');
  expect(told).toHaveLength(6);
  // Six answers, the event to the driver domain, the guest’s interrupt.
  expect(totals.hypercalls['stub-domain']).toBe(8);
});

test('the stub domain reaches the disk through blkback in the driver domain', () => {
  const { trace } = onXen('ide-dma', { operation: 'read' });
  const visited = trace.flatMap(({ kind, domain, phase }) =>
    kind === 'crossing' && (phase === 'drive' || phase === 'device') ? [domain] : [],
  );
  expect(visited.slice(0, 5)).toEqual(['xen', 'driver-domain', 'xen', 'driver-domain', 'hardware']);
});

test('physical interrupts reach Xen first, which passes them on', () => {
  for (const device of ['xen-netfront', 'xen-blkfront', 'e1000', 'ide-dma']) {
    const { interrupts } = onXen(device).totals;
    expect(interrupts['xen']).toBe(1);
    expect(interrupts['driver-domain']).toBeGreaterThanOrEqual(1);
  }
});
