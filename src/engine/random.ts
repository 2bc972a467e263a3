/**
 * The only source of chance in the engine: a seeded 32-bit generator (mulberry32), integer
 * arithmetic only, so that every JavaScript engine draws the same numbers.
 */
export interface Random {
  /** A whole number from 0 up to, but not including, `bound` (1 to 2^32). */
  below(bound: number): number;
}

/** A generator that depends on nothing but its seed. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  return { below: (bound) => Math.floor((next() / 0x1_0000_0000) * bound) };
}
