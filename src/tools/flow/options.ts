/** The options of `npm run flow`: one for each setting of a request, from their table, and some of its own. */
import { architectures, devicesOf } from '#engine/execute.ts';
import { type Request, ScenarioError, settings, settingsFrom } from '#engine/index.ts';

/** What an option takes, as in `--count number`; nothing for a switch. */
interface Described {
  readonly form: string;
  readonly means: string;
}

const machine = {
  architecture: { form: 'word', means: 'whose placement and crossings' },
  device: { form: 'word', means: 'which device the guest has' },
} as const satisfies Record<string, Described>;

const instead = {
  procedure: { form: 'word', means: 'shows a documented procedure, and runs nothing' },
} as const satisfies Record<string, Described>;

const switches = {
  list: { form: '', means: 'lists everything there is to ask for' },
  json: { form: '', means: 'prints one JSON object' },
  help: { form: '', means: 'prints these options' },
} as const satisfies Record<string, Described>;

const described: readonly (readonly [string, Described])[] = [
  ...Object.entries(machine),
  ...settings.map(({ word, kind, means }) => {
    const repeated = kind.repeats ? '; may be repeated' : '';
    return [word, { form: kind.form, means: `${means}${repeated}` }] as const;
  }),
  ...Object.entries(instead),
  ...Object.entries(switches),
];

export const optionNames = described.map(([name]) => name);

/** All texts of an option are read, so that one given twice can be refused. */
export const options = Object.fromEntries(
  described.map(([name, { form }]) => [
    name,
    form === '' ? { type: 'boolean' as const } : { type: 'string' as const, multiple: true },
  ]),
);

/** What `parseArgs` finds, by the name of the option. */
export type Values = Readonly<
  Record<string, string | boolean | readonly (string | boolean)[] | undefined>
>;

/** A table of all options. */
export function helpText(): string {
  const rows = described.map(
    ([name, { form, means }]) => [`--${name} ${form}`.trimEnd(), means] as const,
  );
  const width = Math.max(...rows.map(([option]) => option.length));
  return [
    'npm run flow -- --architecture hyper-v --device netvsc --operation tx',
    ...rows.map(([option, means]) => `  ${option.padEnd(width)}  ${means}`),
  ].join('\n');
}

/** A request from the command line. Throws a ScenarioError for what cannot be one. */
export function requestFrom(values: Values): Request {
  const words = settings.flatMap(({ word }) =>
    textsOf(values, word).map((text) => [word, text] as const),
  );
  return {
    architecture: required(values, 'architecture', architectureIds()),
    device: required(values, 'device', deviceIds()),
    ...settingsFrom(words),
  };
}

/** The text of an option that is given once; undefined where it is not. Throws a ScenarioError. */
export function textOf(values: Values, name: string): string | undefined {
  const [text, ...more] = textsOf(values, name);
  if (more.length === 0) return text;
  throw new ScenarioError(`--${name} is given ${more.length + 1} times: give it once`);
}

const textsOf = (values: Values, name: string): readonly string[] =>
  (values[name] ?? []) as readonly string[];

function required(values: Values, name: string, valid: readonly string[]): string {
  const text = textOf(values, name);
  if (text !== undefined) return text;
  throw new ScenarioError(`--${name} is missing: use one of ${valid.join(', ')}`);
}

const architectureIds = (): string[] => architectures.map(({ id }) => id);

const deviceIds = (): string[] => [
  ...new Set(architectures.flatMap(devicesOf).map(({ id }) => id)),
];
