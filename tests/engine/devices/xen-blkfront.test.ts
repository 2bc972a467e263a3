/**
 * Goal: blkfront and blkback keep Xen's block protocol between them. Method: both on one memory, the test
 * plays the host and the disk, ring bytes, grants and events looked at.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Transfer } from '#engine/devices/device.ts';
import { xenBlkfront as device } from '#engine/devices/xen-blkfront.ts';
import type { BlockCommand, Driver } from '#engine/drivers/driver.ts';
import { xenBlkfront as driver } from '#engine/drivers/xen-blkfront.ts';
import { GuestMemory } from '#engine/memory/guest-memory.ts';
import { shared } from '#engine/memory/xen-ring.ts';
import { actAtRandom, EventHost, takeAll as allOf } from '../../support/channel-bench.ts';
import { DirectKernel } from '../../support/device-bench.ts';

function pair(variant: 'persistent-grants' | 'mapped-grants', processors = 1) {
  const memory = new GuestMemory(device.memoryBytes);
  const host = new EventHost(memory);
  const kernel = Object.assign(new DirectKernel(memory, 'event-channel', variant), { processors });
  const back = device.create(host, { variant, interrupts: 'event-channel', doorbellThreshold: 1 });
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
  const copied: number[] = [];
  /** Runs guest code and writes down how often a copy was asked for. */
  const run = (code: Driver): void => {
    kernel.run(
      (function* (): Driver {
        for (let step = code.next(0); !step.done;) {
          if (step.value.code === 'copy') copied.push(1);
          step = code.next(yield step.value);
        }
      })(),
    );
  };
  run(front.open());
  const submit = (...commands: readonly BlockCommand[]): void => {
    for (const each of commands) run(front.submit(each, false));
  };
  const takeAll = (): Transfer[] => allOf(back);
  const handle = (): void => {
    for (const event of host.events.splice(0)) run(front.interrupt(event));
  };
  const flags = (reference: number): number => memory.read16(table + 8 * reference);
  return {
    memory,
    host,
    kernel,
    back,
    front,
    rings,
    table,
    copied,
    submit,
    takeAll,
    handle,
    flags,
  };
}

const page = (number: number): number => 0x4000_0000 + number * 0x2000;
const pagesOf = (count: number): number[] =>
  Array.from({ length: count }, (_, index) => page(index));
const command = (tag: number, rest: Partial<BlockCommand> = {}): BlockCommand => ({
  payload: 100 + tag,
  kind: 'read',
  sector: 0x1_0203_0405,
  bytes: 4096,
  pages: [page(tag)],
  tag,
  cpu: 0,
  ...rest,
});

test('limits: 32 segments of a page, 32 commands', () => {
  expect(driver.limits).toEqual({ maxSectors: 256, maxSegments: 32, queueDepth: 32 });
});

describe('grants for the length of a request', () => {
  test('one read of 4 KiB: a granted page, one event, no copy; 16 bytes and one event back', () => {
    const { memory, host, kernel, back, rings, copied, submit, takeAll, handle, flags } =
      pair('mapped-grants');
    submit(command(3));
    const at = rings[0]! + shared.bytes;
    const reference = memory.read32(at + 24);
    expect([...memory.bytes(at, 24)]).toEqual([
      0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 4, 3, 2, 1, 0, 0, 0,
    ]);
    expect([...memory.bytes(at + 28, 2)]).toEqual([0, 7]);
    expect(flags(reference)).toBe(1);
    expect([kernel.signals, kernel.held]).toEqual([['shared ring'], []]);
    const [transfer] = takeAll();
    expect(transfer).toMatchObject({ kind: 'read', payload: 103, bytes: 4096 });
    expect(flags(reference)).toBe(1 | 8 | 16);
    back.finished(transfer!);
    expect(flags(reference)).toBe(1);
    expect([...memory.bytes(at, 12)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(host.events).toEqual([1]);
    handle();
    expect([kernel.completedTags, flags(reference), copied.length]).toEqual([[3], 0, 0]);
  });

  test('a write is mapped for reading only', () => {
    const { memory, rings, submit, takeAll, flags } = pair('mapped-grants');
    submit(command(0, { kind: 'write' }));
    const at = rings[0]! + shared.bytes;
    expect(memory.read8(at)).toBe(1);
    expect(takeAll()).toMatchObject([{ kind: 'write', bytes: 4096 }]);
    expect(flags(memory.read32(at + 24))).toBe(1 | 8);
  });
});

test('persistent grants: data is copied, pages stay mapped and are used again, last first', () => {
  const { memory, kernel, back, rings, copied, submit, takeAll, handle, flags } =
    pair('persistent-grants');
  const at = rings[0]! + shared.bytes;
  const round = (slot: number, kind: 'read' | 'write'): number => {
    submit(command(slot, { kind }));
    const reference = memory.read32(at + 112 * slot + 24);
    back.finished(takeAll()[0]!);
    handle();
    return reference;
  };
  const first = round(0, 'read');
  expect([copied.length, flags(first)]).toEqual([1, 1 | 8 | 16]);
  expect(round(1, 'write')).toBe(first);
  expect(round(2, 'read')).toBe(first);
  expect([copied.length, kernel.completedTags]).toEqual([3, [0, 1, 2]]);
});

test('eleven segments go into the request, twelve into a page of their own', () => {
  const { memory, rings, table, submit, takeAll } = pair('mapped-grants');
  const at = rings[0]! + shared.bytes;
  submit(command(0, { pages: pagesOf(11), bytes: 11 * 4096 }));
  expect([memory.read8(at), memory.read8(at + 1)]).toEqual([0, 11]);
  submit(command(1, { kind: 'write', pages: pagesOf(12), bytes: 12 * 4096 }));
  const next = at + 112;
  // Indirect, write, 12 segments, id, sector, handle, one list page.
  expect([...memory.bytes(next, 28)]).toEqual([
    6, 1, 12, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 5, 4, 3, 2, 1, 0, 0, 0, 0, 0, 0, 0,
  ]);
  const list = memory.read32(table + 8 * memory.read32(next + 28) + 4) * 4096;
  expect([memory.read8(list + 8 * 11 + 4), memory.read8(list + 8 * 11 + 5)]).toEqual([0, 7]);
  expect(takeAll().map(({ kind, bytes }) => [kind, bytes])).toEqual([
    ['read', 45_056],
    ['write', 49_152],
  ]);
});

test('data that begins and ends inside pages says which sectors it uses', () => {
  const { memory, rings, submit, takeAll } = pair('mapped-grants');
  submit(command(0, { pages: [page(0) + 1024, page(1)], bytes: 3072 + 512 }));
  const at = rings[0]! + shared.bytes + 24;
  const sectors = [4, 5, 12, 13].map((offset) => memory.read8(at + offset));
  expect(sectors).toEqual([2, 7, 0, 0]);
  expect(takeAll()[0]!.bytes).toBe(3584);
});

test('a flush is operation 3 without segments', () => {
  const { memory, kernel, back, rings, copied, submit, takeAll, handle } =
    pair('persistent-grants');
  submit(command(5, { kind: 'flush', sector: 0, bytes: 0, pages: [] }));
  const at = rings[0]! + shared.bytes;
  expect([memory.read8(at), memory.read8(at + 1)]).toEqual([3, 0]);
  const [transfer] = takeAll();
  expect(transfer).toMatchObject({ kind: 'flush', payload: 105, bytes: 0 });
  back.finished(transfer!);
  expect(memory.read8(at + 8)).toBe(3);
  handle();
  expect([kernel.completedTags, copied.length]).toEqual([[5], 0]);
});

test('a full ring makes the driver busy; a burst is announced once in each direction', () => {
  const { host, kernel, back, front, submit, takeAll, handle } = pair('mapped-grants');
  let sent = 0;
  while (front.hasRoom()) submit(command(sent++));
  expect([sent, kernel.signals.length, kernel.held.length]).toEqual([32, 1, 31]);
  const taken = takeAll();
  for (const transfer of taken.toReversed()) back.finished(transfer);
  expect([host.fired, host.held]).toEqual([1, 31]);
  handle();
  expect(kernel.completedTags).toEqual(Array.from({ length: 32 }, (_, index) => 31 - index));
  expect(front.hasRoom()).toBe(true);
});

test.each(['persistent-grants', 'mapped-grants'] as const)(
  '%s: thousands of commands of all sizes, finished out of order, use up nothing',
  (variant) => {
    const { kernel, back, submit, takeAll, handle } = pair(variant);
    for (let round = 0; round < 200; round++) {
      const pages = pagesOf(1 + (round % 32));
      for (let tag = 0; tag < 32; tag++)
        submit(command(tag, { payload: round * 32 + tag + 1, pages, bytes: 4096 * pages.length }));
      const taken = takeAll();
      expect(taken.map(({ payload }) => payload)).toEqual(
        Array.from({ length: 32 }, (_, tag) => round * 32 + tag + 1),
      );
      for (const transfer of taken.toReversed()) back.finished(transfer);
      handle();
    }
    expect(kernel.completedTags.length).toBe(6400);
  },
);

test('four rings at most, chosen by processor, each with its own event', () => {
  const { host, kernel, back, rings, submit, takeAll, handle } = pair('persistent-grants', 8);
  expect(rings.length).toBe(4);
  for (let cpu = 0; cpu < 8; cpu++) submit(command(cpu, { cpu }));
  expect(kernel.signals).toEqual([
    'shared ring',
    'shared ring 1',
    'shared ring 2',
    'shared ring 3',
  ]);
  takeAll().forEach((transfer) => back.finished(transfer));
  expect(new Set(host.events)).toEqual(new Set([1, 2, 3, 4]));
  handle();
  expect(kernel.completedTags.length).toBe(8);
});

test.each(['persistent-grants', 'mapped-grants'] as const)(
  '%s: whoever sleeps is woken, in any order of events',
  (variant) => {
    fc.assert(
      fc.property(fc.array(fc.nat(400), { maxLength: 400 }), (steps) => {
        const { host, kernel, back, front, submit } = pair(variant, 2);
        const give = (count: number, tag: number): void => {
          const pages = pagesOf(1 + (count % 32));
          submit(command(tag, { pages, bytes: 4096 * pages.length, cpu: count % 2 }));
        };
        actAtRandom({ host, kernel, device: back, driver: front, submit: give }, 32, steps);
      }),
    );
  },
);
