/**
 * Integration services that were removed, continued: a guest that falls back to an emulated device has another driver
 * from then on, so its later requests are a run of their own. Leaves out: the time to change drivers, and what the
 * other virtual machines of the host do meanwhile.
 */
import type { VmOutcome } from '../vocabulary/outcome.ts';
import type { Run } from '../vocabulary/run.ts';
import type { Scenario, VmSpec } from '../vocabulary/scenario.ts';

/** The same run, with what became of the requests that the emulated device had to do; `alone` runs them. */
export function continued(
  run: Run,
  withFallback: (vm: VmSpec) => VmSpec,
  alone: (scenario: Scenario) => Run,
): Run {
  const { scenario } = run;
  const [first, ...others] = run.outcome;
  const [vm] = scenario.subject.vms;
  const isRemoved = scenario.faults.some(({ kind }) => kind === 'integration-services-removed');
  if (!isRemoved || first?.path === undefined || first.requested === vm.load.count) return run;
  const count = vm.load.count - first.requested;
  const continues: Scenario = {
    ...scenario,
    faults: [],
    subject: {
      kind: 'io',
      vms: [{ ...withFallback(vm), count: 1, load: { ...vm.load, count } }],
    },
  };
  return { ...run, outcome: [{ ...sum(first, alone(continues)), continues }, ...others] };
}

function sum(before: VmOutcome, { outcome }: Run): VmOutcome {
  const after = outcome[0]!;
  return {
    ...before,
    requested: before.requested + after.requested,
    completed: before.completed + after.completed,
    undone: before.undone + after.undone,
    lost: before.lost + after.lost,
  };
}
