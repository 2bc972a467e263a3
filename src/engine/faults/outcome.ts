/** Lets the faults of a scenario strike while it runs, and says what became of each virtual machine. */
import type { Architecture } from '../architectures/architecture.ts';
import type { Simulation } from '../des/simulation.ts';
import { priceList } from '../parameters/price-list.ts';
import { type Verdict, type VmOutcome, vmStates } from '../vocabulary/outcome.ts';
import type { Scenario } from '../vocabulary/scenario.ts';
import { duration } from '../vocabulary/units.ts';
import { type Failure, failureOf, type Victim } from './failures.ts';

const noFault: Verdict = { state: 'unaffected', why: 'Nothing has failed.', evidence: 'assumed' };

export class Faults {
  private readonly scenario: Scenario;
  private readonly simulation: Simulation;
  /** Requests of the first virtual machine that have yet to be asked for until half of them have been. */
  private untilHalf: number;
  private failures: readonly Failure[] = [];
  private vms: readonly Victim[] = [];

  constructor(scenario: Scenario, simulation: Simulation) {
    this.scenario = scenario;
    this.simulation = simulation;
    this.untilHalf = Math.ceil(scenario.subject.vms[0].load.count / 2);
  }

  /** The faults lie in wait for these virtual machines, which have not begun to run. */
  await(architecture: Architecture, vms: readonly Victim[]): void {
    this.vms = vms;
    const prices = priceList(this.scenario.parameters);
    const scene = { architecture, simulation: this.simulation, prices, vms };
    this.failures = this.scenario.faults.map((fault) => failureOf(fault, scene));
    for (const failure of this.failures) {
      if (failure.at === undefined) failure.strike();
      else if (failure.at !== null) this.strikeIn(failure.at, failure);
    }
  }

  /** So many requests of the first virtual machine have been asked for. */
  readonly asked = (requests: number): void => {
    const before = this.untilHalf;
    this.untilHalf -= requests;
    if (before <= 0 || this.untilHalf > 0) return;
    for (const failure of this.failures) if (failure.at === null) this.strikeIn(0, failure);
  };

  private strikeIn(nanoseconds: number, failure: Failure): void {
    this.simulation.in(duration(nanoseconds), () => failure.strike());
  }

  /** What became of each virtual machine; of several faults the worst counts. */
  outcomes(): VmOutcome[] {
    return this.vms.map(({ workload }, vm) => {
      const { asked, completed, lost } = workload.progress;
      const verdicts = this.failures.map((failure) => failure.verdict(vm));
      const undone = asked - completed - lost;
      return { vm: vm + 1, ...worst(verdicts), requested: asked, completed, undone, lost };
    });
  }
}

const worst = (verdicts: readonly Verdict[]): Verdict =>
  verdicts.reduce(
    (worse, verdict) => (severity(verdict) > severity(worse) ? verdict : worse),
    verdicts[0] ?? noFault,
  );

const severity = ({ state }: Verdict): number => vmStates.indexOf(state);
