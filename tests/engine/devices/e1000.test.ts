/**
 * Goal: doorbells, refill, throttling and large sends of the 82545EM. Method: received bursts on the reference
 * machine, in one poll; driver and device on one memory, with timers run by hand.
 */
import { describe, expect, test } from 'vitest';
import { e1000 as device } from '#engine/devices/e1000.ts';
import { e1000 as driver } from '#engine/drivers/e1000.ts';
import { runRequest } from '#engine/execute.ts';
import { accessesOf } from '#engine/index.ts';
import { registers, transmitBits, transmitDescriptor } from '#engine/memory/e1000.ts';
import { GuestMemory } from '#engine/memory/guest-memory.ts';
import { DirectKernel, RecordingHost } from '../../support/device-bench.ts';

const burst = (count: number, operation = 'rx', bytes = 1514) => {
  const load = { operation, count, bytes, pattern: 'burst' };
  return runRequest({ architecture: 'reference', device: 'e1000', ...load });
};

describe('received frames in one poll: five accesses, and a tail write for every 16 buffers and for the rest', () => {
  test.each([
    [1, 6],
    [15, 6],
    [16, 6],
    [17, 7],
    [33, 8],
    [64, 9],
  ])('%i frames: %i accesses', (frames, expected) => {
    const { reads, writes } = burst(frames, 'rx', 106).totals.accesses;
    expect(reads + writes).toBe(expected);
  });
});

test('short frames are copied, check sequence included, up to 256 bytes', () => {
  const copied = (bytes: number) =>
    runRequest({ architecture: 'reference', device: 'e1000', operation: 'rx', bytes }).totals
      .bytesCopied;
  expect([copied(60), copied(252), copied(253)]).toEqual([64, 256, 0]);
});

test('the cause says so when no more than half of the receive descriptors are left', () => {
  const { model } = pair();
  for (let payload = 1; payload <= 125; payload++) model.deliver!({ payload, bytes: 60 });
  expect(model.read(registers.interruptCause)).toBe(0x80);
  model.deliver!({ payload: 126, bytes: 60 });
  expect(model.read(registers.interruptCause)).toBe(0x90);
});

test('a packet without data goes nowhere and is reported; empty pieces are nobody’s', () => {
  const { memory, model, host } = pair();
  const base = model.read(registers.transmitBase);
  const piece = (index: number, bits: number) => {
    memory.write32(base + 16 * index + transmitDescriptor.command, bits >>> 0);
    memory.putPayload(base + 16 * index, index + 1);
  };
  const { endOfPacket, reportStatus, done } = transmitBits;
  piece(0, endOfPacket | reportStatus);
  piece(1, 0);
  piece(2, endOfPacket | reportStatus | 106);
  piece(3, endOfPacket | reportStatus);
  model.write(registers.transmitTail, 4);
  const frame = model.take()!;
  expect(frame).toMatchObject({ payload: 3, bytes: 106 });
  const reported = () =>
    [0, 1, 2, 3].map((index) => memory.read32(base + 16 * index + transmitDescriptor.status));
  expect([reported(), host.line]).toEqual([[done, 0, 0, 0], true]);
  model.finished(frame);
  expect(model.take()).toBeUndefined();
  expect(reported()).toEqual([done, 0, done, done]);
});

test('a burst of transmitted frames rings once a frame', () => {
  const run = burst(5, 'tx');
  expect(
    accessesOf(run).filter((access) => access.op === 'write' && access.name === 'TDT'),
  ).toHaveLength(5);
  expect(run.totals.doorbells).toBe(5);
});

test('a burst longer than the ring waits for room and loses nothing', () => {
  const { totals } = runRequest({
    architecture: 'esxi',
    device: 'e1000',
    count: 400,
    pattern: 'burst',
  });
  expect([totals.requests, totals.lost, totals.doorbells]).toEqual([400, 0, 400]);
});

function pair() {
  const memory = new GuestMemory(device.memoryBytes);
  const host = new RecordingHost(memory);
  const kernel = new DirectKernel(memory, 'intx');
  const model = device.create(host, { variant: '', interrupts: 'intx', doorbellThreshold: 1 });
  kernel.device = model;
  const guest = driver.create(kernel);
  kernel.run(guest.open());
  kernel.accesses.length = 0;
  const send = (payload: number, more = false, bytes = 106) =>
    kernel.run(
      guest.transmit({ payload, bytes, buffer: 0x5000_0000 + payload * 2048, flow: 0 }, more),
    );
  const leave = () => {
    const frames = [];
    for (let out = model.take(); out !== undefined; out = model.take()) {
      frames.push(out);
      model.finished(out);
    }
    return frames;
  };
  /** Interrupt, polls, and then the interval passes. */
  const handle = () => {
    kernel.run(guest.interrupt(0));
    while (kernel.run(guest.poll!(64)));
    for (const timer of host.timers.splice(0)) timer.action();
  };
  return { memory, host, kernel, model, guest, send, leave, handle };
}

describe('xmit_more', () => {
  test('the tail is written once, behind the last of the frames', () => {
    const { send, leave, kernel } = pair();
    for (const payload of [1, 2, 3]) send(payload, true);
    expect(kernel.accesses).toEqual([]);
    send(4);
    expect(kernel.accesses).toEqual(['W TDT']);
    expect(leave().map(({ payload }) => payload)).toEqual([1, 2, 3, 4]);
  });

  test('a queue that stops is announced, whatever follows', () => {
    const { send, kernel, guest } = pair();
    for (let payload = 1; guest.hasRoom(); payload++) send(payload, true);
    expect(kernel.accesses).toEqual(['W TDT']);
  });
});

describe('interrupt mitigation', () => {
  test('the first interrupt goes out at once, the next when the interval has passed', () => {
    const { host, send, leave, kernel, guest } = pair();
    send(1);
    leave();
    expect(host.line).toBe(true);
    expect(host.timers.map(({ nanoseconds }) => nanoseconds)).toEqual([128_000]);
    kernel.run(guest.interrupt(0));
    kernel.run(guest.poll!(64));
    expect(host.line).toBe(false);
    send(2);
    leave();
    expect(host.line).toBe(false);
    host.timers.shift()!.action();
    expect(host.line).toBe(true);
    expect(host.timers).toHaveLength(1);
  });

  test('TADV, 32 x 1024 ns, is the shortest timer where frames were sent, and below the least of 128 us', () => {
    const { host, model, send, leave } = pair();
    model.write(registers.transmitAbsoluteDelay, 600);
    model.write(registers.interruptThrottle, 3000);
    send(1);
    leave();
    expect(host.timers[0]!.nanoseconds).toBe(600 * 1024);
  });
});

describe('adaptive throttling: ITR is written when the class changes', () => {
  const itr = (accesses: readonly string[]) => accesses.filter((one) => one === 'W ITR').length;

  test('isolated short packets never change it', () => {
    const { send, leave, handle, kernel } = pair();
    for (let payload = 1; payload <= 100; payload++) {
      send(payload);
      leave();
      handle();
    }
    expect(itr(kernel.accesses)).toBe(0);
    expect(kernel.accesses).toHaveLength(600);
  });

  test('polls of full frames are bulk; then the rate rises by 5000 a poll, up to 20,000', () => {
    const { model, handle, kernel, host } = pair();
    for (let payload = 1; payload <= 60; payload++) model.deliver!({ payload, bytes: 1514 });
    handle();
    expect(model.read(registers.interruptThrottle)).toBe(976);
    const rates = [];
    for (let payload = 61; payload <= 65; payload++) {
      model.deliver!({ payload, bytes: 60 });
      expect(host.timers[0]!.nanoseconds).toBeGreaterThanOrEqual(128_000);
      handle();
      rates.push(model.read(registers.interruptThrottle));
    }
    expect(rates).toEqual([434, 279, 205, 195, 195]);
    expect(itr(kernel.accesses)).toBe(5);
  });
});

test('a frame of 64 KiB: context, headers and sixteen pieces of 4 KiB; the device sends all of it', () => {
  const { memory, model, send, leave, kernel, handle } = pair();
  send(7, false, 65_536);
  const ring = model.read(registers.transmitBase);
  expect(model.read(registers.transmitTail)).toBe(18);
  // TSE, IP, TCP and DEXT with 65,470 bytes of data; headers of 66 bytes, segments of 1448.
  expect(memory.read32(ring + 8)).toBe(0x2700_ffbe);
  expect(memory.read32(ring + 12)).toBe((1448 << 16) | (66 << 8));
  expect(leave()).toMatchObject([{ payload: 7, bytes: 65_536 }]);
  handle();
  expect(kernel.reaped).toEqual([7]);
});

test('the ring goes round with packets of two and of eighteen descriptors', () => {
  const { send, leave, handle, kernel } = pair();
  for (let payload = 1; payload <= 400; payload++) {
    send(payload, false, payload % 3 === 0 ? 65_536 : 106);
    leave();
    handle();
  }
  expect(kernel.reaped).toEqual(Array.from({ length: 400 }, (_, index) => index + 1));
});
