/** A run as text: for terminals, and for golden files that a person reviews. */
import {
  exitRowsOf,
  outsideModel,
  type Run,
  type Step,
  stepsOf,
  type Totals,
} from '#engine/index.ts';
import { othersOf } from '#views/lane/policies.ts';
import { repeatsIn } from './repeats.ts';

/** The steps of a run, one a line, and what it counted; steps beside the request are marked with a bar. */
export function flowText(run: Run): string {
  const { world } = run;
  const title = `${world.architecture.title}, ${world.device.title}: computed with the ${world.driver} driver`;
  return [
    title,
    ...stepLines(run),
    ...countLines(run),
    ...exitLines(run),
    ...loadLines(run),
    ...dropLines(run),
    ...faultLines(run),
    ...policyLines(run),
  ].join('\n');
}

/**
 * The steps, with what repeats folded. A load run keeps a window of its trace, too long to read: its steps are left to
 * JSON.
 */
function stepLines(run: Run): string[] {
  if (run.scenario.detail !== 'full') return [];
  const steps = stepsOf(run);
  const width = steps.reduce((most, { domain }) => Math.max(most, domain.length), 0);
  const lines: string[] = [];
  for (const part of partsOf(steps)) {
    if (part.kind === 'same') lines.push(sameLine(part));
    else for (const line of repeatedLines(part.steps, width)) lines.push(line);
  }
  return lines;
}

/** Steps to show, or a request whose steps are those of an earlier one. */
type Part = { readonly kind: 'steps'; readonly steps: Step[] } | SameSteps;

interface SameSteps {
  readonly kind: 'same';
  readonly steps: readonly Step[];
  /** The request that has the same steps. */
  readonly as: number;
  /** Whether it has other values in registers. */
  readonly otherValues: boolean;
}

/** The steps in order of time; of a request that has the same as an earlier one, one line where it begins. */
function partsOf(steps: readonly Step[]): Part[] {
  const same = sameRequests(steps);
  const parts: Part[] = [];
  const told = new Set<number>();
  for (const step of steps) {
    const found = same.get(step.request);
    const last = parts.at(-1);
    if (found !== undefined) {
      if (!told.has(step.request)) parts.push(found);
      told.add(step.request);
    } else if (last?.kind === 'steps') last.steps.push(step);
    else parts.push({ kind: 'steps', steps: [step] });
  }
  return parts;
}

/** Requests that do what an earlier one did, step by step, perhaps with other values. */
function sameRequests(steps: readonly Step[]): ReadonlyMap<number, SameSteps> {
  const first = new Map<string, { request: number; words: string }>();
  const same = new Map<number, SameSteps>();
  for (const [request, own] of Map.groupBy(steps, (step) => step.request)) {
    const words = own.map(wordsOf).join('\n');
    const shape = words.replace(/0x[0-9a-f]+/g, '0x');
    const as = first.get(shape);
    if (as === undefined) first.set(shape, { request, words });
    else if (own.length > 1)
      same.set(request, {
        kind: 'same',
        steps: own,
        as: as.request,
        otherValues: words !== as.words,
      });
  }
  return same;
}

const sameLine = ({ steps, as, otherValues }: SameSteps): string => {
  const first = steps[0]!;
  const values = otherValues ? ', with other values' : '';
  return `${at(first)}   request ${first.request}: the same ${steps.length} steps as request ${as}${values}, until ${steps.at(-1)!.untilNs}`;
};

function repeatedLines(steps: readonly Step[], width: number): string[] {
  return repeatsIn(steps.map(wordsOf)).flatMap(({ from, to, times }) => {
    const once = steps.slice(from, to).map((step) => line(step, width));
    if (times === 1) return once;
    const last = steps[from + times * (to - from) - 1]!;
    const what = to - from === 1 ? 'the same step' : `the same ${to - from} steps`;
    return [...once, `${at(last)}   ${what} ${times - 1} times more, until ${last.untilNs}`];
  });
}

/** What a step does, whenever and for whichever request. */
const wordsOf = ({ phase, onPath, domain, mechanism, sentence }: Step): string =>
  [phase, onPath, domain, mechanism, sentence].join('|');

function countLines({ totals }: Run): string[] {
  return [
    `requests ${totals.requests}, accesses ${totals.accesses.reads} reads and ${totals.accesses.writes} writes, doorbells ${totals.doorbells}`,
    `VM exits ${byDomain(totals.vmExits)}; hypercalls ${byDomain(totals.hypercalls)}; interrupts ${byDomain(totals.interrupts)}`,
    `wake-ups ${totals.wakeUps}, copies ${totals.copies} (${totals.bytesCopied} bytes), notifications ${totals.notifications.sent} sent and ${totals.notifications.suppressed} suppressed`,
    `${crossings(totals)}, latency ${latency(totals)}`,
  ];
}

/** Crossings on the paths of the requests; said to be worked out from some where the trace does not hold all. */
function crossings({ lineCrossings, lineCrossingsThat, requests, lost, traced }: Totals): string {
  const done = requests - lost;
  if (traced === 0 && done > 0) return 'line crossings not traced';
  const { carry, ask } = lineCrossingsThat;
  const that = ` (${carry} carry ${requests > 1 ? 'requests' : 'the request'}, ${ask} ask the device)`;
  const some = traced < done ? ` by the ${traced} requests that the trace holds` : '';
  const average = done > 1 ? `, ${(lineCrossings / done).toFixed(1)} a request on average` : '';
  return `line crossings ${lineCrossings}${that}${some}${average}`;
}

/** Time of a request; its ends are read off the trace, so that without one there are none. */
function latency({ latencyNs, requests, traced }: Totals): string {
  const ends = traced === 0 ? '' : ` (${latencyNs.min} to ${latencyNs.max})`;
  return `${latencyNs.default} ns${ends}${requests > 1 ? ' a request on average' : ''}`;
}

/** Why guests left, in the names of Linux; each machine's driver runs on one of its processors. */
function exitLines(run: Run): string[] {
  if (!run.world.architecture.hasHypervisor) return [];
  const told = exitRowsOf(run).map(
    ({ reason, amd, count, perSecond }) =>
      `${reason} (AMD: ${amd}) ${count}${run.totals.requests > 1 ? `, ${Math.round(perSecond)} a second` : ''}`,
  );
  const exits = told.length === 0 ? 'none' : told.join('; ');
  return [
    `exits by KVM’s reasons, all of virtual processor 0: ${exits}; not I/O, outside the model: ${outsideModel.join(', ')}`,
  ];
}

/** How long requests took and how busy the actors were, where there are several. */
function loadLines({ totals, statistics }: Run): string[] {
  if (totals.requests < 2) return [];
  const { p50, p95, p99, max } = statistics.latencyNs;
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  return [
    `${Math.round(statistics.throughputPerSecond)} requests a second; latency median ${p50}, 95th percentile ${p95}, 99th ${p99}, longest ${max} ns; lost ${totals.lost}`,
    `busy: guests ${percent(statistics.guestUtilization)}${statistics.servers
      .slice(0, mostServers)
      .map(({ id, utilization }) => `, ${id} ${percent(utilization)}`)
      .join('')}`,
  ];
}

/** Where frames were dropped, and how often the guest's queue stood still. */
const dropLines = ({ totals: { drops, queueStops } }: Run): string[] => [
  ...drops.map(
    ({ frames, place, domain, counter }) =>
      `dropped ${frames}: ${place} full (${domain}); counted as ${counter ?? 'nothing'}`,
  ),
  ...(queueStops.stops === 0 ? [] : [stopLine(queueStops)]),
];

function stopLine({ stops, wakes, counters }: Run['totals']['queueStops']): string {
  const called = (counter: string | null): string => (counter === null ? '' : ` (${counter})`);
  return `the guest’s queue stopped ${stops}${called(counters.stops)} and went on ${wakes}${called(counters.wakes)}`;
}

const faultLines = ({ scenario, outcome }: Run): string[] =>
  scenario.faults.length === 0
    ? []
    : outcome.map(
        ({ completed, requested, state, why }, vm) =>
          `VM ${vm + 1}: ${state}, ${completed} of ${requested} requests done: ${why}`,
      );

/** What the host was free to choose, and what else it could have. */
const policyLines = ({ world }: Run): string[] =>
  world.policies.map(
    (policy) =>
      `policy ${policy.id}=${policy.choice.id} (${policy.choice.evidence}; or ${othersOf(policy).join(', ')}): ${policy.choice.title}. ${policy.choice.consequence}`,
  );

/** Actors that are listed: the shared ones come first, then those of each virtual machine. */
const mostServers = 6;

const line = (step: Step, width: number): string =>
  [
    at(step),
    step.onPath ? ' ' : '|',
    step.key.padEnd(22),
    step.domain.padEnd(width),
    step.mechanism.padEnd(17),
    step.sentence,
  ].join(' ');

const at = ({ atNs }: Step): string => `${atNs}`.padStart(9);

const byDomain = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([domain, count]) => `${domain} ${count}`)
    .join(', ');
