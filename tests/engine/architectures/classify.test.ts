/** Goal: a placement is called what the books call it, and what cannot be built is refused with the reason. */
import { describe, expect, test } from 'vitest';
import { architectures, classify, refusal, scenarioFor, withMoved } from '#engine/execute.ts';
import { type Architecture, type Design, type Role, ScenarioError } from '#engine/index.ts';

const architectureOf = (id: string): Architecture => architectures.find((each) => each.id === id)!;
const designOf = (id: string, role: Role, to: string): Design =>
  classify(withMoved(architectureOf(id), [{ role, to }])).design;

const names: Readonly<Record<string, Design>> = {
  'hyper-v': 'microkernelized',
  esxi: 'monolithic',
  kvm: 'kernel-integrated',
  xen: 'microkernelized',
  hosted: 'hosted',
  native: 'native',
  reference: 'native',
};

test.each(architectures.map(({ id }) => id))('%s is called what the books call it', (id) => {
  const { design, reasons } = classify(architectureOf(id));
  expect(design).toBe(names[id]);
  expect(reasons.length).toBeGreaterThan(0);
  expect(reasons.every((reason) => reason !== '')).toBe(true);
});

describe('a reader who moves a part learns what it makes', () => {
  test.each([
    ['hyper-v', 'physical-driver', 'hypervisor', 'monolithic'],
    ['esxi', 'physical-driver', 'vmx', 'microkernelized'],
    ['hyper-v', 'virtual-switch', 'hypervisor', 'microkernelized'],
    ['hyper-v', 'vcpu-scheduler', 'root', 'microkernelized'],
    ['esxi', 'device-model', 'vmx', 'monolithic'],
  ] as const)('%s, its %s in %s: %s', (id, role, to, design) => {
    expect(designOf(id, role, to)).toBe(design);
  });

  test('each deciding role has its reason', () => {
    const moved = withMoved(architectureOf('hyper-v'), [
      { role: 'physical-driver', to: 'hypervisor' },
    ]);
    expect(classify(moved).reasons).toEqual([
      'the physical drivers run in the hypervisor itself',
      'unlike a product of this name, it leaves what stands on them in the root kernel',
      'device models run in the worker process and the root kernel',
    ]);
  });

  test('a driver in a domain of its own is disaggregated, where the machine is controlled elsewhere', () => {
    const xen = architectures.find(({ id }) => id === 'xen');
    if (xen === undefined) return;
    const elsewhere =
      xen.domains.find(({ kind }) => kind === 'privileged-user-process') ??
      xen.domains.find(({ kind }) => kind === 'hypervisor')!;
    const moved = withMoved(xen, [{ role: 'controlling-function', to: elsewhere.id }]);
    expect(classify(moved).design).toBe('disaggregated');
  });

  test('devices that are given to guests only, with a hypervisor: passthrough', () => {
    const { placement, ...rest } = architectureOf('esxi');
    const only = { ...rest, placement: { passthrough: placement['passthrough']! } };
    expect(classify(only).design).toBe('passthrough');
  });
});

describe('what cannot be built', () => {
  test.each([
    [
      'esxi',
      'physical-driver',
      'guest',
      'the VMkernel owns the device and its guests share it; a driver in the guest needs a device of its own, by passthrough',
    ],
    [
      'hyper-v',
      'device-model',
      'hardware',
      'no hardware implements an emulated or paravirtual device: use a passthrough device, or native',
    ],
    [
      'hyper-v',
      'virtual-switch',
      'hardware',
      'the root kernel cannot reach a virtual switch that is behind the very device it drives',
    ],
    [
      'hyper-v',
      'virtual-switch',
      'guest',
      'the guest would control the virtual switch, which is there to keep guests apart',
    ],
    [
      'hyper-v',
      'vcpu-scheduler',
      'worker',
      'the worker process is a process in user mode, which cannot switch a processor into a guest and so cannot be the hypervisor',
    ],
    [
      'esxi',
      'physical-driver',
      'hardware',
      'a physical driver is software, and hardware has no processor to run it with hardware below it',
    ],
    ['esxi', 'network-card', 'vmkernel', 'the network card is hardware and stays where it is'],
    ['native', 'physical-driver', 'guest', 'it has no physical driver'],
  ] as const)('%s, its %s in %s', (id, role, to, reason) => {
    expect(refusal(architectureOf(id), { role, to })).toBe(reason);
  });

  test.each([
    [
      [{ role: 'vcpu-scheduler', to: 'worker' }],
      'vcpu-scheduler of hyper-v cannot be in ’worker’: the worker process is a process in user mode, which cannot switch a processor into a guest and so cannot be the hypervisor',
    ],
    [
      [{ role: 'driver', to: 'root' }],
      "unknown role 'driver': use device-model, virtual-switch, storage-stack, physical-driver, controlling-function, vcpu-scheduler",
    ],
    [
      [{ role: 'physical-driver', to: 'vmkernel' }],
      "unknown domain 'vmkernel': hyper-v has guest, worker, root, hypervisor, hardware",
    ],
    [
      [
        { role: 'physical-driver', to: 'worker' },
        { role: 'physical-driver', to: 'hypervisor' },
      ],
      'physical-driver is moved twice: give it one domain',
    ],
  ])('%j is refused in words', (moves, message) => {
    expect(() => scenarioFor({ architecture: 'hyper-v', device: 'netvsc', moves })).toThrow(
      new ScenarioError(message.replaceAll('’', "'")),
    );
  });
});
