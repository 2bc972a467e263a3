/**
 * Addresses of states, from combinators. An address is a version and tokens joined by `~`: first the positional
 * ones in the order of the fields, then those that begin with a word of a field (`at.r1.notify.2`). It needs no
 * escaping in a query, and its keys are words that stay when titles change.
 *
 * A published address keeps its meaning: what changes it is a new version, and a migration that rewrites the tokens
 * of the one before.
 */

import { AddressError, type Codec } from './address.ts';

/** A value as a message quotes it: never more than a line. */
export const short = (value: string): string =>
  value.length > 24 ? `${value.slice(0, 24)}…` : value;

const wrong = (what: string, value: string, cure: string): AddressError =>
  new AddressError(`${what} '${short(value)}': ${cure}`);

/** How one value is written as a text, and read from it; `read` throws an AddressError for what it cannot be. */
export interface Text<T> {
  /** What the value is, as a noun: begins the message about a wrong one. */
  readonly what: string;
  readonly print: (value: T) => string;
  readonly read: (text: string) => T;
}

/** One of some words. */
export function oneOf<T extends string>(what: string, valid: readonly T[]): Text<T> {
  return {
    what,
    print: (value) => value,
    read: (text) => {
      const found = valid.find((each) => each === text);
      if (found !== undefined) return found;
      throw wrong(what, text, `use ${valid.join(', ')}`);
    },
  };
}

/** One of some numbers. */
export function oneOfNumbers<N extends number>(what: string, valid: readonly N[]): Text<N> {
  const texts = oneOf(what, valid.map(String));
  return { what, print: String, read: (text) => Number(texts.read(text)) as N };
}

/** A whole number from `min` to `max`, in decimal digits without a sign. */
export function whole(what: string, min: number, max: number): Text<number> {
  return {
    what,
    print: String,
    read: (text) => {
      const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
      if (value >= min && value <= max && String(value) === text) return value;
      throw wrong(what, text, `use a whole number from ${min} to ${max}`);
    },
  };
}

/** A text of a form, such as `r1.notify.2`; the pattern must match all of it and hold no `~`. */
export function word(what: string, pattern: RegExp, example: string): Text<string> {
  const all = new RegExp(`^(?:${pattern.source})$`);
  return {
    what,
    print: (value) => value,
    read: (text) => {
      if (text.length <= 200 && all.test(text)) return text;
      throw wrong(what, text, `it is written like ${example}`);
    },
  };
}

/** Several values of one form in one token. */
export function separated<T>(item: Text<T>, by: string, most: number): Text<readonly T[]> {
  return {
    what: item.what,
    print: (values) => values.map(item.print).join(by),
    read: (text) => {
      const parts = text === '' ? [] : text.split(by);
      if (parts.length <= most) return parts.map(item.read);
      throw wrong(item.what, text, `there can be ${most} at most`);
    },
  };
}

/** A word of an address with what stands behind its dot; undefined where it has none. */
export type Pair = readonly [word: string, text: string | undefined];

/** How a part of a state takes its place among the tokens of an address. */
export type Field<T> =
  | { readonly kind: 'token'; readonly text: Text<T> }
  | { readonly kind: 'tokens'; readonly tokens: Tokens<T> }
  | { readonly kind: 'pairs'; readonly pairs: Pairs<T> };

interface Tokens<T> {
  readonly print: (value: T) => readonly string[];
  readonly read: (tokens: readonly string[]) => T;
}

interface Pairs<T> {
  /** Words that belong to this field; no positional token may begin with one of them. */
  readonly words: readonly string[];
  readonly print: (value: T) => readonly Pair[];
  readonly read: (pairs: readonly Pair[]) => T;
}

/** One positional token that every address has. */
export const token = <T>(text: Text<T>): Field<T> => ({ kind: 'token', text });

/** All positional tokens that are left. */
export function tokens<T>(
  text: Text<T>,
  things: string,
  min: number,
  max: number,
): Field<readonly T[]> {
  return {
    kind: 'tokens',
    tokens: {
      print: (values) => values.map(text.print),
      read: (all) => {
        if (all.length >= min && all.length <= max) return all.map(text.read);
        throw new AddressError(`${all.length} ${things}: there can be ${min} to ${max}`);
      },
    },
  };
}

/** `name.value`, left out where the value is the usual one. */
export function option<T>(name: string, text: Text<T>, usual: T): Field<T> {
  return {
    kind: 'pairs',
    pairs: {
      words: [name],
      print: (value) =>
        value === usual || (usual !== null && text.print(value) === text.print(usual))
          ? []
          : [[name, text.print(value)]],
      read: (pairs) => {
        const [only] = once(name, pairs);
        if (only === undefined) return usual;
        if (only[1] !== undefined) return text.read(only[1]);
        throw new AddressError(`${name} is followed by a dot and a ${text.what}`);
      },
    },
  };
}

/** A value that may be missing: null, or `name.value`. */
export const maybe = <T>(name: string, text: Text<T>): Field<T | null> =>
  option<T | null>(
    name,
    { what: text.what, print: (value) => text.print(value as T), read: text.read },
    null,
  );

/** A word that is there or not. */
export function flag(name: string): Field<boolean> {
  return {
    kind: 'pairs',
    pairs: {
      words: [name],
      print: (value) => (value ? [[name, undefined]] : []),
      read: (pairs) => {
        const [only] = once(name, pairs);
        if (only?.[1] === undefined) return only !== undefined;
        throw wrong(name, only[1], `it takes no value: write ${name}, or leave it out`);
      },
    },
  };
}

/** Several words that make one value together, such as the settings of a run. */
export const pairs = <T>(field: Pairs<T>): Field<T> => ({ kind: 'pairs', pairs: field });

function once(name: string, all: readonly Pair[]): readonly Pair[] {
  if (all.length > 1) throw new AddressError(`${name} is given ${all.length} times: give it once`);
  return all;
}

/** Rewrites the tokens of an older version; throws an AddressError for what it never had. */
export interface Migration {
  readonly from: string;
  readonly change: (tokens: readonly string[]) => readonly string[];
}

interface CodecOptions<S> {
  readonly version: string;
  readonly fields: { readonly [K in keyof S]: Field<S[K]> };
  /** From each older version to the next, the oldest first. */
  readonly migrations?: readonly Migration[];
  /** What the fields cannot see alone; throws an AddressError. */
  readonly check?: (state: S) => void;
}

/** No address of ours comes near; a longer one is somebody's mistake. */
const mostLetters = 4000;

export function codec<S extends object>(options: CodecOptions<S>): Codec<S> {
  const fields = Object.entries(options.fields) as [keyof S & string, Field<unknown>][];
  const words = fields.flatMap(([, field]) => (field.kind === 'pairs' ? field.pairs.words : []));
  return {
    encode: (state) => {
      const positional = fields.flatMap(([name, field]) => positionalOf(field, state[name]));
      const named = fields.flatMap(([name, field]) =>
        field.kind === 'pairs' ? field.pairs.print(state[name]) : [],
      );
      return [options.version, ...positional, ...named.map(written)].join('~');
    },
    decode: (text) => {
      if (text.length > mostLetters)
        throw new AddressError(
          `${text.length} letters: an address has at most ${mostLetters} of them`,
        );
      const state = readFields<S>(fields, new Parted(migrated(text, options), words));
      options.check?.(state);
      return state;
    },
  };
}

const written = ([name, text]: Pair): string => (text === undefined ? name : `${name}.${text}`);

function positionalOf(field: Field<unknown>, value: unknown): readonly string[] {
  if (field.kind === 'token') return [field.text.print(value)];
  return field.kind === 'tokens' ? field.tokens.print(value) : [];
}

/** Tokens of the current version. */
function migrated(
  text: string,
  { version, migrations = [] }: Pick<CodecOptions<never>, 'version' | 'migrations'>,
): readonly string[] {
  const [given = '', ...rest] = text.split('~');
  if (given === version) return rest;
  const first = migrations.findIndex(({ from }) => from === given);
  if (first === -1) throw wrong('version', given, `use ${version}`);
  return migrations.slice(first).reduce((all: readonly string[], { change }) => change(all), rest);
}

/** The tokens of an address, parted into those with a word and the others. */
class Parted {
  readonly positional: string[] = [];
  private readonly named: Pair[] = [];
  private readonly words: readonly string[];

  constructor(all: readonly string[], words: readonly string[]) {
    this.words = words;
    for (const each of all) {
      const dot = each.indexOf('.');
      const name = dot === -1 ? each : each.slice(0, dot);
      if (words.includes(name))
        this.named.push([name, dot === -1 ? undefined : each.slice(dot + 1)]);
      else this.positional.push(each);
    }
  }

  pairsOf(words: readonly string[]): readonly Pair[] {
    return this.named.filter(([name]) => words.includes(name));
  }

  /** Throws where something is left that no field takes. */
  end(): void {
    const [left] = this.positional;
    if (left === undefined) return;
    const known = this.words.length === 0 ? 'nothing more' : this.words.join(', ');
    throw wrong('word', left, `use ${known}`);
  }
}

function readFields<S>(fields: readonly [keyof S & string, Field<unknown>][], from: Parted): S {
  const state: Partial<Record<keyof S & string, unknown>> = {};
  for (const [name, field] of fields) state[name] = readField(field, from);
  from.end();
  return state as S;
}

function readField(field: Field<unknown>, from: Parted): unknown {
  switch (field.kind) {
    case 'token': {
      const next = from.positional.shift();
      return field.text.read(next ?? '');
    }
    case 'tokens':
      return field.tokens.read(from.positional.splice(0));
    case 'pairs':
      return field.pairs.read(from.pairsOf(field.pairs.words));
  }
}

/** A codec of some parts of a state; what an address does not carry is as in `original`. */
export function partCodec<S extends object, K extends keyof S>(
  original: S,
  options: CodecOptions<Pick<S, K>>,
): Codec<S> {
  const parts = codec<Pick<S, K>>(options);
  return {
    encode: parts.encode,
    decode: (text) => ({ ...original, ...parts.decode(text) }),
  };
}

/** A codec of what is made from a state, and made back into one. */
export const mapped = <A, B>(from: Codec<A>, to: (a: A) => B, back: (b: B) => A): Codec<B> => ({
  encode: (state) => from.encode(back(state)),
  decode: (text) => to(from.decode(text)),
});
