/**
 * A number in prose, pulled from the engine at build: `flow="hyper-v/dec21140/tx?count=8&pattern=burst"` names a
 * run and `of="vmExits.guest"` one of its totals; `parameter="vm-exit"` names a cost. What is not there throws
 * and says what is.
 */
import {
  architectures,
  isParameterId,
  parameter,
  parameterIds,
  runRequest,
} from '#engine/execute.ts';
import {
  type ParameterId,
  type Request,
  type Run,
  ScenarioError,
  type Standing,
  stepsOf,
} from '#engine/index.ts';
import { grouped, timeWithRange } from '#views/language/format.ts';
import { standingOf } from '#views/language/standings.ts';

/** A number as prose shows it. */
export interface Shown {
  readonly text: string;
  /** How far it can be trusted: a count of an executed run, or the standing of what it is made of. */
  readonly standing: 'executed' | Standing;
  /** Where it comes from, for a reader who asks. */
  readonly explanation: string;
}

export function flowValue(flow: string, of: string): Shown {
  const run = runOf(flow);
  return of === 'latency' ? latencyOf(run) : countOf(run, of);
}

export function parameterValue(id: string): Shown {
  if (!isParameterId(id)) {
    throw new RangeError(
      `a <Value> needs a parameter of the engine, not '${id}': use ${parameterIds.join(', ')}`,
    );
  }
  const { title, conditions, standing } = parameter(id);
  const means = title.charAt(0).toUpperCase() + title.slice(1);
  return { text: parameterText(id), standing, explanation: `${means}; ${standing}. ${conditions}` };
}

const runs = new Map<string, Run>();

/** The run that a flow names; each is computed once a build. */
function runOf(flow: string): Run {
  const known = runs.get(flow);
  if (known !== undefined) return known;
  const run = runNamed(flow);
  runs.set(flow, run);
  return run;
}

function runNamed(flow: string): Run {
  try {
    return runRequest(requestOf(flow));
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    throw new RangeError(`<Value flow="${flow}">: ${error.message}`, { cause: error });
  }
}

const numeric = ['count', 'bytes', 'seed'] as const;
const textual = ['pattern', 'interrupts', 'driver', 'variant'] as const;
const settings: readonly string[] = [...numeric, ...textual];

/** "hyper-v/dec21140/tx?count=8" as a request. */
export function requestOf(flow: string): Request {
  const [path = '', query = ''] = flow.split('?');
  const [architecture, device, operation, ...more] = path.split('/');
  if (!architecture || !device || !operation || more.length > 0) {
    throw new RangeError(`a flow is written architecture/device/operation, not '${flow}'`);
  }
  const given = new URLSearchParams(query);
  for (const name of given.keys()) {
    if (settings.includes(name)) continue;
    throw new RangeError(`unknown setting '${name}' in '${flow}': use ${settings.join(', ')}`);
  }
  const chosen = (names: readonly string[], as: (text: string) => string | number) =>
    Object.fromEntries(
      names.flatMap((name) => {
        const text = given.get(name);
        return text === null ? [] : [[name, as(text)]];
      }),
    );
  return {
    architecture,
    device,
    operation,
    ...chosen(numeric, Number),
    ...chosen(textual, String),
  };
}

/** Totals that count something in each domain: without an entry the count is zero. */
const byDomain: readonly string[] = ['vmExits', 'hypercalls', 'interrupts'];

/** Domains of every architecture, so that a table can compare two that have different ones. */
const domainIds = new Set(architectures.flatMap(({ domains }) => domains.map(({ id }) => id)));

function countOf(run: Run, of: string): Shown {
  const counts = countsOf(run);
  const count = counts[of];
  if (count === undefined) {
    const names = [...Object.keys(counts), 'latency'];
    throw new RangeError(`a run has no total '${of}': use ${names.join(', ')}`);
  }
  return {
    text: grouped(count),
    standing: 'executed',
    explanation: `Counted in an executed run: ${nameOfRun(run)}.`,
  };
}

/** Every count of a run by the name that prose uses. */
function countsOf(run: Run): Readonly<Record<string, number>> {
  const { accesses } = run.totals;
  const counts: Record<string, number> = { 'accesses.total': accesses.reads + accesses.writes };
  for (const [name, value] of Object.entries(run.totals)) {
    if (name === 'latencyNs') continue;
    if (typeof value === 'number') counts[name] = value;
    else
      for (const [part, count] of Object.entries(value)) counts[`${name}.${part}`] = Number(count);
    if (!byDomain.includes(name)) continue;
    for (const id of domainIds) counts[`${name}.${id}`] ??= 0;
  }
  return counts;
}

function latencyOf(run: Run): Shown {
  const standing = standingOf(stepsOf(run).flatMap(({ costs }) => costs)) ?? 'executed';
  return {
    text: timeWithRange(run.totals.latencyNs),
    standing,
    explanation: `Computed from the costs on the path, with their range; ${standing}. ${nameOfRun(run)}.`,
  };
}

function nameOfRun({ world, scenario }: Run): string {
  const { count, operation } = scenario.subject.vms[0].load;
  const packets = count === 1 ? '1 packet' : `${count} packets`;
  const done = operation === 'tx' ? 'sent' : 'received';
  return `${packets} ${done}, ${world.architecture.title}, ${world.device.title}, with the ${world.driver} driver`;
}

function parameterText(id: ParameterId): string {
  const { value, range, unit } = parameter(id);
  const [min, max] = range;
  if (unit === 'ns') return timeWithRange({ min, default: value, max });
  const words = unit === 'count' || unit === 'switch' ? '' : ` ${unit}`;
  const ends = min === max ? '' : ` (${grouped(min)} to ${grouped(max)})`;
  return `${grouped(value)}${words}${ends}`;
}
