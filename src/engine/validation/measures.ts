/** Figures that the literature publishes, computed from runs. */
import { parameter, type ParameterId } from '../parameters/index.ts';
import type { Run } from '../vocabulary/run.ts';

/** Actors of a run that are no processors. */
const hardware = ['network card', 'disk'];

/** Virtual machines of a run. */
const guestsOf = (run: Run): number =>
  run.scenario.subject.vms.reduce((sum, { count }) => sum + count, 0);

export const frequencyOf = (run: Run): number =>
  run.scenario.parameters['cpu-frequency'] ?? parameter('cpu-frequency').value;

/** Processors that the host keeps busy, waking up included. */
export const hostProcessors = (run: Run): number =>
  run.statistics.servers
    .filter(({ id }) => !hardware.some((name) => id.endsWith(name)))
    .reduce((sum, { utilization, servers }) => sum + utilization * servers, 0);

/** Processors that guests and host keep busy. An access that the guest waits for is time of the guest's. */
export const processors = (run: Run): number =>
  hostProcessors(run) + run.statistics.guestUtilization * guestsOf(run);

const requestsDone = ({ totals }: Run): number => totals.requests - totals.lost;

/** Processor cycles of guest and host for each request. */
export const cyclesPerRequest = (run: Run): number =>
  (processors(run) * run.statistics.endNs * frequencyOf(run)) / requestsDone(run);

/** Bits of all requests over the time of the run, in Gb/s. */
export const gigabits = (run: Run): number =>
  (run.statistics.throughputPerSecond * run.scenario.subject.vms[0].load.bytes * 8) / 1e9;

/** Exits and hypercalls of the guests for each request. */
export const guestExits = ({ totals }: Run): number =>
  ((totals.vmExits['guest'] ?? 0) + (totals.hypercalls['guest'] ?? 0)) / totals.requests;

/** Cycles that a processor is away from its guest each time it leaves it, in the order of the trace. */
export function absences(run: Run): number[] {
  const lengths: number[] = [];
  let left: number | undefined;
  for (const event of run.trace) {
    if (event.kind !== 'vcpu') continue;
    if (!event.running) left = event.at;
    else if (left !== undefined) {
      lengths.push((event.at - left) * frequencyOf(run));
      left = undefined;
    }
  }
  return lengths;
}

/** Cycles that a traced run pays for some parameters. */
export const cyclesFor = (run: Run, ids: readonly ParameterId[]): number =>
  run.trace
    .flatMap(({ costs }) => costs)
    .filter(({ parameter: id }) => ids.includes(id))
    .reduce((sum, { ns }) => sum + ns.default, 0) * frequencyOf(run);
