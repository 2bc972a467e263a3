/**
 * Guest-physical memory, little endian. Rings and descriptors live in it, byte for byte; payload buffers
 * are addresses only (`reserve`), since what a frame says does not change how it travels.
 */
import { type Gpa, gpa } from '../vocabulary/units.ts';
import type { SharedLayout, Structure } from './layout.ts';

const backedBytes = 1 << 20;
/** Memory comes into being in frames of this size, when it is first touched. */
const frameShift = 16;
const frameBytes = 1 << frameShift;
const inFrame = frameBytes - 1;

/**
 * One frame by bytes, 16-bit and 32-bit values: arrays are read faster than through a DataView
 * before code is compiled.
 */
interface Frame {
  readonly bytes: Uint8Array;
  readonly halves: Uint16Array;
  readonly words: Uint32Array;
  /** For values that are not aligned, as in SCSI commands. */
  readonly view: DataView;
}

/** Values are little endian, and so is every machine that this runs on. */
if (new Uint8Array(new Uint32Array([1]).buffer)[0] !== 1)
  throw new Error('guest memory needs a little-endian machine');

export class GuestMemory {
  private readonly frames: (Frame | undefined)[] = [];
  private readonly size: number;
  private readonly payloads = new Map<number, number>();
  private nextBacked = 0x1000;
  private nextReserved = 0x4000_0000;
  private readonly declared: Structure[] = [];

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

  /** Zeroed memory for `count` structures of one layout, which are declared under a name. */
  layOut(layout: SharedLayout, name: string, count: number, align = 16): Gpa {
    const at = this.allocate(count * layout.bytes, align);
    this.declare(layout, name, at, count);
    return at;
  }

  /** Says what stands at an address, for those who watch; set-up code declares before it writes. */
  declare(
    layout: SharedLayout,
    name: string,
    at: number,
    count = 1,
    stride: number = layout.bytes,
  ): void {
    this.declared.push({ name, layout, at, count, stride });
  }

  /** What has been declared, in that order. */
  get structures(): readonly Structure[] {
    return this.declared;
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

  // No structure lies across two frames, since structures are aligned to their size.

  read8(at: number): number {
    return this.frame(at).bytes[at & inFrame]!;
  }
  read16(at: number): number {
    const { halves, view } = this.frame(at);
    const place = at & inFrame;
    return (place & 1) === 0 ? halves[place >>> 1]! : view.getUint16(place, true);
  }
  read32(at: number): number {
    const { words, view } = this.frame(at);
    const place = at & inFrame;
    return (place & 3) === 0 ? words[place >>> 2]! : view.getUint32(place, true);
  }
  write8(at: number, value: number): void {
    this.frame(at).bytes[at & inFrame] = value;
  }
  write16(at: number, value: number): void {
    const { halves, view } = this.frame(at);
    const place = at & inFrame;
    if ((place & 1) === 0) halves[place >>> 1] = value;
    else view.setUint16(place, value, true);
  }
  write32(at: number, value: number): void {
    const { words, view } = this.frame(at);
    const place = at & inFrame;
    if ((place & 3) === 0) words[place >>> 2] = value;
    else view.setUint32(place, value, true);
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

  private frame(at: number): Frame {
    return this.frames[at >>> frameShift] ?? this.touched(at);
  }

  private touched(at: number): Frame {
    if (at < 0 || at >= this.size)
      throw new RangeError(`0x${at.toString(16)} is not in guest memory`);
    const { buffer } = new Uint8Array(frameBytes);
    const fresh = {
      bytes: new Uint8Array(buffer),
      halves: new Uint16Array(buffer),
      words: new Uint32Array(buffer),
      view: new DataView(buffer),
    };
    this.frames[at >>> frameShift] = fresh;
    return fresh;
  }
}

const aligned = (at: number, to: number): number => Math.ceil(at / to) * to;
