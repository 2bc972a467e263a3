/**
 * The explorer's state in the address: one value in the query, under the figure's id, so that the fragment stays
 * free for headings. `?duel=v1~tx~8~burst~hyper-v.netvsc~esxi.vmxnet3~at.r1.notify.2~view.steps`
 * Behind a lane stand settings of its own (`hyper-v.netvsc,generation.2`), behind `with` others that all lanes have.
 *
 * A published link must keep its meaning: what changes it needs a new version and a decoder for the old.
 */
import { type Operation, operations, operationsOf, phasesOf } from '#engine/vocabulary/scenario.ts';
import { usualPattern, type Settings } from '#engine/vocabulary/request.ts';
import { ScenarioError } from '#engine/vocabulary/scenario-error.ts';
import {
  laneIn,
  type LaneSetup,
  laneText,
  settingsIn,
  settingsText,
} from '#engine/vocabulary/setup.ts';
import { requestWord } from '#views/language/words.ts';
import type { Catalogue } from './catalogue.ts';
import { type Duel, isColumn, placeOf } from './duel.ts';
import { counts, initialState, maxLanes, type ShownSetup, type State, views } from './state.ts';

const version = 'v1';

/** Words that begin an option; no architecture may have such a name. */
export const optionWords = ['at', 'lead', 'view', 'documented', 'with'] as const;

/** The part of the state that a link carries: not whether it plays, nor what was said to the reader. */
export function encode({ setup, cursor, lead, view, documentedOnly }: State): string {
  const { operation, count, pattern, ...others } = setup.shared;
  const usual = usualPattern(others);
  const named = loadWords.some((word) => word === pattern);
  const shared = settingsText(named || pattern === usual ? others : { ...others, pattern });
  return [
    version,
    operation,
    count,
    ...(named && pattern !== usual ? [pattern] : []),
    ...setup.lanes.map(laneText),
    ...(shared === '' ? [] : [`with.${shared}`]),
    ...(cursor === null ? [] : [`at.${cursor}`]),
    ...(lead === 0 ? [] : [`lead.${lead + 1}`]),
    ...(view === 'waveform' ? [] : [`view.${view}`]),
    ...(documentedOnly ? ['documented'] : []),
  ].join('~');
}

/** Patterns that stand beside the number of requests. */
const loadWords = ['burst', 'spaced'] as const;

/** What is wrong with an address, in words for the reader. */
export class AddressError extends Error {}

/** Throws an AddressError for a value that means nothing here. */
export function decode(text: string, catalogue: Catalogue): State {
  try {
    return stateIn(text, catalogue);
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    throw new AddressError(error.message, { cause: error });
  }
}

function stateIn(text: string, catalogue: Catalogue): State {
  const [given = '', operation = '', count = '', ...rest] = text.split('~');
  oneOf('version', given, [version]);
  const word = loadWords.find((pattern) => pattern === rest[0]);
  if (word !== undefined) rest.shift();
  const isOption = (token: string) => optionWords.some((option) => option === token.split('.')[0]);
  const lanes = rest.filter((token) => !isOption(token));
  const asked = oneOf('operation', operation, operations);
  const others = othersIn(rest);
  const shared = {
    pattern: usualPattern(others),
    ...others,
    operation: asked,
    count: Number(oneOf(`number of ${requestWord(asked)}s`, count, counts.map(String))),
    ...(word && { pattern: word }),
  };
  if (lanes.length === 0 || lanes.length > maxLanes) {
    throw new AddressError(`${lanes.length} lanes: there can be 1 to ${maxLanes}`);
  }
  const setup = { shared, lanes: lanes.map((token) => knownLane(token, asked, catalogue)) };
  return rest.filter(isOption).reduce(withOption, initialState(setup));
}

/** Settings of all lanes that have no place of their own. */
function othersIn(tokens: readonly string[]): Settings {
  const token = tokens.find((each) => each.startsWith('with.'));
  const settings = settingsIn(token?.slice('with.'.length) ?? '');
  if (settings.operation === undefined && settings.count === undefined) return settings;
  throw new AddressError('operation and number of requests stand at the beginning of an address');
}

/** A lane whose device the catalogue has; whether its own settings fit is known where it is run. */
function knownLane(token: string, operation: Operation, catalogue: Catalogue): LaneSetup {
  const lane = laneIn(token);
  const architecture = oneOf(
    'architecture',
    lane.architecture,
    catalogue.map(({ id }) => id),
  );
  const offered = catalogue.find(({ id }) => id === architecture)?.devices ?? [];
  const device = oneOf(
    `device of ${architecture}`,
    lane.device,
    offered.map(({ id }) => id),
  );
  const kind = offered.find(({ id }) => id === device)?.kind ?? 'network';
  oneOf(`operation of ${device}`, operation, operationsOf[kind]);
  return lane;
}

function withOption(state: State, token: string): State {
  const [word = '', ...parts] = token.split('.');
  const value = parts.join('.');
  switch (word) {
    case 'at':
      return { ...state, cursor: stepIn(value, state.setup.shared) };
    case 'lead': {
      const lanes = state.setup.lanes.map((_, index) => String(index + 1));
      return { ...state, lead: Number(oneOf('lane', value, lanes)) - 1 };
    }
    case 'view':
      return { ...state, view: oneOf('view', value, views) };
    case 'documented':
      return { ...state, documentedOnly: true };
    default:
      return state;
  }
}

function stepIn(name: string, { operation, count }: ShownSetup['shared']): string {
  const place = placeOf(name);
  if (place === null || place.index < 0) {
    throw new AddressError(`unknown step '${short(name)}': a step is written like r1.notify.2`);
  }
  if (place.request < 1 || place.request > count) {
    const word = requestWord(operation);
    throw new AddressError(
      `unknown ${word} ${place.request} of step '${short(name)}': use 1 to ${count}`,
    );
  }
  oneOf('phase', place.phase, phasesOf[operation]);
  return name;
}

function oneOf<T extends string>(what: string, value: string, valid: readonly T[]): T {
  const found = valid.find((candidate) => candidate === value);
  if (found !== undefined) return found;
  throw new AddressError(`unknown ${what} '${short(value)}': use ${valid.join(', ')}`);
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
  return unusable(`unknown step '${name}': ${valid}`);
}

const unusable = (why: string): string =>
  `The address asks for something that is not here, so the figure is shown as published. ${sentence(why)}`;

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/** The query with one key set, or removed for null; other keys stay as they are written. */
export function withQuery(search: string, key: string, value: string | null): string {
  const others = search
    .replace(/^\?/, '')
    .split('&')
    .filter((pair) => pair !== '' && decodeURIComponent(pair.split('=')[0] ?? '') !== key);
  const all = value === null ? others : [...others, `${key}=${value}`];
  return all.length === 0 ? '' : `?${all.join('&')}`;
}
