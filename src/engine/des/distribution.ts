/** Lengths of time that vary: how long a service takes, the gap to the next arrival. Whole nanoseconds. */
import type { Random } from '../random.ts';
import { type Duration, duration } from '../vocabulary/units.ts';

export type Distribution = Deterministic | Exponential | Bimodal;

/** Always the same. */
export interface Deterministic {
  readonly kind: 'deterministic';
  readonly mean: Duration;
}

/** Without memory: often short, sometimes long. */
export interface Exponential {
  readonly kind: 'exponential';
  readonly mean: Duration;
}

/** `short`, but a share of `longShare` is `long`: a slow exit among fast ones. */
export interface Bimodal {
  readonly kind: 'bimodal';
  readonly short: Duration;
  readonly long: Duration;
  readonly longShare: number;
}

/** Draws from a distribution. One class for all kinds, so that the hot path always calls the same code. */
export class Sampler {
  // Declared fields are born with their value, so that the JavaScript engine knows its type.
  private readonly exponentialMean: number = 0;
  private readonly short: Duration = duration(0);
  private readonly long: Duration = duration(0);
  private readonly longShare: number = 0;
  declare private readonly random: Random;

  constructor(distribution: Distribution, random: Random) {
    this.random = random;
    if (distribution.kind === 'exponential') this.exponentialMean = distribution.mean;
    if (distribution.kind === 'deterministic') this.short = distribution.mean;
    if (distribution.kind === 'bimodal')
      ({ short: this.short, long: this.long, longShare: this.longShare } = distribution);
  }

  draw(): Duration {
    if (this.exponentialMean > 0)
      return duration(Math.floor(this.random.exponential() * this.exponentialMean + 0.5));
    return this.drawOther();
  }

  private drawOther(): Duration {
    if (this.longShare === 0) return this.short;
    return this.random.uniform() < this.longShare ? this.long : this.short;
  }
}
