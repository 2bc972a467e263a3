/**
 * A shared ring of Xen, byte for byte (xen/interface/io/ring.h): two producer indexes, two event indexes, and
 * entries that hold a request on the way out and a response on the way back. Front and back end each hold one
 * end; the ring does not know who sends the event.
 */
import type { GuestMemory } from './guest-memory.ts';
import { pageBytes } from './grant-table.ts';

/** Offsets in the shared page; the indexes are 32 bits wide and run freely. */
export const shared = {
  requestProducer: 0,
  requestEvent: 4,
  responseProducer: 8,
  responseEvent: 12,
  entries: 64,
} as const;

/** Entries of a ring of one page: the largest power of two that fits. */
export function entriesOf(entryBytes: number): number {
  const fit = Math.floor((pageBytes - shared.entries) / entryBytes);
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
  private readonly memory: GuestMemory;
  private readonly at: number;
  private readonly entryBytes: number;

  constructor(memory: GuestMemory, at: number, entryBytes: number) {
    this.memory = memory;
    this.at = at;
    this.entryBytes = entryBytes;
    this.size = entriesOf(entryBytes);
  }

  protected entry(index: number): number {
    return this.at + shared.entries + (index & (this.size - 1)) * this.entryBytes;
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

  /** Prepares the shared page: the first request and the first response are announced. */
  reset(): void {
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
  private get hasRequest(): boolean {
    const unread = (this.get(shared.requestProducer) - this.consumed) >>> 0;
    return unread > 0 && (this.consumed - this.produced) >>> 0 < this.size;
  }

  /**
   * Address of the next request; undefined when there is none, and then the next one will be announced
   * (RING_FINAL_CHECK_FOR_REQUESTS).
   */
  nextRequest(): number | undefined {
    if (!this.hasRequest) {
      this.set(shared.requestEvent, (this.consumed + 1) >>> 0);
      if (!this.hasRequest) return undefined;
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
