/**
 * Goal: whatever can fail on an architecture can be run, also on one that nobody has written a test for. Method: every
 * fault word of every architecture, on each class of its devices, ends with an outcome for each virtual machine.
 */
import { expect, test } from 'vitest';
import { architectures, devicesOf, faultWords, placementOf, runRequest } from '#engine/execute.ts';
import { vmStates } from '#engine/vocabulary/outcome.ts';

/** One device of each kind and class that an architecture offers. */
const examples = architectures.flatMap((architecture) => {
  const offered = devicesOf(architecture);
  const first = offered.filter(
    (device, index) =>
      offered.findIndex((each) => each.kind === device.kind && each.class === device.class) ===
      index,
  );
  return first.map((device) => ({
    id: architecture.id,
    deviceId: device.id,
    architecture,
    device,
  }));
});

test.each(examples)('$id $deviceId: every fault ends', ({ architecture, device }) => {
  const situation = { device, placement: placementOf(architecture, device) };
  const words = faultWords(architecture, situation);
  expect(new Set(words).size).toBe(words.length);
  for (const word of words) {
    const request = { architecture: architecture.id, device: device.id, count: 6, vms: 3 };
    const run = runRequest({ ...request, queueDepth: 2, faults: [word] });
    expect(run.ended, word).toBe('idle');
    expect(run.outcome, word).toHaveLength(3);
    for (const { state, why, requested, completed, undone, lost } of run.outcome) {
      expect(vmStates, word).toContain(state);
      expect(why, word).toMatch(/^[A-Z].*\.$/);
      expect(completed + undone + lost, word).toBe(requested);
    }
  }
});
