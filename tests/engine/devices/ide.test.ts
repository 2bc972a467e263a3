/**
 * Goal: an IDE channel as Linux, a BIOS and Hyper-V's BIOS drive it, access by access. Method: drivers and
 * device on one memory, with a disk that answers after a given number of accesses; reads and writes of
 * 4 KiB are those recorded from Linux 6.1 on QEMU 7.2.
 */
import { describe, expect, test } from 'vitest';
import { ideDma, idePio } from '#engine/devices/ide.ts';
import { ideBios } from '#engine/drivers/ide-bios.ts';
import { ideDma as libataDma } from '#engine/drivers/ide-dma.ts';
import { ideInt13 } from '#engine/drivers/ide-int13.ts';
import { idePio as libataPio } from '#engine/drivers/ide-pio.ts';
import { GuestMemory } from '#engine/memory/guest-memory.ts';
import { int13, prd, prdBytes, prdEnd, registers, writePrdTable } from '#engine/memory/ide.ts';
import { hexadecimal } from '#engine/memory/register.ts';
import { IdeBench } from '../../support/ide-bench.ts';

const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

const withoutTable = (log: readonly string[]): string[] =>
  log.map((line) => line.replace(/(W BM_PRDT) .*/, '$1'));

const count = (log: readonly string[], what: string): number =>
  log.filter((line) => line.startsWith(what)).length;

/** Selection and task file of eight sectors from 2048, as every recorded case begins. */
const begins = `
  R STATUS 0x50
  W DEVICE 0xa0
  R ALTSTATUS 0x50
  R STATUS 0x50
  W ERR/FEAT 0x0
  W NSECT 0x8
  W LBAL 0x0
  W LBAM 0x8
  W LBAH 0x0
  W DEVICE 0xe0
  R STATUS 0x50`;

describe('Linux with bus-master DMA', () => {
  test('a read of 4 KiB makes the 26 recorded accesses', () => {
    const bench = new IdeBench(ideDma, libataDma);
    const log = bench.run({});
    expect(withoutTable(bench.run({}))).toEqual(withoutTable(log));
    expect(withoutTable(log)).toEqual(
      lines(`${begins}
        W BM_PRDT
        R BM_CMD 0x8
        W BM_CMD 0x8
        W COMMAND 0xc8
        R ALTSTATUS 0x58
        R BM_CMD 0x8
        W BM_CMD 0x9
        interrupt
        R BM_STATUS 0x4
        R BM_CMD 0x9
        W BM_CMD 0x8
        R ALTSTATUS 0x50
        R ALTSTATUS 0x50
        R STATUS 0x50
        R BM_STATUS 0x4
        W BM_STATUS 0x4`),
    );
    expect([count(log, 'R'), count(log, 'W')]).toEqual([13, 13]);
    expect(bench.kernel.completedTags).toEqual([0, 0]);
  });

  test('a write of 4 KiB differs in command and direction only, once another one has been', () => {
    const bench = new IdeBench(ideDma, libataDma);
    bench.run({ kind: 'write' });
    expect(withoutTable(bench.run({ kind: 'write' }))).toEqual(
      lines(`${begins}
        W BM_PRDT
        R BM_CMD 0x0
        W BM_CMD 0x0
        W COMMAND 0xca
        R ALTSTATUS 0x58
        R BM_CMD 0x0
        W BM_CMD 0x1
        interrupt
        R BM_STATUS 0x4
        R BM_CMD 0x1
        W BM_CMD 0x0
        R ALTSTATUS 0x50
        R ALTSTATUS 0x50
        R STATUS 0x50
        R BM_STATUS 0x4
        W BM_STATUS 0x4`),
    );
  });

  test('BM_CMD keeps the direction of the last transfer, and at first that of the partition table', () => {
    const bench = new IdeBench(ideDma, libataDma);
    const kinds = ['write', 'read', 'flush', 'write', 'write', 'read'] as const;
    const shown = kinds.flatMap((kind) =>
      bench
        .run({ kind, bytes: kind === 'flush' ? 0 : 4096 })
        .filter((line) => line.includes('BM_CMD')),
    );
    const transfer = (before: string, direction: string, started: string): string[] => [
      `R BM_CMD ${before}`,
      `W BM_CMD ${direction}`,
      `R BM_CMD ${direction}`,
      `W BM_CMD ${started}`,
      `R BM_CMD ${started}`,
      `W BM_CMD ${direction}`,
    ];
    expect(shown).toEqual([
      ...transfer('0x8', '0x0', '0x1'),
      ...transfer('0x0', '0x8', '0x9'),
      ...transfer('0x8', '0x0', '0x1'),
      ...transfer('0x0', '0x0', '0x1'),
      ...transfer('0x0', '0x8', '0x9'),
    ]);
  });

  test('256 sectors are the most that a 28-bit command moves; more take five writes more', () => {
    const bench = new IdeBench(ideDma, libataDma);
    const most = bench.run({ bytes: 256 * 512 });
    expect(most).toContain('W NSECT 0x0');
    expect(most).toHaveLength(26 + 1);
    const wide = bench.run({ bytes: 2560 * 512, sector: 0x1234_5678_9abc });
    expect(wide).toHaveLength(31 + 1);
    expect(wide.slice(4, 17)).toEqual(
      lines(`
        W ERR/FEAT 0x0
        W NSECT 0xa
        W LBAL 0x56
        W LBAM 0x34
        W LBAH 0x12
        W ERR/FEAT 0x0
        W NSECT 0x0
        W LBAL 0xbc
        W LBAM 0x9a
        W LBAH 0x78
        W DEVICE 0xe0
        R STATUS 0x50
        W BM_PRDT 0x1000`),
    );
    expect(wide).toContain('W COMMAND 0x25');
    expect(bench.served.map(({ bytes }) => bytes)).toEqual([256 * 512, 2560 * 512]);
  });

  test.each([
    { sector: 0x0fff_fff6, code: '0xc8', device: '0xef' },
    { sector: 0x0fff_fff7, code: '0x25', device: '0xe0' },
  ])('eight sectors from $sector: command $code', ({ sector, code, device }) => {
    const log = new IdeBench(ideDma, libataDma).run({ sector });
    expect(log).toContain(`W COMMAND ${code}`);
    expect(log).toContain(`W DEVICE ${device}`);
  });

  test.each([
    { kind: 'write' as const, code: 0x35, wide: true },
    { kind: 'write' as const, code: 0xca, wide: false },
  ])('a $kind that is wide: $wide', ({ kind, code, wide }) => {
    const log = new IdeBench(ideDma, libataDma).run({ kind, bytes: wide ? 1 << 20 : 1 << 12 });
    expect(log).toContain(`W COMMAND ${hexadecimal(code)}`);
  });

  test('the data of a command is one transfer, known by the table of regions', () => {
    const bench = new IdeBench(ideDma, libataDma);
    bench.run({ kind: 'write', bytes: 1 << 20, payload: 7 });
    expect(bench.served).toEqual([{ kind: 'write', payload: 7, bytes: 1 << 20, token: 0 }]);
  });

  test('the channel holds one command', () => {
    const bench = new IdeBench(ideDma, libataDma);
    expect(bench.guest.hasRoom()).toBe(true);
    bench.kernel.run(
      bench.guest.submit(
        { payload: 1, kind: 'flush', sector: 0, bytes: 0, pages: [], tag: 0, cpu: 0 },
        true,
      ),
    );
    expect(bench.guest.hasRoom()).toBe(false);
  });
});

describe.each([
  { name: 'DMA', device: ideDma, driver: libataDma },
  { name: 'PIO', device: idePio, driver: libataPio },
])('a cache flush under the $name driver', ({ device, driver }) => {
  test('has no address, and DEVICE is all of the task file that is written', () => {
    const bench = new IdeBench(device, driver);
    expect(bench.run({ kind: 'flush', bytes: 0, tag: 0 })).toEqual(
      lines(`
        R STATUS 0x50
        W DEVICE 0xa0
        R ALTSTATUS 0x50
        R STATUS 0x50
        W DEVICE 0xa0
        R STATUS 0x50
        W COMMAND 0xe7
        R ALTSTATUS 0xc0
        interrupt
        R ALTSTATUS 0x50
        R STATUS 0x50
        R BM_STATUS 0x4
        W BM_STATUS 0x4`),
    );
    expect(bench.served).toEqual([{ kind: 'flush', payload: 0, bytes: 0, token: 0 }]);
    expect(bench.kernel.completedTags).toEqual([0]);
  });
});

describe('Linux with PIO', () => {
  test('a read of 4 KiB makes the recorded accesses, with a disk as quick as the recorded one', () => {
    const bench = new IdeBench(idePio, libataPio);
    bench.delay = 0;
    const log = bench.run({});
    expect(log).toEqual(
      lines(`${begins}
        W COMMAND 0xc4
        interrupt
        R ALTSTATUS 0x58
        R ALTSTATUS 0x58
        R STATUS 0x58
        R BM_STATUS 0x4
        W BM_STATUS 0x4
        R DATA x 1024
        R ALTSTATUS 0x50
        R STATUS 0x50`),
    );
    expect(bench.kernel.completedTags).toEqual([0]);
  });

  test('a write of 4 KiB makes the recorded accesses: the first block goes without an interrupt', () => {
    const bench = new IdeBench(idePio, libataPio);
    expect(bench.run({ kind: 'write' })).toEqual(
      lines(`${begins}
        W COMMAND 0xc5
        R ALTSTATUS 0x58
        R STATUS 0x58
        W DATA x 1024
        R ALTSTATUS 0xd0
        interrupt
        R ALTSTATUS 0x50
        R STATUS 0x50
        R BM_STATUS 0x4
        W BM_STATUS 0x4`),
    );
  });

  test('a slow disk shows BSY after the command and between the blocks of a read', () => {
    const log = new IdeBench(idePio, libataPio).run({ bytes: 16 * 1024 });
    expect(log.slice(11)).toEqual(
      lines(`
        W COMMAND 0xc4
        R ALTSTATUS 0xd0
        interrupt
        R ALTSTATUS 0x58
        R STATUS 0x58
        R BM_STATUS 0x4
        W BM_STATUS 0x4
        R DATA x 2048
        R ALTSTATUS 0xd0
        interrupt
        R ALTSTATUS 0x58
        R STATUS 0x58
        R BM_STATUS 0x4
        W BM_STATUS 0x4
        R DATA x 2048
        R ALTSTATUS 0x50
        R STATUS 0x50`),
    );
  });

  test.each([
    { kind: 'read', kib: 4, blocks: [8], reads: 10, writes: 9 },
    { kind: 'read', kib: 8, blocks: [16], reads: 10, writes: 9 },
    { kind: 'read', kib: 20, blocks: [16, 16, 8], reads: 18, writes: 11 },
    { kind: 'write', kib: 4, blocks: [8], reads: 10, writes: 9 },
    { kind: 'write', kib: 20, blocks: [16, 16, 8], reads: 18, writes: 11 },
  ] as const)('$kind of $kib KiB: a block and an interrupt for each 16 sectors', (row) => {
    const bench = new IdeBench(idePio, libataPio);
    const log = bench.run({ kind: row.kind, bytes: row.kib * 1024, payload: 5 });
    expect(bench.served.map(({ bytes }) => bytes / 512)).toEqual(row.blocks);
    expect(bench.served.every(({ payload, kind }) => payload === 0 && kind === row.kind)).toBe(
      true,
    );
    expect(count(log, 'interrupt')).toBe(row.blocks.length);
    const moves = log.filter((line) => line.includes(' DATA '));
    const registersOnly = log.filter((line) => !line.includes(' DATA '));
    expect(moves.map((line) => Number(line.split(' x ')[1]) / 128)).toEqual(row.blocks);
    expect([count(registersOnly, 'R'), count(registersOnly, 'W')]).toEqual([row.reads, row.writes]);
    expect(bench.kernel.completedTags).toEqual([0]);
  });

  test('1 MiB moves in 128 blocks of a 48-bit command', () => {
    const bench = new IdeBench(idePio, libataPio);
    const log = bench.run({ bytes: 1 << 20 });
    expect(log).toContain('W COMMAND 0x29');
    expect(bench.served).toHaveLength(128);
    expect(count(bench.kernel.accesses, 'R DATA x 128')).toBe(2048);
  });
});

test.each([
  { device: ideDma, driver: libataDma, kind: 'read' },
  { device: idePio, driver: libataPio, kind: 'read' },
  { device: idePio, driver: libataPio, kind: 'write' },
  { device: idePio, driver: libataPio, kind: 'flush' },
] as const)('$driver.id completes a $kind once, wherever its interrupts come', (row) => {
  for (const delay of [0, 1, 2, 3]) {
    const bench = new IdeBench(row.device, row.driver);
    bench.delay = delay;
    bench.unlocked = true;
    const bytes = row.kind === 'flush' ? 0 : 20 * 1024;
    bench.run({ kind: row.kind, bytes });
    bench.run({ kind: row.kind, bytes });
    expect(bench.kernel.completedTags).toEqual([0, 0]);
    expect(bench.served.reduce((sum, transfer) => sum + transfer.bytes, 0)).toBe(2 * bytes);
  }
});

describe('a BIOS', () => {
  const sector = (op: 'R' | 'W', code: string) =>
    lines(`
      W DEVCTL 0xa
      R STATUS 0x50
      R DEVICE 0xe0
      W DEVICE 0xe0
      W ERR/FEAT 0x0
      W NSECT 0x1
      W LBAL 0x0
      W LBAM 0x8
      W LBAH 0x0
      W COMMAND ${code}
      R STATUS 0x58
      ${op} DATA16 x 256
      R ALTSTATUS 0x50
      R STATUS 0x50
      W DEVCTL 0x8`);

  test.each([
    { kind: 'read', op: 'R', code: '0x20' },
    { kind: 'write', op: 'W', code: '0x30' },
  ] as const)('$kind of a sector: 14 accesses, one string instruction, no interrupt', (row) => {
    const bench = new IdeBench(idePio, ideBios);
    bench.delay = 0;
    bench.run({ bytes: 512 });
    const log = bench.run({ kind: row.kind, bytes: 512 });
    expect(log).toEqual(sector(row.op, row.code));
    expect(log).toHaveLength(15);
    expect(bench.host.fired).toBe(0);
    expect(bench.kernel.completedTags).toEqual([0, 0]);
  });

  test('a page is eight commands of one sector', () => {
    const bench = new IdeBench(idePio, ideBios);
    bench.delay = 0;
    expect(bench.run({})).toHaveLength(8 * 15);
    expect(bench.served.map(({ bytes }) => bytes)).toEqual(new Array(8).fill(512));
    expect(bench.kernel.accesses.filter((access) => access === 'R DATA16 x 256')).toHaveLength(8);
  });

  test('it asks again while the drive is busy', () => {
    const bench = new IdeBench(idePio, ideBios);
    bench.delay = 3;
    const log = bench.run({ bytes: 512 });
    expect(count(log, 'R STATUS 0xd0')).toBe(3);
    expect(log).toHaveLength(15 + 3);
  });

  test.each([
    { first: 0x0fff_fffe, code: '0x20' },
    { first: 0x0fff_ffff, code: '0x24' },
  ])('sector $first: command $code', ({ first, code }) => {
    const bench = new IdeBench(idePio, ideBios);
    bench.delay = 0;
    const log = bench.run({ bytes: 512, sector: first });
    expect(log).toContain(`W COMMAND ${code}`);
    expect(log).toHaveLength(code === '0x20' ? 15 : 20);
  });
});

describe('the BIOS of Hyper-V', () => {
  test('hands over a request with one write, which returns when the disk is done', () => {
    const bench = new IdeBench(ideDma, ideInt13, 'piix4-hyper-v');
    const log = bench.run({ bytes: 60 * 1024, payload: 9 });
    expect(log).toEqual(['W ENLIGHTENED 0x1800']);
    expect(bench.served).toEqual([{ kind: 'read', payload: 9, bytes: 60 * 1024, token: 0 }]);
    expect([bench.host.fired, bench.kernel.completedTags]).toEqual([0, [0]]);
    expect(bench.model.read(registers.status)).toBe(0x50);
    expect(bench.model.read(registers.busStatus)).toBe(0);
  });

  test.each([
    { kind: 'read', sector: 0x0abc_def0, code: 0xc8, device: 0xea },
    { kind: 'write', sector: 0x0abc_def0, code: 0xca, device: 0xea },
    { kind: 'write', sector: 0x1234_5678_9abc, code: 0x35, device: 0xe0 },
  ] as const)('the block of a $kind at $sector', ({ kind, sector, code, device }) => {
    const bench = new IdeBench(ideDma, ideInt13, 'piix4-hyper-v');
    bench.run({ kind, sector });
    const at = 0x1800;
    expect(bench.memory.read8(at + int13.command)).toBe(code);
    expect(bench.memory.read8(at + int13.device)).toBe(device);
    expect(
      bench.memory.read32(at + int13.lbaLow) + bench.memory.read16(at + int13.lbaHigh) * 2 ** 32,
    ).toBe(sector);
    expect(bench.memory.read16(at + int13.sectors)).toBe(8);
    expect(bench.memory.read32(at + int13.byteCount)).toBe(4096);
    expect(bench.memory.read32(at + int13.table)).toBe(0x1000);
    expect(bench.model.read(registers.lbaLow)).toBe(sector & 0xff);
  });

  test('other chips have no such port', () => {
    const bench = new IdeBench(ideDma, ideInt13, 'piix4');
    bench.run({});
    expect(bench.served).toEqual([]);
    expect(ideInt13.variants).toEqual(['piix4-hyper-v']);
  });

  test('the write stays open until the disk is done, and a second one meanwhile is not taken', () => {
    const { model, memory, host } = new IdeBench(ideDma, ideInt13, 'piix4-hyper-v');
    writePrdTable(memory, 0x2100, [0x5000_0000], 512);
    memory.write8(0x2000 + int13.command, 0xc8);
    memory.write16(0x2000 + int13.sectors, 1);
    memory.write32(0x2000 + int13.table, 0x2100);
    model.write(registers.enlightened, 0x2000);
    model.write(registers.enlightened, 0x2000);
    expect([host.deferred, host.scheduled, model.read(registers.busCommand)]).toEqual([true, 1, 9]);
    model.finished(model.take()!);
    expect([host.deferred, model.take(), model.read(registers.busCommand)]).toEqual([
      false,
      undefined,
      0,
    ]);
  });

  test('a request that the drive does not know ends at once, with the status in its block', () => {
    const { model, memory, host } = new IdeBench(ideDma, ideInt13, 'piix4-hyper-v');
    memory.write8(0x2000 + int13.command, 0xff);
    model.write(registers.enlightened, 0x2000);
    expect(host.deferred).toBe(false);
    expect(memory.read8(0x2000 + int13.result)).toBe(0x41);
  });
});

describe('the table of regions', () => {
  const memory = new GuestMemory();
  const entries = (pages: readonly number[], bytes: number) => {
    const table = 0x1000;
    const length = writePrdTable(memory, table, pages, bytes);
    expect(prdBytes(memory, table)).toBe(bytes);
    return Array.from({ length }, (_, index) => [
      memory.read32(table + index * prd.bytes),
      memory.read32(table + index * prd.bytes + prd.length),
    ]);
  };

  test('has an entry for each page, and marks the last', () => {
    expect(entries([0x5000_0000, 0x5000_2000], 6144)).toEqual([
      [0x5000_0000, 0x1000],
      [0x5000_2000, 0x8000_0800],
    ]);
  });

  test('no entry crosses a multiple of 64 KiB', () => {
    expect(entries([0x5000_f800], 4096)).toEqual([
      [0x5000_f800, 0x0800],
      [0x5001_0000, 0x8000_0800],
    ]);
  });

  test('a length of 0 stands for 64 KiB', () => {
    memory.write32(0x3000 + prd.length, 0);
    memory.write32(0x3008 + prd.length, prdEnd);
    expect(prdBytes(memory, 0x3000)).toBe(128 * 1024);
  });
});
