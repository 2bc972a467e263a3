/**
 * Where frames are dropped, counted by place as each place does it. Leaves out: errors of the wire and of drivers.
 */
import type { Drop, DropPlace } from '../vocabulary/results.ts';
import type { DomainId } from '../vocabulary/trace.ts';

interface Counted {
  readonly place: DropPlace;
  readonly domain: DomainId;
  frames: number;
}

export class Drops {
  private readonly counted: Counted[] = [];

  /** Frames are dropped at a place of a domain. */
  count(place: DropPlace, domain: DomainId, frames = 1): void {
    const known = this.counted.find((each) => isSame(each.place, place) && each.domain === domain);
    if (known === undefined) this.counted.push({ place, domain, frames });
    else known.frames += frames;
  }

  /** The places at which any was, in the order in which they began to drop. */
  get all(): readonly Drop[] {
    return this.counted.map(({ place: { place, counter }, domain, frames }) => ({
      place,
      domain,
      counter: counter ?? null,
      frames,
    }));
  }
}

const isSame = (one: DropPlace, other: DropPlace): boolean =>
  one.place === other.place && one.counter === other.counter;
