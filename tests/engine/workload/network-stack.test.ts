/** Goal: where a guest's network stack has a price, it is paid for each frame that the stack hands to a driver. */
import { describe, expect, test } from 'vitest';
import { runRequest } from '#engine/execute.ts';
import type { Request, Run } from '#engine/index.ts';

/** Derived from two published points. */
const priced = { 'guest-network-send': 1420, 'guest-network-send-byte': 0.2026 };
const sends = (more: Partial<Request>): Run =>
  runRequest({ architecture: 'kvm', device: 'virtio-net', operation: 'tx', ...more });

/** How often the stack has sent, and the time that it took. */
function stackOf({ trace }: Run): { frames: number; ns: number } {
  const costs = trace
    .flatMap((event) => event.costs)
    .filter(({ parameter }) => parameter.startsWith('guest-network-send'));
  return { frames: costs.length / 2, ns: costs.reduce((sum, { ns }) => sum + ns.default, 0) };
}

test('without a price there is no step of the stack', () => {
  expect(stackOf(sends({ count: 4 })).frames).toBe(0);
});

test.each([
  [1448, 1720],
  [65_536, 14_700],
])('%i bytes cost the published %i ns', (bytes, published) => {
  const { ns } = stackOf(sends({ bytes, parameters: priced }));
  expect(Math.abs(ns - published)).toBeLessThan(0.01 * published);
});

test('a single send takes so much longer, and counts the same', () => {
  const plain = sends({}).totals;
  const slow = sends({ parameters: priced }).totals;
  expect(slow.latencyNs.default - plain.latencyNs.default).toBe(Math.round(1420 + 0.2026 * 1514));
  expect({ ...slow, latencyNs: 0 }).toEqual({ ...plain, latencyNs: 0 });
});

describe('a send of 64 KiB', () => {
  test('is one frame to a driver that leaves the cutting to its device, and many to another', () => {
    expect(stackOf(sends({ bytes: 65_536, parameters: priced })).frames).toBe(1);
    const cut = runRequest({
      architecture: 'esxi',
      device: 'pcnet32',
      operation: 'tx',
      bytes: 65_536,
      parameters: priced,
    });
    expect(stackOf(cut).frames).toBeGreaterThan(40);
  });
});

test('no load sends faster than the stack', () => {
  for (const queueDepth of [1, 16, 128]) {
    const { statistics } = sends({ count: 1000, queueDepth, window: 0, parameters: priced });
    expect(statistics.throughputPerSecond).toBeLessThan(1e9 / (1420 + 0.2026 * 1514));
  }
});
