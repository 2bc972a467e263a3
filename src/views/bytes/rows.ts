/**
 * Structures in memory as rows: where each field is, its bytes as they lie there, what they mean. Values are
 * little-endian, as the devices of this book write them.
 */
import type { Layout, LayoutField, Writer } from '#engine/vocabulary/layout.ts';

/** Bytes at some address, read as a structure. */
export interface Section {
  readonly layout: Layout;
  /** Offset of the structure in what is shown: a packet's descriptor begins at the packet. */
  readonly at: number;
  readonly bytes: Uint8Array;
  /** The same bytes at the step before; fields that differ are marked as changed. */
  readonly before?: Uint8Array | undefined;
}

export interface ByteRow {
  /** Hexadecimal, as wide as the greatest offset: "004". */
  readonly offset: string;
  /** Bytes in the order of memory, "c0 01 00 00"; a run of equal ones in short, "00 × 24". */
  readonly bytes: string;
  readonly name: string;
  readonly meaning: string;
  readonly writer: Writer | undefined;
  /** "0x1c0"; "" for what is longer than a word of 64 bits, and for what no field covers. */
  readonly value: string;
  readonly changed: boolean;
}

export interface ByteGroup {
  readonly title: string;
  readonly rows: readonly ByteRow[];
}

/** What no field covers. */
export const unused = 'unused';

/** The rows of some structures, a group each; throws RangeError where a structure has fewer bytes than its layout. */
export function layoutBytes(sections: readonly Section[]): ByteGroup[] {
  const ends = sections.map(({ at, layout }) => at + layout.bytes);
  const digits = Math.max(3, Math.max(0, ...ends).toString(16).length);
  return sections.map((section) => {
    const { layout, bytes } = section;
    if (bytes.length < layout.bytes)
      throw new RangeError(
        `${layout.title} has ${layout.bytes} bytes, not ${bytes.length}: pass all of them`,
      );
    return {
      title: layout.title,
      rows: withGaps(layout).map((field) => rowOf(section, field, digits)),
    };
  });
}

/** Fields in the order of memory, with what lies between them. */
function withGaps({ fields, bytes }: Layout): LayoutField[] {
  const rows: LayoutField[] = [];
  let free = 0;
  const gap = (end: number): void => {
    if (end > free) rows.push({ offset: free, bytes: end - free, name: '', meaning: unused });
  };
  for (const field of fields.toSorted((a, b) => a.offset - b.offset)) {
    gap(field.offset);
    rows.push(field);
    free = Math.max(free, field.offset + field.bytes);
  }
  gap(bytes);
  return rows;
}

function rowOf({ at, bytes, before }: Section, field: LayoutField, digits: number): ByteRow {
  const { offset, name, meaning, writer } = field;
  const own = bytes.subarray(offset, offset + field.bytes);
  const old = before?.subarray(offset, offset + field.bytes);
  return {
    offset: (at + offset).toString(16).padStart(digits, '0'),
    bytes: inHexadecimal(own),
    name,
    meaning,
    writer,
    value: name === '' ? '' : valueOf(own),
    changed: old !== undefined && own.some((byte, index) => byte !== old[index]),
  };
}

/** Longer runs of one byte are written once with their number. */
const longestRun = 8;

const byteText = (byte: number): string => byte.toString(16).padStart(2, '0');

function inHexadecimal(bytes: Uint8Array): string {
  const [first] = bytes;
  if (first !== undefined && bytes.length > longestRun && bytes.every((byte) => byte === first))
    return `${byteText(first)} × ${bytes.length}`;
  return [...bytes].map(byteText).join(' ');
}

/** What a field of up to 64 bits holds. */
function valueOf(bytes: Uint8Array): string {
  if (bytes.length > 8) return '';
  const value = bytes.reduceRight((all, byte) => all * 256n + BigInt(byte), 0n);
  return `0x${value.toString(16)}`;
}
