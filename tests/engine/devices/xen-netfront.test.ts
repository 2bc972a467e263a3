/**
 * Goal: netfront and netback keep Xen's network protocol between them. Method: both on one memory, the test
 * plays the host and the wire, ring bytes, grants and events looked at.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Transfer } from '#engine/devices/device.ts';
import { xenNetfront as device } from '#engine/devices/xen-netfront.ts';
import { xenNetfront as driver } from '#engine/drivers/xen-netfront.ts';
import { GuestMemory } from '#engine/memory/guest-memory.ts';
import { triggerOf } from '#engine/memory/interrupt.ts';
import { shared } from '#engine/memory/xen-ring.ts';
import { actAtRandom, EventHost, takeAll as allOf } from '../../support/channel-bench.ts';
import { DirectKernel } from '../../support/device-bench.ts';

function pair() {
  const memory = new GuestMemory(device.memoryBytes);
  const host = new EventHost(memory);
  const kernel = new DirectKernel(memory, 'event-channel');
  const options = { variant: '', interrupts: 'event-channel', doorbellThreshold: 1 } as const;
  const back = device.create(host, options);
  kernel.device = back;
  const front = driver.create(kernel);
  const rings: number[] = [];
  let table = 0;
  const open = back.open!.bind(back);
  back.open = (offer) => {
    rings[offer.channel] = offer.rings[0]!;
    table = offer.buffers[0]!.at;
    open(offer);
  };
  kernel.run(front.open());
  kernel.signals.length = 0;
  kernel.held.length = 0;
  const send = (payload: number, bytes = 1514, buffer = 0x5000_0040): void =>
    kernel.run(front.transmit({ payload, bytes, buffer, flow: 0 }, false));
  const takeAll = (): Transfer[] => allOf(back);
  /** The guest handles events and polls until none is left. */
  const handle = (): void => {
    for (const event of host.events.splice(0)) kernel.run(front.interrupt(event));
    while (kernel.pollWanted) kernel.pollWanted = kernel.run(front.poll!(64));
  };
  const [transmit, receive] = rings as [number, number];
  return { memory, host, kernel, back, front, transmit, receive, table, send, takeAll, handle };
}

test('an event channel counts as an event, which needs no acknowledgement', () => {
  expect(triggerOf('event-channel')).toBe('event');
});

test('one frame: a granted page, an entry of 12 bytes, one event; 4 bytes and one event back', () => {
  const { memory, host, kernel, back, transmit, table, send, takeAll, handle } = pair();
  send(1);
  // Reference, offset 0x40, checksum flags 3, id 0, length 1514.
  const entry = memory.bytes(transmit + shared.bytes, 12);
  const reference = memory.read32(transmit + shared.bytes);
  expect([...entry.subarray(4)]).toEqual([0x40, 0, 3, 0, 0, 0, 0xea, 5]);
  expect([...memory.bytes(table + 8 * reference, 8)]).toEqual([5, 0, 0, 0, 0, 0, 5, 0]);
  expect([kernel.signals, kernel.held]).toEqual([['transmit ring'], []]);
  const [transfer] = takeAll();
  expect(transfer).toMatchObject({ kind: 'send', payload: 1, bytes: 1514 });
  expect(memory.read16(table + 8 * reference)).toBe(5 | 8);
  back.finished(transfer!);
  expect([...memory.bytes(transmit + shared.bytes, 4)]).toEqual([0, 0, 0, 0]);
  expect(host.events).toEqual([1]);
  handle();
  expect(kernel.reaped).toEqual([1]);
  expect(memory.read16(table + 8 * reference)).toBe(0);
});

test('a frame that lies in two pages takes two entries; the first tells the whole length', () => {
  const { memory, host, kernel, back, transmit, send, takeAll, handle } = pair();
  send(1, 1514, 0x5000_0f00);
  const at = transmit + shared.bytes;
  const fields = (entry: number) =>
    [4, 6, 8, 10].map((offset) => memory.read16(at + 12 * entry + offset));
  expect([fields(0), fields(1)]).toEqual([
    [0xf00, 3 | 4, 0, 1514],
    [0, 0, 1, 1514 - 256],
  ]);
  const [transfer] = takeAll();
  expect(transfer).toMatchObject({ payload: 1, bytes: 1514 });
  back.finished(transfer!);
  expect([host.fired, host.held]).toEqual([1, 1]);
  handle();
  expect(kernel.reaped).toEqual([1]);
});

test('a burst is announced once while the back end is awake, and again after it has caught up', () => {
  const { host, kernel, back, send, takeAll, handle } = pair();
  for (let payload = 1; payload <= 8; payload++) send(payload);
  expect([kernel.signals.length, kernel.held.length]).toEqual([1, 7]);
  const taken = takeAll();
  expect(taken.map(({ payload }) => payload)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  send(9);
  expect(kernel.signals.length).toBe(2);
  taken.forEach((transfer) => back.finished(transfer));
  // The transmit path takes no responses: they wait for the interrupt.
  send(10);
  expect(kernel.reaped).toEqual([]);
  expect(host.events).toEqual([1]);
  handle();
  expect(kernel.reaped).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test('frames that end together are answered together, each with its own event check', () => {
  const { host, back, send, takeAll } = pair();
  for (let payload = 1; payload <= 3; payload++) send(payload);
  const [first, second, last] = takeAll();
  back.finished(first!, true);
  back.finished(second!, true);
  expect([host.fired, host.held]).toEqual([0, 0]);
  back.finished(last!, false);
  expect([host.fired, host.held]).toEqual([1, 2]);
});

test('frames that finish out of order, some of two pages, give back every id and every grant', () => {
  const { kernel, back, send, takeAll, handle } = pair();
  for (let round = 0; round < 300; round++) {
    for (let frame = 0; frame < 7; frame++)
      send(round * 7 + frame + 1, 1514, 0x5000_0000 + 0x180 * ((round + frame) % 11));
    const taken = takeAll();
    for (const transfer of taken.toReversed()) back.finished(transfer);
    handle();
  }
  expect(kernel.reaped.length).toBe(2100);
  expect(new Set(kernel.reaped).size).toBe(2100);
});

test('the queue stops at 237 entries without a response, and wakes', () => {
  const { back, front, send, takeAll, handle } = pair();
  let sent = 0;
  while (front.hasRoom()) send(++sent, 60);
  expect(sent).toBe(256 - 18 - 1);
  const taken = takeAll();
  back.finished(taken[0]!);
  handle();
  expect(front.hasRoom()).toBe(true);
});

describe('receiving', () => {
  test('frames that are copied together are announced together, also when the last finds no room', () => {
    const { host, back } = pair();
    back.deliver!({ payload: 1, bytes: 1514 }, true);
    back.deliver!({ payload: 2, bytes: 1514 }, true);
    expect([host.fired, host.held]).toEqual([0, 0]);
    back.miss!(false);
    expect([host.fired, host.held]).toEqual([1, 0]);
    back.flush!();
    expect([host.fired, host.held]).toEqual([1, 0]);
  });

  test('set-up fills the ring with 256 granted pages', () => {
    const { memory, receive, table } = pair();
    expect(memory.read32(receive + shared.requestProducer)).toBe(256);
    const reference = memory.read32(receive + shared.bytes + 8 * 255 + 4);
    expect(memory.read16(receive + shared.bytes + 8 * 255)).toBe(255);
    expect(memory.read16(table + 8 * reference)).toBe(1);
  });

  test('one frame: 8 bytes with its length, one event, the first 256 bytes copied, a fresh page', () => {
    const { memory, host, kernel, back, receive, handle } = pair();
    expect(back.deliver!({ payload: 7, bytes: 1514 })).toBe(true);
    expect([...memory.bytes(receive + shared.bytes, 8)]).toEqual([0, 0, 0, 0, 1, 0, 0xea, 5]);
    expect(host.events).toEqual([2]);
    handle();
    expect(kernel.handedUp).toEqual([7]);
    expect(memory.read32(receive + shared.requestProducer)).toBe(257);
    expect(memory.read32(receive + shared.responseEvent)).toBe(2);
    // The back end has buffers left: it wants no event for more.
    expect([kernel.signals, kernel.held]).toEqual([[], ['receive ring']]);
  });

  test('a burst is announced once; a frame after the poll again', () => {
    const { host, kernel, back, handle } = pair();
    for (let payload = 1; payload <= 100; payload++) back.deliver!({ payload, bytes: 60 });
    expect([host.fired, host.held]).toEqual([1, 99]);
    handle();
    expect(kernel.handedUp.length).toBe(100);
    back.deliver!({ payload: 101, bytes: 60 });
    expect(host.fired).toBe(2);
  });

  test('without buffers a frame is refused, and the refill is announced', () => {
    const { kernel, back, handle } = pair();
    let delivered = 0;
    while (back.deliver!({ payload: 1, bytes: 60 })) delivered++;
    expect(delivered).toBe(256);
    handle();
    expect(kernel.handedUp.length).toBe(256);
    expect(kernel.signals).toEqual(['receive ring']);
    expect(back.deliver!({ payload: 2, bytes: 60 })).toBe(true);
  });
});

test('whoever sleeps is woken, in any order of events', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(400), { maxLength: 600 }), (steps) => {
      const { host, kernel, back, front, send } = pair();
      const give = (count: number): void =>
        send(count + 1, 1514, 0x5000_0000 + 0x180 * (count % 11));
      actAtRandom({ host, kernel, device: back, driver: front, submit: give }, 200, steps);
    }),
  );
});
