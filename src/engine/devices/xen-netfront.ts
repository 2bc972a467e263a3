/**
 * Netback, the back end of Xen's network interface, in the driver domain (Linux drivers/net/xen-netback, about
 * Linux 5.17). Models: both shared rings of one queue with their event indexes, split event channels, frames
 * in one or several entries, pages reached through the guest's grant table and marked there while they are
 * mapped, a response and its event check for every entry, events for receive buffers only when they ran out.
 * Leaves out: xenbus negotiation, several queues, segmentation, the queue of received frames that wait for
 * buffers, rate limits, XDP. The back end's own hypercalls (grant copy, map and unmap, sending events) are
 * costs of the place where it runs, and stand with the architecture.
 * Checked against: tests/engine/devices/xen-netfront.
 */
import type { ChannelOffer } from '../memory/channel.ts';
import { GrantAccess } from '../memory/grant-table.ts';
import type { GuestMemory } from '../memory/guest-memory.ts';
import {
  channel,
  eventOf,
  receiveFlags,
  receiveRequest,
  receiveResponse,
  statusOkay,
  transmitFlags,
  transmitRequest,
  transmitResponse,
} from '../memory/xen-net.ts';
import { BackRing } from '../memory/xen-ring.ts';
import type { DeviceEntry, DeviceHost, DeviceModel, IncomingFrame, Transfer } from './device.ts';

const none = -1;

/** What the guest has offered. */
interface Queue {
  readonly transmit: BackRing;
  readonly receive: BackRing;
  readonly grants: GrantAccess;
  /** By id of a transmit entry: the next one of the same frame, and the reference of its page. */
  readonly following: Int32Array;
  readonly references: Int32Array;
}

class NetBack implements DeviceModel {
  private readonly host: DeviceHost;
  private readonly memory: GuestMemory;
  private transmitRing: BackRing | undefined;
  private queue: Queue | undefined;
  /** Frames that have left and have no response yet, by token, and whether received ones have one to be published. */
  private readonly unanswered: number[] = [];
  private unannounced = false;

  constructor(host: DeviceHost) {
    this.host = host;
    this.memory = host.memory;
  }

  /** The transmit channel comes first, the receive channel completes the queue. */
  open(offer: ChannelOffer): void {
    const at = offer.rings[0]!;
    if (offer.channel === channel.transmit) {
      this.transmitRing = new BackRing(this.memory, at, transmitRequest.bytes);
      return;
    }
    const transmit = this.transmitRing;
    if (transmit === undefined) throw new Error('the transmit channel is opened first');
    this.queue = {
      transmit,
      receive: new BackRing(this.memory, at, receiveRequest.bytes),
      grants: new GrantAccess(this.memory, offer.buffers[0]!.at),
      following: new Int32Array(transmit.size).fill(none),
      references: new Int32Array(transmit.size),
    };
  }

  read(): number {
    throw new Error('a Xen network interface has no registers');
  }

  write(): void {
    this.read();
  }

  take(): Transfer | undefined {
    const queue = this.opened();
    const first = queue.transmit.nextRequest();
    if (first === undefined) return undefined;
    const payload = this.memory.payloadAt(first);
    const bytes = this.memory.read16(first + transmitRequest.size);
    const token = this.accept(queue, first);
    let at = first;
    let id = token;
    let entries = 1;
    while ((this.memory.read16(at + transmitRequest.flags) & transmitFlags.moreData) !== 0) {
      const next = queue.transmit.nextRequest();
      if (next === undefined) throw new Error('the guest has published half a frame');
      at = next;
      const more = this.accept(queue, at);
      queue.following[id] = more;
      id = more;
      entries++;
    }
    return { kind: 'send', payload, bytes, token, entries, maps: entries, unmaps: entries };
  }

  /** xenvif_tx_dealloc_action: frames unmapped together are answered together, each with its own event check. */
  finished(frame: Transfer, more = false): void {
    this.unanswered.push(frame.token);
    if (more) return;
    for (const token of this.unanswered) this.answer(token);
    this.unanswered.length = 0;
  }

  private answer(token: number): void {
    const queue = this.opened();
    for (let id = token; id !== none;) {
      queue.grants.unmap(queue.references[id]!);
      const at = queue.transmit.nextResponse();
      this.memory.write16(at + transmitResponse.id, id);
      this.memory.write16(at + transmitResponse.status, statusOkay);
      this.announce(queue.transmit.push(), channel.transmit);
      id = queue.following[id]!;
    }
  }

  hasBuffer(_frame: IncomingFrame, ahead: number): boolean {
    return this.opened().receive.unread > ahead;
  }

  miss(more: boolean): void {
    this.awaitBuffer();
    if (!more) this.flush();
  }

  /** The guest sends an event when it has published another request. */
  awaitBuffer(): void {
    this.opened().receive.wantRequests();
  }

  /** xenvif_rx_copy_flush: frames that are copied together are announced together. */
  flush(): void {
    if (!this.unannounced) return;
    this.unannounced = false;
    this.announce(this.opened().receive.push(), channel.receive);
  }

  deliver(frame: IncomingFrame, more = false): boolean {
    const { receive, grants } = this.opened();
    const request = receive.nextRequest();
    if (request === undefined) return false;
    const id = this.memory.read16(request + receiveRequest.id);
    const reference = this.memory.read32(request + receiveRequest.reference);
    this.memory.putPayload(grants.page(reference, true), frame.payload);
    const at = receive.nextResponse();
    this.memory.write16(at + receiveResponse.id, id);
    this.memory.write16(at + receiveResponse.offset, 0);
    this.memory.write16(at + receiveResponse.flags, receiveFlags.dataValidated);
    this.memory.write16(at + receiveResponse.status, frame.bytes);
    this.unannounced = true;
    if (!more) this.flush();
    return true;
  }

  /** Maps the page of a transmit entry and returns the entry's id. */
  private accept({ grants, references, following }: Queue, at: number): number {
    const id = this.memory.read16(at + transmitRequest.id);
    const reference = this.memory.read32(at + transmitRequest.reference);
    grants.map(reference, false);
    references[id] = reference;
    following[id] = none;
    return id;
  }

  private announce(notify: boolean, number: number): void {
    if (notify) this.host.fire(eventOf(number));
    else this.host.hold();
  }

  private opened(): Queue {
    if (this.queue === undefined) throw new Error('the guest has not opened its channels');
    return this.queue;
  }
}

export const xenNetfront: DeviceEntry = {
  id: 'xen-netfront',
  title: 'Xen netfront',
  kind: 'network',
  class: 'paravirtual',
  registers: [],
  variants: ['split-event-channels'],
  interrupts: ['event-channel'],
  memoryBytes: 1 << 16,
  create: (host) => new NetBack(host),
};
