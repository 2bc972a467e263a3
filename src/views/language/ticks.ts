/** Axes in round numbers. */

/** 1, 2 or 5 times a power of ten, not below `least`, which is above 0. */
export function tickStep(least: number): number {
  let power = 1;
  while (power * 10 <= least) power *= 10;
  while (power > least) power /= 10;
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= least) ?? power * 10;
}
