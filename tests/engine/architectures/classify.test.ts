/** Goal: a placement is called what the books call it, and what cannot be built is refused with the reason. */
import { describe, expect, test } from 'vitest';
import { architectures, classify, refusal, scenarioFor, withMoved } from '#engine/execute.ts';
import { type Architecture, type Design, type Role, ScenarioError } from '#engine/index.ts';

const architectureOf = (id: string): Architecture => architectures.find((each) => each.id === id)!;
const designOf = (id: string, role: Role, to: string): Design =>
  classify(withMoved(architectureOf(id), [{ role, to }])).design;

/** The name, and why: one sentence for each role that decided it. */
test.each<[string, Design, string[]]>([
  [
    'hyper-v',
    'microkernelized',
    [
      'the physical drivers run in the root kernel, a partition above the hypervisor, which has none',
      'device models run in the worker process and the root kernel',
    ],
  ],
  [
    'esxi',
    'monolithic',
    [
      'the physical drivers run in the VMkernel, a part of the hypervisor',
      'so does what stands on them: virtual switch or storage stack in the VMkernel',
      'device models run in the VMkernel and VMX',
    ],
  ],
  [
    'kvm',
    'kernel-integrated',
    [
      'the physical drivers run in the host kernel, which is no partition above a hypervisor',
      'the host kernel decides when a guest runs',
      'the host kernel and the hypervisor are one kernel in one processor mode',
      'device models run in QEMU and the vhost and the I/O thread',
    ],
  ],
  [
    'xen',
    'microkernelized',
    [
      'the physical drivers run in the driver domain, a partition above the hypervisor, which has none',
      'device models run in the stub domain and the driver domain',
    ],
  ],
  [
    'hosted',
    'hosted',
    [
      'the physical drivers run in the host kernel, which is no partition above a hypervisor',
      'the host kernel decides when a guest runs',
      'a monitor switches the processor to the host kernel and back to have a request served',
      'device models run in VMApp',
    ],
  ],
  [
    'native',
    'native',
    ['there is no hypervisor: the operating system’s own driver has the device'],
  ],
  [
    'reference',
    'native',
    ['there is no hypervisor: the operating system’s own driver has the device'],
  ],
])('%s is called what the books call it', (id, design, reasons) => {
  expect(classify(architectureOf(id))).toEqual({ design, reasons });
});

describe('a reader who moves a part learns what it makes', () => {
  test.each<[string, Role, string, Design, string[]]>([
    [
      'hyper-v',
      'physical-driver',
      'hypervisor',
      'monolithic',
      [
        'the physical drivers run in the hypervisor itself',
        'unlike a product of this name, it leaves what stands on them in the root kernel',
        'device models run in the worker process and the root kernel',
      ],
    ],
    [
      'hyper-v',
      'virtual-switch',
      'hypervisor',
      'microkernelized',
      [
        'the physical drivers run in the root kernel, a partition above the hypervisor, which has none',
        'what stands on them is in the hypervisor, so each request crosses between the two',
        'device models run in the worker process and the root kernel',
      ],
    ],
    [
      'hyper-v',
      'physical-driver',
      'worker',
      'microkernelized',
      [
        'a physical driver runs in the worker process, a process: the hypervisor has none',
        'what stands on them is in the root kernel, so each request crosses between the two',
        'device models run in the worker process and the root kernel',
      ],
    ],
    [
      'esxi',
      'physical-driver',
      'vmx',
      'microkernelized',
      [
        'a physical driver runs in VMX, a process: the hypervisor has none',
        'what stands on them is in the VMkernel, so each request crosses between the two',
        'device models run in the VMkernel and VMX',
      ],
    ],
    [
      'esxi',
      'device-model',
      'vmx',
      'monolithic',
      [
        'the physical drivers run in the VMkernel, a part of the hypervisor',
        'so does what stands on them: virtual switch or storage stack in the VMkernel',
        'device models run in VMX',
      ],
    ],
    [
      'esxi',
      'virtual-switch',
      'vmx',
      'monolithic',
      [
        'the physical drivers run in the VMkernel, a part of the hypervisor',
        'so does what stands on them: virtual switch or storage stack in the VMkernel',
        'unlike a product of this name, it leaves what stands on them in VMX',
        'device models run in the VMkernel and VMX',
      ],
    ],
    [
      'kvm',
      'physical-driver',
      'qemu',
      'kernel-integrated',
      [
        'a physical driver runs in QEMU, a process: the hypervisor has none',
        'the host kernel decides when a guest runs',
        'the host kernel and the hypervisor are one kernel in one processor mode',
        'device models run in QEMU and the vhost and the I/O thread',
      ],
    ],
    [
      'hosted',
      'physical-driver',
      'vmapp',
      'hosted',
      [
        'a physical driver runs in VMApp, a process: the hypervisor has none',
        'the host kernel decides when a guest runs',
        'a monitor switches the processor to the host kernel and back to have a request served',
        'device models run in VMApp',
      ],
    ],
    [
      'hosted',
      'physical-driver',
      'vmm',
      'monolithic',
      [
        'the physical drivers run in VMM, a part of the hypervisor',
        'unlike a product of this name, it leaves what stands on them in the host kernel',
        'device models run in VMApp',
      ],
    ],
    [
      'xen',
      'controlling-function',
      'xen',
      'disaggregated',
      [
        'a physical driver runs in the driver domain, a domain for drivers only',
        'the machine is controlled elsewhere, in Xen',
      ],
    ],
    [
      'xen',
      'physical-driver',
      'stub-domain',
      'disaggregated',
      [
        'a physical driver runs in the stub domain, a domain for drivers only',
        'the machine is controlled elsewhere, in the driver domain',
        'what stands on them is in the driver domain, so each request crosses between the two',
      ],
    ],
  ])('%s, its %s in %s: %s', (id, role, to, design, reasons) => {
    expect(classify(withMoved(architectureOf(id), [{ role, to }]))).toEqual({ design, reasons });
  });

  test('a scheduler that is moved makes no other design', () => {
    expect(designOf('hyper-v', 'vcpu-scheduler', 'root')).toBe('microkernelized');
  });

  test('devices that are given to guests only, with a hypervisor: passthrough', () => {
    const { placement, ...rest } = architectureOf('esxi');
    const only = { ...rest, placement: { passthrough: placement['passthrough']! } };
    expect(classify(only)).toEqual({
      design: 'passthrough',
      reasons: ['no domain of the host has a physical driver: the guest’s driver has the device'],
    });
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
    [
      'esxi',
      'vcpu-scheduler',
      'guest',
      'the guest would control the vCPU scheduler, which is there to keep guests apart',
    ],
    [
      'esxi',
      'storage-stack',
      'hardware',
      'the VMkernel cannot reach a storage stack that is behind the very device it drives',
    ],
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
