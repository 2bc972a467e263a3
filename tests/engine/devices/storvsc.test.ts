/**
 * Goal: driver and StorVSP keep the protocol between them, byte for byte. Method: both on one memory, the
 * test plays the host and the disk, packets and notifications looked at.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Transfer } from '#engine/devices/device.ts';
import { storvsc as device } from '#engine/devices/storvsc.ts';
import type { BlockCommand } from '#engine/drivers/driver.ts';
import { storvsc as driver, storvscIde } from '#engine/drivers/storvsc.ts';
import { GuestMemory } from '#engine/memory/guest-memory.ts';
import {
  completionBytes,
  expectedSubChannels,
  operation,
  queueDepth,
  requestBytes,
  ringBytes,
  scsiRequestBytes,
  subChannels,
  vstor,
  windowsChannels,
} from '#engine/memory/storvsc.ts';
import { control, VmbusRing } from '#engine/memory/vmbus-ring.ts';
import { actAtRandom, EventHost, takeAll as allOf } from '../../support/channel-bench.ts';
import { DirectKernel } from '../../support/device-bench.ts';

function pair(processors = 1, entry = driver) {
  const memory = new GuestMemory(device.memoryBytes);
  const host = new EventHost(memory);
  const kernel = Object.assign(new DirectKernel(memory, 'vmbus'), { processors });
  const vsp = device.create(host, { variant: '', interrupts: 'vmbus', doorbellThreshold: 1 });
  kernel.device = vsp;
  const vsc = entry.create(kernel);
  const offers: { toHost: VmbusRing; toGuest: VmbusRing; at: readonly number[] }[] = [];
  const open = vsp.open!.bind(vsp);
  vsp.open = (offer) => {
    const [toHost, toGuest] = offer.rings.map((at) => new VmbusRing(memory, at, offer.ringBytes));
    offers[offer.channel] = { toHost: toHost!, toGuest: toGuest!, at: offer.rings };
    open(offer);
  };
  kernel.run(vsc.open());
  const submit = (...commands: readonly BlockCommand[]): void => {
    for (const each of commands) kernel.run(vsc.submit(each, true));
  };
  const takeAll = (): Transfer[] => allOf(vsp);
  /** The guest handles events until none is left. */
  const handle = (): void => {
    for (const event of host.events.splice(0)) kernel.run(vsc.interrupt(event));
    if (!kernel.pollWanted) return;
    kernel.pollWanted = false;
    kernel.run(vsc.poll!(64));
  };
  return { memory, host, kernel, vsp, vsc, offers, submit, takeAll, handle };
}

const page = (number: number): number => 0x4000_0000 + number * 0x2000;
const command = (tag: number, rest: Partial<BlockCommand> = {}): BlockCommand => ({
  payload: 100 + tag,
  kind: 'read',
  sector: 0x0102_0304,
  bytes: 4096,
  pages: [page(tag)],
  tag,
  cpu: 0,
  ...rest,
});

test('constants: 64-byte packet, SCSI request of 0x34 bytes, operations 3 and 1, ring packets 112 and 88', () => {
  expect([vstor.bytes, scsiRequestBytes, vstor.length + scsiRequestBytes]).toEqual([64, 0x34, 64]);
  expect([operation.executeSrb, operation.completeIo]).toEqual([3, 1]);
  expect([requestBytes(1), requestBytes(2), requestBytes(32), requestBytes(0)]).toEqual([
    112, 120, 360, 88,
  ]);
  expect(completionBytes).toBe(88);
  expect(driver.limits).toEqual({ maxSectors: 512, maxSegments: 65, queueDepth: 316 });
});

test('one READ(10) of 4 KiB: 112 bytes, every one of them', () => {
  const { memory, offers, submit, kernel } = pair();
  submit(command(5));
  const [{ toHost, at }] = offers as [(typeof offers)[0]];
  expect(toHost.used).toBe(112);
  const pfn = page(5) / 4096;
  // Descriptor: type 9, data at 40, length 104, completion requested, transaction tag + 1.
  const descriptor = [9, 0, 5, 0, 13, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0, 0];
  const ranges = [0, 0, 0, 0, 1, 0, 0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0];
  const pages = [pfn & 0xff, (pfn >> 8) & 0xff, (pfn >> 16) & 0xff, 0, 0, 0, 0, 0];
  const head = [3, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0];
  const request = [0x34, 0, 0, 0, 0, 0, 0, 0, 10, 20, 1, 0, 0, 0x10, 0, 0];
  const cdb = [0x28, 0, 1, 2, 3, 4, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0];
  const rest = [0, 0, 0, 0, 0, 0, 0xff, 0x20, 0x4a, 1, 0, 0, 60, 0, 0, 0, 0, 0, 0, 0];
  const trailer = [0, 0, 0, 0, 0, 0, 0, 0];
  expect([...memory.bytes(at[0]! + 0x1000, 112)]).toEqual([
    ...descriptor,
    ...ranges,
    ...pages,
    ...head,
    ...request,
    ...cdb,
    ...rest,
    ...trailer,
  ]);
  expect([kernel.signals, kernel.held]).toEqual([['to host'], []]);
});

test('a write says so in direction, flags and operation code; its count is big endian', () => {
  const { offers, submit } = pair();
  const pages = Array.from({ length: 64 }, (_, index) => page(index));
  submit(command(0, { kind: 'write', bytes: 256 << 10, pages }));
  const { toHost } = offers[0]!;
  expect(toHost.used).toBe(16 + 16 + 8 * 64 + 64 + 8);
  const packet = toHost.next()!;
  const at = packet.payload;
  expect(toHost.byte(at + vstor.dataIn)).toBe(0);
  expect(toHost.word(at + vstor.srbFlags)).toBe(0x18a);
  expect([0, 7, 8].map((offset) => toHost.byte(at + vstor.cdb + offset))).toEqual([0x2a, 2, 0]);
  expect(toHost.word(packet.header + 16 + 8 * 63)).toBe(page(63) / 4096);
});

test('a flush is SYNCHRONIZE CACHE(10) in band, without data: 88 bytes', () => {
  const { offers, submit, takeAll } = pair();
  submit(command(1, { kind: 'flush', sector: 0, bytes: 0, pages: [] }));
  const { toHost } = offers[0]!;
  expect(toHost.used).toBe(88);
  const packet = toHost.next()!;
  const at = packet.payload;
  expect([packet.type, toHost.byte(at + vstor.cdb), toHost.byte(at + vstor.dataIn)]).toEqual([
    6, 0x35, 2,
  ]);
  expect(toHost.word(at + vstor.srbFlags)).toBe(0x10a);
  expect(takeAll()).toMatchObject([{ kind: 'flush', payload: 101, bytes: 0 }]);
});

test('the completion: 88 bytes, operation 1, status success, the same transaction, one event', () => {
  const { memory, host, kernel, vsp, offers, submit, takeAll, handle } = pair();
  submit(command(7));
  const [transfer] = takeAll();
  expect(transfer).toMatchObject({ kind: 'read', payload: 107, bytes: 4096 });
  vsp.finished(transfer!);
  const { toGuest, at } = offers[0]!;
  expect(toGuest.used).toBe(88);
  const bytes = memory.bytes(at[1]! + 0x1000, 88);
  expect([...bytes.subarray(0, 16)]).toEqual([0xb, 0, 2, 0, 10, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0]);
  expect([...bytes.subarray(16, 44)]).toEqual([
    1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x34, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10, 0, 0,
  ]);
  expect(host.events).toEqual([1]);
  handle();
  expect(kernel.completedTags).toEqual([7]);
});

test('only the first of a burst is signalled; the host drains, and signals once for its completions', () => {
  const { host, kernel, vsp, submit, takeAll, handle } = pair();
  submit(...Array.from({ length: 8 }, (_, tag) => command(tag)));
  expect([kernel.signals.length, kernel.held.length]).toEqual([1, 7]);
  const transfers = takeAll();
  expect(transfers.map(({ payload }) => payload)).toEqual([100, 101, 102, 103, 104, 105, 106, 107]);
  // The disk finishes out of order.
  for (const transfer of transfers.toReversed()) vsp.finished(transfer);
  expect([host.fired, host.held]).toEqual([1, 7]);
  handle();
  expect(kernel.completedTags).toEqual([7, 6, 5, 4, 3, 2, 1, 0]);
});

test('while the host drains it is masked, and while the guest drains it is', () => {
  const { host, kernel, vsp, vsc, submit, takeAll } = pair();
  submit(command(0));
  const first = vsp.take()!;
  submit(command(1));
  expect([kernel.signals.length, kernel.held.length]).toEqual([1, 1]);
  const second = takeAll()[0]!;
  submit(command(2));
  expect(kernel.signals.length).toBe(2);
  vsp.finished(first);
  kernel.run(vsc.interrupt(1));
  vsp.finished(second);
  expect([host.fired, host.held]).toEqual([1, 1]);
  expect(kernel.run(vsc.poll!(64))).toBe(false);
  expect(kernel.completedTags).toEqual([0, 1]);
  vsp.finished(takeAll()[0]!);
  expect(host.fired).toBe(2);
});

test('thousands of commands at depth 32 wrap the rings and all come back', () => {
  const { memory, kernel, vsp, submit, takeAll, handle } = pair();
  for (let round = 0; round < 200; round++) {
    const pages = Array.from({ length: 1 + (round % 40) }, (_, index) => page(index));
    for (let tag = 0; tag < 32; tag++)
      submit(command(tag, { payload: round * 32 + tag, pages, bytes: 4096 * pages.length }));
    const taken = takeAll();
    expect(taken.map(({ payload }) => payload)).toEqual(
      Array.from({ length: 32 }, (_, tag) => round * 32 + tag),
    );
    taken.forEach((transfer) => vsp.finished(transfer));
    handle();
  }
  expect(kernel.completedTags.length).toBe(6400);
  expect(memory.payloadAt(page(0))).toBe(0);
});

test('a ring without room for the largest request makes the driver busy until the host has read', () => {
  const { kernel, vsc, submit, takeAll } = pair();
  const pages = Array.from({ length: 64 }, (_, index) => page(index));
  let sent = 0;
  while (vsc.hasRoom()) submit(command(sent++, { pages, bytes: 256 << 10 }));
  expect(sent).toBe(Math.floor((ringBytes - 4096 - requestBytes(65) - 1) / requestBytes(64)) + 1);
  expect(kernel.signals.length).toBe(1);
  expect(takeAll().length).toBe(sent);
  expect(vsc.hasRoom()).toBe(true);
});

test('a full ring to the guest: the host asks for room, is signalled for it, and loses nothing', () => {
  const { memory, kernel, vsp, offers, submit, takeAll, handle } = pair();
  const fits = Math.ceil((ringBytes - 4096) / completionBytes) - 1;
  const total = fits + 10;
  const quarter = Math.ceil((ringBytes - 4096 - 8) / 4 / 8) * 8;
  for (let tag = 0; tag < total; tag++) {
    submit(command(tag));
    vsp.finished(takeAll()[0]!);
  }
  const pending = offers[0]!.at[1]! + control.pendingSendSize;
  expect(memory.read32(pending)).toBe(quarter);
  handle();
  expect(kernel.completedTags.length).toBe(fits);
  expect(kernel.signals.at(-1)).toBe('to guest');
  expect(takeAll()).toEqual([]);
  expect(memory.read32(pending)).toBe(0);
  handle();
  expect(kernel.completedTags.length).toBe(total);
});

describe('channels', () => {
  test.each([
    { processors: 1, linux: 1, windows: 1, depth: 316 },
    { processors: 4, linux: 1, windows: 1, depth: 316 },
    { processors: 5, linux: 2, windows: 1, depth: 633 },
    { processors: 16, linux: 4, windows: 1, depth: 1267 },
    { processors: 17, linux: 5, windows: 2, depth: 1584 },
    { processors: 64, linux: 16, windows: 4, depth: 5068 },
  ])('$processors processors: $linux of Linux, $windows of Windows', (row) => {
    expect(1 + subChannels(row.processors)).toBe(row.linux);
    expect(windowsChannels(row.processors)).toBe(row.windows);
    expect(queueDepth(row.processors)).toBe(row.depth);
    expect(pair(row.processors).offers.length).toBe(row.linux);
  });

  test.each([
    { processors: 1, out: 256 },
    { processors: 2, out: 316 },
    { processors: 5, out: 633 },
    { processors: 64, out: 2048 },
  ])('the block layer of $processors processors has $out commands out', ({ processors, out }) => {
    const guest = { processors, interrupts: 'vmbus' } as const;
    expect(driver.depthFor!(guest)).toBe(out);
    expect(storvscIde.depthFor!(guest)).toBe(256);
  });

  test('the disk of an IDE controller has one, and one hardware queue, for eight processors', () => {
    const { kernel, offers, submit, takeAll, vsp, handle } = pair(8, storvscIde);
    for (let cpu = 0; cpu < 8; cpu++) submit(command(cpu, { cpu }));
    expect([offers.length, kernel.signals, kernel.held.length]).toEqual([1, ['to host'], 7]);
    const transactions = Array.from({ length: 8 }, () => offers[0]!.toHost.read()!.transaction);
    expect(transactions).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    takeAll().forEach((transfer) => vsp.finished(transfer));
    handle();
    expect(kernel.completedTags).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test('Linux asks for what is offered, but for no more channels than processors', () => {
    expect([subChannels(8, 15), subChannels(8, 3), subChannels(1, 15)]).toEqual([7, 3, 0]);
    expect(expectedSubChannels(8)).toBe(1);
  });

  test('a processor with a channel sends on the next one, the others share by number', () => {
    const { kernel, submit } = pair(9);
    for (let cpu = 0; cpu < 9; cpu++) submit(command(cpu, { cpu }));
    const ring = (number: number) => (number === 0 ? 'to host' : `to host ${number}`);
    expect([kernel.signals, kernel.held].map((names) => names.length)).toEqual([3, 6]);
    expect(kernel.signals).toEqual([ring(1), ring(2), ring(0)]);
    expect(kernel.held).toEqual([3, 4, 5, 6, 7, 8].map((cpu) => ring(cpu % 3)));
  });

  test('a channel with a tenth of its ring or less is passed over', () => {
    const { offers, submit, vsc } = pair(5);
    const pages = Array.from({ length: 64 }, (_, index) => page(index));
    let tag = 0;
    while (offers[1]!.toHost.freePercent >= 11) submit(command(tag++, { pages, bytes: 1 << 18 }));
    expect(offers[0]!.toHost.used).toBe(0);
    submit(command(tag, { pages, bytes: 1 << 18 }));
    expect(offers[0]!.toHost.used).toBe(requestBytes(64));
    expect(vsc.hasRoom()).toBe(true);
  });

  test('completions come back on the channel of the request, with its event', () => {
    const { host, kernel, vsp, submit, takeAll, handle } = pair(9);
    submit(command(0, { cpu: 0 }), command(1, { cpu: 1 }), command(2, { cpu: 2 }));
    takeAll().forEach((transfer) => vsp.finished(transfer));
    expect(new Set(host.events)).toEqual(new Set([1, 2, 3]));
    handle();
    expect(new Set(kernel.completedTags)).toEqual(new Set([0, 1, 2]));
  });
});

test.each([1, 9])(
  '%i processors: whoever sleeps is woken, in any order of events',
  (processors) => {
    fc.assert(
      fc.property(fc.array(fc.nat(400), { maxLength: 400 }), (steps) => {
        const { host, kernel, vsp, vsc, submit } = pair(processors);
        const give = (count: number, tag: number): void =>
          submit(command(tag, { cpu: count % processors }));
        actAtRandom({ host, kernel, device: vsp, driver: vsc, submit: give }, 40, steps);
      }),
    );
  },
);
