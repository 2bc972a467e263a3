/** The runs of one target: each scenario is run once, and what was asked for is kept, to be shown beside the result. */
import { type Architecture, placementOf } from '../architectures/architecture.ts';
import { architectureOf, devicesOf, driversOf, runScenario, scenarioFor } from '../catalogue.ts';
import type { DeviceEntry } from '../devices/device.ts';
import type { Request } from '../vocabulary/request.ts';
import { keyOf } from '../vocabulary/request-key.ts';
import type { Run } from '../vocabulary/run.ts';
import type { Scenario } from '../vocabulary/scenario.ts';
import { simulate } from '../simulate.ts';

/** A part of the engine, changed for one target only. */
export interface Change {
  readonly id: string;
  /** What is different, in a sentence. */
  readonly says: string;
  /** Key of `content/sources` that says that it is so, where one does. */
  readonly source?: string;
  device?(entry: DeviceEntry): DeviceEntry;
  architecture?(known: Architecture): Architecture;
}

/** A run as it can be repeated. */
export interface Asked {
  readonly request: Request;
  readonly change: Pick<Change, 'says' | 'source'> | null;
}

export class Runs {
  private readonly known = new Map<string, Run>();
  /** What was asked for, in the order of asking. */
  readonly asked: Asked[] = [];

  /** Runs a request, or gives the run that it had. A value outside the range of its parameter is refused. */
  of(request: Request, change?: Change): Run {
    const key = JSON.stringify([keyOf(request), change?.id]);
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const scenario = scenarioFor(request);
    const run = change === undefined ? runScenario(scenario) : changed(scenario, change);
    if (run.ended === 'limit')
      throw new RangeError(`stopped at the limit of events: ${keyOf(request)}`);
    this.known.set(key, run);
    this.asked.push({ request, change: changeIn(change) });
    return run;
  }
}

const changeIn = (change: Change | undefined): Asked['change'] =>
  change === undefined
    ? null
    : { says: change.says, ...(change.source !== undefined && { source: change.source }) };

/** Runs a scenario of one kind of virtual machine on changed parts. */
function changed(scenario: Scenario, change: Change): Run {
  const [vm] = scenario.subject.vms;
  const known = architectureOf(scenario.platform);
  const architecture = change.architecture?.(known) ?? known;
  const entry = found(devicesOf(known), vm.device);
  const device = change.device?.(entry) ?? entry;
  const placement = placementOf(architecture, entry, vm.variant);
  return simulate(scenario, architecture, [
    { device, driver: found(driversOf(entry), vm.driver), placement },
  ]);
}

function found<T extends { readonly id: string }>(list: readonly T[], id: string): T {
  const entry = list.find((candidate) => candidate.id === id);
  if (entry === undefined) throw new RangeError(`there is no '${id}'`);
  return entry;
}
