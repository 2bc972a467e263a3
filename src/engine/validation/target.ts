/**
 * What a validation target is: a published figure, how to set up the engine for it, and what counts as agreement.
 * Targets are data; each says how it is computed from runs, and none holds a result.
 */
import type { Runs } from './runs.ts';

/**
 * Confidence of the published figure: read in its source (A), in a text that quotes it (A2), remembered (B), counted in
 * the source of a driver (C); none where no figure was found.
 */
export type Confidence = 'A' | 'A2' | 'B' | 'A/C' | 'none';

/**
 * What is compared. Value: the computed figure with the published one. Sign: no figure is published, so only which
 * side costs more and what can be counted. Identity: the engine's prices come from the same source, so agreement
 * says that they are charged as often as they should be, and nothing else.
 */
export type Comparison = 'value' | 'sign' | 'identity';

/** Where a computed value has to lie; null for an open end. */
export interface Band {
  readonly min: number | null;
  readonly max: number | null;
}

/** One number of a target. */
export interface Measure {
  readonly what: string;
  readonly unit: string;
  readonly band: Band;
  readonly compute: (runs: Runs) => number;
}

interface Known {
  readonly id: string;
  readonly title: string;
  /** The published value, in words. */
  readonly published: string;
  /** Key of `content/sources`. */
  readonly source: string;
  readonly confidence: Confidence;
}

/** A target that scenarios express. */
export interface Modelled extends Known {
  readonly compares: Comparison;
  /** How the scenarios stand for what was measured. */
  readonly setUp: string;
  /** Architecture and device of each scenario, as they must be in the catalogue. */
  readonly needs: readonly (readonly [architecture: string, device: string])[];
  readonly measures: readonly Measure[];
  /** Where the model is known to differ from what was measured; printed with a miss. */
  readonly differs: string;
}

/** A target that no scenario expresses. */
export interface NotModelled extends Known {
  readonly reason: string;
}

export type Target = Modelled | NotModelled;

export const isModelled = (target: Target): target is Modelled => 'measures' in target;

/** A band around a published value. */
export const about = (value: number, share: number): Band => ({
  min: value * (1 - share),
  max: value * (1 + share),
});
export const between = (min: number, max: number): Band => ({ min, max });
export const atLeast = (min: number): Band => ({ min, max: null });
export const atMost = (max: number): Band => ({ min: null, max });
export const exactly = (value: number): Band => ({ min: value, max: value });

export const lies = (value: number, { min, max }: Band): boolean =>
  value >= (min ?? -Infinity) && value <= (max ?? Infinity);
