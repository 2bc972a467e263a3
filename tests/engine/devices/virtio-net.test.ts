/**
 * Goal: notifications, chains and recycling of virtio-net as Linux and the specification keep them. Method:
 * driver and device on one memory; the recorded sequences are replayed in tests/engine/conformance.
 */
import { describe, expect, test } from 'vitest';
import { virtioNet as device, virtioNetMmio } from '#engine/devices/virtio-net.ts';
import { virtioNet as driver, virtioNetMmio as driverMmio } from '#engine/drivers/virtio-net.ts';
import { GuestMemory } from '#engine/memory/guest-memory.ts';
import type { InterruptMode } from '#engine/memory/interrupt.ts';
import { queue, registers, registersOverMemory } from '#engine/memory/virtio-net.ts';
import { DirectKernel, RecordingHost } from '../../support/device-bench.ts';

function pair(interrupts: InterruptMode = 'msix', variant = 'split', pollsFor = 0) {
  const memory = new GuestMemory(device.memoryBytes);
  const host = new RecordingHost(memory);
  const kernel = new DirectKernel(memory, interrupts, variant);
  const model = device.create(host, { variant, interrupts, doorbellThreshold: 1, pollsFor });
  kernel.device = model;
  const guest = driver.create(kernel);
  kernel.run(guest.open());
  kernel.accesses.length = 0;
  const send = (payload: number, more = false, bytes = 106) =>
    kernel.run(
      guest.transmit({ payload, bytes, buffer: 0x5000_0000 + payload * 2048, flow: 0 }, more),
    );
  const takeAll = () => {
    const frames = [];
    for (let out = model.take(); out !== undefined; out = model.take()) frames.push(out);
    return frames;
  };
  return { memory, host, kernel, model, guest, send, takeAll };
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('xmit_more', () => {
  test('one notification, behind the last of the frames', () => {
    const { send, kernel, takeAll } = pair();
    for (const payload of upTo(7)) send(payload, payload < 7);
    expect(kernel.accesses).toEqual(['W NOTIFY q1']);
    expect(takeAll().map(({ payload }) => payload)).toEqual(upTo(7));
  });

  test('a queue that stops is announced, whatever follows', () => {
    const { send, kernel, guest } = pair();
    for (let payload = 1; guest.hasRoom(); payload++) send(payload, true);
    expect(kernel.accesses).toEqual(['W NOTIFY q1']);
  });
});

test('64 KiB: an indirect table has the header with segment size and the data in two pieces; all is sent', () => {
  const { memory, model, send, takeAll, kernel } = pair();
  send(4, false, 65_536);
  expect(model.read(registers.queueSelect)).toBe(queue.transmit);
  const descriptors = model.read(registers.queueDescriptors);
  const table = memory.read64(descriptors);
  expect([memory.read32(descriptors + 8), memory.read16(descriptors + 12)]).toEqual([48, 4]);
  const chain = [0, 1, 2].map((entry) => memory.read32(table + 16 * entry + 8));
  expect(chain).toEqual([12 + 66, 32_768, 65_536 - 66 - 32_768]);
  const header = memory.read64(table);
  expect([...memory.bytes(header, 12)]).toEqual([1, 1, 66, 0, 0xa8, 5, 34, 0, 16, 0, 0, 0]);
  const [frame] = takeAll();
  expect(frame).toMatchObject({ payload: 4, bytes: 65_536 });
  model.finished(frame!);
  send(5);
  expect(kernel.reaped).toEqual([4]);
});

test.each(device.variants)(
  '%s: descriptors and headers are used again, finished in any order',
  (variant) => {
    const { model, send, takeAll, kernel } = pair('msix', variant);
    for (const payload of upTo(1500)) {
      send(payload, false, payload % 2 ? 106 : 40_000);
      if (payload % 5 === 0) for (const frame of takeAll().reverse()) model.finished(frame);
    }
    send(1501);
    expect(kernel.reaped.toSorted((a, b) => a - b)).toEqual(upTo(1500));
  },
);

test.each(device.variants)(
  '%s: a thousand frames stand in no more than 256 receive buffers',
  (variant) => {
    const { model, guest, kernel } = pair('msix', variant);
    for (const payload of upTo(1000)) {
      expect(model.deliver!({ payload, bytes: 60 })).toBe(true);
      kernel.run(guest.interrupt(1));
      while (kernel.run(guest.poll!(64)));
    }
    expect(kernel.handedUp).toEqual(upTo(1000));
    expect(kernel.memory.reserve(1)).toBe(0x4000_0000 + 256 * 2048);
  },
);

test('the receive poll reaps what was sent, and asks to hear when three quarters of the rest have left', () => {
  const { model, guest, kernel, host, send, takeAll } = pair();
  for (const payload of upTo(5)) send(payload, true);
  const [first, ...rest] = takeAll();
  model.finished(first!);
  model.deliver!({ payload: 6, bytes: 60 });
  expect(host.fired).toBe(1);
  kernel.run(guest.interrupt(1));
  kernel.run(guest.poll!(64));
  expect([kernel.reaped, kernel.handedUp]).toEqual([[1], [6]]);
  for (const frame of rest.slice(0, 3)) model.finished(frame);
  expect(host.fired).toBe(1);
  model.finished(rest[3]!);
  expect(host.fired).toBe(2);
});

describe('handlers', () => {
  const frame = { payload: 1, bytes: 60 };

  test('one vector for both queues polls the queue in which something is used, without an access', () => {
    const { model, guest, kernel, host } = pair('msix-shared');
    model.deliver!(frame);
    expect(host.vectors).toEqual([1]);
    kernel.run(guest.interrupt(1));
    kernel.run(guest.poll!(64));
    expect([kernel.handedUp, kernel.accesses]).toEqual([[1], []]);
  });

  test('a vector of its own polls no other queue', () => {
    const { model, guest, kernel } = pair();
    model.deliver!(frame);
    kernel.run(guest.interrupt(2));
    expect(kernel.pollWanted).toBe(false);
    kernel.run(guest.interrupt(1));
    expect(kernel.pollWanted).toBe(true);
  });

  test.each(['msix', 'msix-shared'] as const)('%s: nothing used, nothing polled', (interrupts) => {
    const { guest, kernel } = pair(interrupts);
    kernel.run(guest.interrupt(1));
    expect(kernel.pollWanted).toBe(false);
  });
});

test('on a pin the status is read first, and lowers it', () => {
  const { model, guest, host, kernel } = pair('intx');
  model.deliver!({ payload: 1, bytes: 60 });
  expect(host.line).toBe(true);
  kernel.run(guest.interrupt(0));
  expect([kernel.accesses, host.line]).toEqual([['R ISR'], false]);
});

/** Driver and device over MMIO, set up. */
function overMemory() {
  const memory = new GuestMemory(virtioNetMmio.memoryBytes);
  const host = new RecordingHost(memory);
  const kernel = new DirectKernel(memory, 'line', 'split');
  const options = { variant: 'split', interrupts: 'line', doorbellThreshold: 1 } as const;
  kernel.device = virtioNetMmio.create(host, options);
  const guest = driverMmio.create(kernel);
  kernel.run(guest.open());
  return { host, kernel, model: kernel.device, guest, accesses: kernel.accesses.splice(0) };
}

describe('over MMIO', () => {
  test('each queue is placed and ready before the next, and one register announces both', () => {
    const { accesses, kernel, guest } = overMemory();
    const queue = ['SEL', 'NUM', 'DESC_LOW', 'AVAIL_LOW', 'USED_LOW', 'READY'];
    const placed = queue.map((name) => `W QUEUE_${name}`);
    expect(accesses).toEqual([...placed, ...placed, 'W QUEUE_NOTIFY']);
    const frame = { payload: 1, bytes: 106, buffer: 0x5000_0000, flow: 0 };
    kernel.run(guest.transmit(frame, false));
    expect(kernel.accesses).toEqual(['W QUEUE_NOTIFY']);
  });

  test('the interrupt status is read, and the line stays up until it is written back', () => {
    const { host, kernel, model, guest } = overMemory();
    model.deliver!({ payload: 1, bytes: 60 });
    expect(host.line).toBe(true);
    expect(model.read(registersOverMemory.interruptStatus)).toBe(1);
    expect(host.line).toBe(true);
    kernel.run(guest.interrupt(0));
    expect(kernel.accesses).toEqual(['R INTERRUPT_STATUS', 'W INTERRUPT_ACK']);
    expect(host.line).toBe(false);
  });

  test('a notification of the receive queue lets nothing be sent', () => {
    const { host, kernel, model, guest } = overMemory();
    const before = host.scheduled;
    for (let payload = 1; payload <= 256; payload++) {
      model.deliver!({ payload, bytes: 60 });
    }
    model.miss!(false);
    kernel.run(guest.interrupt(0));
    while (kernel.run(guest.poll!(64)));
    expect(kernel.accesses).toContain('W QUEUE_NOTIFY');
    expect(host.scheduled).toBe(before);
  });
});

describe.each(device.variants)('%s: a queue that is polled when it is drained', (variant) => {
  const polled = () => {
    const made = pair('msix', variant, 50_000);
    made.send(1);
    made.takeAll();
    made.kernel.accesses.length = 0;
    return made;
  };

  test('is not announced for that time, and again after it', () => {
    const { send, host, kernel, takeAll } = polled();
    expect(host.timers.map(({ nanoseconds }) => nanoseconds)).toEqual([50_000]);
    send(2);
    expect(kernel.accesses).toEqual([]);
    expect(takeAll().map(({ payload }) => payload)).toEqual([2]);
    host.timers[1]!.action();
    send(3);
    expect(kernel.accesses).toEqual(['W NOTIFY q1']);
  });

  test('stays polled when something came, though the time since it was drained first is over', () => {
    const { send, host, kernel, takeAll } = polled();
    send(2);
    takeAll();
    host.timers[0]!.action();
    send(3);
    expect(kernel.accesses).toEqual([]);
  });

  test('is worked through when something came as the poll ended', () => {
    const { send, host } = polled();
    send(2);
    const { scheduled } = host;
    host.timers[0]!.action();
    expect(host.scheduled).toBe(scheduled + 1);
  });
});
