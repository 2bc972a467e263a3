/**
 * A VMBus ring buffer, byte for byte (Linux include/linux/hyperv.h and ring_buffer.c; OpenVMM
 * vmbus_ring). One page of control data, then the data area. The ring knows its rules and nobody
 * who rings the bell.
 */
import type { GuestMemory } from './guest-memory.ts';

/** Offsets in the control page, all 32 bits. */
export const control = {
  writeIndex: 0x0,
  readIndex: 0x4,
  /** Set by the consumer: do not signal me. */
  interruptMask: 0x8,
  /** Set by a blocked producer: signal me when this many bytes are free. */
  pendingSendSize: 0xc,
  featureBits: 0x40,
} as const;

export const pageBytes = 4096;
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

export const packetDescriptorBytes = 16;
export const trailerBytes = 8;

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
    this.cursor = this.readIndex;
  }

  /** Prepares the control page. */
  reset(): void {
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
  /** Share of the ring that is free, in percent. */
  get freePercent(): number {
    return (this.free * 100) / this.dataBytes;
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
    // Clears the padding, before the fields that stand there when header and payload are empty.
    this.putWord(this.end - 16, 0);
    this.putWord(this.end - 12, 0);
    this.put16(start, type);
    this.put16(start + 2, body / 8);
    this.put16(start + 4, (bytes - trailerBytes) / 8);
    this.put16(start + 6, flags);
    this.putWord(start + 8, transaction);
    this.putWord(start + 12, 0);
    this.putWord(this.end - 8, 0);
    this.putWord(this.end - 4, start);
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
    const body = this.get16(start + 2) * 8;
    const bytes = this.get16(start + 4) * 8;
    this.cursor = (start + bytes + trailerBytes) % this.dataBytes;
    view.type = this.get16(start);
    view.flags = this.get16(start + 6);
    view.transaction = this.word(start + 8);
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

  close(): { signal: boolean } {
    return { signal: this.release() };
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
