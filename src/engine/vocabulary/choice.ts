/** What a request may choose. A wrong name or value throws a `ScenarioError` with the rule, the value and the cure. */
import { ScenarioError } from './scenario-error.ts';

/** The entry of a list with that id. */
export function byId<T extends { readonly id: string }>(
  what: string,
  id: string,
  list: readonly T[],
  lead = '',
): T {
  const found = list.find((candidate) => candidate.id === id);
  if (found !== undefined) return found;
  throw unknown(
    what,
    id,
    list.map((candidate) => candidate.id),
    lead,
  );
}

/** A word of a list. */
export function oneOf<T extends string>(
  what: string,
  value: string,
  valid: readonly T[],
  lead = '',
): T {
  const found = valid.find((candidate) => candidate === value);
  if (found !== undefined) return found;
  throw unknown(what, value, valid, lead);
}

/** The refusal of a word that is not on the list; `lead` says whose list it is. */
export const unknown = (
  what: string,
  value: string,
  valid: readonly string[],
  lead = '',
): ScenarioError =>
  new ScenarioError(
    `unknown ${what} '${value}': ${lead === '' ? 'use ' : lead}${valid.join(', ')}`,
  );

/** Whole numbers that are accepted. */
export interface Whole {
  readonly min: number;
  readonly max: number;
  readonly multipleOf?: number;
}

const fits = (value: number, { min, max, multipleOf = 1 }: Whole): boolean =>
  Number.isInteger(value) && value >= min && value <= max && value % multipleOf === 0;

/** A whole number within its bounds. */
export function whole(what: string, value: number, bounds: Whole): number {
  if (fits(value, bounds)) return value;
  throw notWhole(what, value, bounds);
}

/** A text that is a whole number within its bounds. */
export function wholeIn(what: string, text: string, bounds: Whole): number {
  const value = Number(text);
  if (text !== '' && fits(value, bounds)) return value;
  throw notWhole(what, text, bounds);
}

function notWhole(
  what: string,
  value: number | string,
  { min, max, multipleOf = 1 }: Whole,
): ScenarioError {
  const step = multipleOf === 1 ? 'whole number' : `multiple of ${multipleOf}`;
  return new ScenarioError(`${what} must be a ${step} from ${min} to ${max}, not '${value}'`);
}
