/**
 * Goal: requests, notifications and interrupts of a virtio disk as Linux and QEMU keep them. Method: driver
 * and device on one memory, the test plays the disk; random scripts of bursts and completions.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { virtioBlk as device } from '#engine/devices/virtio-blk.ts';
import { virtioBlk as driver } from '#engine/drivers/virtio-blk.ts';
import { DiskBench, runScript, type Step } from '../../support/disk-bench.ts';

const pair = (interrupts?: 'msix' | 'intx') => new DiskBench(device, driver, interrupts);

/** The queue is the driver's first structure. */
const descriptors = 0x1000;
const used = 0x1000 + 4096 + 520;

const commands = (bench: DiskBench, count: number) =>
  Array.from({ length: count }, () => bench.command());

test.each(['read', 'write', 'flush'] as const)('a %s is the recorded sequence', (kind) => {
  const bench = pair();
  for (let count = 1; count <= 3; count++) {
    bench.forget();
    bench.submit(bench.command(kind));
    bench.finish();
    bench.interrupt();
    expect([bench.log, bench.interrupts]).toEqual([['W NOTIFY q0 0x0'], 1]);
  }
  expect(bench.idle).toBe(true);
});

describe('notifications', () => {
  test('a batch has one', () => {
    const bench = pair();
    bench.submit(...commands(bench, 32));
    expect(bench.log).toEqual(['W NOTIFY q0 0x0']);
    expect(bench.out).toHaveLength(32);
  });

  test('while the device has not drained the queue, a request needs none', () => {
    const bench = pair();
    bench.kernel.run(bench.guest.submit(bench.command(), true));
    bench.kernel.run(bench.guest.submit(bench.command(), true));
    expect(bench.log).toHaveLength(1);
    expect(bench.kernel.held).toEqual(['NOTIFY q0']);
    bench.take();
    bench.submit(bench.command());
    expect(bench.log).toHaveLength(2);
  });

  test('a queue that is full is announced although the batch goes on', () => {
    const bench = pair();
    for (const command of commands(bench, 256))
      bench.kernel.run(bench.guest.submit(command, false));
    expect(bench.log).toHaveLength(1);
    expect(bench.guest.hasRoom()).toBe(false);
    bench.take();
    bench.drain();
    expect([bench.guest.hasRoom(), bench.idle]).toEqual([true, true]);
  });
});

describe('interrupts', () => {
  test('completions before the handler share one', () => {
    const bench = pair();
    bench.submit(...commands(bench, 8));
    bench.finishAll();
    expect([bench.host.fired, bench.host.held]).toEqual([1, 7]);
    bench.interrupt();
    expect(bench.kernel.completedTags).toHaveLength(8);
  });

  test('while the handler takes requests, a completion is taken by it and interrupts no one', () => {
    const bench = pair();
    bench.submit(...commands(bench, 3));
    bench.finish();
    const code = bench.guest.interrupt(0);
    code.next(0);
    code.next(0);
    bench.finishAll();
    for (let step = code.next(0); !step.done; step = code.next(0));
    expect(bench.kernel.completedTags).toEqual([0, 1, 2]);
    expect(bench.host.fired).toBe(1);
  });

  test('on a pin, each reads the status, which lowers the level', () => {
    const bench = pair('intx');
    bench.submit(...commands(bench, 2));
    bench.finishAll();
    expect(bench.host.line).toBe(true);
    bench.forget();
    bench.interrupt();
    expect([bench.log, bench.host.line]).toEqual([['R ISR 0x1'], false]);
    expect(bench.kernel.completedTags).toEqual([0, 1]);
  });
});

const steps: fc.Arbitrary<Step> = fc.record({
  act: fc.constantFrom('submit', 'finish', 'finish', 'interrupt', 'flush'),
  amount: fc.integer({ min: 1, max: 80 }),
});

test.each([
  { mode: 'msix', each: 0 },
  { mode: 'intx', each: 1 },
] as const)(
  'over bursts, depths and orders: one write a doorbell, $each reads an interrupt ($mode)',
  ({ mode, each }) => {
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 80 }), (script) => {
        const bench = pair(mode);
        runScript(bench, script);
        expect(bench.log).toHaveLength(bench.doorbells + each * bench.interrupts);
        expect(bench.idle).toBe(true);
        expect(bench.guest.hasRoom()).toBe(true);
      }),
    );
  },
);

test('indexes wrap at 65,536 and no request is lost', () => {
  const bench = pair();
  for (let count = 0; count < 70_000; count += 20) {
    bench.submit(...commands(bench, 20));
    bench.finishAll();
    bench.interrupt();
  }
  expect(bench.idle).toBe(true);
  expect(bench.log).toHaveLength(3500);
});

describe('in memory', () => {
  test('a read of 4 KiB is one descriptor of the queue and three of its own table', () => {
    const bench = pair();
    const read = bench.command('read', 1, 0x1_2345_6789);
    bench.submit(read);
    const { memory } = bench;
    const table = memory.read64(descriptors);
    expect([memory.read32(descriptors + 8), memory.read16(descriptors + 12)]).toEqual([48, 4]);
    const [header, data, status] = [0, 1, 2].map((index) => table + 16 * index);
    expect(memory.read64(data!)).toBe(read.pages[0]);
    expect([header, data, status].map((at) => memory.read32(at! + 8))).toEqual([16, 4096, 1]);
    expect([header, data, status].map((at) => memory.read16(at! + 12))).toEqual([1, 3, 2]);
    const request = memory.read64(header!);
    expect([memory.read32(request), memory.read64(request + 8)]).toEqual([0, 0x1_2345_6789]);
    expect(bench.out[0]).toEqual({ kind: 'read', payload: 1000, bytes: 4096, token: 0 });
    bench.finish();
    expect(memory.read8(memory.read64(status!))).toBe(0);
  });

  test('the device writes data and status of a read, but only the status of a write or a flush', () => {
    const bench = pair();
    bench.submit(bench.command('read'), bench.command('write', 2), bench.command('flush'));
    bench.finishAll();
    const lengths = [0, 1, 2].map((entry) => bench.memory.read32(used + 4 + 8 * entry + 4));
    expect(lengths).toEqual([4097, 1, 1]);
  });

  test('a flush is header and status', () => {
    const bench = pair();
    bench.submit(bench.command('flush'));
    expect(bench.memory.read32(descriptors + 8)).toBe(32);
    expect(bench.memory.read32(bench.memory.read64(bench.memory.read64(descriptors)))).toBe(4);
    expect(bench.out[0]).toMatchObject({ kind: 'flush', bytes: 0 });
  });

  test('the largest request has 254 segments, and the tables of two tags do not touch', () => {
    const bench = pair();
    const most = driver.limits.maxSegments;
    bench.submit(bench.command('write', most), bench.command('write', most));
    expect(bench.out.map(({ bytes }) => bytes)).toEqual([4096 * most, 4096 * most]);
    const tables = [0, 1].map((index) => bench.memory.read64(descriptors + 16 * index));
    expect(tables[1]! - tables[0]!).toBe(16 * (most + 2));
  });
});
