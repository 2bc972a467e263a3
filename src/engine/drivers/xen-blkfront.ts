/**
 * The Linux blkfront driver (drivers/block/xen-blkfront.c, Linux 6.1). Models: requests of up to 11 segments,
 * beyond that indirect requests of up to 32 (max_indirect_segments, the back end offers more), one ring for
 * each processor up to four, every request published at once (`last` plays no part), the event only where the
 * back end's event index asks for one, responses taken in the interrupt handler, flushes. Grants: with
 * persistent grants, which Linux and its back end use by default, the driver copies data to and from pages
 * that stay granted, last used first; without them it grants the pages of each request and takes them back.
 * Simplified: list pages of indirect requests are kept by request, not in the pool. Leaves out: xenbus, rings
 * of several pages, discards, barriers, errors. Checked against: tests/engine/devices/xen-blkfront.
 */
import { GrantTable, pageBytes } from '../memory/grant-table.ts';
import type { GuestMemory } from '../memory/guest-memory.ts';
import {
  directSegments,
  indirectRequest,
  indirectSegments,
  mostRings,
  operation,
  request,
  response,
  sectorBytes,
  segment,
} from '../memory/xen-blk.ts';
import { entriesOf, FrontRing } from '../memory/xen-ring.ts';
import type { Activity } from '../vocabulary/trace.ts';
import {
  type BlockCommand,
  copyPrices,
  type Driver,
  driverWork,
  type GuestKernel,
  ringEntry,
  type StorageDriver,
  type StorageDriverEntry,
} from './driver.ts';

const source = 'linux-xen-blkfront';
const activities = {
  grant: {
    sentence:
      'The guest’s driver (front end) grants access to the data’s pages and writes a request',
    evidence: 'documented',
    source,
    prices: driverWork,
  },
  reuse: {
    sentence: 'The guest’s driver (front end) writes a request that names pages granted for good',
    evidence: 'documented',
    source,
    prices: driverWork,
  },
  copyOut: {
    sentence: 'The driver copies the data, {bytes} bytes, into pages granted for good',
    evidence: 'documented',
    source,
    prices: copyPrices,
  },
  publish: {
    sentence: 'The driver publishes the request in the shared ring',
    evidence: 'documented',
    source,
    prices: ringEntry,
  },
  hold: {
    sentence: 'The back end’s event index lies elsewhere: no event',
    evidence: 'documented',
    source,
    prices: [],
  },
  consume: {
    sentence: 'The driver reads the responses in the shared ring',
    evidence: 'documented',
    source,
    prices: ringEntry,
  },
  copyIn: {
    sentence: 'The driver copies the data, {bytes} bytes, out of pages granted for good',
    evidence: 'documented',
    source,
    prices: copyPrices,
  },
  complete: {
    sentence: 'The driver completes the request',
    evidence: 'documented',
    source,
    prices: driverWork,
  },
} as const satisfies Record<string, Activity>;

/** Requests in one ring, and so commands in flight. */
const ringSize = entriesOf(request.bytes);
const none = -1;

/** One shared ring and what the driver keeps of its requests, by id. */
interface Ring {
  readonly number: number;
  readonly name: string;
  readonly front: FrontRing;
  readonly freeIds: number[];
  readonly tags: Int32Array;
  /** Bytes that a finished read has to copy out of granted pages. */
  readonly toCopy: Int32Array;
  readonly pageCounts: Uint8Array;
  /** References of the data pages, `indirectSegments` to an id. */
  readonly references: Int32Array;
  /** Page that lists the segments of an indirect request, and its reference. */
  readonly listPages: Int32Array;
  readonly listReferences: Int32Array;
  /** References of pages granted for good that no request uses; a stack. */
  readonly pool: number[];
}

const opcodes = {
  read: operation.read,
  write: operation.write,
  flush: operation.flushDiskCache,
} as const;

class LinuxBlkfront implements StorageDriver {
  private readonly kernel: GuestKernel;
  private readonly memory: GuestMemory;
  private readonly persistent: boolean;
  private readonly grants: GrantTable;
  private readonly rings: Ring[] = [];

  constructor(kernel: GuestKernel) {
    this.kernel = kernel;
    this.memory = kernel.memory;
    this.persistent = kernel.variant !== 'mapped-grants';
    const rings = Math.min(mostRings, kernel.processors);
    this.grants = new GrantTable(kernel.memory, rings * ringSize * (indirectSegments + 1));
  }

  *open(): Driver {
    const { memory } = this;
    const buffers = [{ at: this.grants.at, bytes: this.grants.bytes }];
    const count = Math.min(mostRings, this.kernel.processors);
    for (let number = 0; number < count; number++) {
      const at = memory.allocate(pageBytes, pageBytes);
      const front = new FrontRing(memory, at, request.bytes);
      const name = number === 0 ? 'shared ring' : `shared ring ${number}`;
      front.reset(name, request);
      this.rings.push({
        number,
        name,
        front,
        freeIds: Array.from({ length: ringSize }, (_, index) => ringSize - 1 - index),
        tags: new Int32Array(ringSize),
        toCopy: new Int32Array(ringSize),
        pageCounts: new Uint8Array(ringSize),
        references: new Int32Array(ringSize * indirectSegments),
        listPages: new Int32Array(ringSize),
        listReferences: new Int32Array(ringSize).fill(none),
        pool: [],
      });
      yield this.kernel.open({ channel: number, rings: [at], ringBytes: pageBytes, buffers });
    }
  }

  hasRoom(): boolean {
    for (const { front } of this.rings) if (front.free === 0) return false;
    return true;
  }

  *submit(command: BlockCommand): Driver {
    const { kernel } = this;
    const ring = this.rings[command.cpu % this.rings.length]!;
    const { front, name, number } = ring;
    if (this.persistent && command.kind === 'write')
      yield kernel.copy(activities.copyOut, command.bytes);
    yield kernel.work(this.persistent ? activities.reuse : activities.grant);
    this.fill(ring, command);
    const notify = front.push();
    yield kernel.publish(name, activities.publish);
    if (notify) yield kernel.signal(name, number);
    else yield kernel.hold(name, activities.hold);
  }

  private fill(ring: Ring, command: BlockCommand): void {
    const { memory } = this;
    const { kind, sector, pages, payload, tag } = command;
    const id = ring.freeIds.pop()!;
    const at = ring.front.nextRequest();
    const indirect = pages.length > directSegments;
    ring.tags[id] = tag;
    ring.toCopy[id] = this.persistent && kind === 'read' ? command.bytes : 0;
    ring.pageCounts[id] = pages.length;
    memory.putPayload(at, payload);
    memory.write64(at + request.id, id);
    memory.write64(at + request.sector, sector);
    if (indirect) {
      memory.write8(at + request.operation, operation.indirect);
      memory.write8(at + indirectRequest.operation, opcodes[kind]);
      memory.write16(at + indirectRequest.segmentCount, pages.length);
      memory.write32(at + indirectRequest.handle, 0);
      memory.write32(at + indirectRequest.references, this.listReference(ring, id));
    } else {
      memory.write8(at + request.operation, opcodes[kind]);
      memory.write8(at + request.segmentCount, pages.length);
      memory.write16(at + request.handle, 0);
    }
    this.fillSegments(ring, id, indirect ? ring.listPages[id]! : at + request.segments, command);
  }

  private fillSegments(ring: Ring, id: number, list: number, { pages, bytes }: BlockCommand): void {
    let left = bytes;
    for (let index = 0; index < pages.length; index++) {
      const page = pages[index]!;
      const offset = page % pageBytes;
      const here = Math.min(left, pageBytes - offset);
      const reference = this.reference(ring, page);
      const at = list + index * segment.bytes;
      ring.references[id * indirectSegments + index] = reference;
      this.memory.write32(at + segment.reference, reference);
      this.memory.write8(at + segment.firstSector, offset / sectorBytes);
      this.memory.write8(at + segment.lastSector, (offset + here) / sectorBytes - 1);
      left -= here;
    }
  }

  /** A reference for a page of data: the page itself, or one that is granted for good and takes a copy. */
  private reference({ pool }: Ring, page: number): number {
    if (!this.persistent) return this.grants.grant(page, false);
    return pool.pop() ?? this.grants.grant(this.memory.reserve(pageBytes, pageBytes), false);
  }

  /** The reference of the page that lists the segments of an indirect request. */
  private listReference({ listPages, listReferences }: Ring, id: number): number {
    if (listPages[id] === 0) listPages[id] = this.newListPage();
    if (listReferences[id] === none) listReferences[id] = this.grants.grant(listPages[id]!, true);
    return listReferences[id]!;
  }

  private newListPage(): number {
    const page = this.memory.allocate(pageBytes, pageBytes);
    this.memory.declare(segment, 'segments', page, pageBytes / segment.bytes);
    return page;
  }

  /** blkif_interrupt: takes responses until none is left and the next one is announced. */
  *interrupt(vector: number): Driver {
    const { kernel, memory } = this;
    const ring = this.rings[vector - 1]!;
    yield kernel.consume(ring.name, activities.consume);
    do {
      while (ring.front.hasResponse) {
        const id = memory.read32(ring.front.nextResponse() + response.id);
        const tag = ring.tags[id]!;
        const bytes = ring.toCopy[id]!;
        this.release(ring, id);
        if (bytes > 0) yield kernel.copy(activities.copyIn, bytes);
        yield kernel.work(activities.complete);
        kernel.completed(tag);
      }
    } while (ring.front.finalCheck());
  }

  /** Takes the pages of a request back; those that the back end keeps mapped are used again. */
  private release(ring: Ring, id: number): void {
    for (let index = 0; index < ring.pageCounts[id]!; index++) {
      const reference = ring.references[id * indirectSegments + index]!;
      if (this.grants.revoke(reference)) continue;
      if (!this.persistent) throw new Error('the back end keeps a grant');
      ring.pool.push(reference);
    }
    if (!this.persistent && ring.listReferences[id] !== none) {
      this.grants.revoke(ring.listReferences[id]!);
      ring.listReferences[id] = none;
    }
    ring.freeIds.push(id);
  }
}

export const xenBlkfront: StorageDriverEntry = {
  id: 'linux-blkfront',
  title: 'Linux blkfront',
  device: 'xen-blkfront',
  kind: 'storage',
  limits: {
    maxSectors: (indirectSegments * pageBytes) / sectorBytes,
    maxSegments: indirectSegments,
    queueDepth: ringSize,
  },
  create: (kernel) => new LinuxBlkfront(kernel),
};
