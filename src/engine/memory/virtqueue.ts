/**
 * What both formats of a virtqueue have in common, and the split one of virtio 1.x, byte for byte: descriptor
 * table, available ring, used ring, and the two rules that make notifications unnecessary (VIRTIO_F_EVENT_IDX).
 * Driver and device each hold one end; the queue does not know who rings.
 */
import type { Writer } from '../vocabulary/layout.ts';
import type { GuestMemory } from './guest-memory.ts';
import { field, layout } from './layout.ts';

export const descriptor = layout('Descriptor', 16, {
  address: field(0, 8, 'addr', 'address of the buffer', 'driver'),
  length: field(8, 4, 'len', 'length of the buffer', 'driver'),
  flags: field(12, 2, 'flags', '1 goes on, 2 the device writes, 4 a table of its own', 'driver'),
  next: field(14, 2, 'next', 'descriptor that the chain goes on with', 'driver'),
});
export const descriptorFlags = { next: 1, write: 2, indirect: 4 } as const;
const ringOf = (title: string, by?: Writer) =>
  layout(
    title,
    4,
    {
      flags: field(0, 2, 'flags', 'unused with event indexes', by),
      index: field(2, 2, 'idx', 'entries written so far; wraps at 65,536', by),
    },
    { index: 'both' },
  );
const eventOf = (name: string, meaning: string, by: Writer) =>
  layout('Event index', 2, { event: field(0, 2, name, meaning, by) });

/** Both rings begin alike; their entries follow, and then the index that the other side waits for. */
const ring = ringOf('Ring');
const availableRing = ringOf('Available ring', 'driver');
const usedRing = ringOf('Used ring', 'device');
const availableEntry = layout('Available entry', 2, {
  head: field(0, 2, 'ring', 'first descriptor of the chain', 'driver'),
});
const usedEntry = layout('Used entry', 8, {
  head: field(0, 4, 'id', 'first descriptor of the chain', 'device'),
  length: field(4, 4, 'len', 'bytes that the device wrote', 'device'),
});
const usedEvent = eventOf('used_event', 'interrupt me when this entry is used', 'driver');
const availableEvent = eventOf('avail_event', 'notify me when this entry is available', 'device');
/** Entries begin here in either ring. */
const entriesAt = ring.bytes;

/** Where a queue lies in guest memory. */
export interface QueuePlace {
  readonly size: number;
  readonly descriptors: number;
  readonly available: number;
  readonly used: number;
}

/** One buffer of a chain; the device writes into writable ones. */
export interface Segment {
  readonly at: number;
  readonly bytes: number;
  readonly writable: boolean;
}

/** A chain that the device has taken. */
export interface Chain {
  /** What names the chain until it comes back: its first descriptor, or the number that the driver gave it. */
  readonly head: number;
  readonly segments: readonly Segment[];
}

/** A chain that has come back, and how much the device wrote into it. */
export interface UsedChain {
  readonly head: number;
  readonly bytes: number;
}

/** The driver's end of a queue of either format. */
export interface DriverRing {
  readonly place: QueuePlace;
  /** Descriptors that no chain uses. */
  readonly free: number;
  /** Makes a chain available and returns its head; throws when too few descriptors are free. */
  add(segments: readonly Segment[]): number;
  /**
   * Makes a chain available that stands in a table of its own and takes one descriptor of the queue
   * (virtio 1.2, 2.7.5.3); returns its head. Throws when no descriptor is free.
   */
  addIndirect(table: number, length: number): number;
  /** Writes one buffer of such a table; `isLast` where no other follows. */
  writeTable(
    table: number,
    index: number,
    at: number,
    bytes: number,
    writable: boolean,
    isLast: boolean,
  ): void;
  /** Whether the device must be notified of what was added since the last time this was asked. */
  mustNotify(): boolean;
  /** Whether the device has used a chain that has not been taken. */
  readonly hasUsed: boolean;
  /** The next chain that the device has used, or undefined. */
  takeUsed(): UsedChain | undefined;
  /** Head of the chain that `takeUsed` gives next; only where there is one. */
  nextUsedHead(): number;
  /** Asks for an interrupt after the next used chain; true when there is one already. */
  enableInterrupts(): boolean;
  /** Asks for an interrupt when three quarters of what is outstanding are used (Linux, delayed). */
  enableInterruptsDelayed(): void;
  disableInterrupts(): void;
  /** Address of the first buffer of a chain, and of its first descriptor. */
  bufferOf(head: number): number;
  descriptorAt(head: number): number;
}

/** The device's end of a queue of either format. */
export interface DeviceRing {
  /** Whether the driver has made more than so many chains of one descriptor available that are not yet taken. */
  hasAvailable(ahead: number): boolean;
  /** The next available chain, or undefined. */
  take(): Chain | undefined;
  /** Wants to hear of the next chain; true when there is one already. */
  enableNotifications(): boolean;
  /** Gives a chain back and says whether the driver must be interrupted. */
  complete(head: number, bytes: number): { readonly interrupt: boolean };
  /** Guest-physical address of the first descriptor of a chain. */
  descriptorAt(head: number): number;
}

/** Lays out a queue and declares its parts; `name` leads their names. */
export function layOutQueue(memory: GuestMemory, size: number, name: string): QueuePlace {
  const around = entriesAt + usedEvent.bytes;
  const place = {
    size,
    descriptors: memory.layOut(descriptor, `${name}: descriptors`, size),
    available: memory.allocate(around + availableEntry.bytes * size, 4),
    used: memory.allocate(around + usedEntry.bytes * size, 4),
  };
  const { available, used } = place;
  memory.declare(availableRing, `${name}: available ring`, available);
  memory.declare(availableEntry, `${name}: available entries`, available + entriesAt, size);
  memory.declare(usedEvent, `${name}: used event`, usedEventAt(place));
  memory.declare(usedRing, `${name}: used ring`, used);
  memory.declare(usedEntry, `${name}: used entries`, used + entriesAt, size);
  memory.declare(availableEvent, `${name}: available event`, availableEventAt(place));
  return place;
}

/** Writes one descriptor, into a queue or into an indirect table; the last of a chain has no next one. */
export function writeDescriptor(
  memory: GuestMemory,
  at: number,
  address: number,
  bytes: number,
  flags: number,
  next?: number,
): void {
  memory.write64(at + descriptor.address, address);
  memory.write32(at + descriptor.length, bytes);
  memory.write16(at + descriptor.flags, flags | (next === undefined ? 0 : descriptorFlags.next));
  memory.write16(at + descriptor.next, next ?? 0);
}

/**
 * Whether the other side wants to hear of a step from `old` to `next`: when its event index lies in
 * between (virtio 1.2, 2.7.7.2). All three wrap at 65,536.
 */
export const needsEvent = (event: number, next: number, old: number): boolean =>
  ((next - event - 1) & 0xffff) < ((next - old) & 0xffff);

const usedEventAt = ({ available, size }: QueuePlace): number =>
  available + entriesAt + availableEntry.bytes * size;
const availableEventAt = ({ used, size }: QueuePlace): number =>
  used + entriesAt + usedEntry.bytes * size;

/** The driver's end: adds chains, learns what the device has used. */
export class DriverQueue implements DriverRing {
  readonly place: QueuePlace;
  private readonly memory: GuestMemory;
  private readonly freeList: number[];
  private readonly lengths = new Map<number, number>();
  private next = 0;
  private notified = 0;
  private seen = 0;

  constructor(memory: GuestMemory, place: QueuePlace) {
    this.memory = memory;
    this.place = place;
    this.freeList = Array.from({ length: place.size }, (_, index) => index);
  }

  get free(): number {
    return this.freeList.length;
  }

  add(segments: readonly Segment[]): number {
    if (segments.length > this.free) {
      throw new RangeError(
        `a chain of ${segments.length} needs more than ${this.free} descriptors`,
      );
    }
    const taken = this.freeList.splice(0, segments.length);
    segments.forEach((segment, index) => this.fill(taken[index]!, segment, taken[index + 1]));
    return this.makeAvailable(taken[0]!, segments.length);
  }

  addIndirect(table: number, length: number): number {
    const head = this.freeList.shift();
    if (head === undefined) throw new RangeError('no descriptor is free');
    const at = this.place.descriptors + descriptor.bytes * head;
    writeDescriptor(this.memory, at, table, descriptor.bytes * length, descriptorFlags.indirect);
    return this.makeAvailable(head, 1);
  }

  mustNotify(): boolean {
    const event = this.memory.read16(availableEventAt(this.place));
    const must = needsEvent(event, this.next, this.notified);
    this.notified = this.next;
    return must;
  }

  takeUsed(): UsedChain | undefined {
    if (!this.hasUsed) return undefined;
    const head = this.nextUsedHead();
    const bytes = this.memory.read32(this.usedAt() + usedEntry.length);
    this.seen = (this.seen + 1) & 0xffff;
    this.release(head);
    return { head, bytes };
  }

  nextUsedHead(): number {
    return this.memory.read32(this.usedAt() + usedEntry.head);
  }

  private usedAt(): number {
    return this.place.used + entriesAt + usedEntry.bytes * (this.seen % this.place.size);
  }

  get hasUsed(): boolean {
    return this.memory.read16(this.place.used + ring.index) !== this.seen;
  }

  enableInterrupts(): boolean {
    this.memory.write16(usedEventAt(this.place), this.seen);
    return this.hasUsed;
  }

  enableInterruptsDelayed(): void {
    const outstanding = (this.next - this.seen) & 0xffff;
    this.memory.write16(
      usedEventAt(this.place),
      (this.seen + Math.floor((outstanding * 3) / 4)) & 0xffff,
    );
  }

  /** Linux leaves an index behind that lies in the past. */
  disableInterrupts(): void {
    this.memory.write16(usedEventAt(this.place), (this.seen - 1) & 0xffff);
  }

  bufferOf(head: number): number {
    return this.memory.read64(this.descriptorAt(head) + descriptor.address);
  }

  descriptorAt(head: number): number {
    return this.place.descriptors + descriptor.bytes * head;
  }

  writeTable(
    table: number,
    index: number,
    at: number,
    bytes: number,
    writable: boolean,
    isLast: boolean,
  ): void {
    const to = table + descriptor.bytes * index;
    const flags = writable ? descriptorFlags.write : 0;
    writeDescriptor(this.memory, to, at, bytes, flags, isLast ? undefined : index + 1);
  }

  private makeAvailable(head: number, length: number): number {
    this.lengths.set(head, length);
    this.memory.write16(
      this.place.available + entriesAt + availableEntry.bytes * (this.next % this.place.size),
      head,
    );
    this.next = (this.next + 1) & 0xffff;
    this.memory.write16(this.place.available + ring.index, this.next);
    return head;
  }

  private fill(index: number, { at, bytes, writable }: Segment, next: number | undefined): void {
    const to = this.place.descriptors + descriptor.bytes * index;
    writeDescriptor(this.memory, to, at, bytes, writable ? descriptorFlags.write : 0, next);
  }

  private release(head: number): void {
    let index = head;
    for (let left = this.lengths.get(head)!; left > 0; left--) {
      this.freeList.push(index);
      index = this.memory.read16(
        this.place.descriptors + descriptor.bytes * index + descriptor.next,
      );
    }
    this.lengths.delete(head);
  }
}

/** The device's end: takes chains, gives them back used. */
export class DeviceQueue implements DeviceRing {
  private readonly memory: GuestMemory;
  private readonly place: QueuePlace;
  private taken = 0;
  private used = 0;
  private signalled = 0;

  constructor(memory: GuestMemory, place: QueuePlace) {
    this.memory = memory;
    this.place = place;
  }

  descriptorAt(head: number): number {
    return this.place.descriptors + descriptor.bytes * head;
  }

  hasAvailable(ahead: number): boolean {
    const { memory, place, taken } = this;
    return ((memory.read16(place.available + ring.index) - taken) & 0xffff) > ahead;
  }

  take(): Chain | undefined {
    if (this.memory.read16(this.place.available + ring.index) === this.taken) return undefined;
    const head = this.memory.read16(
      this.place.available + entriesAt + availableEntry.bytes * (this.taken % this.place.size),
    );
    this.taken = (this.taken + 1) & 0xffff;
    return { head, segments: this.chain(head) };
  }

  enableNotifications(): boolean {
    this.memory.write16(availableEventAt(this.place), this.taken);
    return this.memory.read16(this.place.available + ring.index) !== this.taken;
  }

  complete(head: number, bytes: number): { readonly interrupt: boolean } {
    const at = this.place.used + entriesAt + usedEntry.bytes * (this.used % this.place.size);
    this.memory.write32(at + usedEntry.head, head);
    this.memory.write32(at + usedEntry.length, bytes);
    this.used = (this.used + 1) & 0xffff;
    this.memory.write16(this.place.used + ring.index, this.used);
    const event = this.memory.read16(usedEventAt(this.place));
    const interrupt = needsEvent(event, this.used, this.signalled);
    this.signalled = this.used;
    return { interrupt };
  }

  /** The buffers of a chain, wherever its descriptors stand. */
  private chain(head: number): Segment[] {
    const { descriptors } = this.place;
    const at = descriptors + descriptor.bytes * head;
    const indirect = (this.memory.read16(at + descriptor.flags) & descriptorFlags.indirect) !== 0;
    if (!indirect) return this.buffers(descriptors, head);
    return this.buffers(this.memory.read64(at + descriptor.address), 0);
  }

  private buffers(table: number, first: number): Segment[] {
    const segments: Segment[] = [];
    for (let index = first; ;) {
      const at = table + descriptor.bytes * index;
      const flags = this.memory.read16(at + descriptor.flags);
      segments.push({
        at: this.memory.read64(at + descriptor.address),
        bytes: this.memory.read32(at + descriptor.length),
        writable: (flags & descriptorFlags.write) !== 0,
      });
      if ((flags & descriptorFlags.next) === 0) return segments;
      index = this.memory.read16(at + descriptor.next);
    }
  }
}
