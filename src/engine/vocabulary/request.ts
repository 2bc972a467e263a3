/**
 * A scenario in words, as people and addresses give it, and the one table of its settings: command line, address, prose
 * and help read the same rows. This is syntax alone; which names and numbers there are, `scenarioFor` knows.
 */
import type { ChosenPolicies } from './policy.ts';
import { ScenarioError } from './scenario-error.ts';

/** What a request may say beside architecture and device; what is left out gets its default. */
export interface Settings {
  readonly operation?: string;
  readonly count?: number;
  readonly bytes?: number;
  readonly pattern?: string;
  readonly batch?: number;
  /** Whether frames of a batch come to the driver in calls of their own or as a list: `calls`, `list`. */
  readonly sentAs?: string;
  readonly flows?: number;
  readonly queueDepth?: number;
  /** Requests a second of each virtual machine; makes the pattern open. */
  readonly rate?: number;
  readonly vms?: number;
  readonly processors?: number;
  readonly interrupts?: string;
  readonly driver?: string;
  readonly variant?: string;
  /** Entries of the driver's rings, by ring: see `RingLimit`. */
  readonly rings?: Readonly<Record<string, number>>;
  readonly scheduler?: string;
  /** What the host does where it is free to choose, by the policy's name: see `Policy`. */
  readonly policies?: ChosenPolicies;
  /** Roles in other domains than the architecture has them in. */
  readonly moves?: readonly AskedMove[];
  readonly generation?: number;
  readonly integrationServices?: boolean;
  /** Such as `physical-driver`, `vmx@20000`, `lost-interrupt=3`, `ring-full=500000`: see `faultFor`. */
  readonly faults?: readonly string[];
  readonly parameters?: Readonly<Record<string, number>>;
  readonly seed?: number;
  /** Events of the trace to keep; all of them where there are up to 1000 requests. */
  readonly window?: number;
}

export interface AskedMove {
  readonly role: string;
  readonly to: string;
}

/** A scenario in words. */
export interface Request extends Settings {
  readonly architecture: string;
  readonly device: string;
}

/** A setting as it is typed: its word, and the text of its value. */
export type SettingWord = readonly [word: string, text: string];

/** How values of a kind are written. `read` gets at least one text, `write` gives none for an empty value. */
interface Kind<T> {
  /** What stands for the value in a help text. */
  readonly form: string;
  /** Whether the word may be given several times, each time with a part of the value. */
  readonly repeats: boolean;
  read(word: string, texts: readonly string[]): T;
  write(value: T): readonly string[];
}

/** One setting of a request. */
export interface Setting<Key extends keyof Settings = keyof Settings> {
  readonly key: Key;
  /** What people type. */
  readonly word: string;
  readonly kind: Kind<Required<Settings>[Key]>;
  /** What it is for, as part of a help text. */
  readonly means: string;
}

/** Kinds of one value are given once. */
const single = <T>(
  form: string,
  read: (word: string, text: string) => T,
  write: (value: T) => string,
): Kind<T> => ({
  form,
  repeats: false,
  read: (word, texts) => {
    if (texts.length > 1) {
      throw new ScenarioError(
        `${word} is given ${texts.length} times (${texts.join(', ')}): give it once`,
      );
    }
    return read(word, texts[0]!);
  },
  write: (value) => [write(value)],
});

const number = single('number', readNumber, String);
const word = single('word', readWord, String);
const onOff = single('on|off', readSwitch, (value) => (value ? 'on' : 'off'));

const words: Kind<readonly string[]> = {
  form: 'word',
  repeats: true,
  read: (name, texts) => texts.map((text) => readWord(name, text)),
  write: (value) => value,
};

const moves: Kind<readonly AskedMove[]> = {
  form: 'role=domain',
  repeats: true,
  read: (name, texts) =>
    texts.map((text) => {
      const [role, to] = readPair(name, text, 'role=domain');
      return { role, to };
    }),
  write: (value) => value.map(({ role, to }) => `${role}=${to}`),
};

/** Values by name, each name given once. */
const byName = <T extends number | string>(
  form: string,
  read: (name: string, text: string) => T,
): Kind<Readonly<Record<string, T>>> => ({
  form,
  repeats: true,
  read: (word, texts) => {
    const values = new Map<string, T>();
    for (const text of texts) {
      const [name, value] = readPair(word, text, form);
      if (values.has(name)) throw new ScenarioError(`${name} is set twice: give it one value`);
      values.set(name, read(`${word} ${name}`, value));
    }
    return Object.fromEntries(values);
  },
  write: (values) =>
    Object.keys(values)
      .toSorted()
      .map((name) => `${name}=${values[name]}`),
});

const rings = byName('ring=entries', readNumber);
const parameters = byName('parameter=value', readNumber);
const policies = byName('policy=choice', readWord);

const row = <Key extends keyof Settings>(
  key: Key,
  name: string,
  kind: Kind<Required<Settings>[Key]>,
  means: string,
): Setting<Key> => ({ key, word: name, kind, means });

/** Every setting, in the order in which texts have them. */
export const settings: readonly Setting[] = [
  row('operation', 'operation', word, 'what the guest asks of its device'),
  row('count', 'count', number, 'requests of each virtual machine'),
  row('bytes', 'bytes', number, 'length of each frame or block'),
  row('pattern', 'pattern', word, 'when requests are asked for'),
  row('batch', 'batch', number, 'requests asked for at once'),
  row(
    'sentAs',
    'sent-as',
    word,
    'whether a batch comes to the driver in single calls or as a list',
  ),
  row('flows', 'flows', number, 'connections that batches of frames take turns in'),
  row('queueDepth', 'queue-depth', number, 'requests that may be under way at a time'),
  row('rate', 'rate', number, 'requests a second, at random'),
  row('vms', 'vms', number, 'virtual machines'),
  row('processors', 'processors', number, 'virtual processors of each'),
  row('interrupts', 'interrupts', word, 'how the device interrupts'),
  row('driver', 'driver', word, 'driver that the guest runs'),
  row('variant', 'variant', word, 'chip variant of the device model'),
  row('rings', 'ring', rings, 'length of the driver’s transmit or receive ring'),
  row('scheduler', 'scheduler', word, 'who schedules virtual processors'),
  row('policies', 'policy', policies, 'what the host does where it is free to choose'),
  row('moves', 'move', moves, 'a role in another domain'),
  row('generation', 'generation', number, 'generation of the virtual machines'),
  row('integrationServices', 'integration-services', onOff, 'whether the guest has them'),
  row('faults', 'fault', words, 'what goes wrong: a part, part@nanoseconds, lost-interrupt=number'),
  row('parameters', 'set', parameters, 'a cost or size other than its default'),
  row('seed', 'seed', number, 'where chance begins'),
  row('window', 'window', number, 'events of the trace to keep'),
];

/** The settings that words say. Throws a ScenarioError for a word that is unknown, misused or without a sense. */
export function settingsFrom(given: Iterable<SettingWord>): Settings {
  const texts = new Map<Setting, string[]>();
  for (const [name, text] of given) {
    const setting = settingCalled(name);
    texts.set(setting, [...(texts.get(setting) ?? []), text]);
  }
  return Object.fromEntries(
    settings.flatMap((setting) => {
      const own = texts.get(setting);
      return own === undefined ? [] : [[setting.key, setting.kind.read(setting.word, own)]];
    }),
  );
}

/** The words that say the settings, in the order of the table: `settingsFrom` takes them back. */
export const wordsOf = (asked: Settings): readonly SettingWord[] =>
  settings.flatMap(({ key, word: name, kind }) => {
    const value = asked[key];
    return value === undefined ? [] : kind.write(value).map((text) => [name, text] as const);
  });

function settingCalled(name: string): Setting {
  const found = settings.find((setting) => setting.word === name);
  if (found !== undefined) return found;
  const known = settings.map((setting) => setting.word).join(', ');
  throw new ScenarioError(`unknown setting '${name}': use ${known}`);
}

/** A number has one text, so that addresses have one form: no blank, exponent, other base or idle zero. */
function readNumber(name: string, text: string): number {
  const value = Number(text);
  const plain = String(value);
  const isPlain = text !== '' && /^-?[\d.]+$/.test(plain);
  if (isPlain && plain === text) return value;
  const cure = isPlain ? `: write ${plain}` : '';
  throw new ScenarioError(`${name} must be a number in plain digits, not '${text}'${cure}`);
}

function readWord(name: string, text: string): string {
  if (text !== '') return text;
  throw new ScenarioError(`${name} has no value: give it one, or leave it out`);
}

function readSwitch(name: string, text: string): boolean {
  if (text === 'on' || text === 'off') return text === 'on';
  throw new ScenarioError(`${name} must be on or off, not '${text}'`);
}

function readPair(name: string, text: string, form: string): readonly [string, string] {
  const [first = '', second = '', ...more] = text.split('=');
  if (first !== '' && second !== '' && more.length === 0) return [first, second];
  throw new ScenarioError(`${name} takes ${form}, not '${text}'`);
}
