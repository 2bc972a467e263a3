/** Structures in memory as rows, and a ring as a tape. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { colourOf } from '#views/bytes/ByteTable.tsx';
import { layoutBytes } from '#views/bytes/rows.ts';
import { layoutTape, tapeMetrics } from '#views/bytes/tape.ts';
import { control, packet, tape } from './rings.ts';

describe('rows of bytes', () => {
  test('are where the layout says, in the order of memory, with what changed', () => {
    const [group] = layoutBytes(control);
    expect(group!.title).toBe('control page');
    expect(
      group!.rows.map(({ offset, bytes, name, value, changed }) =>
        [offset, bytes, name, value, changed ? '*' : ''].join('|'),
      ),
    ).toEqual([
      '000|80 00 00 00|write index|0x80|',
      '004|c0 01 00 00|read index|0x1c0|*',
      '008|01 00 00 00|mask|0x1|',
      '00c|00 01 00 00|pending|0x100|',
      '010|00 × 48|||',
      '040|01 00 00 00|features|0x1|',
      '044|00 00 00 00|||',
      '048|34 12 00 00 0f 00 00 00|guest address|0xf00001234|',
    ]);
  });

  test('of several structures count from where each begins; a long field has no one value', () => {
    const [descriptor, payload] = layoutBytes(packet);
    expect(descriptor!.rows.map(({ offset }) => offset)).toEqual(['1c0', '1c2', '1c4', '1c6']);
    expect(payload!.rows.map(({ offset, value }) => [offset, value])).toEqual([
      ['1c8', ''],
      ['1d8', ''],
    ]);
  });

  test('cover every byte of a structure once', () => {
    const bytes = ({ bytes }: { readonly bytes: string }): number =>
      Number(/× (\d+)$/.exec(bytes)?.[1] ?? bytes.split(' ').length);
    for (const sections of [control, packet])
      layoutBytes(sections).forEach(({ rows }, order) => {
        const { layout, at } = sections[order]!;
        let next = at;
        for (const row of rows) {
          expect(parseInt(row.offset, 16)).toBe(next);
          next += bytes(row);
        }
        expect(next).toBe(at + layout.bytes);
      });
  });

  test('fields may be given in any order, and nine equal bytes are the first to be shortened', () => {
    const field = (offset: number, bytes: number) => ({ offset, bytes, name: 'f', meaning: '' });
    const layout = { title: 't', bytes: 17, fields: [field(8, 9), field(0, 8)] };
    const [{ rows }] = layoutBytes([{ layout, at: 0, bytes: new Uint8Array(17) }]) as [
      ReturnType<typeof layoutBytes>[number],
    ];
    expect(rows.map(({ bytes }) => bytes)).toEqual(['00 00 00 00 00 00 00 00', '00 × 9']);
    expect(rows.map(({ changed }) => changed)).toEqual([false, false]);
  });

  test('offsets are as wide as the last one needs', () => {
    const [section] = control as [(typeof control)[number]];
    const offsets = (at: number) => layoutBytes([{ ...section, at }])[0]!.rows[0]!.offset;
    expect([0, 0xfaf, 0xfb0, 0x12340].map(offsets)).toEqual(['000', 'faf', '0fb0', '12340']);
  });

  test('names have the colour of the one side that writes', () => {
    const sides = { driver: 'guest', device: 'user' } as const;
    const colours = (['driver', 'device', 'both', undefined] as const).map((writer) =>
      colourOf(writer, sides),
    );
    expect(colours).toEqual(['guest', 'user', undefined, undefined]);
  });

  test('are refused where bytes are missing', () => {
    const [{ layout }] = control as [(typeof control)[number]];
    const short = () => layoutBytes([{ layout, at: 0, bytes: new Uint8Array(12) }]);
    expect(short).toThrow(/control page has 80 bytes, not 12: pass all of them/);
  });
});

describe('a tape', () => {
  const anyTape = fc
    .record({ write: fc.integer({ min: 0, max: 63 }), read: fc.integer({ min: 0, max: 63 }) })
    .map(({ write, read }) => ({ ...tape, writeIndex: write * 64, readIndex: read * 64 }));

  test('fills the cells from where is read to where is written', () => {
    fc.assert(
      fc.property(anyTape, (ring) => {
        const { cells, rows } = layoutTape(ring, 1124);
        expect(rows).toBe(1);
        const [write, read] = [ring.writeIndex / 64, ring.readIndex / 64];
        cells.forEach(({ unread }, cell) => {
          const between =
            read <= write ? cell >= read && cell < write : cell >= read || cell < write;
          expect(unread).toBe(between);
        });
      }),
    );
  });

  test('has flags at the edges of their cells, in as many rows as cells need', () => {
    for (const width of [320, 358, 600, 1124]) {
      const { cells, flags, rows, height } = layoutTape(tape, width);
      const [write, read] = flags;
      expect([write!.text, read!.text]).toEqual(['write index 0x080', 'read index 0x1c0']);
      for (const [flag, cell] of [
        [write!, cells[2]!],
        [read!, cells[7]!],
      ] as const) {
        expect(flag.x).toBe(cell.x1);
        expect(flag.row).toBe(cell.row);
      }
      expect(cells).toHaveLength(64);
      expect(cells.map(({ label }) => label)).toEqual(tape.labels);
      expect(Math.max(...cells.map(({ row }) => row))).toBe(rows - 1);
      for (const { x1, x2 } of cells) expect(x2 - x1).toBeGreaterThan(tapeMetrics.least - 0.2);
      expect(height).toBeGreaterThan(rows * tapeMetrics.cell);
    }
  });

  test('turns a flag round where its words would leave the tape', () => {
    const anchors = (cell: number) => {
      const { flags } = layoutTape({ ...tape, writeIndex: cell * 64, readIndex: 0 }, 1124);
      const [{ x, textX, anchor }] = flags as [(typeof flags)[number]];
      return [anchor, Math.round(textX - x)];
    };
    expect([0, 50, 60, 63].map(anchors)).toEqual([
      ['start', 8],
      ['start', 8],
      ['end', -8],
      ['end', -8],
    ]);
  });

  test('has cells as wide as they may be at the least, and no more rows than that asks for', () => {
    const rows = (width: number) => layoutTape(tape, width).rows;
    expect([1088, 1087, 544, 543, 272].map(rows)).toEqual([1, 2, 2, 4, 4]);
  });

  test.each([
    [{ cellBytes: 60 }, /no whole number of cells of 60/],
    [{ bytes: 0 }, /a ring of 0 bytes/],
    [{ writeIndex: 4096 }, /an index lies from 0 to 4095, not at 4096/],
    [{ readIndex: -1 }, /not at -1/],
  ])('%j is refused', (wrong, message) => {
    expect(() => layoutTape({ ...tape, ...wrong }, 600)).toThrow(message);
  });
});
