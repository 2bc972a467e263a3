/**
 * Goal: the packed virtqueue is the specification's, and carries what a split one carries. Method: bytes, tables of the
 * event rule over the end of a lap, and random traffic beside a split queue of the same size.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GuestMemory } from '#engine/memory/guest-memory.ts';
import type { DeviceRing, DriverRing, Segment } from '#engine/memory/virtqueue.ts';
import { deviceRing, driverRing } from '#engine/memory/virtqueue-format.ts';

interface Pair {
  readonly memory: GuestMemory;
  readonly driver: DriverRing;
  readonly device: DeviceRing;
}

function pair(variant = 'packed', size = 8): Pair {
  const memory = new GuestMemory(1 << 16);
  const driver = driverRing(memory, variant, size, 'queue');
  return { memory, driver, device: deviceRing(memory, variant, driver.place) };
}

const segment = (bytes: number, writable = false): Segment => ({
  at: 0x4000_0000,
  bytes,
  writable,
});
const flagsAt = ({ memory, driver }: Pair, index: number): number =>
  memory.read16(driver.place.descriptors + 16 * index + 14);
const [available, used] = [1 << 7, 1 << 15];

/** Sends so many chains of one descriptor there and back. */
function goRound({ driver, device }: Pair, chains: number): void {
  for (let chain = 0; chain < chains; chain++) {
    driver.add([segment(8)]);
    device.complete(device.take()!.head, 0);
    driver.takeUsed();
  }
}

test('a chain of three stands in the ring with its number, and is available on the first lap', () => {
  const queue = pair();
  const { memory, driver } = queue;
  const head = driver.add([segment(16), segment(512, true), segment(1, true)]);
  expect([0, 1, 2].map((index) => flagsAt(queue, index))).toEqual([
    available | 1,
    available | 3,
    available | 2,
  ]);
  const numbers = [0, 1, 2].map((index) =>
    memory.read16(driver.place.descriptors + 16 * index + 12),
  );
  expect(numbers).toEqual([head, head, head]);
  expect(driver.free).toBe(5);
});

test('a used chain is written once, where it began; both bits of the lap agree, and turn at the next', () => {
  const queue = pair('packed', 2);
  const { memory, driver, device } = queue;
  const head = driver.add([segment(16), segment(512, true)]);
  expect(driver.hasUsed).toBe(false);
  device.complete(device.take()!.head, 512);
  expect([flagsAt(queue, 0), memory.read32(driver.place.descriptors + 8)]).toEqual([
    available | used,
    512,
  ]);
  expect(driver.takeUsed()).toEqual({ head, bytes: 512 });
  driver.add([segment(8)]);
  expect(flagsAt(queue, 0)).toBe(used);
  device.complete(device.take()!.head, 0);
  expect(flagsAt(queue, 0)).toBe(0);
  expect(driver.takeUsed()?.bytes).toBe(0);
  expect(driver.hasUsed).toBe(false);
});

test('an indirect table takes one descriptor, and its buffers follow each other', () => {
  const { memory, driver, device } = pair();
  const table = memory.allocate(48);
  const chain = [segment(16), segment(512, true), segment(1, true)];
  chain.forEach(({ at, bytes, writable }, index) =>
    driver.writeTable(table, index, at, bytes, writable, index === 2),
  );
  expect([0, 1, 2].map((index) => memory.read16(table + 16 * index + 14))).toEqual([0, 2, 2]);
  const head = driver.addIndirect(table, 3);
  expect(driver.free).toBe(7);
  expect(device.take()).toEqual({ head, segments: chain });
});

describe('notifications', () => {
  test('are wanted before the device has said anything, never while it takes, and again when it asks', () => {
    const { driver, device } = pair();
    const add = (): boolean => {
      driver.add([segment(8)]);
      return driver.mustNotify();
    };
    expect([add(), add()]).toEqual([true, true]);
    device.take();
    expect(add()).toBe(false);
    while (device.take() !== undefined);
    expect(device.enableNotifications()).toBe(false);
    expect([add(), add()]).toEqual([true, false]);
  });

  test.each([
    { from: 7, adds: 1, due: true, why: 'the last of a lap, which is waited for' },
    { from: 7, adds: 3, due: true, why: 'over the end of the lap' },
    { from: 8, adds: 1, due: true, why: 'the first of a lap' },
    { from: 15, adds: 2, due: true, why: 'from the second lap to the third' },
  ])('$why: after $from chains, $adds more: $due', ({ from, adds, due }) => {
    const queue = pair();
    goRound(queue, from);
    queue.driver.mustNotify();
    queue.device.enableNotifications();
    for (let each = 0; each < adds; each++) queue.driver.add([segment(8)]);
    expect(queue.driver.mustNotify()).toBe(due);
    queue.driver.add([segment(8)]);
    expect(queue.driver.mustNotify()).toBe(false);
  });
});

describe('interrupts', () => {
  test('come for each chain until the driver first switches them off, and then where it asks', () => {
    const { driver, device } = pair('packed', 16);
    const complete = (): boolean => device.complete(device.take()!.head, 0).interrupt;
    for (let chain = 0; chain < 12; chain++) driver.add([segment(8)]);
    expect([complete(), complete()]).toEqual([true, true]);
    driver.disableInterrupts();
    expect(complete()).toBe(false);
    while (driver.takeUsed() !== undefined);
    // Nine are out: three quarters of them are six, and the one behind those is waited for.
    driver.enableInterruptsDelayed();
    expect(Array.from({ length: 7 }, complete)).toEqual([...Array<boolean>(6).fill(false), true]);
    expect(complete()).toBe(false);
  });

  test('the used chain that ends a lap is announced, wherever the event lies, unless they are off', () => {
    const endsLap = (switchOff: boolean): boolean[] => {
      const { driver, device } = pair('packed', 4);
      for (let chain = 0; chain < 4; chain++) driver.add([segment(8)]);
      driver.disableInterrupts();
      device.complete(device.take()!.head, 0);
      // The event lies three quarters of four descriptors on, in the next lap once the first is taken.
      driver.takeUsed();
      driver.add([segment(8)]);
      driver.enableInterruptsDelayed();
      if (switchOff) driver.disableInterrupts();
      return Array.from({ length: 3 }, () => device.complete(device.take()!.head, 0).interrupt);
    };
    expect([endsLap(false), endsLap(true)]).toEqual([
      [false, false, true],
      [false, false, false],
    ]);
  });
});

test('whatever the order of traffic, a packed queue hands on what a split one does', () => {
  const step = fc.record({
    act: fc.constantFrom('add', 'take', 'complete', 'reap'),
    length: fc.integer({ min: 1, max: 3 }),
    which: fc.nat(7),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (script) => {
      const played = (variant: string) => {
        const { driver, device } = pair(variant);
        /** By head: which chain it is, in the order of adding. */
        const names = new Map<number, number>();
        const held: { head: number; name: number }[] = [];
        const seen: string[] = [];
        let added = 0;
        for (const { act, length, which } of script) {
          if (act === 'add' && driver.free >= length) {
            const segments = Array.from({ length }, (_, index) => segment(8 + added + index));
            names.set(driver.add(segments), added++);
          }
          if (act === 'take') {
            const chain = device.take();
            if (chain === undefined) continue;
            const name = names.get(chain.head)!;
            held.push({ head: chain.head, name });
            seen.push(`take ${name}: ${chain.segments.map(({ bytes }) => bytes).join(' ')}`);
          }
          if (act === 'complete' && held.length > 0) {
            const [back] = held.splice(which % held.length, 1);
            device.complete(back!.head, back!.name);
          }
          if (act === 'reap')
            for (let done = driver.takeUsed(); done !== undefined; done = driver.takeUsed())
              seen.push(`reap ${names.get(done.head)}: ${done.bytes}, ${driver.free} free`);
        }
        return seen;
      };
      expect(played('packed')).toEqual(played('split'));
    }),
  );
});
