/** What a run counts while it runs, with a trace or without: counters, and how often each way was walked. */
import { Drops } from './drops.ts';
import { type ExitCause, type Leg, Way } from './way.ts';

export class Counts {
  /** Register accesses of the guest; a string instruction counts as often as it repeats. */
  reads = 0;
  writes = 0;
  doorbells = 0;
  endsOfInterrupt = 0;
  /** Notifications. */
  sent = 0;
  suppressed = 0;
  /** Requests by what became of them. */
  submitted = 0;
  served = 0;
  completed = 0;
  lost = 0;
  readonly drops = new Drops();
  /** Times that a driver took nothing more from the queue above it, and that it went on. */
  stops = 0;
  wakes = 0;
  readonly ways: Way[] = [];

  /** A way whose walks are counted here. */
  way(legs: readonly Leg[], cause?: ExitCause): Way {
    const way = new Way(legs, cause);
    this.ways.push(way);
    return way;
  }
}
