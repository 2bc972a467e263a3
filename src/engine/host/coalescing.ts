/**
 * A host that holds a device's interrupts back, so that one stands for several. Models: a bound on the rate of each
 * vector, where a few that come after a pause go out at once (the generic cell rate algorithm: ITU-T I.371), and a
 * number to be reached within a time. Leaves out: other events that end a wait early, such as a guest that is idle.
 * Checked against: tests/engine/host/coalescing. Why: content/decisions/017.
 */
import type { Coalescing } from '../architectures/architecture.ts';
import type { Simulation } from '../des/simulation.ts';
import type { PriceList } from '../parameters/price-list.ts';
import { duration } from '../vocabulary/units.ts';

/** Lets an interrupt pass, or keeps it and lets it go later. */
export interface Coalescer {
  /** Whether this interrupt goes out now. */
  passes(vector: number): boolean;
}

/** What a coalescer needs of the machine; `release` lets an interrupt go that was kept. */
interface Around {
  readonly simulation: Simulation;
  readonly prices: PriceList;
  release(vector: number): void;
}

export function coalescerFor(rule: Coalescing, around: Around): Coalescer {
  return rule.by === 'rate' ? new RateBound(rule, around) : new NumberOrTime(rule, around);
}

class RateBound implements Coalescer {
  private readonly around: Around;
  private readonly gapNs: number;
  /** How far ahead of its turn an interrupt may come. */
  private readonly slackNs: number;
  /** When the next interrupt of each vector has its turn, at that rate. */
  private readonly turns: number[] = [];
  private readonly kept: boolean[] = [];

  constructor({ gap, atOnce }: Extract<Coalescing, { by: 'rate' }>, around: Around) {
    this.around = around;
    this.gapNs = around.prices.value(gap);
    this.slackNs = (around.prices.value(atOnce) - 1) * this.gapNs;
  }

  passes(vector: number): boolean {
    if (this.kept[vector] === true) return false;
    const { now } = this.around.simulation;
    const turn = Math.max(this.turns[vector] ?? 0, now);
    this.turns[vector] = turn + this.gapNs;
    const early = turn - this.slackNs - now;
    if (early <= 0) return true;
    this.kept[vector] = true;
    this.around.simulation.in(duration(early), () => {
      this.kept[vector] = false;
      this.around.release(vector);
    });
    return false;
  }
}

class NumberOrTime implements Coalescer {
  private readonly around: Around;
  private readonly number: number;
  private readonly longestNs: number;
  private readonly kept: number[] = [];
  /** Which wait of a vector goes on; a timer of an earlier one finds it over. */
  private readonly waits: number[] = [];

  constructor({ number, longest }: Extract<Coalescing, { by: 'number' }>, around: Around) {
    this.around = around;
    this.number = around.prices.value(number);
    this.longestNs = around.prices.value(longest);
  }

  passes(vector: number): boolean {
    const kept = (this.kept[vector] ?? 0) + 1;
    if (kept >= this.number) {
      this.ends(vector);
      return true;
    }
    this.kept[vector] = kept;
    if (kept === 1) this.begins(vector);
    return false;
  }

  private begins(vector: number): void {
    const wait = this.waits[vector] ?? 0;
    this.around.simulation.in(duration(this.longestNs), () => {
      if ((this.waits[vector] ?? 0) !== wait) return;
      this.ends(vector);
      this.around.release(vector);
    });
  }

  private ends(vector: number): void {
    this.kept[vector] = 0;
    this.waits[vector] = (this.waits[vector] ?? 0) + 1;
  }
}
