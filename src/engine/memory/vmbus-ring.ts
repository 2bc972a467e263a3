/**
 * A VMBus ring buffer, byte for byte (Linux include/linux/hyperv.h and ring_buffer.c; OpenVMM
 * vmbus_ring). One page of control data, then the data area. The ring knows its rules and nobody
 * who rings the bell.
 */
import type { Writer } from '../vocabulary/layout.ts';
import type { GuestMemory } from './guest-memory.ts';
import { field, layout, type SharedLayout } from './layout.ts';

export const pageBytes = 4096;

const controlPageOf = (title: string, producer?: Writer, consumer?: Writer) =>
  layout(
    title,
    pageBytes,
    {
      writeIndex: field(0x0, 4, 'write_index', 'where the next packet begins', producer),
      readIndex: field(0x4, 4, 'read_index', 'as far as packets have been read', consumer),
      interruptMask: field(0x8, 4, 'interrupt_mask', 'not 0: do not signal me', consumer),
      pendingSendSize: field(
        0xc,
        4,
        'pending_send_sz',
        'not 0: signal me when more than this many bytes are free',
        producer,
      ),
      featureBits: field(0x40, 4, 'feature_bits', 'bit 0: pending_send_sz has a meaning', 'driver'),
    },
    { writeIndex: 'both' },
  );

/** The control page, whoever produces. */
export const control = controlPageOf('Control page');
/** The control page of a ring that the guest fills, and of one that the host fills. */
const controlToHost = controlPageOf('Control page', 'driver', 'device');
const controlToGuest = controlPageOf('Control page', 'device', 'driver');
/** The ring supports `pendingSendSize`. */
export const supportsPendingSend = 1;

export const packetType = {
  inBand: 6,
  transferPages: 7,
  gpaDirect: 9,
  completion: 0xb,
} as const;

/** The packet asks to be completed. */
export const completionRequested = 1;

/** What every packet begins with (struct vmpacket_descriptor). */
export const packetDescriptor = layout('Packet descriptor', 16, {
  type: field(0, 2, 'type', '6 in band, 7 transfer pages, 9 GPA direct, 11 completion'),
  headerEighths: field(2, 2, 'offset8', 'descriptor and header, in units of 8 bytes'),
  packetEighths: field(4, 2, 'len8', 'the packet without its trailer, in units of 8 bytes'),
  flags: field(6, 2, 'flags', 'bit 0: a completion is wanted'),
  transaction: field(8, 8, 'trans_id', 'the sender’s number; a completion repeats it'),
});

/** What stands behind every packet. */
export const trailer = layout('Trailer', 8, {
  reserved: field(0, 4, 'reserved', 'always 0'),
  start: field(4, 4, 'previous write index', 'where the packet begins'),
});

/** Behind the descriptor of a packet of transfer pages; its ranges follow. */
export const transferHeader = layout('Transfer page header', 8, {
  pages: field(0, 2, 'xfer_pageset_id', 'the buffer that the ranges lie in'),
  owner: field(2, 2, 'sender_owns_set', 'who owns the buffer; reserved'),
  count: field(4, 4, 'range_cnt', 'ranges that follow'),
});
export const transferRange = layout('Transfer page range', 8, {
  length: field(0, 4, 'byte_count', 'length of the data'),
  offset: field(4, 4, 'byte_offset', 'where in the buffer it stands'),
});

/** Behind the descriptor of a packet that points into guest memory; its ranges follow. */
export const directHeader = layout('GPA direct header', 8, {
  reserved: field(0, 4, 'reserved', 'always 0'),
  count: field(4, 4, 'rangecount', 'ranges that follow'),
});
/** A range with its first page; one that goes on has a page number more for each further page. */
export const directRange = layout('GPA range', 16, {
  length: field(0, 4, 'byte_count', 'length of the data'),
  offset: field(4, 4, 'byte_offset', 'where in the first page it begins'),
  page: field(8, 8, 'pfn_array[0]', 'number of the first page'),
});
/** Bytes of one page number in a range. */
export const pageNumberBytes = 8;

const packetDescriptorBytes = packetDescriptor.bytes;
const trailerBytes = trailer.bytes;

/** The data area of a ring: packets of changing lengths, one behind the other. */
const dataArea = (bytes: number): SharedLayout => layout('Ring data', bytes, {});

export interface Packet {
  readonly type: number;
  readonly flags: number;
  readonly transaction: number;
  /** What stands between descriptor and payload, by type of packet. */
  readonly header: Uint8Array;
  readonly payload: Uint8Array;
}

const aligned = (bytes: number): number => (bytes + 7) & ~7;

/** Bytes that a packet takes in the ring, trailer included. */
export const packetBytes = (headerBytes: number, payloadBytes: number): number =>
  aligned(packetDescriptorBytes + headerBytes + payloadBytes) + trailerBytes;

/** The packet that `next` has found, in place: indexes into the data area, good until the next call. */
export interface PacketView {
  readonly type: number;
  readonly flags: number;
  readonly transaction: number;
  readonly header: number;
  readonly headerBytes: number;
  readonly payload: number;
  /** Padding included. */
  readonly payloadBytes: number;
}

export class VmbusRing {
  private readonly memory: GuestMemory;
  private readonly at: number;
  private readonly dataBytes: number;
  /** A tenth of the ring, control page included, as Linux keeps it (ring_size_div10_reciprocal). */
  private readonly tenthBytes: number;
  /** How far this end has read; the shared index follows when it closes. */
  private cursor: number;
  /** Where the packet that is being written ends. */
  private end = 0;
  private readonly view = {
    type: 0,
    flags: 0,
    transaction: 0,
    header: 0,
    headerBytes: 0,
    payload: 0,
    payloadBytes: 0,
  };

  constructor(memory: GuestMemory, at: number, ringBytes: number) {
    this.memory = memory;
    this.at = at;
    this.dataBytes = ringBytes - pageBytes;
    this.tenthBytes = Math.floor(ringBytes / 10);
    this.cursor = this.readIndex;
  }

  /** Prepares the control page of a ring that the guest fills, or the host. */
  reset(name: string, to: 'host' | 'guest'): void {
    const { memory, at, dataBytes } = this;
    memory.declare(to === 'host' ? controlToHost : controlToGuest, `${name}: control page`, at);
    memory.declare(dataArea(dataBytes), `${name}: data`, at + pageBytes);
    this.memory.write32(this.at + control.featureBits, supportsPendingSend);
  }

  get writeIndex(): number {
    return this.memory.read32(this.at + control.writeIndex);
  }
  get readIndex(): number {
    return this.memory.read32(this.at + control.readIndex);
  }
  get used(): number {
    return this.dataBytes - this.free;
  }
  get free(): number {
    return this.freeFrom(this.writeIndex);
  }
  private freeFrom(writeIndex: number): number {
    const ahead = this.readIndex - writeIndex;
    return ahead > 0 ? ahead : ahead + this.dataBytes;
  }
  /** Free bytes in whole percent of the ring, control page included (hv_get_avail_to_write_percent). */
  get freePercent(): number {
    return Math.floor((this.free * 10) / this.tenthBytes);
  }

  // --- the producer's end: begin, put, commit --------------------------------------------------------

  /**
   * Begins a packet in place and returns the index of its header, behind which the payload stands. The
   * consumer sees it after `commit`. Throws when the packet does not fit; a full ring is never made.
   */
  begin(
    type: number,
    flags: number,
    transaction: number,
    headerBytes: number,
    payloadBytes: number,
  ): number {
    const bytes = packetBytes(headerBytes, payloadBytes);
    const start = this.writeIndex;
    const free = this.freeFrom(start);
    if (free <= bytes)
      throw new RangeError(`a packet of ${bytes} bytes needs more than ${free} free bytes`);
    const body = packetDescriptorBytes + headerBytes;
    this.end = start + bytes;
    const closes = this.end - trailerBytes;
    // Clears the padding, before the fields that stand there when header and payload are empty.
    this.putWord(closes - 8, 0);
    this.putWord(closes - 4, 0);
    this.put16(start + packetDescriptor.type, type);
    this.put16(start + packetDescriptor.headerEighths, body / 8);
    this.put16(start + packetDescriptor.packetEighths, (bytes - trailerBytes) / 8);
    this.put16(start + packetDescriptor.flags, flags);
    this.putWord(start + packetDescriptor.transaction, transaction);
    this.putWord(start + packetDescriptor.transaction + 4, 0);
    this.putWord(closes + trailer.reserved, 0);
    this.putWord(closes + trailer.start, start);
    return start + packetDescriptorBytes;
  }

  /** Puts 32 bits into the packet that was begun; the index is a multiple of 4. */
  putWord(index: number, value: number): void {
    this.memory.write32(this.place(index), value);
  }
  putByte(index: number, value: number): void {
    this.memory.write8(this.place(index), value);
  }

  /**
   * Publishes the packet that was begun, and says whether the consumer must be signalled: only when the ring
   * was empty and the consumer has not masked signals.
   */
  commit(): boolean {
    const old = this.writeIndex;
    const end = this.end < this.dataBytes ? this.end : this.end - this.dataBytes;
    this.memory.write32(this.at + control.writeIndex, end);
    return old === this.readIndex && !this.masked;
  }

  /**
   * What a producer that is blocked by a packet of so many bytes waits for, in OpenVMM: a quarter of the longest
   * packet at the least, so that the two ends do not signal each other for every packet (vmbus_async, poll_ready).
   */
  roomFor(bytes: number): number {
    const longest = this.dataBytes - 8;
    return aligned(Math.max(bytes, Math.floor(longest / 4)));
  }

  /** A blocked producer asks to be signalled when more than so many bytes are free; 0 takes it back. */
  awaitRoom(bytes: number): void {
    this.memory.write32(this.at + control.pendingSendSize, bytes);
  }

  /** `begin`, `putByte` and `commit` for a packet that stands in arrays. */
  write({ type, flags, transaction, header, payload }: Packet): { signal: boolean } {
    let index = this.begin(type, flags, transaction, header.length, payload.length);
    for (const byte of header) this.putByte(index++, byte);
    for (const byte of payload) this.putByte(index++, byte);
    return { signal: this.commit() };
  }

  // --- the consumer's end: next, word, release -------------------------------------------------------

  /** The next packet, in place, or undefined when this end has read all there is. One view serves all packets. */
  next(): PacketView | undefined {
    const start = this.cursor;
    if (start === this.writeIndex) return undefined;
    const { view } = this;
    const body = this.get16(start + packetDescriptor.headerEighths) * 8;
    const bytes = this.get16(start + packetDescriptor.packetEighths) * 8;
    this.cursor = (start + bytes + trailerBytes) % this.dataBytes;
    view.type = this.get16(start + packetDescriptor.type);
    view.flags = this.get16(start + packetDescriptor.flags);
    view.transaction = this.word(start + packetDescriptor.transaction);
    view.header = start + packetDescriptorBytes;
    view.headerBytes = body - packetDescriptorBytes;
    view.payload = start + body;
    view.payloadBytes = bytes - body;
    return view;
  }

  /** 32 bits of a packet; the index is a multiple of 4. */
  word(index: number): number {
    return this.memory.read32(this.place(index));
  }
  byte(index: number): number {
    return this.memory.read8(this.place(index));
  }

  /** The next packet as arrays of its own, or undefined. */
  read(): Packet | undefined {
    const found = this.next();
    if (found === undefined) return undefined;
    return {
      type: found.type,
      flags: found.flags,
      transaction: found.transaction,
      header: this.bytes(found.header, found.headerBytes),
      payload: this.bytes(found.payload, found.payloadBytes),
    };
  }

  /**
   * Gives back what this end has read, and says whether a producer that waits for room must be signalled: only
   * when its room has just become available.
   */
  release(): boolean {
    const before = this.free;
    this.memory.write32(this.at + control.readIndex, this.cursor);
    const pending = this.memory.read32(this.at + control.pendingSendSize);
    return pending !== 0 && before <= pending && this.free > pending;
  }

  /** The consumer stops signals while it drains. */
  mask(): void {
    this.memory.write32(this.at + control.interruptMask, 1);
  }

  /** The consumer wants signals again; true when something came in meanwhile, so that it must go on. */
  unmask(): boolean {
    this.memory.write32(this.at + control.interruptMask, 0);
    return this.cursor !== this.writeIndex;
  }

  /** Guest-physical address of an index of the data area, which wraps. */
  place(index: number): number {
    return this.at + pageBytes + (index < this.dataBytes ? index : index - this.dataBytes);
  }

  private get masked(): boolean {
    return this.memory.read32(this.at + control.interruptMask) !== 0;
  }
  private put16(index: number, value: number): void {
    this.memory.write16(this.place(index), value);
  }
  private get16(index: number): number {
    return this.memory.read16(this.place(index));
  }
  private bytes(index: number, length: number): Uint8Array {
    const copy = new Uint8Array(length);
    for (let offset = 0; offset < length; offset++) copy[offset] = this.byte(index + offset);
    return copy;
  }
}
