/**
 * Goal: descriptors, doorbells and interrupts of a virtual function as ixgbevf and the 82599 keep them. Method:
 * driver and device on one memory, with timers run by hand.
 */
import { describe, expect, test } from 'vitest';
import { sriovVf as device } from '#engine/devices/sriov-vf.ts';
import { sriovVf as driver } from '#engine/drivers/sriov-vf.ts';
import { GuestMemory } from '#engine/memory/guest-memory.ts';
import { registers } from '#engine/memory/sriov-vf.ts';
import { DirectKernel, RecordingHost } from '../../support/device-bench.ts';

function pair() {
  const memory = new GuestMemory(device.memoryBytes);
  const host = new RecordingHost(memory);
  const kernel = new DirectKernel(memory, 'msix');
  const model = device.create(host, { variant: '', interrupts: 'msix', doorbellThreshold: 1 });
  kernel.device = model;
  const guest = driver.create(kernel);
  kernel.run(guest.open());
  kernel.accesses.length = 0;
  const send = (payload: number, bytes = 106, more = false) =>
    kernel.run(guest.transmit({ payload, bytes, buffer: 0x5000_0000, flow: 0 }, more));
  const leave = () => {
    const frames = [];
    for (let out = model.take(); out !== undefined; out = model.take()) {
      frames.push(out);
      model.finished(out);
    }
    return frames;
  };
  const poll = () => {
    kernel.run(guest.interrupt(0));
    while (kernel.run(guest.poll!(64)));
  };
  const pass = () => {
    for (const timer of host.timers.splice(0)) timer.action();
  };
  /** Forgets what was accessed, and returns it. */
  const accesses = () => kernel.accesses.splice(0);
  return { memory, host, kernel, model, guest, send, leave, poll, pass, accesses };
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('one isolated packet', () => {
  test('the tail, and the vector enabled again; VTEITR until the interval has settled', () => {
    const { send, leave, poll, pass, accesses, host, model } = pair();
    const intervals = [];
    for (const payload of upTo(40)) {
      send(payload);
      leave();
      poll();
      pass();
      const made = accesses();
      if (made.includes('W VTEITR0')) {
        expect(made).toEqual(['W VFTDT', 'W VTEITR0', 'W VTEIMS']);
        intervals.push(model.read(registers.interruptThrottle) & 0xff8);
      } else expect(made).toEqual(['W VFTDT', 'W VTEIMS']);
    }
    // From 200 (50 us) towards 40 (10 us) in ever smaller steps; the register has no bits below 8.
    expect(intervals.slice(0, 4)).toEqual([136, 112, 88, 80]);
    expect(intervals.length).toBeLessThan(40);
    expect(host.fired).toBe(40);
  });

  test('its two descriptors', () => {
    const { send, memory, model, leave } = pair();
    send(3);
    const ring = model.read(registers.transmitBase);
    const word = (at: number) => memory.read32(ring + at);
    expect([word(0), word(8), word(12)]).toEqual([(14 << 9) | 20, 0x2020_0400, 0]);
    expect([word(16), word(24), word(28)]).toEqual([
      0x5000_0000,
      0x2b30_0000 + 106,
      (106 << 14) | 0x280,
    ]);
    expect(leave()).toMatchObject([{ payload: 3, bytes: 106 }]);
    expect(word(28)).toBe(1);
  });

  test('a received frame makes one access, and its buffer goes back later', () => {
    const { model, poll, pass, accesses, kernel } = pair();
    model.write(registers.interruptThrottle, 0);
    for (const payload of upTo(15)) {
      model.deliver!({ payload, bytes: 60 });
      poll();
      pass();
    }
    expect(accesses().filter((access) => access === 'W VFRDT')).toEqual([]);
    expect(kernel.handedUp).toEqual(upTo(15));
  });
});

test('buffers go back sixteen or more at a time, before the next frame is looked at', () => {
  const { model, poll, accesses } = pair();
  for (const payload of upTo(40)) model.deliver!({ payload, bytes: 60 });
  poll();
  expect(accesses()).toEqual(['W VFRDT', 'W VFRDT', 'W VTEIMS']);
});

test('the driver ignores xmit_more: a tail write for every packet', () => {
  const { send, accesses } = pair();
  for (const payload of upTo(3)) send(payload, 106, true);
  expect(accesses()).toEqual(['W VFTDT', 'W VFTDT', 'W VFTDT']);
});

describe('interrupts', () => {
  test('a message clears its cause and masks its vector until VTEIMS is written', () => {
    const { model, host, pass, poll } = pair();
    model.deliver!({ payload: 1, bytes: 60 });
    pass();
    model.deliver!({ payload: 2, bytes: 60 });
    expect(host.fired).toBe(1);
    expect(model.read(registers.interruptMaskSet) & 1).toBe(0);
    poll();
    expect(host.fired).toBe(2);
  });

  test('the next message waits for the interval, 50 us at first', () => {
    const { model, host, poll } = pair();
    model.deliver!({ payload: 1, bytes: 60 });
    expect(host.timers.map(({ nanoseconds }) => nanoseconds)).toEqual([50_000]);
    poll();
    model.deliver!({ payload: 2, bytes: 60 });
    expect(host.fired).toBe(1);
    host.timers.shift()!.action();
    expect(host.fired).toBe(2);
  });
});

test('64 KiB: context, headers and four pieces of 16 KiB; the device sends all of it', () => {
  const { send, model, memory, leave, poll, kernel } = pair();
  send(8, 65_536);
  const ring = model.read(registers.transmitBase);
  expect(model.read(registers.transmitTail)).toBe(6);
  expect([memory.read32(ring + 8), memory.read32(ring + 12)]).toEqual([
    0x2020_0c00,
    (1448 << 16) | (32 << 8),
  ]);
  expect(memory.read32(ring + 28)).toBe((65_470 << 14) | 0x380);
  expect(leave()).toMatchObject([{ payload: 8, bytes: 65_536 }]);
  poll();
  expect(kernel.reaped).toEqual([8]);
});

test('both rings go round', () => {
  const { send, leave, poll, pass, model, kernel } = pair();
  for (const payload of upTo(2000)) {
    send(payload, payload % 4 ? 106 : 65_536);
    leave();
    expect(model.deliver!({ payload, bytes: 60 })).toBe(true);
    poll();
    pass();
  }
  expect(kernel.reaped).toEqual(upTo(2000));
  expect(kernel.handedUp).toEqual(upTo(2000));
});

test('the queue stops before the ring is full, and wakes when it has been cleaned', () => {
  const { guest, send, leave, poll } = pair();
  let sent = 0;
  while (guest.hasRoom()) send(++sent);
  expect(sent).toBe(502);
  leave();
  poll();
  expect(guest.hasRoom()).toBe(true);
});

test('frames may finish in any order: a packet is freed when those before it have left', () => {
  const { send, model, poll, kernel } = pair();
  for (const payload of upTo(3)) send(payload);
  const [one, two, three] = upTo(3).map(() => model.take()!);
  model.finished(three!);
  model.finished(two!);
  poll();
  expect(kernel.reaped).toEqual([]);
  model.finished(one!);
  poll();
  expect(kernel.reaped).toEqual([1, 2, 3]);
});

test('a frame for which there is no buffer is lost', () => {
  const { model } = pair();
  let delivered = 0;
  while (model.deliver!({ payload: 1, bytes: 60 })) delivered++;
  expect(delivered).toBe(511);
});
