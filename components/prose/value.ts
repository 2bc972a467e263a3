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
  assertNever,
  type Evidence,
  type Flow,
  flowIn,
  keyOf,
  type Operation,
  type ParameterId,
  type Run,
  ScenarioError,
  type Settings,
  type Standing,
  stepsOf,
  wordsOf,
} from '#engine/index.ts';
import { counted, grouped, timeWithRange } from '#views/language/format.ts';
import { standingOf } from '#views/lane/standings.ts';

/** A number as prose shows it. */
export interface Shown {
  readonly text: string;
  /** How far it can be trusted: a count of an executed run, or the standing of what it is made of. */
  readonly standing: 'executed' | Standing;
  /** Where it comes from, for a reader who asks. */
  readonly explanation: string;
}

/** A number of the run that a flow names. Throws a RangeError that says what there is. */
export function flowValue(text: string, of: string): Shown {
  try {
    const flow = flowIn(text);
    const run = runOf(flow);
    return of === 'latency' ? latencyOf(flow, run) : countOf(flow, run, of);
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    throw new RangeError(`<Value flow="${text}">: ${error.message}`, { cause: error });
  }
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

/** The run that a flow asks for; each is computed once a build. */
function runOf(flow: Flow): Run {
  const key = keyOf(flow);
  const run = runs.get(key) ?? runRequest(flow);
  runs.set(key, run);
  return run;
}

/** Totals that count something in each domain: without an entry the count is zero. */
const byDomain: readonly string[] = ['vmExits', 'hypercalls', 'interrupts'];

/** Domains of every architecture, so that a table can compare two that have different ones. */
const domainIds = new Set(architectures.flatMap(({ domains }) => domains.map(({ id }) => id)));

function countOf(flow: Flow, run: Run, of: string): Shown {
  const counts = countsOf(run);
  const count = counts[of];
  if (count === undefined) {
    const names = [...Object.keys(counts), 'latency'];
    throw new RangeError(`a run has no total '${of}': use ${names.join(', ')}`);
  }
  return {
    text: grouped(count),
    standing: 'executed',
    explanation: `Counted in an executed run: ${nameOf(flow, run)}.${ofGuest.test(of) ? '' : evidenceOf(run)}`,
  };
}

/** Totals of what the guest's driver does; all others hang on what the host does. */
const ofGuest = /^(?:requests|accesses\.\w+|\w+\.guest)$/;

/** How much of what a run counts on its host's side no source says: "2 of 17 steps are assumed, 9 inferred". */
function evidenceOf(run: Run): string {
  const steps = stepsOf(run);
  const having = (evidence: Evidence): number =>
    steps.filter((step) => step.evidence === evidence).length;
  return ` Of its ${counted(steps.length, 'step')}, ${having('inferred')} are inferred and ${having('assumed')} assumed.`;
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

function latencyOf(flow: Flow, run: Run): Shown {
  const standing = standingOf(stepsOf(run).flatMap(({ costs }) => costs)) ?? 'executed';
  return {
    text: timeWithRange(run.totals.latencyNs),
    standing,
    explanation: `Computed from the costs on the path, with their range; ${standing}. ${nameOf(flow, run)}.`,
  };
}

/** What the guest did, on which machine, with which driver, and what else the flow asks for. */
function nameOf(flow: Flow, { world, scenario }: Run): string {
  const { count, bytes, operation } = scenario.subject.vms[0].load;
  const machine = `${world.architecture.title}, ${world.device.title}, with the ${world.driver} driver`;
  const others = wordsOf(withoutNamed(flow)).map(([word, text]) => `${word} ${text}`);
  const chosen = world.policies.map(
    ({ id, choice }) => `${id}=${choice.id} (${choice.evidence}; the host is free)`,
  );
  return [`${done(operation, count, bytes)}, ${machine}`, ...others, ...chosen].join(', ');
}

/** "1 packet of 1,514 bytes sent", "4 blocks of 4,096 bytes read". */
function done(operation: Operation, count: number, bytes: number): string {
  const of = (noun: string): string => `${counted(count, noun)} of ${counted(bytes, 'byte')}`;
  switch (operation) {
    case 'tx':
      return `${of('packet')} sent`;
    case 'rx':
      return `${of('packet')} received`;
    case 'echo':
      return `${of('packet')} sent and answered`;
    case 'read':
      return `${of('block')} read`;
    case 'write':
      return `${of('block')} written`;
    case 'flush':
      return counted(count, 'flush of the disk', 'flushes of the disk');
    default:
      return assertNever(operation);
  }
}

/** Settings that the words before them do not say already. */
const withoutNamed = ({
  operation: _operation,
  count: _count,
  bytes: _bytes,
  driver: _driver,
  policies: _policies,
  ...others
}: Flow): Settings => others;

function parameterText(id: ParameterId): string {
  const { value, range, unit } = parameter(id);
  const [min, max] = range;
  if (unit === 'ns') return timeWithRange({ min, default: value, max });
  const words = unit === 'count' ? '' : ` ${unit}`;
  const ends = min === max ? '' : ` (${grouped(min)} to ${grouped(max)})`;
  return `${grouped(value)}${words}${ends}`;
}
