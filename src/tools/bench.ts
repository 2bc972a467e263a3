/**
 * `npm run bench`: how fast the engine computes, by processor time of this thread, medians of five rounds. Cold is the
 * first run of a fresh process, before anything is compiled. Then what a journal costs, and the event kernel against
 * other simulators, in the same run. Printed for people; nothing tests these numbers.
 */
import { execFileSync } from 'node:child_process';
import { runRequest } from '#engine/execute.ts';
import { type Request, stepsOf } from '#engine/index.ts';
import { comparisons } from './bench/compare.ts';
import { loads } from './bench/loads.ts';
import { cpuSeconds, median } from './bench/measure.ts';
import { journals } from './bench/observing.ts';

const flows: readonly Request[] = [
  { architecture: 'hyper-v', device: 'dec21140' },
  { architecture: 'hyper-v', device: 'netvsc' },
  { architecture: 'esxi', device: 'e1000' },
  { architecture: 'esxi', device: 'vmxnet3' },
];
const rounds = 5;
const burst = 500;

const cpuMilliseconds = (work: () => void): number => cpuSeconds(work) * 1000;

/** One flow with its steps, as a figure computes it. */
const single = (flow: Request): number => cpuMilliseconds(() => stepsOf(runRequest(flow)));

/** Requests a second in a burst, steps and totals included. */
const perSecond = (flow: Request): number =>
  (burst * 1000) / cpuMilliseconds(() => runRequest({ ...flow, count: burst, pattern: 'burst' }));

/** A fresh process prints its first run's time. */
const cold = (flow: Request): number =>
  Number(
    execFileSync(process.execPath, [import.meta.filename, JSON.stringify(flow)], {
      encoding: 'utf8',
    }),
  );

function row(flow: Request): string {
  const colds = Array.from({ length: rounds }, () => cold(flow));
  const warms = Array.from({ length: rounds }, () => single(flow));
  const rates = Array.from({ length: rounds }, () => perSecond(flow));
  return [
    `${flow.architecture} ${flow.device}`.padEnd(20),
    `${median(colds).toFixed(1)} ms`.padStart(12),
    `${median(warms).toFixed(2)} ms`.padStart(12),
    `${Math.round(median(rates))}`.padStart(14),
  ].join('');
}

const [asked] = process.argv.slice(2);
if (asked !== undefined) {
  process.stdout.write(String(single(JSON.parse(asked) as Request)));
} else {
  const heading = [
    'flow'.padEnd(20),
    'cold'.padStart(12),
    'warm'.padStart(12),
    'requests/s'.padStart(14),
  ];
  process.stdout.write(`${heading.join('')}\n`);
  for (const flow of flows) process.stdout.write(`${row(flow)}\n`);
  for (const line of loads()) process.stdout.write(`${line}\n`);
  for (const line of journals()) process.stdout.write(`${line}\n`);
  for (const line of comparisons()) process.stdout.write(`${line}\n`);
}
