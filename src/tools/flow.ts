/** `npm run flow`: runs one scenario and prints what happened, for people or as one JSON object. */
import { parseArgs } from 'node:util';
import {
  accessesOf,
  architectures,
  devicesOf,
  driversOf,
  loadLimits,
  operations,
  parameter,
  parameterIds,
  patterns,
  type Request,
  type Run,
  runRequest,
  ScenarioError,
  stepsOf,
} from '#engine/index.ts';
import { flowText } from '#views/flow-text.ts';

const options = {
  architecture: { type: 'string' },
  device: { type: 'string' },
  operation: { type: 'string' },
  count: { type: 'string' },
  bytes: { type: 'string' },
  pattern: { type: 'string' },
  interrupts: { type: 'string' },
  driver: { type: 'string' },
  variant: { type: 'string' },
  seed: { type: 'string' },
  set: { type: 'string', multiple: true },
  json: { type: 'boolean' },
  list: { type: 'boolean' },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];

/** Everything there is to ask for. */
function list() {
  return {
    architectures: architectures.map((architecture) => ({
      id: architecture.id,
      title: architecture.title,
      devices: devicesOf(architecture).map(({ id }) => id),
    })),
    devices: [
      ...new Map(architectures.flatMap(devicesOf).map((device) => [device.id, device])).values(),
    ].map((device) => ({
      id: device.id,
      title: device.title,
      class: device.class,
      drivers: driversOf(device).map(({ id }) => id),
      variants: device.variants,
      interrupts: device.interrupts,
    })),
    operations,
    patterns,
    interruptModes: [
      ...new Set(architectures.flatMap(devicesOf).flatMap(({ interrupts }) => interrupts)),
    ],
    parameters: Object.fromEntries(
      parameterIds.map((id) => [
        id,
        { value: parameter(id).value, range: parameter(id).range, unit: parameter(id).unit },
      ]),
    ),
    defaults: {
      operation: operations[0],
      pattern: patterns[0],
      count: loadLimits.count.usual,
      bytes: loadLimits.bytes.usual,
      seed: 1,
    },
  };
}

function printedList(): string {
  const all = list();
  return [
    'architectures and the devices they offer',
    ...all.architectures.map(({ id, devices }) => `  ${id.padEnd(12)}${devices.join(', ')}`),
    'devices',
    ...all.devices.map(
      ({ id, title, drivers, variants, interrupts }) =>
        `  ${id.padEnd(12)}${title}; drivers ${drivers.join(', ')}; variants ${variants.join(', ')}; interrupts ${interrupts.join(', ')}`,
    ),
    `operations      ${operations.join(', ')}`,
    `patterns        ${patterns.join(', ')}`,
    `defaults        ${Object.entries(all.defaults)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')}`,
    'parameters (--set name=value)',
    ...parameterIds.map(
      (id) =>
        `  ${id.padEnd(30)}${parameter(id).value} ${parameter(id).unit}: ${parameter(id).title}`,
    ),
  ].join('\n');
}

/** A request from the command line; throws a ScenarioError for what cannot be one. */
function requestFrom(values: Values): Request {
  const { architecture, device } = values;
  if (architecture === undefined)
    throw missing(
      'architecture',
      architectures.map(({ id }) => id),
    );
  if (device === undefined)
    throw missing('device', [...new Set(architectures.flatMap(devicesOf).map(({ id }) => id))]);
  const texts = {
    operation: values.operation,
    pattern: values.pattern,
    interrupts: values.interrupts,
    driver: values.driver,
    variant: values.variant,
  };
  const numbers = {
    count: number('count', values.count),
    bytes: number('bytes', values.bytes),
    seed: number('seed', values.seed),
  };
  const given = Object.entries({ ...texts, ...numbers }).filter(([, value]) => value !== undefined);
  return {
    architecture,
    device,
    parameters: settings(values.set ?? []),
    ...Object.fromEntries(given),
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
    accesses: accessesOf(run),
    steps,
  };
}

function main(): void {
  const { values } = parseArgs({ options, strict: true });
  if (values.list) {
    process.stdout.write(`${values.json ? JSON.stringify(list(), null, 2) : printedList()}\n`);
    return;
  }
  const run = runRequest(requestFrom(values));
  process.stdout.write(`${values.json ? JSON.stringify(report(run)) : flowText(run)}\n`);
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
