/** One key of a query string, beside keys of others, which are never read and never changed. Pure. */
import { AddressError, type Codec } from './address.ts';

/** A text with its percent signs decoded; undefined where they mean nothing. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

const partsOf = (search: string): string[] =>
  search
    .replace(/^\?/, '')
    .split('&')
    .filter((part) => part !== '');

/** A key whose percent signs are broken is somebody else's. */
const keyOf = (part: string): string | undefined => decoded(part.split('=', 1)[0] ?? '');

/** The values of a key as they are written, undecoded. */
const valuesOf = (search: string, key: string): string[] =>
  partsOf(search)
    .filter((part) => keyOf(part) === key)
    .map((part) => part.slice(part.indexOf('=') + 1 || part.length));

/** Keys of a query that can be read, in its order. */
export const keysOf = (search: string): string[] =>
  partsOf(search).flatMap((part) => keyOf(part) ?? []);

/** What a query asks of a widget: nothing, a state, or why it cannot be shown. */
export type Asked<S> =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'state'; readonly state: S }
  | { readonly kind: 'unusable'; readonly notice: string };

export function askedOf<S>(search: string, key: string, codec: Codec<S>): Asked<S> {
  const values = valuesOf(search, key);
  if (values.length === 0) return { kind: 'nothing' };
  try {
    return { kind: 'state', state: codec.decode(onlyValue(values, key)) };
  } catch (error) {
    if (!(error instanceof AddressError)) throw error;
    return { kind: 'unusable', notice: unusable(error.message) };
  }
}

function onlyValue(values: readonly string[], key: string): string {
  if (values.length > 1)
    throw new AddressError(`${key} is given ${values.length} times: give it once`);
  const text = decoded(values[0] ?? '');
  if (text !== undefined) return text;
  throw new AddressError(`${key} has a percent sign that begins no letter: copy the link again`);
}

/** One line for the reader of a broken address. */
export const unusable = (why: string): string =>
  `The address asks for something that is not here, so this is shown as published. Unknown ${why}.`;

/** The query with one key set, or removed for null; what belongs to others stays as it is written. */
export function withKey(search: string, key: string, value: string | null): string {
  const others = partsOf(search).filter((part) => keyOf(part) !== key);
  const all = value === null ? others : [...others, `${key}=${value}`];
  return all.length === 0 ? '' : `?${all.join('&')}`;
}
