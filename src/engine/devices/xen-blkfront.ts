/**
 * Blkback, the back end of Xen's block interface, in the driver domain (Linux drivers/block/xen-blkback, about
 * Linux 5.17). Models: shared rings with their event indexes, direct and indirect requests, pages reached
 * through the guest's grant table and marked there while they are mapped: for the length of a request, or for
 * good with persistent grants; a response and its event check for every request, in any order; flushes.
 * Leaves out: xenbus negotiation, rings of several pages, discards, barriers, errors, the limit and the slow
 * purge of persistent grants. The back end's own hypercalls (grant map and unmap, sending events) are costs of
 * the place where it runs, and stand with the architecture.
 * Checked against: tests/engine/devices/xen-blkfront.
 */
import type { ChannelOffer } from '../memory/channel.ts';
import { GrantAccess } from '../memory/grant-table.ts';
import type { GuestMemory } from '../memory/guest-memory.ts';
import {
  eventOf,
  indirectRequest,
  indirectSegments,
  operation,
  request,
  response,
  sectorBytes,
  segment,
  statusOkay,
} from '../memory/xen-blk.ts';
import { BackRing } from '../memory/xen-ring.ts';
import type { DeviceEntry, DeviceHost, DeviceModel, Transfer, TransferKind } from './device.ts';

/** A token is the ring and the id of the request. */
const idLimit = 1024;

interface Ring {
  readonly number: number;
  readonly ring: BackRing;
  readonly grants: GrantAccess;
  /** By id: the operation, and the references of the mapped pages. */
  readonly operations: Uint8Array;
  readonly counts: Uint8Array;
  readonly references: Int32Array;
}

function kindOf(code: number): TransferKind {
  if (code === operation.read) return 'read';
  if (code === operation.write) return 'write';
  if (code === operation.flushDiskCache) return 'flush';
  throw new Error(`block operation ${code} is not modelled`);
}

class BlkBack implements DeviceModel {
  private readonly host: DeviceHost;
  private readonly memory: GuestMemory;
  private readonly persistent: boolean;
  private readonly rings: Ring[] = [];
  /** The ring that is looked at first. */
  private turn = 0;

  constructor(host: DeviceHost, persistent: boolean) {
    this.host = host;
    this.memory = host.memory;
    this.persistent = persistent;
  }

  open(offer: ChannelOffer): void {
    const ring = new BackRing(this.memory, offer.rings[0]!, request.bytes);
    this.rings[offer.channel] = {
      number: offer.channel,
      ring,
      grants: new GrantAccess(this.memory, offer.buffers[0]!.at),
      operations: new Uint8Array(ring.size),
      counts: new Uint8Array(ring.size),
      references: new Int32Array(ring.size * indirectSegments),
    };
  }

  read(): number {
    throw new Error('a Xen block interface has no registers');
  }

  write(): void {
    this.read();
  }

  take(): Transfer | undefined {
    for (let looked = 0; looked < this.rings.length; looked++) {
      const ring = this.rings[this.turn]!;
      this.turn = (this.turn + 1) % this.rings.length;
      const at = ring.ring.nextRequest();
      if (at !== undefined) return this.transfer(ring, at);
    }
    return undefined;
  }

  finished({ token }: Transfer): void {
    const { ring, number, grants, operations, counts, references } =
      this.rings[Math.floor(token / idLimit)]!;
    const id = token % idLimit;
    if (!this.persistent) {
      for (let index = 0; index < counts[id]!; index++)
        grants.unmap(references[id * indirectSegments + index]!);
    }
    const at = ring.nextResponse();
    this.memory.write64(at + response.id, id);
    this.memory.write8(at + response.operation, operations[id]!);
    this.memory.write16(at + response.status, statusOkay);
    if (ring.push()) this.host.fire(eventOf(number));
    else this.host.hold();
  }

  private transfer(ring: Ring, at: number): Transfer {
    const { memory } = this;
    const id = memory.read32(at + request.id);
    const indirect = memory.read8(at + request.operation) === operation.indirect;
    const code = memory.read8(at + (indirect ? indirectRequest.operation : request.operation));
    const count = indirect
      ? memory.read16(at + indirectRequest.segmentCount)
      : memory.read8(at + request.segmentCount);
    const listReference = memory.read32(at + indirectRequest.references);
    const listCalls = indirect ? this.listCalls(ring, listReference) : 0;
    const list = indirect ? ring.grants.page(listReference, false) : at + request.segments;
    const kind = kindOf(code);
    ring.operations[id] = code;
    ring.counts[id] = count;
    const maps = this.map(ring, list, id, kind === 'read');
    return {
      kind,
      payload: memory.payloadAt(at),
      bytes: this.lengthOf(list, count),
      token: ring.number * idLimit + id,
      maps,
      unmaps: this.persistent ? 0 : maps,
      listCalls,
    };
  }

  /** Calls on the page that lists segments: it is mapped, and unmapped at once, or stays mapped. */
  private listCalls({ grants }: Ring, reference: number): number {
    if (!this.persistent) return 2;
    if (grants.isMapped(reference)) return 0;
    grants.map(reference, false);
    return 1;
  }

  /** Maps the pages of a list of segments that are not mapped, and returns how many those were. */
  private map(
    { grants, counts, references }: Ring,
    list: number,
    id: number,
    write: boolean,
  ): number {
    let mapped = 0;
    for (let index = 0; index < counts[id]!; index++) {
      const reference = this.memory.read32(list + index * segment.bytes + segment.reference);
      references[id * indirectSegments + index] = reference;
      if (grants.isMapped(reference)) continue;
      // A persistent mapping serves reads and writes.
      grants.map(reference, write || this.persistent);
      mapped++;
    }
    return mapped;
  }

  /** Bytes that a list of segments names. */
  private lengthOf(list: number, count: number): number {
    let bytes = 0;
    for (let index = 0; index < count; index++) {
      const at = list + index * segment.bytes;
      const first = this.memory.read8(at + segment.firstSector);
      bytes += (this.memory.read8(at + segment.lastSector) - first + 1) * sectorBytes;
    }
    return bytes;
  }
}

export const xenBlkfront: DeviceEntry = {
  id: 'xen-blkfront',
  title: 'Xen blkfront',
  kind: 'storage',
  class: 'paravirtual',
  registers: [],
  variants: ['persistent-grants', 'mapped-grants'],
  interrupts: ['event-channel'],
  memoryBytes: 1 << 20,
  create: (host, options) => new BlkBack(host, options.variant !== 'mapped-grants'),
};
