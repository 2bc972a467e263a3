/**
 * The explorer's state in the address: one value in the query, under the figure's id, so that the fragment stays
 * free for headings. `?duel=v1~tx~8~burst~hyper-v.netvsc~esxi.vmxnet3~at.r1.notify.2~view.steps`
 *
 * A published link must keep its meaning: what changes it needs a new version and a decoder for the old.
 */
import { type Operation, operations, operationsOf, phasesOf } from '#engine/vocabulary/scenario.ts';
import type { LaneChoice, Setup } from '#figures/figure.ts';
import { requestWord } from '#views/language/words.ts';
import type { Catalogue } from './catalogue.ts';
import { type Duel, isColumn, placeOf } from './duel.ts';
import { counts, initialState, maxLanes, type State, views } from './state.ts';

const version = 'v1';

/** Words that begin an option; no architecture may have such a name. */
export const optionWords = ['at', 'lead', 'view', 'documented'] as const;

/** The part of the state that a link carries: not whether it plays, nor what was said to the reader. */
export function encode({ setup, cursor, lead, view, documentedOnly }: State): string {
  return [
    version,
    setup.operation,
    setup.count,
    ...(setup.pattern === 'burst' ? ['burst'] : []),
    ...setup.lanes.map(({ architecture, device }) => `${architecture}.${device}`),
    ...(cursor === null ? [] : [`at.${cursor}`]),
    ...(lead === 0 ? [] : [`lead.${lead + 1}`]),
    ...(view === 'waveform' ? [] : [`view.${view}`]),
    ...(documentedOnly ? ['documented'] : []),
  ].join('~');
}

/** What is wrong with an address, in words for the reader. */
export class AddressError extends Error {}

/** Throws an AddressError for a value that means nothing here. */
export function decode(text: string, catalogue: Catalogue): State {
  const [given = '', operation = '', count = '', ...rest] = text.split('~');
  oneOf('version', given, [version]);
  const pattern = rest[0] === 'burst' || rest[0] === 'spaced' ? rest.shift() : undefined;
  const isOption = (token: string) => optionWords.some((word) => word === token.split('.')[0]);
  const lanes = rest.filter((token) => !isOption(token));
  const asked = oneOf('operation', operation, operations);
  const setup: Setup = {
    operation: asked,
    count: Number(oneOf(`number of ${requestWord(asked)}s`, count, counts.map(String))),
    pattern: pattern === 'burst' ? pattern : 'spaced',
    lanes: lanes.map((token) => laneIn(token, asked, catalogue)),
  };
  if (lanes.length === 0 || lanes.length > maxLanes) {
    throw new AddressError(`${lanes.length} lanes: there can be 1 to ${maxLanes}`);
  }
  return rest.filter(isOption).reduce(withOption, initialState(setup));
}

function laneIn(token: string, operation: Operation, catalogue: Catalogue): LaneChoice {
  const [name = '', device = ''] = token.split('.');
  const architecture = oneOf(
    'architecture',
    name,
    catalogue.map(({ id }) => id),
  );
  const offered = catalogue.find(({ id }) => id === architecture)?.devices ?? [];
  const known = oneOf(
    `device of ${name}`,
    device,
    offered.map(({ id }) => id),
  );
  const kind = offered.find(({ id }) => id === known)?.kind ?? 'network';
  oneOf(`operation of ${known}`, operation, operationsOf[kind]);
  return { architecture, device: known };
}

function withOption(state: State, token: string): State {
  const [word = '', ...parts] = token.split('.');
  const value = parts.join('.');
  switch (word) {
    case 'at':
      return { ...state, cursor: stepIn(value, state.setup) };
    case 'lead': {
      const lanes = state.setup.lanes.map((_, index) => String(index + 1));
      return { ...state, lead: Number(oneOf('lane', value, lanes)) - 1 };
    }
    case 'view':
      return { ...state, view: oneOf('view', value, views) };
    default:
      return { ...state, documentedOnly: true };
  }
}

function stepIn(name: string, { operation, count }: Setup): string {
  const place = placeOf(name);
  if (place === null || place.index < 0) {
    throw new AddressError(`step '${short(name)}': a step is written like r1.notify.2`);
  }
  if (place.request < 1 || place.request > count) {
    const word = requestWord(operation);
    throw new AddressError(`${word} ${place.request} of step '${short(name)}': use 1 to ${count}`);
  }
  oneOf('phase', place.phase, phasesOf[operation]);
  return name;
}

function oneOf<T extends string>(what: string, value: string, valid: readonly T[]): T {
  const found = valid.find((candidate) => candidate === value);
  if (found !== undefined) return found;
  throw new AddressError(`${what} '${short(value)}': use ${valid.join(', ')}`);
}

const short = (value: string): string => (value.length > 24 ? `${value.slice(0, 24)}…` : value);

/** What the query says under a key: nothing, a state, or why it cannot be shown. */
export function fromQuery(
  search: string,
  key: string,
  catalogue: Catalogue,
): State | { readonly notice: string } | null {
  const text = new URLSearchParams(search).get(key);
  if (text === null) return null;
  try {
    return decode(text, catalogue);
  } catch (error) {
    if (!(error instanceof AddressError)) throw error;
    return { notice: unusable(error.message) };
  }
}

/** What to say of a step that an address asks for and no lane has; null if one has it. */
export function missingStep(duel: Duel, name: string): string | null {
  if (isColumn(duel, name)) return null;
  const stem = name.replace(/\.\d+$/, '');
  const there = duel.columns.filter(({ request, phase }) => `r${request}.${phase}` === stem).length;
  const valid = there === 0 ? 'no lane has a step there' : `use ${stem}.1 to ${stem}.${there}`;
  return unusable(`step '${name}': ${valid}`);
}

const unusable = (why: string): string =>
  `The address asks for something that is not here, so the figure is shown as published. Unknown ${why}.`;

/** The query with one key set, or removed for null; other keys stay as they are written. */
export function withQuery(search: string, key: string, value: string | null): string {
  const others = search
    .replace(/^\?/, '')
    .split('&')
    .filter((pair) => pair !== '' && decodeURIComponent(pair.split('=')[0] ?? '') !== key);
  const all = value === null ? others : [...others, `${key}=${value}`];
  return all.length === 0 ? '' : `?${all.join('&')}`;
}
