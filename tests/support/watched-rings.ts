/**
 * Rings, read from guest memory while a run goes on: the layouts and rules here are written from the dossiers, apart
 * from the engine's. After every write the indexes are in range; each publication says whether its rule asks for a
 * signal.
 */
import { expect } from 'vitest';
import type { GuestMemory } from '#engine/memory/guest-memory.ts';
import type { Request, Run } from '#engine/index.ts';
import { type MemoryWrite, type Touch, watchedRun } from './watched-run.ts';

/** A ring of any kind. */
interface Ring {
  written(write: MemoryWrite, memory: GuestMemory): void;
  /** Entries that nobody has worked on; 0 when the run has ended as it should. */
  left(memory: GuestMemory): number;
}

/** What the rings of a run saw. */
export interface Rings {
  readonly run: Run;
  /** Publications, and those after which the rule of their ring asks for a signal. */
  readonly published: number;
  readonly due: number;
  /** Entries that were left in a ring, added up. */
  readonly left: number;
}

class Counts {
  published = 0;
  due = 0;
  /** What set-up does is not counted. */
  restart(): void {
    this.published = 0;
    this.due = 0;
  }
  publish(isDue: boolean): void {
    this.published++;
    if (isDue) this.due++;
  }
}

const modulo = (value: number, size: number): number => ((value % size) + size) % size;

/** Write and read index at 0 and 4, the consumer's mask at 8; one page, then the data. */
class VmbusRing implements Ring {
  private readonly at: number;
  private readonly size: number;
  private readonly counts: Counts;
  constructor(at: number, bytes: number, counts: Counts) {
    this.at = at;
    this.size = bytes - 4096;
    this.counts = counts;
  }

  written({ at, before, value }: MemoryWrite, memory: GuestMemory): void {
    const field = at - this.at;
    if (field === 8) expect(value).toBeLessThanOrEqual(1);
    if (field !== 0 && field !== 4) return;
    expect(value % 8).toBe(0);
    expect(value).toBeLessThan(this.size);
    const step = modulo(value - before, this.size);
    if (field === 0) {
      const read = memory.read32(this.at + 4);
      expect(step).toBeGreaterThanOrEqual(24);
      expect(modulo(before - read, this.size) + step).toBeLessThan(this.size);
      this.counts.publish(before === read && memory.read32(this.at + 8) === 0);
    } else expect(step).toBeLessThanOrEqual(modulo(memory.read32(this.at) - before, this.size));
  }

  left(memory: GuestMemory): number {
    return modulo(memory.read32(this.at) - memory.read32(this.at + 4), this.size);
  }
}

/** Producers of requests and responses at 0 and 8, the indexes that are waited for behind each of them. */
class XenRing implements Ring {
  private readonly at: number;
  private readonly size: number;
  private readonly standsFilled: boolean;
  private readonly counts: Counts;
  constructor(at: number, size: number, standsFilled: boolean, counts: Counts) {
    this.at = at;
    this.size = size;
    this.standsFilled = standsFilled;
    this.counts = counts;
  }

  written({ at, before, value }: MemoryWrite, memory: GuestMemory): void {
    const field = at - this.at;
    if (field < 0 || field >= 16) return;
    const requests = memory.read32(this.at);
    const responses = memory.read32(this.at + 8);
    expect((requests - responses) >>> 0).toBeLessThanOrEqual(this.size);
    const producer = field === 4 ? requests : responses;
    // What is waited for comes next at the latest: one index further on.
    if (field === 4 || field === 12)
      expect((producer + 1 - value) >>> 0).toBeLessThanOrEqual(this.size + 1);
    if (field === 0 || field === 8) {
      const event = memory.read32(at + 4);
      this.counts.publish((value - event) >>> 0 < (value - before) >>> 0);
    }
  }

  left(memory: GuestMemory): number {
    const [requests, , responses, responseEvent] = [0, 4, 8, 12].map((field) =>
      memory.read32(this.at + field),
    ) as [number, number, number, number];
    const unread = (responses + 1 - responseEvent) >>> 0;
    return unread + (this.standsFilled ? 0 : (requests - responses) >>> 0);
  }
}

interface QueuePlace {
  size: number;
  descriptors: number;
  driver: number;
  device: number;
}

/** Flags, index and entries of the driver at `driver`, of the device at `device`; both indexes of 16 bits. */
class Virtqueue implements Ring {
  private readonly place: QueuePlace;
  private readonly counts: Counts;
  private readonly standsFilled: boolean;
  /** Index at the last notification. */
  private told = 0;
  constructor(place: QueuePlace, standsFilled: boolean, counts: Counts) {
    this.place = place;
    this.standsFilled = standsFilled;
    this.counts = counts;
  }

  written({ at, bytes, before, value }: MemoryWrite, memory: GuestMemory): void {
    const { size, driver, device } = this.place;
    const available = memory.read16(driver + 2);
    const used = memory.read16(device + 2);
    if (at === driver + 2 || at === device + 2) {
      expect([bytes, (value - before) & 0xffff]).toEqual([2, 1]);
      expect((available - used) & 0xffff).toBeLessThanOrEqual(size);
    }
    if (at >= driver + 4 && at < driver + 4 + 2 * size) expect(value).toBeLessThan(size);
    const entry = at - device - 4;
    if (entry >= 0 && entry < 8 * size && entry % 8 === 0) expect(value).toBeLessThan(size);
    // One step at a time: an interrupt is due when the index before it is the one waited for.
    if (at === device + 2) this.counts.publish(memory.read16(driver + 4 + 2 * size) === before);
  }

  /** The guest notifies: only where the device waits for an index that it has passed since the last time. */
  notified(memory: GuestMemory): void {
    const { size, driver, device } = this.place;
    const now = memory.read16(driver + 2);
    const event = memory.read16(device + 4 + 8 * size);
    expect((now - event - 1) & 0xffff).toBeLessThan((now - this.told) & 0xffff);
    this.told = now;
  }

  left(memory: GuestMemory): number {
    const { driver, device } = this.place;
    return this.standsFilled ? 0 : (memory.read16(driver + 2) - memory.read16(device + 2)) & 0xffff;
  }
}

/** The page of indexes: producer and consumer of requests at 0 and 4, of completions at 12 and 16. */
class PvscsiRings implements Ring {
  private readonly at: number;
  constructor(page: number) {
    this.at = page * 4096;
  }

  written({ at, before, value }: MemoryWrite, memory: GuestMemory): void {
    const field = at - this.at;
    if (field < 0 || field >= 24) return;
    for (const first of [0, 12]) {
      const [producer, consumer, log2] = [0, 4, 8].map((next) =>
        memory.read32(this.at + first + next),
      ) as [number, number, number];
      expect((producer - consumer) >>> 0).toBeLessThanOrEqual(2 ** log2);
    }
    if (field === 0 || field === 12) expect([0, 1]).toContain((value - before) >>> 0);
  }

  kicked(memory: GuestMemory): void {
    const waiting = memory.read32(this.at) - memory.read32(this.at + 4);
    expect(waiting >>> 0).toBeGreaterThanOrEqual(memory.read32(this.at + 24));
  }

  left(memory: GuestMemory): number {
    const index = (field: number): number => memory.read32(this.at + field);
    return ((index(0) - index(4)) >>> 0) + ((index(12) - index(16)) >>> 0);
  }
}

/** Finds rings as the device does: by what the driver writes into registers, or offers. */
class Finder {
  readonly rings: Ring[] = [];
  readonly counts = new Counts();
  private readonly device: string;
  private selected = 0;
  private readonly queues: Virtqueue[] = [];
  private readonly places: QueuePlace[] = [];
  private command = 0;
  private words = 0;
  private pvscsi: PvscsiRings | undefined;

  constructor(device: string) {
    this.device = device;
  }

  offered(channel: number, rings: readonly number[], bytes: number): void {
    for (const at of rings) {
      if (this.device.startsWith('xen-')) {
        const size = this.device === 'xen-netfront' ? 256 : 32;
        const standsFilled = this.device === 'xen-netfront' && channel === 1;
        this.rings.push(new XenRing(at, size, standsFilled, this.counts));
      } else this.rings.push(new VmbusRing(at, bytes, this.counts));
    }
  }

  touched({ op, register: { name }, value }: Touch, memory: GuestMemory): void {
    if (op === 'R') return;
    if (name === 'QUEUE_SELECT') this.selected = value;
    if (name.startsWith('QUEUE_')) this.placed(name, value);
    if (name === 'QUEUE_ENABLE') this.enable();
    if (name.startsWith('NOTIFY q')) this.queues[value]!.notified(memory);
    if (this.device === 'pvscsi') this.commanded(name, value);
    if (name === 'KICK_RW_IO') this.pvscsi!.kicked(memory);
  }

  /** Each queue has a place of its own, behind the register that selects it. */
  private placed(name: string, value: number): void {
    const place = (this.places[this.selected] ??= {
      size: 0,
      descriptors: 0,
      driver: 0,
      device: 0,
    });
    if (name === 'QUEUE_SIZE') place.size = value;
    if (name === 'QUEUE_DESC') place.descriptors = value;
    if (name === 'QUEUE_DRIVER') place.driver = value;
    if (name === 'QUEUE_DEVICE') place.device = value;
  }

  private enable(): void {
    const standsFilled = this.device === 'virtio-net' && this.selected === 0;
    const queue = new Virtqueue({ ...this.places[this.selected]! }, standsFilled, this.counts);
    this.queues[this.selected] = queue;
    this.rings.push(queue);
  }

  private commanded(name: string, value: number): void {
    if (name === 'COMMAND') {
      this.command = value;
      this.words = 0;
    } else if (name === 'COMMAND_DATA' && this.command === 3 && this.words++ === 2) {
      this.pvscsi = new PvscsiRings(value);
      this.rings.push(this.pvscsi);
    }
  }
}

/** Devices with rings that are looked at here. */
export const ringDevices: readonly string[] = [
  'netvsc',
  'storvsc',
  'xen-netfront',
  'xen-blkfront',
  'virtio-net',
  'virtio-blk',
  'pvscsi',
];

/** Runs a request; after every write into guest memory each ring is in order. */
export function ringsOf(request: Request): Rings {
  const finder = new Finder(request.device);
  let memory: GuestMemory | undefined;
  const run = watchedRun(request, {
    offered: ({ channel, rings, ringBytes }) => finder.offered(channel, rings, ringBytes),
    touched: (touch, where) => finder.touched(touch, where),
    began: (where) => (memory = where),
    opened: () => finder.counts.restart(),
    written: (write, where) => {
      for (const ring of finder.rings) ring.written(write, where);
    },
  });
  const { published, due } = finder.counts;
  const left = finder.rings.reduce((sum, ring) => sum + ring.left(memory!), 0);
  return { run, published, due, left };
}
