/**
 * Goal: frames, replies and interrupts of Fusion-MPT as the real driver and controller keep them. Method:
 * both on one memory, structures compared byte for byte, register accesses with the recorded ones.
 */
import { describe, expect, test } from 'vitest';
import { lsiSas1068 as device } from '#engine/devices/lsi-sas1068.ts';
import { lsiSas1068 as driver } from '#engine/drivers/lsi-sas1068.ts';
import { registers } from '#engine/memory/fusion-mpt.ts';
import type { Register } from '#engine/memory/register.ts';
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

/** The bench, with the values that registers are written and that the reply FIFO answers. */
function bench(interrupts: 'intx' | 'msi' = 'intx') {
  const both = new ScsiBench(device, driver, interrupts);
  const written: number[] = [];
  const answered: number[] = [];
  const { model } = both;
  const write = model.write.bind(model);
  const read = model.read.bind(model);
  model.write = (register: Register, value: number): void => {
    written.push(value);
    write(register, value);
  };
  model.read = (register: Register): number => {
    const value = read(register);
    answered.push(value);
    return value;
  };
  return Object.assign(both, { written, answered });
}

/** Reply frames, request frames and chain buffers stand one behind the other, from the first free page. */
const replyFrames = 0x1000;
const requestFrames = replyFrames + 128 * 80;
const chainBuffers = requestFrames + 128 * 128;

const ascending = (a: number, b: number): number => a - b;

const words = (both: ScsiBench, at: number, count: number): string =>
  hexadecimalBytes(both.memory, at, 4 * count);

const readReply = 'R REPLY_FIFO';

describe('the recorded sequences', () => {
  test.each(['read', 'write'] as const)('a %s of 4 KiB: one write, two reads', (kind) => {
    const both = bench();
    expect(both.serve(blockCommand(5, { kind }))).toEqual(['W REQUEST_FIFO', readReply, readReply]);
    expect(both.kernel.completedTags).toEqual([5]);
    // The frame's address with 2 in its low bits, the context, and nothing more, as recorded.
    expect(both.written).toEqual([requestFrames | 2]);
    expect(both.answered).toEqual([0xe0000, 0xffffffff]);
  });

  test('one after the other, the same frame is used again', () => {
    const both = bench();
    for (const tag of [1, 2, 3]) both.serve(blockCommand(tag));
    expect(both.written).toEqual(Array(3).fill(requestFrames | 2));
  });
});

describe('completions that share an interrupt', () => {
  test.each([
    { commands: 1, accesses: 3 },
    { commands: 8, accesses: 17 },
    { commands: 64, accesses: 129 },
  ])('$commands commands: $accesses accesses', ({ commands, accesses }) => {
    const list = Array.from({ length: commands }, (_, tag) => blockCommand(tag));
    expect(bench().serve(...list)).toHaveLength(accesses);
  });
});

test('the pin stays up while replies are posted, until the guest finds none', () => {
  const both = bench();
  both.submit(blockCommand(0), blockCommand(1));
  both.finish(...both.takeAll());
  expect(both.host.line).toBe(true);
  both.model.read(registers.replyFifo);
  both.model.read(registers.replyFifo);
  expect(both.host.line).toBe(true);
  both.model.read(registers.replyFifo);
  expect(both.host.line).toBe(false);
});

test('by MSI, each reply that is posted sends a message, and the handler finds all of them', () => {
  const both = bench('msi');
  both.submit(blockCommand(0), blockCommand(1));
  both.finish(...both.takeAll());
  expect([both.host.fired, both.host.line]).toEqual([2, false]);
  both.interrupt();
  expect(both.kernel.completedTags).toEqual([0, 1]);
  both.kernel.accesses.length = 0;
  both.interrupt();
  expect(both.kernel.accesses).toEqual([readReply]);
});

test('a reply posted while the handler runs is read by the same handler', () => {
  const both = bench();
  both.submit(blockCommand(0), blockCommand(1));
  const [first, second] = both.takeAll();
  both.finish(first!);
  const handler = both.guest.interrupt(0);
  let step = handler.next(0);
  for (let late = false; !step.done; late = true) {
    const answer = step.value.code === 'read' ? both.model.read(step.value.register) : 0;
    if (!late) both.finish(second!);
    step = handler.next(answer);
  }
  expect(both.kernel.completedTags).toEqual([0, 1]);
  expect(both.host.line).toBe(false);
});

test('set-up: one message by the doorbell, the free reply frames, the mask', () => {
  const { setUp } = bench();
  expect(setUp.slice(0, 13)).toEqual([...Array<string>(12).fill('W DOORBELL'), 'R DOORBELL']);
  expect(setUp.slice(13)).toEqual([
    ...Array<string>(128).fill('W REPLY_FIFO'),
    'W HOST_INTERRUPT_MASK',
  ]);
});

describe('request frames', () => {
  test('a read of one page', () => {
    const both = bench();
    both.submit(blockCommand(3, { sector: 0x12_3456, pages: [0x1_2345_6000] }));
    const sense = both.memory.read32(requestFrames + 0x2c);
    expect(words(both, requestFrames, 15)).toBe(
      [
        '00000000', // target, bus, no chain, SCSI I/O
        '0a400001', // CDB and sense lengths, 64-bit sense address
        '00000e00', // context: frame 0, callback 0x0e
        '00000000 00000000', // unit
        '00000002', // read
        '28000012 34560000 08000000 00000000', // READ(10)
        '00100000', // length of the data
        littleEndian(sense),
        '001000d3 00604523 01000000', // the only element
      ].join(' '),
    );
  });

  test('a write says so in control and element; a flush has an empty element', () => {
    const both = bench();
    both.submit(blockCommand(0, { kind: 'write' }), flush(1));
    const other = requestFrames + 128;
    expect(words(both, requestFrames + 0x14, 1)).toBe('00000001');
    expect(words(both, requestFrames + 0x30, 1)).toBe('001000d7');
    expect(words(both, other + 0x14, 1)).toBe('00000000');
    expect(words(both, other + 0x18, 4)).toBe('35000000 00000000 00000000 00000000');
    expect(words(both, other + 0x28, 1)).toBe('00000000');
    expect(words(both, other + 0x30, 3)).toBe('000000d3 ffffffff ffffffff');
    expect(both.written).toEqual([requestFrames | 2, other | 2]);
    expect(both.takeAll()).toMatchObject([
      { kind: 'write', payload: 100, bytes: 4096, token: 0xe0000 },
      { kind: 'flush', payload: 101, bytes: 0, token: 0xe0001 },
    ]);
  });

  test.each([
    { pages: 1, blocks: 2 },
    { pages: 2, blocks: 3 },
    { pages: 4, blocks: 3 },
    { pages: 5, blocks: 0 },
    { pages: 6, blocks: 0 },
    { pages: 7, blocks: 0 },
  ])('$pages pages: $blocks blocks of 32 bytes, modulo 4', ({ pages, blocks }) => {
    const both = bench();
    both.submit(pagesOf(0, pages, 'read'));
    expect(both.written[0]! & 3).toBe(blocks);
  });

  test('six pages fit into a frame', () => {
    const both = bench();
    both.submit(pagesOf(0, 6, 'read'));
    expect(both.memory.read8(requestFrames + 2)).toBe(0);
    const flags = [0, 1, 2, 3, 4, 5].map((at) =>
      both.memory.read8(requestFrames + 0x30 + 12 * at + 3),
    );
    expect(flags).toEqual([0x12, 0x12, 0x12, 0x12, 0x12, 0xd3]);
    expect(both.takeAll()).toMatchObject([{ bytes: 24_576 }]);
  });

  test('the seventh page needs a chain buffer: five elements and the chain, then two', () => {
    const both = bench();
    both.submit(pagesOf(0, 7, 'read'));
    expect(both.memory.read8(requestFrames + 2)).toBe(27);
    expect(words(both, requestFrames + 96, 1)).toBe('00100092');
    expect(words(both, requestFrames + 108, 3)).toBe(
      `18000032 ${littleEndian(chainBuffers)} 00000000`,
    );
    expect(words(both, chainBuffers, 6)).toBe(
      [
        `00100012 ${littleEndian(dataPage(1005))} 00000000`,
        `001000d3 ${littleEndian(dataPage(1006))} 00000000`,
      ].join(' '),
    );
    expect(both.takeAll()).toMatchObject([{ bytes: 28_672 }]);
  });

  test('sixteen pages: the first chain buffer holds nine elements and leads to the second', () => {
    const both = bench();
    both.submit(pagesOf(0, 16, 'read'));
    expect(words(both, requestFrames + 108, 1)).toBe('78001b32');
    expect(words(both, chainBuffers + 96, 1)).toBe('00100092');
    expect(words(both, chainBuffers + 108, 3)).toBe(
      `18000032 ${littleEndian(chainBuffers + 128)} 00000000`,
    );
    expect(both.takeAll()).toMatchObject([{ bytes: 65_536 }]);
  });

  test('the last segment ends with the data', () => {
    const both = bench();
    both.submit(blockCommand(0, { bytes: 4608, pages: [dataPage(0), dataPage(1)] }));
    expect(words(both, requestFrames + 0x3c, 1)).toBe('000200d3');
    expect(both.takeAll()).toMatchObject([{ bytes: 4608 }]);
  });
});

describe('depth', () => {
  test('64 commands of 128 segments, finished in reverse, again and again', () => {
    const both = bench();
    const tags = Array.from({ length: 64 }, (_, tag) => tag);
    for (let round = 0; round < 5; round++) {
      both.submit(...tags.map((tag) => pagesOf(tag, 128, 'write')));
      const taken = both.takeAll();
      expect(taken.every(({ bytes }) => bytes === 524_288)).toBe(true);
      both.finish(...taken.reverse());
      both.interrupt();
      expect(both.kernel.completedTags.splice(0)).toEqual(tags.toReversed());
    }
  });

  test('128 frames, and no room for more until one comes back', () => {
    const both = bench();
    for (let tag = 0; tag < 128; tag++) both.submit(blockCommand(tag));
    expect(both.guest.hasRoom()).toBe(false);
    const [first] = both.takeAll();
    both.finish(first!);
    both.interrupt();
    expect(both.guest.hasRoom()).toBe(true);
  });

  test('a frame that is used again names its new command', () => {
    const both = bench();
    both.submit(blockCommand(10), blockCommand(11));
    const [first, second] = both.takeAll();
    both.finish(first!);
    both.interrupt();
    both.submit(blockCommand(12));
    const [third] = both.takeAll();
    expect(third).toMatchObject({ payload: 112, token: 0xe0000 });
    both.finish(third!, second!);
    both.interrupt();
    expect(both.kernel.completedTags).toEqual([10, 12, 11]);
  });
});

test('a command that no disk knows gets a reply frame, which the guest writes back: four accesses', () => {
  const both = bench();
  both.submit(blockCommand(4));
  both.memory.write8(requestFrames + 0x18, 0x42);
  expect(both.takeAll()).toEqual([]);
  expect(words(both, replyFrames, 4)).toBe('00000900 00000000 00000e00 02000000');
  both.interrupt();
  expect(both.kernel.accesses).toEqual(['W REQUEST_FIFO', readReply, 'W REPLY_FIFO', readReply]);
  expect(both.answered[0]).toBe(0x8000_0000 + replyFrames / 2);
  expect(both.written.at(-1)).toBe(replyFrames);
  expect(both.kernel.completedTags).toEqual([4]);
});

test('before the set-up the controller takes no request', () => {
  const both = bench();
  const model = device.create(both.host, {
    variant: 'sas1068',
    interrupts: 'intx',
    doorbellThreshold: 1,
  });
  expect(model.take()).toBeUndefined();
  model.write(registers.requestFifo, requestFrames);
  expect(() => model.take()).toThrow('operational');
});

test.each([
  { seed: 1, interrupts: 'intx' },
  { seed: 2, interrupts: 'intx' },
  { seed: 3, interrupts: 'msi' },
] as const)(
  'nothing is lost or doubled, whatever happens in between (seed $seed, $interrupts)',
  ({ seed, interrupts }) => {
    const { submitted, completed, found } = runAtRandom(bench(interrupts), seed, 64);
    expect(completed.toSorted(ascending)).toEqual(submitted.toSorted(ascending));
    expect(found).toEqual(submitted.map((_, index) => index + 1));
  },
);
