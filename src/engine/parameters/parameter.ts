/** What a parameter is: a cost or size with its range, its source and its standing. */

/**
 * How far a value can be trusted. Measured or documented: a source states it. Derived: arithmetic on such.
 * Illustrative: a calibrated guess, and shown as one.
 */
export type Standing = 'measured' | 'documented' | 'derived' | 'illustrative';

/**
 * What a price is counted by stands behind its time: a byte moved, an entry of a ring, a page of the guest. A time or
 * `cycles` alone are paid each time that the thing happens. `cycles` are turned into time by the parameter
 * `cpu-frequency`; `count` has no time.
 */
export type ParameterUnit = 'cycles' | 'ns' | 'ns/byte' | 'ns/entry' | 'ns/page' | 'GHz' | 'count';

export interface Parameter {
  readonly value: number;
  readonly range: readonly [min: number, max: number];
  readonly unit: ParameterUnit;
  readonly standing: Standing;
  /** What it measures, as a noun phrase. */
  readonly title: string;
  /** A key of `content/sources`; absent only where the value is illustrative. */
  readonly source?: string;
  /** Where in the source, and under which conditions it was measured or guessed. */
  readonly conditions: string;
}
