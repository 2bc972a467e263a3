/**
 * Goal: a placement alone decides the way of a request. Method: the way of each lane of the duel,
 * in words.
 */
import { describe, expect, test } from 'vitest';
import { architectures, route, runRequest } from '#engine/execute.ts';
import { type Mechanism, pathSteps, stepsOf } from '#engine/index.ts';
import { cells } from '../../support/requests.ts';

const pathOf = (architecture: string, device: string) =>
  pathSteps(stepsOf(runRequest({ architecture, device })), 1);

/** Domains in the order in which a path visits them, with the way each was reached. */
const visits = (architecture: string, device: string): string[] => {
  const path = pathOf(architecture, device);
  return path
    .filter((step, index) => step.domain !== path[index - 1]?.domain)
    .map(({ domain, mechanism }) =>
      mechanism === 'work' || mechanism === 'copy' ? domain : `${mechanism} ${domain}`,
    );
};

const access = [
  'vm-exit hypervisor',
  'message root',
  'wake-up worker',
  'call root',
  'hypercall hypervisor',
  'vm-entry guest',
];

test('Hyper-V emulated: every access goes to the worker process and back', () => {
  expect(visits('hyper-v', 'dec21140')).toEqual([
    'guest',
    'vm-exit hypervisor',
    'message root',
    'wake-up worker',
    'call root',
    'gate hardware',
    'interrupt hypervisor',
    'interrupt root',
    'wake-up worker',
    'call root',
    'hypercall hypervisor',
    'interrupt guest',
    ...access,
    ...access,
    ...access,
    ...access,
    'vm-exit hypervisor',
    'vm-entry guest',
  ]);
});

test('Hyper-V synthetic: one hypercall each way, and the worker process is not involved', () => {
  expect(visits('hyper-v', 'netvsc')).toEqual([
    'guest',
    'hypercall hypervisor',
    'interrupt root',
    'gate hardware',
    'interrupt hypervisor',
    'interrupt root',
    'hypercall hypervisor',
    'interrupt guest',
  ]);
});

test('ESXi: the drivers are below the line, so an access dips and comes back', () => {
  const dip = ['vm-exit vmm', 'call vmkernel', 'vm-entry guest'];
  expect(visits('esxi', 'vmxnet3')).toEqual([
    'guest',
    'vm-exit vmm',
    'call vmkernel',
    'call hardware',
    'interrupt vmkernel',
    'call vmm',
    'interrupt guest',
    ...dip,
  ]);
});

describe('line crossings of one transmitted frame', () => {
  test.each([
    ['hyper-v', 'dec21140', 23],
    ['hyper-v', 'netvsc', 5],
    ['esxi', 'e1000', 14],
    ['esxi', 'vmxnet3', 4],
    ['native', 'e1000', 0],
  ])('%s %s: %i', (architecture, device, crossings) => {
    expect(runRequest({ architecture, device }).totals.lineCrossings).toBe(crossings);
  });
});

test('the end of a level-triggered interrupt is told to the worker process beside the request', () => {
  const steps = stepsOf(runRequest({ architecture: 'hyper-v', device: 'dec21140' }));
  const beside = steps.filter(({ onPath, phase }) => !onPath && phase === 'interrupt');
  expect(beside.map(({ mechanism }): Mechanism => mechanism)).toEqual(['message', 'wake-up']);
});

test('vmxnet3 with messages acknowledges without an exit, with a pin it exits', () => {
  const exits = (interrupts: string) =>
    runRequest({ architecture: 'esxi', device: 'vmxnet3', interrupts }).totals.vmExits['guest'];
  expect([exits('msix'), exits('intx')]).toEqual([2, 4]);
});

test('emulated never costs fewer exits than paravirtual, on both products', () => {
  for (const operation of ['tx', 'rx']) {
    const exits = (architecture: string, device: string) => {
      const { totals } = runRequest({ architecture, device, operation });
      return totals.vmExits['guest']! + totals.hypercalls['guest']!;
    };
    expect(exits('hyper-v', 'dec21140')).toBeGreaterThan(exits('hyper-v', 'netvsc'));
    expect(exits('esxi', 'e1000')).toBeGreaterThan(exits('esxi', 'vmxnet3'));
  }
});

test('there is no way where the table has none, and the message says which', () => {
  const native = architectures.find(({ id }) => id === 'native')!;
  expect(() => route(native, 'signal', 'hardware', 'nowhere')).toThrow(
    "native has no way from hardware to nowhere for 'signal'",
  );
});

// KVM's table posts interrupts and the others leave them out: lanes side by side would be read as a difference.
test.each(
  cells.filter(
    ({ architecture, device }) =>
      device.class === 'passthrough' &&
      architectures.some(({ id, hasHypervisor }) => id === architecture && hasHypervisor),
  ),
)('$architecture says whether the interrupt of $device.id is posted', (cell) => {
  const steps = stepsOf(runRequest({ architecture: cell.architecture, device: cell.device.id }));
  expect(steps.map(({ sentence }) => sentence).join('; ')).toMatch(
    /is posted to the guest|posted interrupts are left out/,
  );
});
