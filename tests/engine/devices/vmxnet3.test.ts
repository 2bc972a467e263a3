/**
 * Goal: doorbells, masks and generation bits as the real driver and device keep them. Method: both
 * on one memory.
 */
import { describe, expect, test } from 'vitest';
import { vmxnet3 as device } from '#engine/devices/vmxnet3.ts';
import { vmxnet3 as driver } from '#engine/drivers/vmxnet3.ts';
import { accessesOf, runRequest } from '#engine/index.ts';
import { GuestMemory } from '#engine/memory/guest-memory.ts';
import type { InterruptMode } from '#engine/memory/interrupt.ts';
import { DirectKernel, RecordingHost } from '../../support/device-bench.ts';

function pair(doorbellThreshold = 1, interrupts: InterruptMode = 'msix') {
  const memory = new GuestMemory(device.memoryBytes);
  const host = new RecordingHost(memory);
  const kernel = new DirectKernel(memory, interrupts);
  kernel.device = device.create(host, { variant: 'v1', interrupts, doorbellThreshold });
  const guest = driver.create(kernel);
  kernel.run(guest.open());
  kernel.accesses.length = 0;
  return { host, kernel, guest, model: kernel.device };
}

const frame = (payload: number, bytes = 1514) => ({
  payload,
  bytes,
  buffer: 0x5000_0000 + payload * 2048,
  cpu: 0,
});

/** Everything the device has been told of leaves at once. */
function drain({ model }: ReturnType<typeof pair>): number {
  let frames = 0;
  for (let out = model.take(); out !== undefined; out = model.take()) {
    model.finished(out);
    frames++;
  }
  return frames;
}

describe('doorbells of a burst, then one poll', () => {
  test.each([
    { frames: 64, threshold: 1, accesses: 65 },
    { frames: 64, threshold: 16, accesses: 5 },
    { frames: 65, threshold: 16, accesses: 5 },
  ])(
    '$frames frames at threshold $threshold: $accesses accesses',
    ({ frames, threshold, accesses }) => {
      const both = pair(threshold);
      for (let payload = 1; payload <= frames; payload++)
        both.kernel.run(both.guest.transmit(frame(payload), false));
      drain(both);
      both.kernel.run(both.guest.interrupt(0));
      both.kernel.run(both.guest.poll!(64));
      expect(both.kernel.accesses.length).toBe(accesses);
    },
  );
});

test('a packet of two descriptors becomes visible at once, when its first generation bit flips', () => {
  const { guest, model } = pair();
  const code = guest.transmit(frame(1), false);
  code.next(0);
  expect(model.take()).toBeUndefined();
  code.next(0);
  expect(model.take()?.bytes).toBe(1514);
});

test('rings go round: generations flip on both sides and no frame is lost', () => {
  const both = pair();
  for (let payload = 1; payload <= 1500; payload++) {
    both.kernel.run(both.guest.transmit(frame(payload), false));
    drain(both);
    both.kernel.run(both.guest.poll!(64));
  }
  expect(both.kernel.reaped).toEqual(Array.from({ length: 1500 }, (_, index) => index + 1));
});

test('received frames go round a ring of completions that is longer than the ring of buffers', () => {
  const both = pair();
  for (let payload = 1; payload <= 3500; payload++) {
    expect(both.model.deliver!({ payload, bytes: 60 })).toBe(true);
    both.kernel.run(both.guest.poll!(64));
  }
  expect(both.kernel.handedUp).toEqual(Array.from({ length: 3500 }, (_, index) => index + 1));
});

test('a message masks its vector until the poll unmasks it', () => {
  const both = pair();
  for (const payload of [1, 2, 3]) {
    both.kernel.run(both.guest.transmit(frame(payload), false));
    drain(both);
  }
  expect(both.host.fired).toBe(1);
});

test('on a pin the handler reads the cause: three accesses for one frame', () => {
  const run = runRequest({ architecture: 'reference', device: 'vmxnet3', interrupts: 'intx' });
  const accesses = accessesOf(run).map((access) =>
    access.op === 'interrupt' ? 'interrupt' : `${access.op} ${access.name}`,
  );
  expect(accesses).toEqual(['write TXPROD0', 'interrupt', 'read ICR', 'write IMR0']);
});

test('64 received frames reaped by one interrupt need one unmask', () => {
  const both = pair();
  for (let payload = 1; payload <= 64; payload++) both.model.deliver!({ payload, bytes: 1514 });
  both.kernel.run(both.guest.interrupt(0));
  while (both.kernel.run(both.guest.poll!(64)));
  expect(both.kernel.accesses).toEqual(['W IMR0']);
});

test('a last batch below the threshold is not rung; the counter in shared memory keeps it', () => {
  const both = pair(16);
  for (let payload = 1; payload <= 65; payload++)
    both.kernel.run(both.guest.transmit(frame(payload), false));
  expect(both.kernel.accesses).toEqual(['W TXPROD0', 'W TXPROD0', 'W TXPROD0', 'W TXPROD0']);
  expect(both.kernel.held).toHaveLength(61);
});

test('below the threshold ESXi has to look at the ring unasked, and the frame leaves late', () => {
  const request = {
    architecture: 'esxi',
    device: 'vmxnet3',
    parameters: { 'esxi.transmit-threshold': 4 },
  };
  const { totals } = runRequest(request);
  expect([totals.doorbells, totals.requests, totals.lost]).toEqual([0, 1, 0]);
  expect(totals.latencyNs.default).toBeGreaterThan(50_000);
});

test('on a pin, reading the cause masks the device until the poll ends', () => {
  const both = pair(1, 'intx');
  both.model.deliver!({ payload: 1, bytes: 60 });
  expect(both.host.line).toBe(true);
  both.kernel.run(both.guest.interrupt(0));
  both.model.deliver!({ payload: 2, bytes: 60 });
  expect(both.host.line).toBe(false);
});
