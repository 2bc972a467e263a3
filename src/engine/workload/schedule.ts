/**
 * When a workload asks for its requests: spaced, as fast as the queue depth allows, or at random. It knows how many
 * there are, and not what they are.
 */
import type { Machine } from '../host/machine.ts';
import { type Random, seededRandom } from '../random.ts';
import type { Load } from '../vocabulary/scenario.ts';
import { duration } from '../vocabulary/units.ts';

/** Asks for requests: so many, from the one of that place among all, counted from 0. */
type Ask = (index: number, count: number) => void;

export class Schedule {
  private readonly load: Load;
  private readonly random: Random;
  private readonly machine: Machine;
  private readonly ask: Ask;
  private askedFor = 0;
  private ended = 0;
  private stopped = false;

  constructor(parts: { load: Load; seed: number; machine: Machine; ask: Ask }) {
    this.load = parts.load;
    this.random = seededRandom(parts.seed);
    this.machine = parts.machine;
    this.ask = parts.ask;
  }

  /** Requests asked for. */
  get asked(): number {
    return this.askedFor;
  }

  /** Those of them that are over. */
  get over(): number {
    return this.ended;
  }

  start(): void {
    const { pattern, batch } = this.load;
    if (pattern === 'spaced') this.askFor(batch);
    else if (pattern === 'open') this.arriveLater();
    else this.fill();
  }

  /** Asks for nothing more. */
  stop(): void {
    this.stopped = true;
  }

  /** A request is over. Gaps differ a little by seed, so that nothing depends on how they line up. */
  end(): void {
    this.ended++;
    const { pattern, count, batch } = this.load;
    if (pattern === 'burst') return this.load.queueDepth === null ? undefined : this.fill();
    if (pattern === 'open' || this.ended < this.askedFor || this.askedFor >= count) return;
    const gap = this.machine.prices.value('idle-gap');
    const wait = gap + this.random.below(Math.max(1, Math.floor(gap / 10)));
    this.in(wait, () => this.askFor(batch));
  }

  /** Keeps as many requests under way as the queue depth allows. */
  private fill(): void {
    const { count, queueDepth, batch } = this.load;
    if (queueDepth === null) return this.askFor(count);
    while (!this.stopped) {
      const next = Math.min(batch, count - this.askedFor, queueDepth);
      if (next === 0 || this.askedFor - this.ended + next > queueDepth) return;
      this.askFor(next);
    }
  }

  private arriveLater(): void {
    const { count, batch, ratePerSecond } = this.load;
    if (this.askedFor >= count || this.stopped) return;
    const mean = (batch * 1e9) / ratePerSecond!;
    this.in(Math.round(mean * this.random.exponential()), () => {
      this.askFor(batch);
      this.arriveLater();
    });
  }

  private askFor(most: number): void {
    if (this.stopped) return;
    const before = this.askedFor;
    this.askedFor = Math.min(this.load.count, before + most);
    this.ask(before, this.askedFor - before);
  }

  private in(ns: number, action: () => void): void {
    this.machine.simulation.in(duration(ns), action);
  }
}
