/** A run as text: for terminals, and for golden files that a person reviews. */
import { type Run, type Step, stepsOf } from '#engine/index.ts';

/** The steps of a run, one a line, and its totals; steps beside the request are marked with a bar. */
export function flowText(run: Run): string {
  const { world, totals } = run;
  const steps = stepsOf(run);
  const width = Math.max(...steps.map(({ domain }) => domain.length));
  return [
    `${world.architecture.title}, ${world.device.title}: computed with the ${world.driver} driver`,
    ...steps.map((step) => line(step, width)),
    `requests ${totals.requests}, accesses ${totals.accesses.reads} reads and ${totals.accesses.writes} writes, doorbells ${totals.doorbells}`,
    `VM exits ${byDomain(totals.vmExits)}; hypercalls ${byDomain(totals.hypercalls)}; interrupts ${byDomain(totals.interrupts)}`,
    `wake-ups ${totals.wakeUps}, copies ${totals.copies} (${totals.bytesCopied} bytes), notifications ${totals.notifications.sent} sent and ${totals.notifications.suppressed} suppressed`,
    `line crossings ${totals.lineCrossings}, latency ${totals.latencyNs.default} ns (${totals.latencyNs.min} to ${totals.latencyNs.max})`,
  ].join('\n');
}

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
