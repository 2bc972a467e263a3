/** Goal: the split virtqueue is the specification's. Method: tables of the event rule, bytes, and random traffic. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GuestMemory } from '#engine/memory/guest-memory.ts';
import {
  descriptorFlags,
  DeviceQueue,
  DriverQueue,
  layOutQueue,
  needsEvent,
  writeDescriptor,
} from '#engine/memory/virtqueue.ts';

describe('an event is due when the event index lies in the step', () => {
  test.each([
    { old: 0, next: 1, event: 0, due: true },
    { old: 0, next: 1, event: 5, due: false },
    { old: 0, next: 4, event: 3, due: true },
    { old: 0, next: 4, event: 4, due: false },
    { old: 65534, next: 2, event: 65535, due: true },
    { old: 65535, next: 0, event: 65535, due: true },
  ])('from $old to $next, event $event: $due', ({ old, next, event, due }) => {
    expect(needsEvent(event, next, old)).toBe(due);
  });
});

function pair(size = 8) {
  const memory = new GuestMemory(1 << 16);
  const place = layOutQueue(memory, size, 'queue');
  return {
    memory,
    place,
    driver: new DriverQueue(memory, place),
    device: new DeviceQueue(memory, place),
  };
}

const segment = (bytes: number, writable = false) => ({ at: 0x4000_0000, bytes, writable });

test('a chain of three descriptors stands in memory as virtio 1.2, 2.7.5 says', () => {
  const { memory, place, driver } = pair();
  driver.add([segment(16), segment(512, true), segment(1, true)]);
  const flags = [0, 1, 2].map((index) => memory.read16(place.descriptors + 16 * index + 12));
  expect(flags).toEqual([1, 3, 2]);
  expect(memory.read16(place.available + 2)).toBe(1);
});

test('an indirect table takes one descriptor, and the device finds the chain in it', () => {
  const { memory, place, driver, device } = pair();
  const table = memory.allocate(48);
  const chain = [segment(16), segment(512, true), segment(1, true)];
  chain.forEach(({ at, bytes, writable }, index) =>
    writeDescriptor(
      memory,
      table + 16 * index,
      at,
      bytes,
      writable ? descriptorFlags.write : 0,
      index < 2 ? index + 1 : undefined,
    ),
  );
  const head = driver.addIndirect(table, 3);
  expect([driver.free, memory.read16(place.descriptors + 12)]).toEqual([7, 4]);
  expect(device.take()).toEqual({ head, segments: chain });
  device.complete(head, 513);
  expect(driver.takeUsed()).toEqual({ head, bytes: 513 });
  expect(driver.free).toBe(8);
});

test('a full queue takes no more tables', () => {
  const { driver } = pair(1);
  driver.addIndirect(0x2000, 2);
  expect(() => driver.addIndirect(0x2000, 2)).toThrow('no descriptor is free');
});

test('a queue of 256 takes 4,096, 518 and 2,054 bytes', () => {
  const { place } = pair(256);
  expect([place.available - place.descriptors, 6 + 2 * 256, 6 + 8 * 256]).toEqual([
    4096, 518, 2054,
  ]);
});

test('while the device has not asked again, the driver need not notify', () => {
  const { driver, device } = pair();
  driver.add([segment(64)]);
  expect(driver.mustNotify()).toBe(true);
  driver.add([segment(64)]);
  expect(driver.mustNotify()).toBe(false);
  while (device.take() !== undefined);
  expect(device.enableNotifications()).toBe(false);
  driver.add([segment(64)]);
  expect(driver.mustNotify()).toBe(true);
});

test('chains come back once and all descriptors with them, whatever the order of traffic', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 300 }), (script) => {
      const { driver, device } = pair();
      const added: number[] = [];
      const back: number[] = [];
      const held: number[] = [];
      for (const act of script) {
        if (act < 2 && driver.free > act)
          added.push(driver.add(new Array(act + 1).fill(segment(8))));
        if (act === 2) {
          const chain = device.take();
          if (chain !== undefined) held.push(chain.head);
        }
        if (act === 3 && held.length > 0) {
          device.complete(held.shift()!, 0);
          back.push(driver.takeUsed()!.head);
        }
      }
      expect(back).toEqual(added.slice(0, back.length));
      for (const head of held) device.complete(head, 0);
      for (let chain = device.take(); chain !== undefined; chain = device.take())
        device.complete(chain.head, 0);
      while (driver.takeUsed() !== undefined);
      expect(driver.free).toBe(8);
    }),
  );
});
