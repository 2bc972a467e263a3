/**
 * The explorer's state in the address: one value in the query, under the figure's id, so that the fragment stays
 * free for headings. `?duel=v2~tx~hyper-v.netvsc~esxi.vmxnet3~count.8~pattern.burst~at.r1.notify.2~view.steps`
 */
import { operations, operationsOf, phasesOf } from '#engine/vocabulary/scenario.ts';
import { ScenarioError } from '#engine/vocabulary/scenario-error.ts';
import {
  settings as settingTable,
  type Settings,
  settingsFrom,
  wordsOf,
} from '#engine/vocabulary/request.ts';
import type { LaneSetup } from '#engine/vocabulary/setup.ts';
import { laneIn, laneText } from '#engine/vocabulary/setup-text.ts';
import { AddressError, type Codec } from '#components/widgets/kit/address/address.ts';
import {
  codec,
  flag,
  mapped,
  maybe,
  oneOf,
  option,
  pairs,
  short,
  type Text,
  token,
  tokens,
  whole,
  word,
} from '#components/widgets/kit/address/codec.ts';
import { unusable } from '#components/widgets/kit/address/query.ts';
import { requestWord } from '#views/language/words.ts';
import type { Catalogue } from './catalogue.ts';
import { type Duel, placeOf } from './duel.ts';
import { counts, initialState, maxLanes, type State, views } from './state.ts';

/** What the address carries; not whether it plays, nor what was said to the reader. */
interface Carried {
  readonly operation: State['setup']['shared']['operation'];
  readonly lanes: readonly LaneSetup[];
  readonly settings: Settings;
  readonly cursor: string | null;
  readonly lead: number;
  readonly view: State['view'];
  readonly documented: boolean;
}

/** Words of settings that all lanes have; the operation has its own place. */
const sharedWords = settingTable
  .map((setting) => setting.word)
  .filter((each) => each !== 'operation');

/** A ScenarioError of the vocabulary, as what is wrong with an address. */
function asAddress<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ScenarioError) throw new AddressError(error.message);
    throw error;
  }
}

const laneWords: Text<LaneSetup> = {
  what: 'lane',
  print: laneText,
  read: (text) => asAddress(() => laneIn(text)),
};

const carried = (catalogue: Catalogue): Codec<Carried> =>
  codec<Carried>({
    version: 'v2',
    fields: {
      operation: token(oneOf('operation', operations)),
      lanes: tokens(laneWords, 'lanes', 1, maxLanes),
      settings: pairs({
        words: sharedWords,
        print: wordsOf,
        read: (all) =>
          asAddress(() => settingsFrom(all.map(([name, text]) => [name, text ?? ''] as const))),
      }),
      cursor: maybe('at', word('step', /r\d{1,4}\.[a-z]+\.\d{1,4}/, 'r1.notify.2')),
      lead: option('lead', whole('lane', 1, maxLanes), 1),
      view: option('view', oneOf('view', views), 'waveform'),
      documented: flag('documented'),
    },
    migrations: [{ from: 'v1', change: fromFirst }],
    check: (state) => check(state, catalogue),
  });

/**
 * The first version: operation, count, perhaps a pattern, then lanes and options.
 * `v1~tx~8~burst~hyper-v.netvsc~at.r1.notify.2`
 */
function fromFirst([operation = '', count = '', ...rest]: readonly string[]): readonly string[] {
  const pattern = rest[0] === 'burst' || rest[0] === 'spaced' ? rest[0] : undefined;
  const others = pattern === undefined ? rest : rest.slice(1);
  return [
    operation,
    ...others,
    ...(count === '1' ? [] : [`count.${count}`]),
    ...(count === '1' || pattern !== 'burst' ? [] : ['pattern.burst']),
  ];
}

// --- what there is ------------------------------------------------------------------------------------

function check({ operation, lanes, settings, cursor, lead }: Carried, catalogue: Catalogue): void {
  for (const lane of lanes) checkLane(lane, operation, catalogue);
  const { count = 1 } = settings;
  oneOf(`number of ${requestWord(operation)}s`, counts.map(String)).read(String(count));
  if (cursor !== null) checkStep(cursor, operation, count);
  const last = lanes.length;
  if (lead > last)
    throw new AddressError(`lane '${lead}': use ${lanes.map((_, index) => index + 1).join(', ')}`);
}

function checkLane(
  { architecture, device }: LaneSetup,
  operation: Carried['operation'],
  catalogue: Catalogue,
): void {
  const known = oneOf(
    'architecture',
    catalogue.map(({ id }) => id),
  ).read(architecture);
  const offered = catalogue.find(({ id }) => id === known)?.devices ?? [];
  const own = oneOf(
    `device of ${known}`,
    offered.map(({ id }) => id),
  ).read(device);
  const kind = offered.find(({ id }) => id === own)?.kind ?? 'network';
  oneOf(`operation of ${own}`, operationsOf[kind]).read(operation);
}

function checkStep(name: string, operation: Carried['operation'], count: number): void {
  const place = placeOf(name);
  if (place === null || place.index < 0)
    throw new AddressError(`step '${short(name)}': it is written like r1.notify.2`);
  if (place.request < 1 || place.request > count) {
    const word = requestWord(operation);
    throw new AddressError(`${word} ${place.request} of step '${short(name)}': use 1 to ${count}`);
  }
  oneOf('phase', phasesOf[operation]).read(place.phase);
}

// --- states -------------------------------------------------------------------------------------------

export const stateCodec = (catalogue: Catalogue): Codec<State> =>
  mapped(carried(catalogue), stateOf, carriedOf);

const stateOf = ({ operation, lanes, settings, documented, ...rest }: Carried): State => ({
  ...initialState({ shared: { ...settings, operation }, lanes }),
  ...rest,
  lead: rest.lead - 1,
  documentedOnly: documented,
});

function carriedOf({ setup, cursor, lead, view, documentedOnly }: State): Carried {
  const { operation, ...settings } = setup.shared;
  const { lanes } = setup;
  return { operation, lanes, settings, cursor, lead: lead + 1, view, documented: documentedOnly };
}

/** What to say of a step that an address asks for and no lane has. */
export function missingStep(duel: Duel, name: string): string {
  const stem = name.replace(/\.\d+$/, '');
  const there = duel.columns.filter(({ request, phase }) => `r${request}.${phase}` === stem).length;
  const valid = there === 0 ? 'no lane has a step there' : `use ${stem}.1 to ${stem}.${there}`;
  return unusable(`step '${name}': ${valid}`);
}
