/**
 * `npm run flow`: runs one scenario, or shows a documented procedure, and prints what happened, for people or as one JSON
 * object.
 */
import { parseArgs } from 'node:util';
import { architectures, devicesOf, parameter, runRequest } from '#engine/execute.ts';
import { accessesOf, type Request, type Run, ScenarioError, stepsOf } from '#engine/index.ts';
import { flowText } from '#views/table/flow-text.ts';
import { list, printedList } from './flow/list.ts';
import { procedureCalled, procedureText } from './flow/procedure.ts';

/** Options with a word, with a number, with several words, and switches. */
const words = [
  'architecture',
  'device',
  'operation',
  'pattern',
  'interrupts',
  'driver',
  'variant',
  'scheduler',
] as const;
const numbers = {
  count: 'count',
  bytes: 'bytes',
  batch: 'batch',
  'queue-depth': 'queueDepth',
  rate: 'rate',
  vms: 'vms',
  processors: 'processors',
  generation: 'generation',
  seed: 'seed',
  window: 'window',
} as const satisfies Record<string, keyof Request>;

const word = { type: 'string' } as const;
const options = {
  ...Object.fromEntries(words.map((name) => [name, word])),
  ...Object.fromEntries(Object.keys(numbers).map((name) => [name, word])),
  'integration-services': word,
  procedure: word,
  fault: { type: 'string', multiple: true },
  move: { type: 'string', multiple: true },
  set: { type: 'string', multiple: true },
  json: { type: 'boolean' },
  list: { type: 'boolean' },
} as const;

type Values = Readonly<
  Record<string, string | boolean | readonly (string | boolean)[] | undefined>
>;

/** A request from the command line; throws a ScenarioError for what cannot be one. */
function requestFrom(values: Values): Request {
  const text = (name: string): string | undefined => values[name] as string | undefined;
  const many = (name: string): readonly string[] => (values[name] ?? []) as readonly string[];
  const architecture = text('architecture');
  const device = text('device');
  if (architecture === undefined)
    throw missing(
      'architecture',
      architectures.map(({ id }) => id),
    );
  if (device === undefined)
    throw missing('device', [...new Set(architectures.flatMap(devicesOf).map(({ id }) => id))]);
  const given = [
    ...words.map((name) => [name, text(name)] as const),
    ...Object.entries(numbers).map(([name, field]) => [field, number(name, text(name))] as const),
    ['integrationServices', onOff('integration-services', text('integration-services'))] as const,
  ].filter(([, value]) => value !== undefined);
  return {
    ...Object.fromEntries(given),
    architecture,
    device,
    faults: many('fault'),
    moves: many('move').map(moveFrom),
    parameters: settings(many('set')),
  };
}

const missing = (name: string, valid: readonly string[]): ScenarioError =>
  new ScenarioError(`--${name} is missing: use one of ${valid.join(', ')}`);

function number(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new ScenarioError(`--${name} must be a number, not '${text}'`);
}

function onOff(name: string, text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  if (text === 'on' || text === 'off') return text === 'on';
  throw new ScenarioError(`--${name} must be on or off, not '${text}'`);
}

function moveFrom(text: string): { role: string; to: string } {
  const [role = '', to = ''] = text.split('=');
  if (role === '' || to === '') throw new ScenarioError(`--move takes role=domain, not '${text}'`);
  return { role, to };
}

function settings(assignments: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    assignments.map((assignment) => {
      const [name = '', text] = assignment.split('=');
      const value = number(`set ${name}`, text);
      if (value === undefined)
        throw new ScenarioError(`--set takes parameter=value, not '${assignment}'`);
      return [name, value];
    }),
  );
}

/** The object that `--json` prints. */
function report(run: Run) {
  const steps = stepsOf(run).map((step) => ({
    ...step,
    costs: step.costs.map((cost) => ({ ...cost, standing: parameter(cost.parameter).standing })),
  }));
  return {
    scenario: run.scenario,
    driver: run.world.driver,
    totals: run.totals,
    statistics: run.statistics,
    outcome: run.outcome,
    accesses: accessesOf(run),
    steps,
  };
}

function main(): void {
  const { values } = parseArgs({ options, strict: true }) as { values: Values };
  if (values['list']) {
    process.stdout.write(`${values['json'] ? JSON.stringify(list(), null, 2) : printedList()}\n`);
    return;
  }
  if (typeof values['procedure'] === 'string') {
    const procedure = procedureCalled(values['procedure']);
    const shown = values['json']
      ? JSON.stringify({ origin: 'documented', ...procedure })
      : procedureText(procedure);
    process.stdout.write(`${shown}\n`);
    return;
  }
  const run = runRequest(requestFrom(values));
  process.stdout.write(`${values['json'] ? JSON.stringify(report(run)) : flowText(run)}\n`);
}

try {
  main();
} catch (error) {
  const usage = error instanceof ScenarioError || (error instanceof TypeError && 'code' in error);
  if (!usage) throw error;
  const cure =
    error instanceof ScenarioError
      ? ''
      : `: use ${Object.keys(options)
          .map((name) => `--${name}`)
          .join(' ')}`;
  process.stderr.write(`${error.message.split(/[.\n]/)[0]}${cure}\n`);
  process.exitCode = 2;
}
