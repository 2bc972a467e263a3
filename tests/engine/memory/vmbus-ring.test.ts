/**
 * Goal: the VMBus ring is what Linux and OpenVMM put in memory, byte for byte. Method: bytes and a
 * table of rules.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GuestMemory } from '#engine/memory/guest-memory.ts';
import {
  completionRequested,
  control,
  type Packet,
  packetBytes,
  packetType,
  pageBytes,
  VmbusRing,
} from '#engine/memory/vmbus-ring.ts';

const none = new Uint8Array(0);
const packet = (payloadBytes: number, transaction = 7): Packet => ({
  type: packetType.inBand,
  flags: completionRequested,
  transaction,
  header: none,
  payload: new Uint8Array(payloadBytes).fill(0xab),
});

function ringOf(pages: number) {
  const memory = new GuestMemory(1 << 20);
  const at = memory.allocate(pages * pageBytes, pageBytes);
  return { memory, at, ring: new VmbusRing(memory, at, pages * pageBytes) };
}

test('control fields and data area stand at their published offsets', () => {
  expect(control.fields.map(({ offset, bytes, name }) => [offset, bytes, name])).toEqual([
    [0, 4, 'write_index'],
    [4, 4, 'read_index'],
    [8, 4, 'interrupt_mask'],
    [12, 4, 'pending_send_sz'],
    [0x40, 4, 'feature_bits'],
  ]);
  const { memory, at, ring } = ringOf(2);
  ring.reset('to host', 'host');
  ring.write(packet(40));
  ring.mask();
  expect(memory.read32(at)).toBe(64);
  expect(memory.read32(at + 8)).toBe(1);
  expect(memory.read32(at + 0x40)).toBe(1);
  expect(memory.read16(at + 0x1000)).toBe(6);
});

test('a packet is descriptor, payload, padding and a trailer that says where it began', () => {
  const { memory, at, ring } = ringOf(2);
  ring.write(packet(8));
  ring.write(packet(5, 0x1234));
  expect([...memory.bytes(at + 0x1000 + 32, 32)]).toEqual([
    6, 0, 2, 0, 3, 0, 1, 0, 0x34, 0x12, 0, 0, 0, 0, 0, 0, 0xab, 0xab, 0xab, 0xab, 0xab, 0, 0, 0, 0,
    0, 0, 0, 32, 0, 0, 0,
  ]);
});

describe('sizes on the ring', () => {
  test.each([
    ['transmit, in band', 0, 40, 64],
    ['transmit, two ranges', 40, 40, 104],
    ['receive, one range', 16, 40, 80],
    ['receive completion', 0, 8, 32],
    ['storage, 4 KiB read', 24, 64, 112],
    ['storage completion', 0, 64, 88],
  ])('%s', (_, header, payload, bytes) => {
    expect(packetBytes(header, payload)).toBe(bytes);
  });
});

describe('a signal is due only from empty to non-empty with the mask clear', () => {
  test.each([
    { before: 0, masked: false, signal: true },
    { before: 1, masked: false, signal: false },
    { before: 0, masked: true, signal: false },
    { before: 1, masked: true, signal: false },
  ])('$before packets before, masked $masked', ({ before, masked, signal }) => {
    const { ring } = ringOf(2);
    for (let index = 0; index < before; index++) ring.write(packet(8));
    if (masked) ring.mask();
    expect(ring.write(packet(8))).toEqual({ signal });
  });
});

test('a blocked producer is signalled when its room has just become available, and not before', () => {
  const { memory, at } = ringOf(2);
  const producer = new VmbusRing(memory, at, 2 * pageBytes);
  const consumer = new VmbusRing(memory, at, 2 * pageBytes);
  while (producer.free > 32) producer.write(packet(8));
  memory.write32(at + control.pendingSendSize, 64);
  consumer.read();
  expect(consumer.release()).toBe(false);
  consumer.read();
  expect(consumer.release()).toBe(true);
  consumer.read();
  expect(consumer.release()).toBe(false);
});

test('unmasking finds what came in meanwhile', () => {
  const { memory, at, ring } = ringOf(2);
  const consumer = new VmbusRing(memory, at, 2 * pageBytes);
  consumer.mask();
  expect(ring.write(packet(8))).toEqual({ signal: false });
  expect(consumer.unmask()).toBe(true);
});

test('packets come out once, whole and in order, whatever the lengths, across the wrap', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 60 }), (lengths) => {
      const { memory, at, ring } = ringOf(2);
      const consumer = new VmbusRing(memory, at, 2 * pageBytes);
      const out: [number, number][] = [];
      const drain = (): void => {
        for (let read = consumer.read(); read !== undefined; read = consumer.read()) {
          out.push([read.transaction, read.payload.filter((byte) => byte === 0xab).length]);
        }
        consumer.release();
      };
      lengths.forEach((length, index) => {
        if (ring.free <= packetBytes(0, length)) drain();
        ring.write(packet(length, index));
      });
      drain();
      expect(out).toEqual(lengths.map((length, index) => [index, length]));
    }),
  );
});

test('a packet written in place over old ones leaves nothing of them in its padding', () => {
  const { memory, at, ring } = ringOf(2);
  const consumer = new VmbusRing(memory, at, 2 * pageBytes);
  const drain = (): void => {
    while (consumer.next() !== undefined) consumer.release();
  };
  // 63 packets of 64 bytes and one of 32 end 32 bytes before the end of the data area.
  for (let sent = 0; sent < 63; sent++) {
    ring.write(packet(40));
    drain();
  }
  ring.write(packet(8));
  drain();
  const index = ring.begin(packetType.completion, 0, 9, 0, 12);
  for (let word = 0; word < 3; word++) ring.putWord(index + 4 * word, 0x1111_1111);
  expect(consumer.next()).toBeUndefined();
  expect(ring.commit()).toBe(true);
  expect(consumer.next()).toEqual({
    type: 0xb,
    flags: 0,
    transaction: 9,
    header: 4064 + 16,
    headerBytes: 0,
    payload: 4064 + 16,
    payloadBytes: 16,
  });
  // Four bytes of padding and the trailer stand at the beginning of the data area.
  expect([...memory.bytes(at + pageBytes, 8)]).toEqual([0, 0, 0, 0, 0xe0, 0xf, 0, 0]);
  const words = [0, 4, 8, 12].map((offset) => consumer.word(index + offset));
  expect(words).toEqual([0x1111_1111, 0x1111_1111, 0x1111_1111, 0]);
});

test('a producer that waits for room says so in the control page', () => {
  const { memory, at, ring } = ringOf(2);
  ring.awaitRoom(112);
  expect(memory.read32(at + control.pendingSendSize)).toBe(112);
});

test.each([
  // 10 x 4,096 / 819 and 10 x 520,192 / 52,428: an empty ring is never wholly free, its control page counts.
  { pages: 2, percent: 50 },
  { pages: 32, percent: 96 },
  { pages: 128, percent: 99 },
])('an empty ring of $pages pages is free to $percent percent', ({ pages, percent }) => {
  expect(ringOf(pages).ring.freePercent).toBe(percent);
});

test.each([
  { pages: 2, bytes: 88, room: 1024 },
  { pages: 2, bytes: 2048, room: 2048 },
  { pages: 32, bytes: 88, room: 31_744 },
])(
  'a producer with $bytes bytes in a ring of $pages pages waits for $room',
  ({ pages, bytes, room }) => {
    expect(ringOf(pages).ring.roomFor(bytes)).toBe(room);
  },
);

test('a full ring refuses and names the numbers', () => {
  const { ring } = ringOf(2);
  ring.write(packet(4000));
  expect(() => ring.write(packet(200))).toThrow(
    'a packet of 224 bytes needs more than 72 free bytes',
  );
});
