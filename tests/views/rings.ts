/** The telling scenes of bytes: a ring's control page after a read, a packet in three parts, and both tapes. */
import type { Layout } from '#engine/vocabulary/layout.ts';
import type { Section } from '#views/bytes/rows.ts';
import type { Tape } from '#views/bytes/tape.ts';

const controlPage: Layout = {
  title: 'control page',
  bytes: 80,
  fields: [
    { offset: 0, bytes: 4, name: 'write index', meaning: 'next byte to write', writer: 'driver' },
    { offset: 4, bytes: 4, name: 'read index', meaning: 'next byte to read', writer: 'device' },
    { offset: 8, bytes: 4, name: 'mask', meaning: 'do not signal me', writer: 'device' },
    { offset: 12, bytes: 4, name: 'pending', meaning: 'wake me at this room', writer: 'driver' },
    { offset: 64, bytes: 4, name: 'features', meaning: 'pending is known', writer: 'both' },
    { offset: 72, bytes: 8, name: 'guest address', meaning: 'of the page' },
  ],
};

const bytesOf = (length: number, words: Readonly<Record<number, number>>): Uint8Array => {
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  for (const [offset, word] of Object.entries(words)) view.setUint32(Number(offset), word, true);
  return bytes;
};

const before = bytesOf(80, { 0: 0x80, 4: 0x180, 8: 1, 12: 0x100, 64: 1, 72: 0x1234, 76: 0xf });
const after = bytesOf(80, { 0: 0x80, 4: 0x1c0, 8: 1, 12: 0x100, 64: 1, 72: 0x1234, 76: 0xf });

export const control: readonly Section[] = [{ layout: controlPage, at: 0, bytes: after, before }];

export const packet: readonly Section[] = [
  {
    layout: {
      title: 'descriptor',
      bytes: 8,
      fields: [
        { offset: 0, bytes: 2, name: 'type', meaning: 'data in band' },
        { offset: 2, bytes: 2, name: 'start', meaning: 'of the data, in units of 8 bytes' },
        { offset: 4, bytes: 2, name: 'length', meaning: 'without trailer, in units of 8 bytes' },
        { offset: 6, bytes: 2, name: 'flags', meaning: '1 wants an answer' },
      ],
    },
    at: 0x1c0,
    bytes: bytesOf(8, { 0: 0x2_0006, 4: 0x1_0007 }),
  },
  {
    layout: {
      title: 'payload',
      bytes: 40,
      fields: [{ offset: 0, bytes: 16, name: 'message', meaning: 'send a packet' }],
    },
    at: 0x1c8,
    bytes: bytesOf(40, { 0: 107, 8: 7 }),
  },
];

/** Packets of one cell each: the last 66 written, 58 of them read. */
export const tape: Tape = {
  bytes: 4096,
  cellBytes: 64,
  writeIndex: 0x080,
  readIndex: 0x1c0,
  labels: Array.from({ length: 64 }, (_, cell) => `${cell < 2 ? cell + 65 : cell + 1}`),
};
