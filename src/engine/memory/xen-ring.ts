/**
 * A shared ring of Xen, byte for byte (xen/interface/io/ring.h): two producer indexes, two event indexes, and
 * entries that hold a request on the way out and a response on the way back. Front and back end each hold one
 * end; the ring does not know who sends the event.
 */
import type { GuestMemory } from './guest-memory.ts';
import { pageBytes } from './grant-table.ts';
import { field, layout, type SharedLayout } from './layout.ts';

/** The shared page in front of its entries; the indexes are 32 bits wide and run freely. */
export const shared = layout(
  'Shared ring',
  64,
  {
    requestProducer: field(0, 4, 'req_prod', 'requests published', 'driver'),
    requestEvent: field(4, 4, 'req_event', 'notify me when this request is published', 'device'),
    responseProducer: field(8, 4, 'rsp_prod', 'responses published', 'device'),
    responseEvent: field(12, 4, 'rsp_event', 'notify me when this response is published', 'driver'),
    padding: field(16, 48, 'pad', 'unused'),
  },
  { requestProducer: 'driver', responseProducer: 'device' },
);
/** Entries stand behind it. */
const entriesAt = shared.bytes;

/** Entries of a ring of one page: the largest power of two that fits. */
export function entriesOf(entryBytes: number): number {
  const fit = Math.floor((pageBytes - entriesAt) / entryBytes);
  return 2 ** (31 - Math.clz32(fit));
}

/**
 * Whether the other side wants to hear of a step from `old` to `next`: when the index it waits for lies in
 * between (RING_PUSH_REQUESTS_AND_CHECK_NOTIFY). All three wrap at 2^32.
 */
export const needsEvent = (event: number, next: number, old: number): boolean =>
  (next - event) >>> 0 < (next - old) >>> 0;

/** What both ends share: the page and the addresses of its entries. */
class RingEnd {
  /** Entries of the ring. */
  readonly size: number;
  protected readonly memory: GuestMemory;
  protected readonly at: number;
  private readonly entryBytes: number;

  constructor(memory: GuestMemory, at: number, entryBytes: number) {
    this.memory = memory;
    this.at = at;
    this.entryBytes = entryBytes;
    this.size = entriesOf(entryBytes);
  }

  protected entry(index: number): number {
    return this.at + entriesAt + (index & (this.size - 1)) * this.entryBytes;
  }
  protected get(field: number): number {
    return this.memory.read32(this.at + field);
  }
  protected set(field: number, value: number): void {
    this.memory.write32(this.at + field, value);
  }
}

/** The front end: puts requests, reads responses. */
export class FrontRing extends RingEnd {
  /** Requests written, published or not. */
  private produced = 0;
  private consumed = 0;

  /** Prepares the shared page, with entries of a layout: the first request and the first response are announced. */
  reset(name: string, entry: SharedLayout): void {
    this.memory.declare(shared, name, this.at);
    this.memory.declare(entry, `${name}: entries`, this.at + entriesAt, this.size);
    this.set(shared.requestProducer, 0);
    this.set(shared.responseProducer, 0);
    this.set(shared.requestEvent, 1);
    this.set(shared.responseEvent, 1);
  }

  /** Entries that hold no request and no response. */
  get free(): number {
    return this.size - this.inUse;
  }
  /** Requests whose responses this end has not read. */
  get inUse(): number {
    return (this.produced - this.consumed) >>> 0;
  }

  /** Address of the next free entry; the back end sees it after `push`. */
  nextRequest(): number {
    const at = this.entry(this.produced);
    this.produced = (this.produced + 1) >>> 0;
    return at;
  }

  /** Publishes what was written and says whether the back end must be notified. */
  push(): boolean {
    const old = this.get(shared.requestProducer);
    this.set(shared.requestProducer, this.produced);
    return needsEvent(this.get(shared.requestEvent), this.produced, old);
  }

  /** Responses that this end has not read. */
  get ready(): number {
    return (this.get(shared.responseProducer) - this.consumed) >>> 0;
  }
  get hasResponse(): boolean {
    return this.ready > 0;
  }

  /** Address of the next response; only where there is one. */
  nextResponse(): number {
    const at = this.entry(this.consumed);
    this.consumed = (this.consumed + 1) >>> 0;
    return at;
  }

  /** Asks for an event with the next response; true when there is one already (RING_FINAL_CHECK_FOR_RESPONSES). */
  finalCheck(): boolean {
    if (this.hasResponse) return true;
    this.set(shared.responseEvent, (this.consumed + 1) >>> 0);
    return this.hasResponse;
  }
}

/** The back end: reads requests, puts responses into entries whose requests it has read. */
export class BackRing extends RingEnd {
  private consumed = 0;
  /** Responses written, published or not. */
  private produced = 0;

  /** Requests that this end has not read; a front end that claims too many is cut off. */
  get unread(): number {
    const claimed = (this.get(shared.requestProducer) - this.consumed) >>> 0;
    return Math.min(claimed, this.size - ((this.consumed - this.produced) >>> 0));
  }

  /** The next request will be announced. */
  wantRequests(): void {
    this.set(shared.requestEvent, (this.consumed + 1) >>> 0);
  }

  /**
   * Address of the next request; undefined when there is none, and then the next one will be announced
   * (RING_FINAL_CHECK_FOR_REQUESTS).
   */
  nextRequest(): number | undefined {
    if (this.unread === 0) {
      this.wantRequests();
      if (this.unread === 0) return undefined;
    }
    const at = this.entry(this.consumed);
    this.consumed = (this.consumed + 1) >>> 0;
    return at;
  }

  /** Address for the next response; the front end sees it after `push`. */
  nextResponse(): number {
    const at = this.entry(this.produced);
    this.produced = (this.produced + 1) >>> 0;
    return at;
  }

  /** Publishes what was written and says whether the front end must be notified. */
  push(): boolean {
    const old = this.get(shared.responseProducer);
    this.set(shared.responseProducer, this.produced);
    return needsEvent(this.get(shared.responseEvent), this.produced, old);
  }
}
