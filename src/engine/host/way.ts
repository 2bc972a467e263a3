/**
 * A way: events that follow each other without waiting for anyone, worked out once and walked many times. What it
 * costs depends on the payload only, so it is priced once a size; how often it was walked is counted there.
 */
import { type Amounts, type Bill, type PriceList, sizeOf } from '../parameters/price-list.ts';
import type {
  Activity,
  ActorId,
  Arguments,
  DomainId,
  EventBody,
  Phase,
} from '../vocabulary/trace.ts';
import { type Duration, duration } from '../vocabulary/units.ts';

/** One event to come: what, where, at which price. */
export interface Leg {
  /** Of a copy, the number of bytes is that of the walk. */
  readonly body: EventBody;
  readonly domain: DomainId;
  readonly actor: ActorId;
  readonly activity: Activity;
  /** The phase it belongs to; that of its flow where it does not say. */
  readonly phase?: Phase;
  /** Of a notification, it belongs to the crossing that follows. */
  readonly crossed?: boolean;
  /** Pages that it is priced for, where that is a part of those of the walk. */
  readonly pages?: number;
}

/** The usual number of entries and pages: of a walk that moves no payload, or a small one. */
const one = 1;

/** A way for a payload of one size. */
export interface PricedWay {
  readonly way: Way;
  readonly bytes: number;
  readonly entries: number;
  readonly pages: number;
  readonly bills: readonly Bill[];
  readonly takes: Duration;
  readonly words: Arguments;
  /** How often it was walked. */
  walked: number;
}

/** What makes a way leave the guest, as a host counts its exits. */
export type ExitCause = 'memory' | 'ports' | 'kick' | 'end-of-interrupt';

export class Way {
  readonly legs: readonly Leg[];
  /** Absent where a way begins with a hypercall of the guest, or does not leave it. */
  readonly cause: ExitCause | undefined;
  private readonly sizes = new Map<number, PricedWay>();
  private last: PricedWay | undefined;

  constructor(legs: readonly Leg[], cause?: ExitCause) {
    this.legs = legs;
    this.cause = cause;
  }

  /** The way for so many bytes, ring entries and pages. */
  at(prices: PriceList, bytes: number, entries = one, pages = one): PricedWay {
    const { last } = this;
    if (last?.bytes === bytes && last.entries === entries && last.pages === pages) return last;
    const size = sizeOf(bytes, entries, pages);
    const known = this.sizes.get(size) ?? this.priced(prices, { bytes, entries, pages });
    this.sizes.set(size, known);
    this.last = known;
    return known;
  }

  /** Every size that was walked. */
  walks(): Iterable<PricedWay> {
    return this.sizes.values();
  }

  private priced(prices: PriceList, walk: Required<Amounts>): PricedWay {
    const bills = this.legs.map(({ activity, pages = walk.pages }) =>
      prices.bill(activity.prices, { ...walk, pages }),
    );
    const takes = duration(bills.reduce((sum, bill) => sum + bill.takes, 0));
    return { way: this, ...walk, bills, takes, words: { bytes: walk.bytes }, walked: 0 };
  }
}
