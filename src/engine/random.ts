/**
 * The only source of chance in the engine: a seeded 32-bit generator (mulberry32). It uses integers and
 * + - * / only, which every JavaScript engine rounds alike, so that all of them draw the same numbers.
 */
export interface Random {
  /** A whole number from 0 up to, but not including, `bound` (1 to 2^32). */
  below(bound: number): number;
  /** A number from 0 up to, but not including, 1: a multiple of 2^-32. */
  uniform(): number;
  /** An exponential variate of mean 1: the time to the next of events that happen once a unit on average. */
  exponential(): number;
}

/** A generator that depends on nothing but its seed. */
export function seededRandom(seed: number): Random {
  return new Mulberry32(seed);
}

/** Exponential numbers that are drawn at once. */
const batch = 256;

class Mulberry32 implements Random {
  private state = 0;
  /** Exponential numbers for later: drawing many in a row is twice as fast as drawing them one by one. */
  private readonly ahead = new Float64Array(batch);
  private used = batch;

  constructor(seed: number) {
    this.state = seed | 0;
  }

  below(bound: number): number {
    return Math.floor(this.uniform() * bound);
  }

  uniform(): number {
    return (this.next() >>> 0) / 0x1_0000_0000;
  }

  exponential(): number {
    if (this.used === batch) this.drawAhead();
    return this.ahead[this.used++]!;
  }

  private drawAhead(): void {
    for (let index = 0; index < batch; index++) this.ahead[index] = this.ziggurat();
    this.used = 0;
  }

  /**
   * An exponential number after Marsaglia and Tsang (2000): layers of equal area cover the density. One draw names a
   * layer and a place in it; in 98.9 % of cases the place is under the density at every height of the layer.
   */
  private ziggurat(): number {
    for (let beyond = 0; ;) {
      const bits = this.next();
      const layer = bits & 255;
      const at = (bits >>> 8) * steps[layer]!;
      if (at < edges[layer + 1]!) return beyond + at;
      // The tail looks like the whole, moved.
      if (layer === 0) beyond += tailStart;
      else if (this.underTheCurve(layer, at)) return beyond + at;
    }
  }

  /** Where the density crosses a layer, a second draw decides on the height. */
  private underTheCurve(layer: number, at: number): boolean {
    const low = heights[layer]!;
    return low + this.uniform() * (heights[layer + 1]! - low) < decay(at);
  }

  private next(): number {
    const state = (this.state + 0x6d2b79f5) | 0;
    this.state = state;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return mixed ^ (mixed >>> 14);
  }
}

const layers = 256;
/** Where the tail begins and the area of each layer, for 256 layers (Marsaglia and Tsang 2000). */
const tailStart = 7.69711747013105;
const layerArea = 0.003949659822581557;

/** Right edges of the layers, from the widest down to 0; the first is as wide as its area with the tail. */
const edges = new Float64Array(layers + 1);
/** A layer's width in steps of 24 random bits. */
const steps = new Float64Array(layers);
/** The density at each edge. */
const heights = new Float64Array(layers + 1);

edges[0] = layerArea / decay(tailStart);
edges[1] = tailStart;
for (let layer = 1; layer < layers - 1; layer++) {
  const edge = edges[layer]!;
  edges[layer + 1] = decayedTo(layerArea / edge + decay(edge), edge);
}
edges.forEach((edge, layer) => (heights[layer] = decay(edge)));
steps.forEach((_, layer) => (steps[layer] = edges[layer]! / 0x100_0000));

/** e^-x for x from 0 to 16: its series at x/64, squared six times. */
function decay(x: number): number {
  const small = -x / 64;
  let sum = 1;
  for (let term = 18; term > 0; term--) sum = 1 + (small / term) * sum;
  for (let squared = 0; squared < 6; squared++) sum *= sum;
  return sum;
}

/** The x at which e^-x is `value`, by Halley's method from a near `guess`. */
function decayedTo(value: number, guess: number): number {
  let x = guess;
  for (let round = 0; round < 8; round++) {
    const at = decay(x);
    x += (2 * (at - value)) / (at + value);
  }
  return x;
}
