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

export class VmbusRing {
  private readonly memory: GuestMemory;
  private readonly at: number;
  private readonly dataBytes: number;
  /** How far this end has read; the shared index follows when it closes. */
  private cursor: number;

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
    return (this.writeIndex - this.readIndex + this.dataBytes) % this.dataBytes;
  }
  get free(): number {
    return this.dataBytes - this.used;
  }
  /** Share of the ring that is free, in percent. */
  get freePercent(): number {
    return (this.free * 100) / this.dataBytes;
  }

  /**
   * Writes a packet and says whether the consumer must be signalled: only when the ring was empty and the
   * consumer has not masked signals. Throws when the packet does not fit; a full ring is never made.
   */
  write(packet: Packet): { signal: boolean } {
    const bytes = packetBytes(packet.header.length, packet.payload.length);
    if (this.free <= bytes)
      throw new RangeError(`a packet of ${bytes} bytes needs more than ${this.free} free bytes`);
    const old = this.writeIndex;
    const body = packetDescriptorBytes + packet.header.length;
    this.put16(old, packet.type);
    this.put16(old + 2, body / 8);
    this.put16(old + 4, (bytes - trailerBytes) / 8);
    this.put16(old + 6, packet.flags);
    this.put32(old + 8, packet.transaction);
    this.put32(old + 12, 0);
    packet.header.forEach((byte, index) => this.put8(old + packetDescriptorBytes + index, byte));
    packet.payload.forEach((byte, index) => this.put8(old + body + index, byte));
    for (let pad = body + packet.payload.length; pad < bytes - trailerBytes; pad++)
      this.put8(old + pad, 0);
    this.put32(old + bytes - trailerBytes, 0);
    this.put32(old + bytes - trailerBytes + 4, old);
    this.memory.write32(this.at + control.writeIndex, (old + bytes) % this.dataBytes);
    return { signal: !this.masked && old === this.readIndex };
  }

  /** The next packet, or undefined when this end has read all there is. */
  read(): Packet | undefined {
    const start = this.cursor;
    if (start === this.writeIndex) return undefined;
    const body = this.get16(start + 2) * 8;
    const bytes = this.get16(start + 4) * 8;
    this.cursor = (start + bytes + trailerBytes) % this.dataBytes;
    return {
      type: this.get16(start),
      flags: this.get16(start + 6),
      transaction: this.get32(start + 8),
      header: this.bytes(start + packetDescriptorBytes, body - packetDescriptorBytes),
      payload: this.bytes(start + body, bytes - body),
    };
  }

  /**
   * Gives back what this end has read, and says whether a producer that waits for room must be signalled: only
   * when its room has just become available.
   */
  close(): { signal: boolean } {
    const before = this.free;
    this.memory.write32(this.at + control.readIndex, this.cursor);
    const pending = this.memory.read32(this.at + control.pendingSendSize);
    return { signal: pending !== 0 && before <= pending && this.free > pending };
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

  private get masked(): boolean {
    return this.memory.read32(this.at + control.interruptMask) !== 0;
  }

  /** Address of a byte of the data area, which wraps. */
  private place(index: number): number {
    return this.at + pageBytes + (index % this.dataBytes);
  }
  private put8(index: number, value: number): void {
    this.memory.write8(this.place(index), value);
  }
  private put16(index: number, value: number): void {
    this.memory.write16(this.place(index), value);
  }
  private put32(index: number, value: number): void {
    this.memory.write32(this.place(index), value);
  }
  private get16(index: number): number {
    return this.memory.read16(this.place(index));
  }
  private get32(index: number): number {
    return this.memory.read32(this.place(index));
  }
  private bytes(index: number, length: number): Uint8Array {
    return Uint8Array.from({ length }, (_, offset) =>
      this.memory.read8(this.place(index + offset)),
    );
  }
}
