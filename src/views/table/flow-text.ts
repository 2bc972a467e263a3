/** A run as text: for terminals, and for golden files that a person reviews. */
import { type Run, type Step, stepsOf } from '#engine/index.ts';
import { othersOf } from '#views/lane/policies.ts';

/** The steps of a run, one a line, and what it counted; steps beside the request are marked with a bar. */
export function flowText(run: Run): string {
  const { world } = run;
  const title = `${world.architecture.title}, ${world.device.title}: computed with the ${world.driver} driver`;
  return [
    title,
    ...stepLines(run),
    ...countLines(run),
    ...loadLines(run),
    ...dropLines(run),
    ...faultLines(run),
    ...policyLines(run),
  ].join('\n');
}

/** A load run keeps a window of its trace, too long to read: its steps are left to JSON. */
function stepLines(run: Run): string[] {
  if (run.scenario.detail !== 'full') return [];
  const steps = stepsOf(run);
  const width = Math.max(...steps.map(({ domain }) => domain.length));
  return steps.map((step) => line(step, width));
}

function countLines({ totals }: Run): string[] {
  return [
    `requests ${totals.requests}, accesses ${totals.accesses.reads} reads and ${totals.accesses.writes} writes, doorbells ${totals.doorbells}`,
    `VM exits ${byDomain(totals.vmExits)}; hypercalls ${byDomain(totals.hypercalls)}; interrupts ${byDomain(totals.interrupts)}`,
    `wake-ups ${totals.wakeUps}, copies ${totals.copies} (${totals.bytesCopied} bytes), notifications ${totals.notifications.sent} sent and ${totals.notifications.suppressed} suppressed`,
    `line crossings ${totals.lineCrossings}, latency ${totals.latencyNs.default} ns (${totals.latencyNs.min} to ${totals.latencyNs.max})`,
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
    `${step.atNs}`.padStart(9),
    step.onPath ? ' ' : '|',
    step.key.padEnd(22),
    step.domain.padEnd(width),
    step.mechanism.padEnd(17),
    step.sentence,
  ].join(' ');

const byDomain = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([domain, count]) => `${domain} ${count}`)
    .join(', ');
