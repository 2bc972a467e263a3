/**
 * Goal: the AHCI port as Linux drives it: recorded sequences, structures in memory, slots, the law of
 * accesses, and a flush that has the port for itself. Method: driver and device on one memory, the test
 * plays the disk; random scripts of bursts and completions.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ahci as device } from '#engine/devices/ahci.ts';
import { ahci as driver } from '#engine/drivers/ahci.ts';
import type { InterruptMode } from '#engine/memory/interrupt.ts';
import { DiskBench, runScript, type Step } from '../../support/disk-bench.ts';

const pair = (interrupts?: InterruptMode) => new DiskBench(device, driver, interrupts);
const portVectors = ['msi-per-port', 'msix'] as const;

/** Bytes of the memory as text. */
const hex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0'));

test.each(['read', 'write'] as const)('a queued %s is the recorded sequence', (kind) => {
  const bench = pair();
  bench.submit(bench.command(kind));
  bench.finish();
  bench.interrupt();
  expect(bench.log).toEqual([
    'W P0.SACT 0x1',
    'W P0.CI 0x1',
    'R IS 0x1',
    'R P0.IS 0x8',
    'W P0.IS 0x8',
    'R P0.SACT 0x0',
    'W IS 0x1',
  ]);
  expect(bench.kernel.completedTags).toEqual([0]);
});

test.each(portVectors)('a port with a vector of its own leaves IS alone (%s)', (mode) => {
  const bench = pair(mode);
  bench.submit(bench.command());
  bench.finish();
  bench.forget();
  bench.interrupt();
  expect(bench.log).toEqual(['R P0.IS 0x8', 'W P0.IS 0x8', 'R P0.SACT 0x0']);
  bench.submit(bench.command());
  bench.finish();
  expect(bench.interruptPending).toBe(true);
});

test.each(portVectors)(
  'completions that the port has not been asked about share a message (%s)',
  (mode) => {
    const bench = pair(mode);
    bench.submit(bench.command(), bench.command());
    bench.finishAll();
    expect(bench.host.fired).toBe(1);
    bench.interrupt();
    expect(bench.kernel.completedTags).toEqual([0, 1]);
  },
);

test('a tag is a slot: 32 commands have the bits 0 to 31', () => {
  const bench = pair();
  for (let count = 0; count < 32; count++) bench.submit(bench.command());
  expect(bench.log.filter((line) => line.startsWith('W P0.SACT')).at(-1)).toBe(
    'W P0.SACT 0x80000000',
  );
  expect(bench.out.map(({ token }) => token)).toEqual(Array.from({ length: 32 }, (_, at) => at));
  bench.drain();
  expect(bench.idle).toBe(true);
});

describe('what the handler sees of commands that are still active', () => {
  test('SACT names them, and only the others are done', () => {
    const bench = pair();
    for (let count = 0; count < 3; count++) bench.submit(bench.command());
    bench.finish(1);
    bench.forget();
    bench.interrupt();
    expect(bench.log).toContain('R P0.SACT 0x5');
    expect(bench.kernel.completedTags).toEqual([1]);
  });

  test('completions before the handler share it', () => {
    const bench = pair();
    for (let count = 0; count < 8; count++) bench.submit(bench.command());
    bench.finishAll();
    expect(bench.host.fired).toBe(1);
    bench.forget();
    bench.interrupt();
    expect(bench.log).toHaveLength(5);
    expect(bench.kernel.completedTags).toHaveLength(8);
  });

  test('one that ends after the port was acknowledged brings a second interrupt', () => {
    const bench = pair();
    for (let count = 0; count < 2; count++) bench.submit(bench.command());
    bench.finish();
    bench.afterAccess = () => {
      if (bench.log.at(-1)!.startsWith('R P0.SACT') && bench.out.length > 0) bench.finish();
    };
    bench.interrupt();
    expect(bench.kernel.completedTags).toEqual([0]);
    bench.interrupt();
    expect(bench.kernel.completedTags).toEqual([0, 1]);
  });

  test('an interrupt between SACT and CI leaves the command alone that is being issued', () => {
    const bench = pair();
    bench.submit(bench.command());
    bench.finish();
    bench.afterAccess = () => {
      bench.afterAccess = () => undefined;
      bench.interrupt();
    };
    bench.submit(bench.command());
    expect(bench.kernel.completedTags).toEqual([0]);
    bench.drain();
    expect(bench.idle).toBe(true);
  });

  test('one that SACT already shows leaves the second handler nothing, which then reads CI', () => {
    const bench = pair();
    for (let count = 0; count < 2; count++) bench.submit(bench.command());
    bench.finish();
    bench.afterAccess = () => {
      if (bench.log.at(-1)!.startsWith('W P0.IS') && bench.out.length > 0) bench.finish();
    };
    bench.interrupt();
    expect(bench.kernel.completedTags).toEqual([0, 1]);
    bench.forget();
    bench.interrupt();
    expect(bench.log).toEqual([
      'R IS 0x1',
      'R P0.IS 0x8',
      'W P0.IS 0x8',
      'R P0.CI 0x0',
      'W IS 0x1',
    ]);
  });
});

describe('a flush', () => {
  test('is issued by CI alone and found done in CI', () => {
    const bench = pair();
    bench.submit(bench.command('flush'));
    expect(bench.out.map(({ kind, bytes }) => ({ kind, bytes }))).toEqual([
      { kind: 'flush', bytes: 0 },
    ]);
    bench.finish();
    bench.interrupt();
    expect(bench.log).toEqual([
      'W P0.CI 0x1',
      'R IS 0x1',
      'R P0.IS 0x1',
      'W P0.IS 0x1',
      'R P0.CI 0x0',
      'W IS 0x1',
    ]);
  });

  test('waits until the queue is empty, keeps others back, and goes out from the handler', () => {
    const bench = pair();
    bench.submit(bench.command());
    bench.submit(bench.command());
    bench.submit(bench.command('flush'));
    expect(bench.out).toHaveLength(2);
    expect(bench.guest.hasRoom()).toBe(false);
    bench.finish();
    bench.interrupt();
    expect(bench.guest.hasRoom()).toBe(false);
    bench.finish();
    bench.forget();
    bench.interrupt();
    expect(bench.log.slice(-2)).toEqual(['W IS 0x1', 'W P0.CI 0x4']);
    expect(bench.out.map(({ kind }) => kind)).toEqual(['flush']);
    bench.finish();
    bench.interrupt();
    expect(bench.guest.hasRoom()).toBe(true);
    expect(bench.kernel.completedTags).toEqual([0, 1, 2]);
  });

  test('keeps queued commands back while it runs', () => {
    const bench = pair();
    bench.submit(bench.command('flush'));
    expect(bench.guest.hasRoom()).toBe(false);
  });
});

const steps: fc.Arbitrary<Step> = fc.record({
  act: fc.constantFrom('submit', 'submit', 'finish', 'finish', 'interrupt', 'interrupt', 'flush'),
  amount: fc.integer({ min: 1, max: 32 }),
});

describe('over bursts, depths and orders of completion', () => {
  test('a queued command costs 2 writes, an interrupt 3 reads and 2 writes', () => {
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 80 }), (script) => {
        const bench = pair();
        runScript(
          bench,
          script.filter(({ act }) => act !== 'flush'),
        );
        const reads = bench.log.filter((line) => line.startsWith('R')).length;
        expect(reads).toBe(3 * bench.interrupts);
        expect(bench.log.length - reads).toBe(2 * bench.doorbells + 2 * bench.interrupts);
        expect(bench.idle).toBe(true);
      }),
    );
  });

  test.each(portVectors)(
    'with port vectors an interrupt costs 2 reads and a write (%s)',
    (mode) => {
      fc.assert(
        fc.property(fc.array(steps, { maxLength: 80 }), (script) => {
          const bench = pair(mode);
          runScript(
            bench,
            script.filter(({ act }) => act !== 'flush'),
          );
          const reads = bench.log.filter((line) => line.startsWith('R')).length;
          expect(reads).toBe(2 * bench.interrupts);
          expect(bench.log.length - reads).toBe(2 * bench.doorbells + bench.interrupts);
          expect(bench.idle).toBe(true);
        }),
      );
    },
  );

  test.each(['msi', 'intx', ...portVectors] as const)(
    'with flushes among them, every command ends once and no flush meets another (%s)',
    (mode) => {
      fc.assert(
        fc.property(fc.array(steps, { maxLength: 120 }), (script) => {
          const bench = pair(mode);
          const take = bench.model.take.bind(bench.model);
          bench.model.take = () => {
            const taken = take();
            const working = taken === undefined ? bench.out : [...bench.out, taken];
            if (working.some(({ kind }) => kind === 'flush')) expect(working).toHaveLength(1);
            return taken;
          };
          runScript(bench, script);
          expect(bench.idle).toBe(true);
          expect(bench.guest.hasRoom()).toBe(true);
        }),
      );
    },
  );
});

test('on a pin, the level stays until IS is cleared', () => {
  const bench = pair('intx');
  bench.submit(bench.command());
  bench.finish();
  const levels: string[] = [];
  bench.afterAccess = () => levels.push(`${bench.log.at(-1)!} ${bench.host.line}`);
  bench.interrupt();
  expect(levels).toEqual([
    'R IS 0x1 true',
    'R P0.IS 0x8 true',
    'W P0.IS 0x8 true',
    'R P0.SACT 0x0 true',
    'W IS 0x1 false',
  ]);
});

describe('in memory', () => {
  test('command header, frame and descriptors of a write of 12 KiB stand as AHCI 1.3.1, 4.2 says', () => {
    const bench = pair();
    bench.command();
    const write = bench.command('write', 3, 0x1234_5678_9abc);
    bench.submit(write);
    const { memory } = bench;
    // The list is the first structure of 1 KiB alignment; slot 1 is its second header.
    const header = 0x1000 + 32;
    expect(hex(memory.bytes(header, 8))).toEqual(['45', '00', '03', '00', '00', '00', '00', '00']);
    const table = memory.read64(header + 8);
    expect(table % 128).toBe(0);
    expect(hex(memory.bytes(table, 20)).join(' ')).toBe(
      '27 80 61 18 bc 9a 78 40 56 34 12 00 08 00 00 08 00 00 00 00',
    );
    const regions = [0, 1, 2].map((index) => table + 0x80 + 16 * index);
    expect(regions.map((at) => memory.read64(at))).toEqual(write.pages);
    expect(regions.map((at) => memory.read32(at + 12))).toEqual([4095, 4095, 4095]);
    expect(bench.out[0]).toEqual({ kind: 'write', payload: 1001, bytes: 12288, token: 1 });
  });

  test('the largest command, 128 KiB in 32 pages, keeps to its table', () => {
    const bench = pair();
    const pages = driver.limits.maxSectors / 8;
    bench.submit(bench.command('read', pages), bench.command('read', pages));
    expect(bench.out.map(({ bytes }) => bytes)).toEqual([131072, 131072]);
  });

  test('a flush of a disk below 128 GiB is FLUSH CACHE, with no descriptors and no address', () => {
    const bench = pair();
    bench.submit(bench.command('flush'));
    expect(bench.memory.read32(0x1000)).toBe(5);
    const table = bench.memory.read64(0x1008);
    expect(hex(bench.memory.bytes(table, 16)).join(' ')).toBe(
      '27 80 e7 00 00 00 00 a0 00 00 00 00 00 00 00 08',
    );
  });

  test('the disk answers with a set-device-bits frame, or with a register frame', () => {
    const bench = pair();
    for (let count = 0; count < 2; count++) bench.submit(bench.command());
    bench.finish(1);
    const frames = 0x1400;
    expect(hex(bench.memory.bytes(frames + 0x58, 8)).join(' ')).toBe('a1 40 50 00 02 00 00 00');
    bench.drain();
    bench.submit(bench.command('flush'));
    bench.finish();
    expect(hex(bench.memory.bytes(frames + 0x40, 4)).join(' ')).toBe('34 40 50 00');
  });
});
