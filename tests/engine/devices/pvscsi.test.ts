/**
 * Goal: rings, kicks and interrupts of PVSCSI as the real driver and device keep them. Method: both on one
 * memory, structures compared byte for byte, register accesses with the recorded ones.
 */
import { describe, expect, test } from 'vitest';
import { pvscsi as device } from '#engine/devices/pvscsi.ts';
import { pvscsi as driver } from '#engine/drivers/pvscsi.ts';
import type { InterruptMode } from '#engine/memory/interrupt.ts';
import { ringsState } from '#engine/memory/pvscsi.ts';
import {
  blockCommand,
  dataPage,
  ScsiBench,
  flush,
  hexadecimalBytes,
  littleEndian,
  pagesOf,
  runAtRandom,
} from '../../support/scsi-bench.ts';

const bench = (threshold = 1, interrupts: InterruptMode = 'msi') =>
  new ScsiBench(device, driver, interrupts, threshold);

/** Where the driver puts things: indexes, then eight pages of requests and of completions, then the lists. */
const state = 0x1000;
const requestRing = 0x2000;
const completionRing = 0xa000;
const segmentLists = 0x1_2000;
/** Contexts are given out from the last to the first, counted from 1. */
const firstContext = 256;

const ascending = (a: number, b: number): number => a - b;

const bytes = (both: ScsiBench, at: number, length: number): string =>
  hexadecimalBytes(both.memory, at, length);

describe('the recorded sequences', () => {
  test.each(['read', 'write'] as const)(
    'a %s of 4 KiB: one kick, no access per message',
    (kind) => {
      const both = bench();
      expect(both.serve(blockCommand(0, { kind }))).toEqual(['W KICK_RW_IO']);
      expect(both.host.fired).toBe(1);
      expect(both.kernel.completedTags).toEqual([0]);
    },
  );

  test('on a pin the handler reads the status and writes it back', () => {
    const both = bench(1, 'intx');
    both.submit(blockCommand(0));
    both.finish(...both.takeAll());
    expect(both.host.line).toBe(true);
    both.interrupt();
    expect(both.kernel.accesses).toEqual(['W KICK_RW_IO', 'R INTR_STATUS', 'W INTR_STATUS']);
    expect(both.host.line).toBe(false);
    both.interrupt();
    expect(both.kernel.accesses.slice(3)).toEqual(['R INTR_STATUS']);
  });

  test('a flush rings the other doorbell', () => {
    expect(bench().serve(flush(0))).toEqual(['W KICK_NON_RW_IO']);
  });
});

describe('set-up', () => {
  const rings = ['W COMMAND', ...Array<string>(132).fill('W COMMAND_DATA')];

  test('SETUP_RINGS takes 133 writes; without a threshold the device denies the command for it', () => {
    expect(rings).toHaveLength(133);
    const denied = ['W COMMAND', 'R COMMAND_STATUS'];
    expect(bench().setUp).toEqual(['W COMMAND', ...rings, ...denied, 'W INTR_MASK']);
  });

  test('a threshold is asked for, enabled and confirmed', () => {
    const asked = ['W COMMAND', 'R COMMAND_STATUS'];
    const enabled = ['W COMMAND', 'W COMMAND_DATA', 'R COMMAND_STATUS'];
    expect(bench(4).setUp).toEqual(['W COMMAND', ...rings, ...asked, ...enabled, 'W INTR_MASK']);
  });

  test('RingsState: 256 requests, 1,024 completions, and the threshold', () => {
    expect(bytes(bench(4), state, 32)).toBe(
      '00000000 00000000 08000000 00000000 00000000 0a000000 04000000 00000000',
    );
  });
});

describe('kicks', () => {
  test.each([
    { threshold: 1, kicks: [1, 2, 3, 4, 5, 6, 7, 8] },
    { threshold: 4, kicks: [4, 8] },
    { threshold: 9, kicks: [] },
  ])('8 reads at threshold $threshold, drained at each kick: $kicks', ({ threshold, kicks }) => {
    const both = bench(threshold);
    const kicked: number[] = [];
    for (let number = 1; number <= 8; number++) {
      both.submit(blockCommand(number));
      if (both.kernel.accesses.splice(0).length === 0) continue;
      kicked.push(number);
      both.takeAll();
    }
    expect(kicked).toEqual(kicks);
    expect(both.kernel.held).toHaveLength(8 - kicks.length);
  });

  test('a flush kicks below the threshold, and the requests before it go along', () => {
    const both = bench(4);
    both.submit(blockCommand(1), flush(2));
    expect(both.kernel.accesses).toEqual(['W KICK_NON_RW_IO']);
    expect(both.takeAll().map(({ kind }) => kind)).toEqual(['read', 'flush']);
  });

  test('requests wait until the device has read the ring to its end', () => {
    const both = bench(4);
    both.submit(...[1, 2, 3, 4].map((tag) => blockCommand(tag)));
    both.model.take();
    expect(both.memory.read32(state + ringsState.requestConsumer)).toBe(0);
    both.takeAll();
    expect(both.memory.read32(state + ringsState.requestConsumer)).toBe(4);
  });

  test('a request that was not announced is found when the device looks', () => {
    const both = bench(4);
    both.submit(blockCommand(7));
    expect(both.host.scheduled).toBe(0);
    expect(both.takeAll()).toEqual([
      { kind: 'read', payload: 107, bytes: 4096, token: firstContext },
    ]);
  });
});

describe('layout', () => {
  test('a request descriptor of 128 bytes, with its page named directly', () => {
    const both = bench();
    both.submit(blockCommand(3, { sector: 0x12_3456, cpu: 2, pages: [0x1_2345_6000] }));
    const sense = both.memory.read32(requestRing + 24);
    expect(bytes(both, requestRing, 72)).toBe(
      [
        '00010000 00000000', // context
        '00604523 01000000', // address of the data
        '00100000 00000000', // length
        `${bytes(both, requestRing + 24, 4)} 00000000`, // address of the sense buffer
        '60000000 08000000', // its length, flags: to the host
        '28000012 34560000 08000000 00000000', // READ(10)
        '0a000000 00000000 00200000', // CDB length, unit, simple tag, bus, target
        '02000000', // processor
      ].join(' '),
    );
    expect(sense).toBeGreaterThanOrEqual(0x4000_0000);
    expect(bytes(both, requestRing + 72, 56)).toMatch(/^[0 ]*$/);
  });

  test('more than one page: flags 1, and elements of 16 bytes in a list', () => {
    const both = bench();
    both.submit(pagesOf(0, 3, 'write'));
    const list = segmentLists + (firstContext - 1) * 4096;
    expect(both.memory.read32(requestRing + 36)).toBe(0x11);
    expect(both.memory.read64(requestRing + 8)).toBe(list);
    expect(both.memory.read64(requestRing + 16)).toBe(12_288);
    expect(bytes(both, list, 48)).toBe(
      [1000, 1001, 1002]
        .map((page) => `${littleEndian(dataPage(page))} 00000000 00100000 00000000`)
        .join(' '),
    );
    expect(both.takeAll()).toMatchObject([{ kind: 'write', bytes: 12_288 }]);
  });

  test('the last segment of a list ends with the data', () => {
    const both = bench();
    both.submit(blockCommand(0, { bytes: 4608, pages: [dataPage(0), dataPage(1)] }));
    const list = segmentLists + (firstContext - 1) * 4096;
    expect([both.memory.read32(list + 8), both.memory.read32(list + 24)]).toEqual([4096, 512]);
    expect(both.takeAll()).toMatchObject([{ bytes: 4608 }]);
  });

  test('128 segments fill half a page', () => {
    const both = bench();
    both.submit(pagesOf(0, 128, 'read'));
    expect(both.takeAll()).toMatchObject([{ kind: 'read', bytes: 524_288 }]);
  });

  test('a flush has no data: flag 4, and SYNCHRONIZE CACHE(10) in place of an older command', () => {
    const both = bench();
    both.submit(flush(0));
    expect(both.memory.read32(requestRing + 36)).toBe(4);
    expect(bytes(both, requestRing + 8, 16)).toMatch(/^[0 ]*$/);
    expect(bytes(both, requestRing + 40, 12)).toBe('35000000 00000000 00000000');
    expect(both.takeAll()).toMatchObject([{ kind: 'flush', payload: 100, bytes: 0 }]);
  });

  test.each([
    { sector: 2 ** 32 - 8, sectors: 8, block: '2800ffff fff80000 08000000 00000000', length: 10 },
    { sector: 2 ** 32 - 7, sectors: 8, block: '88000000 0000ffff fff90000 00080000', length: 16 },
    { sector: 0x1_2345_6789, sectors: 8, block: '88000000 00012345 67890000 00080000', length: 16 },
    { sector: 0, sectors: 65_535, block: '28000000 000000ff ff000000 00000000', length: 10 },
    { sector: 0, sectors: 65_536, block: '88000000 00000000 00000001 00000000', length: 16 },
  ])(
    'a read of $sectors sectors from $sector takes a command of $length bytes',
    ({ sector, sectors, block, length }) => {
      const both = bench();
      both.submit(blockCommand(0, { sector, bytes: 512 * sectors }));
      expect(bytes(both, requestRing + 40, 16)).toBe(block);
      expect(both.memory.read8(requestRing + 56)).toBe(length);
    },
  );

  test('a completion of 32 bytes', () => {
    const both = bench();
    both.serve(blockCommand(0));
    expect(bytes(both, completionRing, 32)).toBe(
      '00010000 00000000 00100000 00000000 00000000 00000000 00000000 00000000',
    );
    expect(bytes(both, state, 24)).toBe('01000000 01000000 08000000 01000000 01000000 0a000000');
  });
});

describe('bursts', () => {
  test('the disk may finish in any order', () => {
    const both = bench();
    both.submit(...[4, 5, 6].map((tag) => blockCommand(tag)));
    const [first, second, third] = both.takeAll();
    both.finish(third!, first!);
    both.interrupt();
    both.submit(blockCommand(9));
    both.finish(...both.takeAll(), second!);
    both.interrupt();
    expect(both.kernel.completedTags).toEqual([6, 4, 9, 5]);
  });

  test('completions that one message announces are reaped together, and a late message finds none', () => {
    const both = bench();
    both.submit(...[1, 2, 3].map((tag) => blockCommand(tag)));
    both.finish(...both.takeAll());
    expect(both.host.fired).toBe(3);
    both.interrupt();
    both.interrupt();
    expect(both.kernel.completedTags).toEqual([1, 2, 3]);
  });

  test('256 requests fill the ring; room comes back with the first completion', () => {
    const both = bench();
    for (let tag = 0; tag < 256; tag++) both.submit(blockCommand(tag));
    expect(both.guest.hasRoom()).toBe(false);
    const [first, ...rest] = both.takeAll();
    both.finish(first!);
    both.interrupt();
    expect(both.guest.hasRoom()).toBe(true);
    both.finish(...rest);
    both.interrupt();
    expect(both.kernel.completedTags).toEqual(Array.from({ length: 256 }, (_, tag) => tag));
  });

  test('rings go round while an old request is out, and each payload is told by its slot', () => {
    const both = bench();
    both.submit(blockCommand(253));
    const [old] = both.takeAll();
    for (let round = 0; round < 1500; round++) {
      both.submit(blockCommand(round % 200, { payload: 1000 + round }));
      const taken = both.takeAll();
      expect(taken.map(({ payload }) => payload)).toEqual([1000 + round]);
      both.finish(...taken);
      both.interrupt();
    }
    both.finish(old!);
    both.interrupt();
    expect(both.kernel.completedTags).toHaveLength(1501);
    expect(both.kernel.completedTags.at(-1)).toBe(253);
  });
});

test('a command that no disk knows is completed with a check condition, and nothing is transferred', () => {
  const both = bench();
  both.submit(blockCommand(0));
  both.memory.write8(requestRing + 40, 0x42);
  expect(both.takeAll()).toEqual([]);
  expect(both.memory.read16(completionRing + 22)).toBe(2);
  both.interrupt();
  expect(both.kernel.completedTags).toEqual([0]);
});

test('masked interrupts are held back; the pin rises when the guest enables them', () => {
  const both = bench(1, 'intx');
  const mask = device.registers.find(({ name }) => name === 'INTR_MASK')!;
  both.model.write(mask, 0);
  both.submit(blockCommand(0));
  both.finish(...both.takeAll());
  expect(both.host.line).toBe(false);
  both.model.write(mask, 3);
  expect(both.host.line).toBe(true);
});

test.each([
  { seed: 1, threshold: 1, interrupts: 'msi' },
  { seed: 2, threshold: 4, interrupts: 'msix' },
  { seed: 3, threshold: 4, interrupts: 'intx' },
] as const)(
  'nothing is lost or doubled, whatever happens in between (seed $seed)',
  ({ seed, threshold, interrupts }) => {
    const { submitted, completed, found } = runAtRandom(bench(threshold, interrupts), seed, 254);
    expect(completed.toSorted(ascending)).toEqual(submitted.toSorted(ascending));
    expect(found).toEqual(submitted.map((_, index) => index + 1));
  },
);
