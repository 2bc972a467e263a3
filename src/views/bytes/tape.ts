/**
 * A ring as a tape, as numbers: its cells from the first byte to the last, which of them are not read yet, and both
 * indexes as flags. Reading erases nothing, so read cells keep what was written. A ring whose indexes are equal is
 * empty: none is ever full to the last byte (VMBus, and descriptor rings that keep one free).
 */
import { round, type Stretch } from '../language/geometry.ts';
import { textWidth } from '../language/text.ts';

export interface Tape {
  /** Length of the ring's data. */
  readonly bytes: number;
  readonly cellBytes: number;
  /** Where the producer writes next, and the consumer reads next: bytes from the start, below `bytes`. */
  readonly writeIndex: number;
  readonly readIndex: number;
  /** What is written in each cell, such as the number of its packet; "" in one never written. */
  readonly labels: readonly string[];
}

export interface TapeCell extends Stretch {
  readonly row: number;
  readonly label: string;
  readonly unread: boolean;
}

/** An index: a flag above the cell that is written next, or below the one that is read next. */
export interface TapeFlag {
  readonly index: 'write' | 'read';
  readonly x: number;
  readonly row: number;
  readonly text: string;
  readonly textX: number;
  readonly anchor: 'start' | 'end';
}

export interface TapeLayout {
  readonly width: number;
  readonly height: number;
  readonly rows: number;
  readonly cells: readonly TapeCell[];
  readonly flags: readonly TapeFlag[];
}

export const tapeMetrics = { cell: 26, flag: 16, gap: 6, least: 17 } as const;

/** Height of a row's upper edge. */
export const rowY = (row: number): number =>
  tapeMetrics.flag + row * (tapeMetrics.cell + tapeMetrics.flag * 2 + tapeMetrics.gap);

/** Lays out a tape in as many rows as its cells need; throws RangeError for indexes outside the ring. */
export function layoutTape(tape: Tape, width: number): TapeLayout {
  checkTape(tape);
  const count = tape.bytes / tape.cellBytes;
  const most = Math.max(1, Math.floor(width / tapeMetrics.least));
  const rows = rowsFor(count, most);
  const across = Math.ceil(count / rows);
  const size = width / across;
  const unread = unreadBytes(tape);
  const cells = Array.from({ length: count }, (_, cell): TapeCell => {
    const at = cell % across;
    const behind = (cell * tape.cellBytes - tape.readIndex + tape.bytes) % tape.bytes;
    return {
      x1: round(at * size),
      x2: round((at + 1) * size),
      row: Math.floor(cell / across),
      label: tape.labels[cell] ?? '',
      unread: behind < unread,
    };
  });
  const flag = (index: TapeFlag['index'], at: number): TapeFlag => {
    const cell = at / tape.cellBytes;
    const x = round((cell % across) * size);
    const text = `${index} index 0x${at.toString(16).padStart(3, '0')}`;
    const fits = x + 8 + textWidth(text, 11, 620) <= width;
    const row = Math.floor(cell / across);
    const textX = fits ? x + 8 : x - 8;
    return { index, x, row, text, textX: round(textX), anchor: fits ? 'start' : 'end' };
  };
  return {
    width,
    height: rowY(rows - 1) + tapeMetrics.cell + tapeMetrics.flag,
    rows,
    cells,
    flags: [flag('write', tape.writeIndex), flag('read', tape.readIndex)],
  };
}

const unreadBytes = ({ bytes, writeIndex, readIndex }: Tape): number =>
  (writeIndex - readIndex + bytes) % bytes;

/** The fewest rows of equal length, doubled until the cells have room. */
function rowsFor(count: number, most: number): number {
  let rows = 1;
  while (Math.ceil(count / rows) > most) rows *= 2;
  return rows;
}

function checkTape({ bytes, cellBytes, writeIndex, readIndex }: Tape): void {
  if (!Number.isInteger(bytes / cellBytes) || bytes <= 0)
    throw new RangeError(`a ring of ${bytes} bytes has no whole number of cells of ${cellBytes}`);
  for (const index of [writeIndex, readIndex])
    if (index < 0 || index >= bytes)
      throw new RangeError(`an index lies from 0 to ${bytes - 1}, not at ${index}`);
}
