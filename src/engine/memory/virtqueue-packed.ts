/**
 * The packed virtqueue of virtio 1.2, 2.8, byte for byte: one ring of descriptors that driver and device write in
 * turn, with a bit of each that turns at every lap, and a structure of either side that says when it wants to hear.
 * The driver's end keeps its event as Linux does (drivers/virtio/virtio_ring.c, 6.1), the device's end as QEMU does
 * (hw/virtio/virtio.c): it announces the used chain that ends a lap whatever the event says, unless interrupts are off.
 */
import type { GuestMemory } from './guest-memory.ts';
import { field, layout } from './layout.ts';
import {
  type Chain,
  descriptorFlags,
  type DeviceRing,
  type DriverRing,
  needsEvent,
  type QueuePlace,
  type Segment,
  type UsedChain,
} from './virtqueue.ts';

export const packedDescriptor = layout(
  'Packed descriptor',
  16,
  {
    address: field(0, 8, 'addr', 'address of the buffer', 'driver'),
    length: field(8, 4, 'len', 'length of the buffer; of a used one, what was written', 'both'),
    id: field(12, 2, 'id', 'number of the chain', 'both'),
    flags: field(
      14,
      2,
      'flags',
      '1 goes on, 2 the device writes, 4 a table; laps in 7, 15',
      'both',
    ),
  },
  { flags: 'both' },
);
const packedEvent = (title: string, by: 'driver' | 'device') =>
  layout(title, 4, {
    at: field(0, 2, 'off_wrap', 'descriptor that is waited for, and its lap in bit 15', by),
    flags: field(2, 2, 'flags', '0 always, 1 never, 2 at the descriptor', by),
  });
const driverEvent = packedEvent('Driver event', 'driver');
const deviceEvent = packedEvent('Device event', 'device');
const eventFlags = { always: 0, never: 1, atDescriptor: 2 } as const;
const lapFlags = { available: 1 << 7, used: 1 << 15 } as const;
const lapBit = 1 << 15;

/** Lays out a packed queue and declares its parts; `name` leads their names. */
export function layOutPackedQueue(memory: GuestMemory, size: number, name: string): QueuePlace {
  return {
    size,
    descriptors: memory.layOut(packedDescriptor, `${name}: descriptors`, size),
    available: memory.layOut(driverEvent, `${name}: driver event`, 1),
    used: memory.layOut(deviceEvent, `${name}: device event`, 1),
  };
}

/** A place in the ring and the lap on which it is; the first lap is 1. */
class Position {
  index = 0;
  lap = 1;
  private readonly size: number;
  constructor(size: number) {
    this.size = size;
  }

  /** Goes on by so many descriptors; true where another lap begins. */
  advance(count: number): boolean {
    this.index += count;
    if (this.index < this.size) return false;
    this.index -= this.size;
    this.lap ^= 1;
    return true;
  }

  /** As an event structure holds the place that lies so many descriptors further on. */
  ahead(count: number): number {
    const index = this.index + count;
    const isNextLap = index >= this.size;
    const lap = isNextLap ? this.lap ^ 1 : this.lap;
    return (isNextLap ? index - this.size : index) | (lap * lapBit);
  }
}

/** Whether the other side waits for a step of so many descriptors that ends at a position (virtio 1.2, 2.8.10). */
function isDue(event: number, flags: number, { index, lap }: Position, step: number, size: number) {
  if (flags !== eventFlags.atDescriptor) return flags === eventFlags.always;
  const behind = event >>> 15 === lap ? 0 : size;
  return needsEvent(((event & 0x7fff) - behind) & 0xffff, index, (index - step) & 0xffff);
}

/** The driver's end: adds chains, learns what the device has used. */
export class PackedDriverQueue implements DriverRing {
  readonly place: QueuePlace;
  free: number;
  private readonly memory: GuestMemory;
  private readonly freeIds: number[];
  /** By number of the chain: its descriptors, where it begins, and its first buffer. */
  private readonly lengths: Uint16Array;
  private readonly heads: Float64Array;
  private readonly buffers: Float64Array;
  private readonly next: Position;
  private readonly seen: Position;
  private added = 0;
  private wants: number = eventFlags.always;

  constructor(memory: GuestMemory, place: QueuePlace) {
    const { size } = place;
    this.memory = memory;
    this.place = place;
    this.free = size;
    this.freeIds = Array.from({ length: size }, (_, index) => index);
    this.lengths = new Uint16Array(size);
    this.heads = new Float64Array(size);
    this.buffers = new Float64Array(size);
    this.next = new Position(size);
    this.seen = new Position(size);
  }

  add(segments: readonly Segment[]): number {
    if (segments.length > this.free)
      throw new RangeError(
        `a chain of ${segments.length} needs more than ${this.free} descriptors`,
      );
    const id = this.begin(segments.length, segments[0]!.at);
    const { next } = this;
    const first = this.flagsOf(segments[0]!, segments.length > 1);
    this.fill(id, segments[0]!);
    next.advance(1);
    for (let index = 1; index < segments.length; index++) {
      const segment = segments[index]!;
      this.fill(id, segment);
      const flags = this.flagsOf(segment, index < segments.length - 1);
      this.memory.write16(this.descriptor(next.index) + packedDescriptor.flags, flags);
      next.advance(1);
    }
    this.memory.write16(this.heads[id]! + packedDescriptor.flags, first);
    return id;
  }

  addIndirect(table: number, length: number): number {
    if (this.free === 0) throw new RangeError('no descriptor is free');
    const id = this.begin(1, table);
    this.fill(id, { at: table, bytes: packedDescriptor.bytes * length, writable: false });
    const flags = descriptorFlags.indirect | this.lapFlags;
    this.memory.write16(this.heads[id]! + packedDescriptor.flags, flags);
    this.next.advance(1);
    return id;
  }

  writeTable(table: number, index: number, at: number, bytes: number, writable: boolean): void {
    const to = table + packedDescriptor.bytes * index;
    this.memory.write64(to + packedDescriptor.address, at);
    this.memory.write32(to + packedDescriptor.length, bytes);
    this.memory.write16(to + packedDescriptor.id, 0);
    this.memory.write16(to + packedDescriptor.flags, writable ? descriptorFlags.write : 0);
  }

  mustNotify(): boolean {
    const { memory, place, next, added } = this;
    this.added = 0;
    const flags = memory.read16(place.used + deviceEvent.flags);
    return isDue(memory.read16(place.used + deviceEvent.at), flags, next, added, place.size);
  }

  get hasUsed(): boolean {
    const { index, lap } = this.seen;
    const flags = this.memory.read16(this.descriptor(index) + packedDescriptor.flags);
    const both = lap === 1 ? lapFlags.available | lapFlags.used : 0;
    return (flags & (lapFlags.available | lapFlags.used)) === both;
  }

  nextUsedHead(): number {
    return this.memory.read16(this.descriptor(this.seen.index) + packedDescriptor.id);
  }

  takeUsed(): UsedChain | undefined {
    if (!this.hasUsed) return undefined;
    const head = this.nextUsedHead();
    const bytes = this.memory.read32(this.descriptor(this.seen.index) + packedDescriptor.length);
    this.freeIds.push(head);
    this.free += this.lengths[head]!;
    this.seen.advance(this.lengths[head]!);
    if (this.wants === eventFlags.atDescriptor) this.writeEvent(0);
    return { head, bytes };
  }

  enableInterrupts(): boolean {
    this.want(0);
    return this.hasUsed;
  }

  enableInterruptsDelayed(): void {
    this.want(Math.floor(((this.place.size - this.free) * 3) / 4));
  }

  disableInterrupts(): void {
    this.setWants(eventFlags.never);
  }

  bufferOf(head: number): number {
    return this.buffers[head]!;
  }

  descriptorAt(head: number): number {
    return this.heads[head]!;
  }

  private want(ahead: number): void {
    this.writeEvent(ahead);
    if (this.wants === eventFlags.never) this.setWants(eventFlags.atDescriptor);
  }

  private writeEvent(ahead: number): void {
    this.memory.write16(this.place.available + driverEvent.at, this.seen.ahead(ahead));
  }

  private setWants(wants: number): void {
    if (this.wants === wants) return;
    this.wants = wants;
    this.memory.write16(this.place.available + driverEvent.flags, wants);
  }

  private begin(length: number, buffer: number): number {
    const id = this.freeIds.shift()!;
    this.free -= length;
    this.added += length;
    this.lengths[id] = length;
    this.heads[id] = this.descriptor(this.next.index);
    this.buffers[id] = buffer;
    return id;
  }

  /** All of a descriptor but its flags, which make it available. */
  private fill(id: number, { at, bytes }: Segment): void {
    const to = this.descriptor(this.next.index);
    this.memory.write64(to + packedDescriptor.address, at);
    this.memory.write32(to + packedDescriptor.length, bytes);
    this.memory.write16(to + packedDescriptor.id, id);
  }

  private flagsOf({ writable }: Segment, goesOn: boolean): number {
    const { next, write } = descriptorFlags;
    return this.lapFlags | (goesOn ? next : 0) | (writable ? write : 0);
  }

  private get lapFlags(): number {
    return this.next.lap === 1 ? lapFlags.available : lapFlags.used;
  }

  private descriptor(index: number): number {
    return this.place.descriptors + packedDescriptor.bytes * index;
  }
}

/** The device's end: takes chains, gives them back used. */
export class PackedDeviceQueue implements DeviceRing {
  private readonly memory: GuestMemory;
  private readonly place: QueuePlace;
  private readonly taken: Position;
  private readonly used: Position;
  /** By number of the chain: its descriptors, and where it began. */
  private readonly lengths: Uint16Array;
  private readonly heads: Float64Array;
  /** The driver is told to announce chains; what it was told when nothing was written yet. */
  private asks = true;
  private unsignalled = 0;
  private isSignalled = false;

  constructor(memory: GuestMemory, place: QueuePlace) {
    this.memory = memory;
    this.place = place;
    this.taken = new Position(place.size);
    this.used = new Position(place.size);
    this.lengths = new Uint16Array(place.size);
    this.heads = new Float64Array(place.size);
  }

  descriptorAt(head: number): number {
    return this.heads[head]!;
  }

  hasAvailable(ahead: number): boolean {
    if (ahead >= this.place.size) return false;
    const event = this.taken.ahead(ahead);
    return this.isAvailable(event & 0x7fff, event >>> 15);
  }

  take(): Chain | undefined {
    const { index, lap } = this.taken;
    if (!this.isAvailable(index, lap)) return undefined;
    this.ignoreDriver();
    const first = this.descriptor(index);
    const flags = this.memory.read16(first + packedDescriptor.flags);
    const isIndirect = (flags & descriptorFlags.indirect) !== 0;
    const segments = isIndirect ? this.table(first) : this.chain();
    const length = isIndirect ? 1 : segments.length;
    // The last descriptor of a chain carries its number.
    const last = this.descriptor((index + length - 1) % this.place.size);
    const head = this.memory.read16(last + packedDescriptor.id);
    this.taken.advance(length);
    this.lengths[head] = length;
    this.heads[head] = first;
    return { head, segments };
  }

  enableNotifications(): boolean {
    const { memory, place, taken } = this;
    memory.write16(place.used + deviceEvent.at, taken.ahead(0));
    memory.write16(place.used + deviceEvent.flags, eventFlags.atDescriptor);
    this.asks = true;
    return this.isAvailable(taken.index, taken.lap);
  }

  complete(head: number, bytes: number): { readonly interrupt: boolean } {
    const { memory, used } = this;
    const at = this.descriptor(used.index);
    const length = this.lengths[head]!;
    memory.write32(at + packedDescriptor.length, bytes);
    memory.write16(at + packedDescriptor.id, head);
    const flags = used.lap === 1 ? lapFlags.available | lapFlags.used : 0;
    memory.write16(at + packedDescriptor.flags, flags);
    this.unsignalled += length;
    if (used.advance(length)) this.isSignalled = false;
    return { interrupt: this.mustInterrupt() };
  }

  private mustInterrupt(): boolean {
    const { memory, place, used, unsignalled, isSignalled } = this;
    this.unsignalled = 0;
    this.isSignalled = true;
    const flags = memory.read16(place.available + driverEvent.flags);
    if (!isSignalled) return flags !== eventFlags.never;
    const event = memory.read16(place.available + driverEvent.at);
    return isDue(event, flags, used, unsignalled, place.size);
  }

  /** While it takes chains, it does not want to hear of more. */
  private ignoreDriver(): void {
    if (!this.asks) return;
    this.asks = false;
    this.memory.write16(this.place.used + deviceEvent.flags, eventFlags.never);
  }

  private isAvailable(index: number, lap: number): boolean {
    const flags = this.memory.read16(this.descriptor(index) + packedDescriptor.flags);
    const own = lap === 1 ? lapFlags.available : lapFlags.used;
    return (flags & (lapFlags.available | lapFlags.used)) === own;
  }

  private chain(): Segment[] {
    const segments: Segment[] = [];
    for (let { index } = this.taken; ; index = (index + 1) % this.place.size) {
      const at = this.descriptor(index);
      segments.push(this.segment(at));
      const flags = this.memory.read16(at + packedDescriptor.flags);
      if ((flags & descriptorFlags.next) === 0) return segments;
    }
  }

  private table(head: number): Segment[] {
    const table = this.memory.read64(head + packedDescriptor.address);
    const length = this.memory.read32(head + packedDescriptor.length) / packedDescriptor.bytes;
    return Array.from({ length }, (_, index) =>
      this.segment(table + packedDescriptor.bytes * index),
    );
  }

  private segment(at: number): Segment {
    const { memory } = this;
    const flags = memory.read16(at + packedDescriptor.flags);
    return {
      at: memory.read64(at + packedDescriptor.address),
      bytes: memory.read32(at + packedDescriptor.length),
      writable: (flags & descriptorFlags.write) !== 0,
    };
  }

  private descriptor(index: number): number {
    return this.place.descriptors + packedDescriptor.bytes * index;
  }
}
