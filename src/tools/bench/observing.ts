/** What a journal costs: a burst with one against the same burst without, in the same run. */
import { observed, runRequest } from '#engine/execute.ts';
import type { Request } from '#engine/index.ts';
import { cpuSeconds, median } from './measure.ts';

const bursts: readonly Request[] = [
  { architecture: 'hyper-v', device: 'netvsc', count: 300, pattern: 'burst' },
  { architecture: 'esxi', device: 'e1000', count: 300, pattern: 'burst' },
];
const rounds = 5;

/** Plain runs first, once to warm up: when a process has watched a run, memory is of two kinds in compiled code. */
function ratio(burst: Request): string {
  const seconds = (work: () => void): number =>
    median(Array.from({ length: rounds }, () => cpuSeconds(work)));
  seconds(() => runRequest(burst));
  const plain = seconds(() => runRequest(burst));
  const watched = seconds(() => observed(burst));
  const afterwards = seconds(() => runRequest(burst));
  const name = `${burst.architecture} ${burst.device}`.padEnd(20);
  const times = (value: number): string => `${(value / plain).toFixed(2)} x`.padStart(9);
  return `${name}journal ${times(watched)}, plain afterwards ${times(afterwards)}`;
}

/** A line for each burst. */
export const journals = (): string[] => bursts.map(ratio);
