/**
 * The Linux netfront driver (drivers/net/xen-netfront.c, Linux 6.1). Models: a granted page and a ring entry
 * for each page that a frame lies in, the event only where the back end's event index asks for one,
 * responses collected in the transmit interrupt alone (as since 6.1.153), queue stop and wake; received
 * frames in a poll that pulls the first 256 bytes into the packet buffer, refills the ring and asks for the
 * next event only when it has caught up. Granting and revoking are writes to memory. Set-up leaves out
 * xenbus. Leaves out: several queues (one flow uses one), segmentation, XDP, the bounce copy for back ends
 * that are not trusted, the refill timer.
 * Checked against: tests/engine/devices/xen-netfront.
 */
import { GrantTable, pageBytes } from '../memory/grant-table.ts';
import type { GuestMemory } from '../memory/guest-memory.ts';
import {
  channel,
  eventOf,
  putTransmitRequest,
  receiveRequest,
  receiveResponse,
  slotsOfFrame,
  transmitFlags,
  transmitRequest,
  transmitResponse,
} from '../memory/xen-net.ts';
import { FrontRing } from '../memory/xen-ring.ts';
import type { Activity } from '../vocabulary/trace.ts';
import {
  copyPrices,
  type Driver,
  driverWork,
  fixed,
  frameActivities,
  type GuestFrame,
  type GuestKernel,
  type NetworkDriver,
  type NetworkDriverEntry,
  ringEntry,
} from './driver.ts';

const source = 'linux-xen-netfront';
const activities = {
  ...frameActivities(source),
  grant: {
    sentence:
      'The guest’s driver (front end) grants access to the frame’s page and writes a request',
    evidence: 'documented',
    source,
    prices: driverWork,
  },
  publish: {
    sentence: 'The driver publishes the request in the transmit ring',
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
    sentence: 'The driver reads the receive ring',
    evidence: 'documented',
    source,
    prices: ringEntry,
  },
  pull: {
    sentence: 'The driver copies the first {bytes} bytes of the frame into a packet buffer',
    evidence: 'documented',
    source,
    prices: copyPrices,
  },
  refill: {
    sentence: 'The driver grants fresh receive pages and publishes them in the receive ring',
    evidence: 'documented',
    source,
    prices: ringEntry,
  },
} as const satisfies Record<string, Activity>;

/** Names of the rings in the trace. */
const transmitRing = 'transmit ring';
const receiveRing = 'receive ring';
/** Bytes that go into the packet buffer itself (RX_COPY_THRESHOLD). */
const pulledBytes = 256;
/** A frame whose checksum the other side fills in or takes as valid. */
const checksumFlags = transmitFlags.checksumBlank | transmitFlags.dataValidated;

class LinuxNetfront implements NetworkDriver {
  private readonly kernel: GuestKernel;
  private readonly memory: GuestMemory;
  private readonly transmitAt: number;
  private readonly receiveAt: number;
  private readonly sending: FrontRing;
  private readonly receiving: FrontRing;
  private readonly grants: GrantTable;
  /** Ids of transmit entries that are free, as a stack. */
  private readonly freeIds: Int32Array;
  private freeCount: number;
  /** By id: reference of the page, and number of the frame. */
  private readonly references: Int32Array;
  private readonly frameOf: Int32Array;
  /** By number of a frame: its payload, and entries without a response; a number is the frame's first id. */
  private readonly payloads: number[];
  private readonly entriesLeft: Int32Array;
  /** By receive entry: its page, and the reference of it. */
  private readonly pages: number[];
  private readonly pageReferences: Int32Array;
  private posted = 0;
  private stopped = false;
  /** One request object serves all entries. */
  private readonly request = { id: 0, reference: 0, offset: 0, size: 0, flags: 0 };

  constructor(kernel: GuestKernel) {
    const { memory } = kernel;
    this.kernel = kernel;
    this.memory = memory;
    this.transmitAt = memory.allocate(pageBytes, pageBytes);
    this.receiveAt = memory.allocate(pageBytes, pageBytes);
    this.sending = new FrontRing(memory, this.transmitAt, transmitRequest.bytes);
    this.receiving = new FrontRing(memory, this.receiveAt, receiveRequest.bytes);
    const { size } = this.sending;
    this.grants = new GrantTable(memory, size + this.receiving.size);
    this.freeIds = Int32Array.from({ length: size }, (_, index) => size - 1 - index);
    this.freeCount = size;
    this.references = new Int32Array(size);
    this.frameOf = new Int32Array(size);
    this.payloads = new Array<number>(size).fill(0);
    this.entriesLeft = new Int32Array(size);
    this.pages = Array.from({ length: this.receiving.size }, () =>
      memory.reserve(pageBytes, pageBytes),
    );
    this.pageReferences = new Int32Array(this.receiving.size);
  }

  *open(): Driver {
    const { kernel } = this;
    const ringBytes = pageBytes;
    const buffers = [{ at: this.grants.at, bytes: this.grants.bytes }];
    this.sending.reset(transmitRing, transmitRequest);
    this.receiving.reset(receiveRing, receiveRequest);
    yield kernel.open({ channel: channel.transmit, rings: [this.transmitAt], ringBytes, buffers });
    yield kernel.open({ channel: channel.receive, rings: [this.receiveAt], ringBytes, buffers });
    yield* this.refill();
  }

  hasRoom(): boolean {
    return !this.stopped;
  }

  /** xennet_start_xmit, under the queue's lock with interrupts off: the interrupt collects responses. */
  *transmit(frame: GuestFrame): Driver {
    const { kernel } = this;
    kernel.disableInterrupts();
    const entries = this.fill(frame);
    yield kernel.work(activities.grant, entries);
    const notify = this.sending.push();
    yield kernel.publish(transmitRing, activities.publish);
    if (notify) yield kernel.signal(transmitRing, channel.transmit);
    else yield kernel.hold(transmitRing, activities.hold);
    this.stopped = !this.hasEntries;
    kernel.enableInterrupts();
  }

  /** Grants the pages of a frame and writes their requests; the first one tells the length of the frame. */
  private fill({ buffer, bytes, payload }: GuestFrame): number {
    const { request, memory } = this;
    let entries = 0;
    let first = 0;
    for (let done = 0; done < bytes; done += request.size) {
      const address = buffer + done;
      const id = this.freeIds[--this.freeCount]!;
      if (entries === 0) first = id;
      request.id = id;
      request.reference = this.grants.grant(address, true);
      request.offset = address % pageBytes;
      request.size = Math.min(bytes - done, pageBytes - request.offset);
      const last = done + request.size === bytes;
      request.flags = (entries === 0 ? checksumFlags : 0) | (last ? 0 : transmitFlags.moreData);
      this.references[id] = request.reference;
      this.frameOf[id] = first;
      const at = this.sending.nextRequest();
      putTransmitRequest(memory, at, request);
      if (entries === 0) {
        memory.write16(at + transmitRequest.size, bytes);
        memory.putPayload(at, payload);
      }
      entries++;
    }
    this.payloads[first] = payload;
    this.entriesLeft[first] = entries;
    return entries;
  }

  /** xennet_tx_buf_gc: takes responses until none is left and the next one is announced. */
  private *collect(): Driver {
    const { sending } = this;
    do {
      while (sending.hasResponse) {
        const at = sending.nextResponse();
        const frame = this.release(this.memory.read16(at + transmitResponse.id));
        if (this.entriesLeft[frame]! > 0) continue;
        const payload = this.payloads[frame]!;
        this.freeIds[this.freeCount++] = frame;
        yield this.kernel.work(activities.reap);
        this.kernel.transmitted(payload);
      }
    } while (sending.finalCheck());
    if (this.hasEntries) this.stopped = false;
  }

  /** Takes the page of an entry back and returns the frame it was part of, whose first id is kept for now. */
  private release(id: number): number {
    const frame = this.frameOf[id]!;
    if (!this.grants.revoke(this.references[id]!)) throw new Error('the back end keeps a grant');
    this.entriesLeft[frame] = this.entriesLeft[frame]! - 1;
    if (id !== frame) this.freeIds[this.freeCount++] = id;
    return frame;
  }

  /** netfront_tx_slot_available: room for the largest frame and one entry more. */
  private get hasEntries(): boolean {
    return this.sending.inUse < this.sending.size - slotsOfFrame - 1;
  }

  *interrupt(vector: number): Driver {
    if (vector === eventOf(channel.transmit)) yield* this.collect();
    else if (this.receiving.hasResponse) this.kernel.schedulePoll();
  }

  *poll(budget: number): Driver<boolean> {
    const { kernel, receiving, memory } = this;
    const ready = Math.min(budget, receiving.ready);
    yield kernel.consume(receiveRing, activities.consume);
    for (let handled = 0; handled < ready; handled++) {
      const at = receiving.nextResponse();
      const id = memory.read16(at + receiveResponse.id);
      const bytes = memory.read16(at + receiveResponse.status);
      const payload = memory.payloadAt(this.pages[id]!);
      if (!this.grants.revoke(this.pageReferences[id]!))
        throw new Error('the back end keeps a grant');
      yield kernel.copy(activities.pull, Math.min(bytes, pulledBytes));
      yield kernel.work(activities.receive);
      kernel.received(payload);
    }
    yield* this.refill();
    return ready === budget || receiving.finalCheck();
  }

  /** xennet_alloc_rx_buffers: a page for every free entry. */
  private *refill(): Driver {
    const { kernel, receiving, memory } = this;
    if (receiving.free === 0) return;
    while (receiving.free > 0) {
      const id = this.posted;
      this.posted = (this.posted + 1) % receiving.size;
      const reference = this.grants.grant(this.pages[id]!, false);
      this.pageReferences[id] = reference;
      const at = receiving.nextRequest();
      memory.write32(at + receiveRequest.id, id);
      memory.write32(at + receiveRequest.reference, reference);
    }
    const notify = receiving.push();
    yield kernel.publish(receiveRing, activities.refill);
    if (notify) yield kernel.signal(receiveRing, channel.receive);
    else yield kernel.hold(receiveRing, activities.hold);
  }
}

/** Requests and responses are 16 bytes at most, and a page begins with the indexes. */
const ringEntries = 256;

export const xenNetfront: NetworkDriverEntry = {
  id: 'linux-netfront',
  title: 'Linux netfront',
  device: 'xen-netfront',
  kind: 'network',
  rings: {
    transmit: fixed(ringEntries, 'the entries that fit into a page'),
    receive: fixed(ringEntries, 'the entries that fit into a page'),
  },
  create: (kernel) => new LinuxNetfront(kernel),
};
