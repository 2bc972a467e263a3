/**
 * Goal: doorbells, masks and generation bits as the real driver and device keep them. Method: both
 * on one memory.
 */
import { describe, expect, test } from 'vitest';
import { vmxnet3 as device } from '#engine/devices/vmxnet3.ts';
import { vmxnet3 as driver } from '#engine/drivers/vmxnet3.ts';
import { runRequest } from '#engine/execute.ts';
import { accessesOf } from '#engine/index.ts';
import { GuestMemory } from '#engine/memory/guest-memory.ts';
import type { InterruptMode } from '#engine/memory/interrupt.ts';
import { queueBytes, registers, shared, transmitQueue } from '#engine/memory/vmxnet3.ts';
import { DirectKernel, RecordingHost } from '../../support/device-bench.ts';

function pair(
  doorbellThreshold = 1,
  interrupts: InterruptMode = 'msix',
  variant = 'v1',
  processors = 1,
) {
  const memory = new GuestMemory(device.memoryBytes);
  const host = new RecordingHost(memory);
  const { vectors } = host;
  const kernel = Object.assign(new DirectKernel(memory, interrupts, variant), { processors });
  const model = device.create(host, { variant, interrupts, doorbellThreshold });
  let area = 0;
  kernel.device = {
    read: (register) => model.read(register),
    write: (register, value) => {
      if (register === registers.sharedLow) area = value;
      model.write(register, value);
    },
    take: () => model.take(),
    finished: (transfer) => model.finished(transfer),
  };
  const guest = driver.create(kernel);
  kernel.run(guest.open());
  kernel.accesses.length = 0;
  const queue = memory.read64(area + shared.queueDescriptors);
  const deferred = () => memory.read32(queue + transmitQueue.deferred);
  return { memory, host, vectors, kernel, guest, model, area, queue, deferred };
}

const frame = (payload: number, bytes = 1514) => ({
  payload,
  bytes,
  buffer: 0x5000_0000 + payload * 2048,
  flow: 0,
});

/** The vector's handler, and the poll that it asks for. */
function poll({ kernel, guest }: ReturnType<typeof pair>): void {
  kernel.run(guest.interrupt(0));
  kernel.run(guest.poll!(64));
}

/** Everything the device has been told of leaves at once. */
function drain({ model }: ReturnType<typeof pair>): number {
  let frames = 0;
  for (let out = model.take(); out !== undefined; out = model.take()) {
    model.finished(out);
    frames++;
  }
  return frames;
}

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
    poll(both);
  }
  expect(both.kernel.reaped).toEqual(Array.from({ length: 1500 }, (_, index) => index + 1));
});

test('received frames go round a ring of completions that is longer than the ring of buffers', () => {
  const both = pair();
  for (let payload = 1; payload <= 3500; payload++) {
    expect(both.model.deliver!({ payload, bytes: 60 })).toBe(true);
    poll(both);
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

describe('large sends', () => {
  test('ten segments count as ten deferred packets', () => {
    const both = pair(16);
    both.kernel.run(both.guest.transmit(frame(1, 66 + 10 * 1448), false));
    expect([both.kernel.accesses.length, both.deferred()]).toEqual([0, 10]);
    both.kernel.run(both.guest.transmit(frame(2, 66 + 5 * 1448 + 1), false));
    expect([both.kernel.accesses, both.deferred()]).toEqual([['W TXPROD0'], 0]);
  });

  test('64 KiB take five descriptors, of which full ones say length 0, and leave whole', () => {
    const both = pair();
    both.kernel.run(both.guest.transmit(frame(9, 65_536), false));
    const ring = both.memory.read64(both.queue + transmitQueue.ring);
    const words = Array.from({ length: 5 }, (_, index) =>
      both.memory.read32(ring + 16 * index + 8),
    );
    expect(words.map((word) => word & 0x3fff)).toEqual([66, 0, 0, 0, 16_318]);
    expect([words[0]! >>> 18, both.memory.read32(ring + 12) & 0xfff]).toEqual([1448, 0xc00 | 66]);
    expect(both.model.take()).toMatchObject({ payload: 9, bytes: 65_536 });
  });

  test('the ring goes round with them', () => {
    const both = pair();
    for (let payload = 1; payload <= 700; payload++) {
      both.kernel.run(both.guest.transmit(frame(payload, payload % 2 ? 65_536 : 60), false));
      drain(both);
      poll(both);
    }
    expect(both.kernel.reaped).toEqual(Array.from({ length: 700 }, (_, index) => index + 1));
  });
});

test('xmit_more changes nothing: the threshold decides', () => {
  const both = pair();
  both.kernel.run(both.guest.transmit(frame(1), true));
  expect(both.kernel.accesses).toEqual(['W TXPROD0']);
});

describe('one received frame', () => {
  test.each<{ variant: string; interrupts: InterruptMode; accesses: string[] }>([
    { variant: 'v1', interrupts: 'msix', accesses: ['W IMR0'] },
    { variant: 'v1-active', interrupts: 'msix', accesses: ['W IMR0', 'W IMR0'] },
    { variant: 'v1-active', interrupts: 'intx', accesses: ['R ICR', 'W IMR0', 'W IMR0'] },
    { variant: 'v1-update', interrupts: 'msix', accesses: ['W RXPROD0', 'W IMR0'] },
    { variant: 'v3', interrupts: 'msix', accesses: ['W IMR0'] },
  ])('$variant on $interrupts: $accesses', ({ variant, interrupts, accesses }) => {
    const both = pair(1, interrupts, variant);
    both.model.deliver!({ payload: 5, bytes: 60 });
    poll(both);
    expect(both.kernel.accesses).toEqual(accesses);
    expect(both.kernel.handedUp).toEqual([5]);
  });
});

test('v1-update: the producer index goes out once in sixteen buffers', () => {
  const both = pair(1, 'msix', 'v1-update');
  // The first frame wraps the ring: 1023 of its 1024 buffers are the device's at first.
  for (let payload = 1; payload <= 33; payload++) both.model.deliver!({ payload, bytes: 60 });
  poll(both);
  expect(both.kernel.accesses).toEqual(['W RXPROD0', 'W RXPROD0', 'W RXPROD0', 'W IMR0']);
});

test('ACTIVE: the device fires again until the handler has masked the vector', () => {
  const both = pair(1, 'msix', 'v1-active');
  for (const payload of [1, 2]) both.model.deliver!({ payload, bytes: 60 });
  expect(both.host.fired).toBe(2);
  both.kernel.run(both.guest.interrupt(0));
  both.model.deliver!({ payload: 3, bytes: 60 });
  expect(both.host.fired).toBe(2);
});

test('v3: short frames stand in the data ring, long ones in their buffers, all the way round', () => {
  const both = pair(1, 'msix', 'v3');
  for (let payload = 1; payload <= 3500; payload++) {
    expect(both.model.deliver!({ payload, bytes: payload % 2 ? 128 : 129 })).toBe(true);
    poll(both);
  }
  expect(both.kernel.handedUp).toEqual(Array.from({ length: 3500 }, (_, index) => index + 1));
});

describe('several processors', () => {
  test.each<{ processors: number; interrupts: InterruptMode; queues: readonly [number, number] }>([
    { processors: 1, interrupts: 'msix', queues: [1, 1] },
    { processors: 3, interrupts: 'msix', queues: [2, 2] },
    { processors: 8, interrupts: 'msix', queues: [8, 8] },
    { processors: 64, interrupts: 'msix', queues: [8, 8] },
    { processors: 4, interrupts: 'msi', queues: [4, 1] },
    { processors: 4, interrupts: 'intx', queues: [4, 1] },
  ])('$processors on $interrupts: $queues', ({ processors, interrupts, queues }) => {
    const { memory, queue, area } = pair(1, interrupts, 'v1', processors);
    expect([
      memory.read8(area + shared.transmitQueues),
      memory.read8(area + shared.receiveQueues),
    ]).toEqual(queues);
    // Descriptors of all transmit queues stand in front of the receive queues, with their vectors.
    const vectorAt = (number: number) =>
      memory.read8(queue + number * queueBytes + transmitQueue.vector);
    expect(Array.from({ length: queues[0] }, (_, number) => vectorAt(number))).toEqual(
      Array.from({ length: queues[0] }, (_, number) => (queues[1] === 1 ? 0 : number)),
    );
  });

  test('a flow keeps its queue: doorbell, completion and vector are those of its number', () => {
    const both = pair(1, 'msix', 'v1', 4);
    both.kernel.run(both.guest.transmit({ ...frame(7), flow: 6 }, false));
    expect(both.kernel.accesses.splice(0)).toEqual(['W TXPROD2']);
    expect(drain(both)).toBe(1);
    expect(both.vectors).toEqual([2]);
    both.kernel.run(both.guest.interrupt(2));
    both.kernel.run(both.guest.poll!(64));
    expect([both.kernel.reaped, both.kernel.accesses]).toEqual([[7], ['W IMR2']]);
  });

  test('received frames come in the queue of their flow, and the poll looks only where it was interrupted', () => {
    const both = pair(1, 'msix', 'v1', 2);
    for (const payload of [1, 2, 3]) both.model.deliver!({ payload, bytes: 60, flow: payload % 2 });
    expect(both.vectors).toEqual([1, 0]);
    both.kernel.run(both.guest.interrupt(1));
    both.kernel.run(both.guest.poll!(64));
    expect(both.kernel.handedUp.splice(0)).toEqual([1, 3]);
    both.kernel.run(both.guest.interrupt(0));
    both.kernel.run(both.guest.poll!(64));
    expect(both.kernel.handedUp).toEqual([2]);
  });

  test('on a pin every transmit queue is reaped by the one poll', () => {
    const both = pair(1, 'intx', 'v1', 4);
    for (const flow of [0, 1, 2, 3])
      both.kernel.run(both.guest.transmit({ ...frame(flow + 1), flow }, false));
    expect(drain(both)).toBe(4);
    poll(both);
    expect(both.kernel.reaped).toEqual([1, 2, 3, 4]);
  });

  test('flows of a load interrupt by vectors of their own', () => {
    const vectors = (flows: number): number => {
      const load = { operation: 'rx', count: 64, pattern: 'burst', processors: 8, flows } as const;
      const { trace } = runRequest({ architecture: 'kvm', device: 'vmxnet3', ...load });
      const raised = trace.flatMap((event) =>
        event.kind === 'interrupt-line' && event.raised ? [event.vector] : [],
      );
      return new Set(raised).size;
    };
    expect([vectors(1), vectors(5), vectors(16)]).toEqual([1, 5, 8]);
  });
});
