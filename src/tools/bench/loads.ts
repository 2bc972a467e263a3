/** How fast loaded machines are simulated: drivers and device models executed, without a trace. */
import { execFileSync } from 'node:child_process';
import { runRequest } from '#engine/execute.ts';
import type { Request } from '#engine/index.ts';
import { cpuSeconds, median } from './measure.ts';

const rounds = 5;

/** Packets that leave 64 machines whose card is never idle: each guest has 32 under way and hands over some at once. */
const saturated = (batch: number): Request => ({
  architecture: 'hyper-v',
  device: 'netvsc',
  vms: 64,
  count: 2000,
  queueDepth: 32,
  batch,
  sentAs: 'list',
  window: 0,
});

/** Reads of one machine, as a figure of a load asks for them. */
const reads: Request = {
  architecture: 'hyper-v',
  device: 'storvsc',
  operation: 'read',
  count: 20_000,
  queueDepth: 32,
  window: 0,
};

const requestsOf = ({ vms = 1, count = 1 }: Request): number => vms * count;

/** Seconds that a fresh process takes for its first run. */
const coldSeconds = (request: Request): number =>
  Number(
    execFileSync(process.execPath, [import.meta.filename, JSON.stringify(request)], {
      encoding: 'utf8',
    }),
  );

const seconds = (request: Request): number => cpuSeconds(() => runRequest(request));

/** The loads, as lines to print. */
export function* loads(): Generator<string> {
  for (const batch of [8, 1]) {
    const request = saturated(batch);
    seconds(request);
    const warm = median(Array.from({ length: rounds }, () => seconds(request)));
    const rate = Math.round(requestsOf(request) / warm);
    const lists = batch === 1 ? 'one packet at a time' : `lists of ${batch} packets`;
    yield `64 netvsc machines at saturation, ${lists}: ${rate} packets/s of one core`;
  }
  const cold = median(Array.from({ length: rounds }, () => coldSeconds(reads)));
  yield `${requestsOf(reads)} storvsc reads in a fresh process: ${(cold * 1000).toFixed(0)} ms`;
}

const [asked] = process.argv.slice(2);
if (import.meta.main && asked !== undefined)
  process.stdout.write(String(seconds(JSON.parse(asked) as Request)));
