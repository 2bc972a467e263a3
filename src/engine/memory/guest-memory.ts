/**
 * Guest-physical memory, little endian. Rings and descriptors live in it, byte for byte; payload buffers
 * are addresses only (`reserve`), since what a frame says does not change how it travels.
 */
import { type Gpa, gpa } from '../units.ts';

const backedBytes = 1 << 20;
/** Memory comes into being in frames of this size, when it is first touched. */
const frameShift = 16;
const frameBytes = 1 << frameShift;
const inFrame = frameBytes - 1;

export class GuestMemory {
  private readonly frames: (DataView | undefined)[] = [];
  private readonly size: number;
  private readonly payloads = new Map<number, number>();
  private nextBacked = 0x1000;
  private nextReserved = 0x4000_0000;

  constructor(bytes = backedBytes) {
    this.size = bytes;
  }

  /** Zeroed memory that can be read and written; throws a RangeError when the guest has none left. */
  allocate(bytes: number, align = 16): Gpa {
    const at = aligned(this.nextBacked, align);
    if (at + bytes > this.size) {
      throw new RangeError(`guest memory holds ${this.size} bytes, ${at + bytes} were asked for`);
    }
    this.nextBacked = at + bytes;
    return gpa(at);
  }

  /** Addresses for payload that no one looks into. */
  reserve(bytes: number, align = 2048): Gpa {
    const at = aligned(this.nextReserved, align);
    this.nextReserved = at + bytes;
    return gpa(at);
  }

  /** Which payload stands at an address; 0 for none. */
  payloadAt(at: number): number {
    return this.payloads.get(at) ?? 0;
  }
  /** A processor or a device has moved a payload to an address. */
  putPayload(at: number, payload: number): void {
    this.payloads.set(at, payload);
  }

  read8(at: number): number {
    return this.frame(at).getUint8(at & inFrame);
  }
  read16(at: number): number {
    return this.frame(at).getUint16(at & inFrame, true);
  }
  read32(at: number): number {
    return this.frame(at).getUint32(at & inFrame, true);
  }
  write8(at: number, value: number): void {
    this.frame(at).setUint8(at & inFrame, value);
  }
  write16(at: number, value: number): void {
    this.frame(at).setUint16(at & inFrame, value, true);
  }
  write32(at: number, value: number): void {
    this.frame(at).setUint32(at & inFrame, value, true);
  }
  /** A 64-bit value; addresses here stay under 2^53. */
  write64(at: number, value: number): void {
    this.write32(at, value % 0x1_0000_0000);
    this.write32(at + 4, Math.floor(value / 0x1_0000_0000));
  }
  read64(at: number): number {
    return this.read32(at) + this.read32(at + 4) * 0x1_0000_0000;
  }
  /** A copy of bytes, for views and tests. */
  bytes(at: number, length: number): Uint8Array {
    return Uint8Array.from({ length }, (_, offset) => this.read8(at + offset));
  }

  /** Structures are aligned to their size, so that no value lies across two frames. */
  private frame(at: number): DataView {
    const number = at >>> frameShift;
    const known = this.frames[number];
    if (known !== undefined) return known;
    if (at < 0 || at >= this.size)
      throw new RangeError(`0x${at.toString(16)} is not in guest memory`);
    const fresh = new DataView(new ArrayBuffer(frameBytes));
    this.frames[number] = fresh;
    return fresh;
  }
}

const aligned = (at: number, to: number): number => Math.ceil(at / to) * to;
