/**
 * Microsoft Hyper-V, microkernelized: drivers, virtual switch and device models live in the root
 * partition. Models: intercepts as messages to the root, device models in the worker process,
 * service providers in the root kernel, signals and interrupts through the hypervisor,
 * register-update hypercalls; under the root scheduler, intercepts that end the hypercall by which
 * a root thread runs the virtual processor; a virtual function of the network card.
 * Leaves out: contention for root processors, host-side queues beyond one, the synthetic adapter
 * that stands beside a virtual function, posted interrupts, and the monitored channel by default.
 * An emulated frame is taken to be done when the card has sent it; a model may also say so as soon
 * as it has copied the frame. The end of an edge-triggered interrupt is taken to need no exit; the
 * TLFS leaves at most one, to the hypervisor only. What Windows does between VID and the worker
 * process is not public: those rows are inferred or assumed, after Linux as a root partition.
 * Checked against: tests/engine/architectures, facts on TLFS and OpenVMM.
 */
import type { Architecture, Crossing, Placement } from './architecture.ts';
import * as disks from './hyper-v-disks.ts';
import { card, copies, physicalDriver, touchesRing, virtualFunction, works } from './roles.ts';

const rootDriver = physicalDriver(
  'the physical driver in the root partition',
  'ms-hyper-v-architecture',
);
const virtualSwitch = works({
  sentence: 'the virtual switch forwards the frame',
  evidence: 'documented',
  source: 'ms-network-drivers',
  prices: [{ parameter: 'hyper-v.virtual-switch', per: 'once' }],
});
const rootPlaces: Placement['places'] = {
  'virtual-switch': {
    domain: 'root',
    actor: 'virtual switch',
    does: { transmit: [virtualSwitch], receive: [virtualSwitch] },
  },
  'physical-driver': { domain: 'root', actor: 'physical driver', does: rootDriver },
  'network-card': { domain: 'hardware', actor: 'network card', does: card },
  'controlling-function': { domain: 'worker', actor: 'VMMS and worker process', does: {} },
  'vcpu-scheduler': { domain: 'hypervisor', actor: 'hypervisor scheduler', does: {} },
};

/** Emulated devices: the whole model is in the worker process, and the exit waits for it. */
const emulated: Placement = {
  runs: 'inside',
  places: {
    ...rootPlaces,
    'device-model': {
      domain: 'worker',
      actor: 'worker process',
      does: {
        access: [
          works({
            sentence: 'its {device} model serves the {op} {register}',
            evidence: 'inferred',
            source: 'windows-internals-6',
            prices: [{ parameter: 'device-model-access', per: 'once' }],
          }),
        ],
        transmit: [
          works({
            sentence: 'The device model reads the transmit descriptor from guest memory',
            evidence: 'inferred',
            source: 'qemu-tulip',
            prices: [{ parameter: 'ring-entry', per: 'entry' }],
          }),
          copies(
            'The worker process copies the frame of {bytes} bytes out of guest memory',
            'inferred',
            'qemu-tulip',
          ),
        ],
        complete: [
          works({
            sentence: 'its {device} model marks the descriptor as sent',
            evidence: 'assumed',
            source: 'qemu-tulip',
            prices: [{ parameter: 'ring-entry', per: 'entry' }],
          }),
        ],
        receive: [
          copies(
            'The switch’s {bytes} bytes are copied into a buffer of the worker process',
            'assumed',
          ),
          copies(
            'The device model copies the frame of {bytes} bytes into the guest’s buffer',
            'inferred',
            'qemu-tulip',
          ),
        ],
      },
    },
  },
};

/** Synthetic devices: the service provider in the root kernel works on rings that the guest owns. */
const synthetic: Placement = {
  runs: 'worker',
  places: {
    ...rootPlaces,
    'device-model': {
      domain: 'root',
      actor: 'service provider',
      does: {
        transmit: [
          touchesRing(
            'consume',
            'to host',
            'The VSP reads the packet from the VMBus ring',
            'documented',
            'openvmm-ring',
          ),
        ],
        complete: [
          touchesRing(
            'publish',
            'to guest',
            'The VSP writes the completion into the ring to the guest',
            'documented',
            'openvmm-netvsp',
          ),
        ],
        receive: [
          copies(
            'The VSP copies the frame of {bytes} bytes into the guest’s receive buffer',
            'documented',
            'ms-vmq',
          ),
          touchesRing(
            'publish',
            'to guest',
            'The VSP writes a packet into the ring to the guest',
            'documented',
            'openvmm-netvsp',
          ),
        ],
      },
    },
  },
};

/** The guest drives the card itself; the root partition has no part in its data path. */
const passthrough: Placement = {
  runs: 'posted',
  injects: 'inject-direct',
  places: {
    ...virtualFunction,
    'controlling-function': rootPlaces['controlling-function']!,
    'vcpu-scheduler': rootPlaces['vcpu-scheduler']!,
  },
};

const wakesWorker: Crossing['prices'] = [
  { parameter: 'hyper-v.worker-wake-up', per: 'once' },
  { parameter: 'hyper-v.kernel-to-user', per: 'once' },
];

/** A virtual processor runs inside a hypercall of a root thread: no message, and no thread to wake. */
const rootScheduler: readonly Crossing[] = [
  {
    from: 'hypervisor',
    to: 'root',
    kind: 'return',
    for: ['access'],
    sentence: 'The hypercall that runs the virtual processor returns to its root thread',
    evidence: 'inferred',
    source: 'linux-mshv',
    prices: [{ parameter: 'hyper-v.hypercall-return', per: 'once' }],
  },
  {
    from: 'root',
    to: 'worker',
    kind: 'return',
    for: ['access'],
    sentence: 'The thread returns to the worker process',
    evidence: 'inferred',
    source: 'linux-mshv',
    prices: [{ parameter: 'hyper-v.kernel-to-user', per: 'once' }],
  },
  {
    from: 'root',
    to: 'hypervisor',
    kind: 'hypercall',
    for: ['resume'],
    sentence: 'The root thread lifts the suspension and runs the virtual processor by hypercall',
    evidence: 'inferred',
    source: 'linux-mshv',
    prices: [{ parameter: 'hyper-v.hypercall', per: 'once' }],
  },
];

export const hyperV: Architecture = {
  id: 'hyper-v',
  title: 'Hyper-V',
  paravirtualName: 'synthetic',
  hasHypervisor: true,
  domains: [
    {
      id: 'guest',
      label: 'guest',
      kind: 'guest-kernel',
      band: 'kernel',
      colour: 'guest',
      describes: 'A child partition: the guest’s kernel with its drivers.',
    },
    {
      id: 'worker',
      label: 'worker process',
      kind: 'privileged-user-process',
      band: 'user',
      colour: 'user',
      describes:
        'VMWP, one process a virtual machine, in the user mode of the root partition: the emulated devices.',
    },
    {
      id: 'root',
      label: 'root kernel',
      kind: 'privileged-kernel',
      band: 'kernel',
      colour: 'kernel',
      describes:
        'The kernel of the root partition: physical drivers, virtual switch, service providers, VID.',
    },
    {
      id: 'hypervisor',
      label: 'hypervisor',
      kind: 'hypervisor',
      band: 'hypervisor',
      colour: 'hypervisor',
      describes:
        'The hypervisor: processors, memory, interrupts and messages between partitions. No network or storage drivers.',
    },
    {
      id: 'hardware',
      label: 'hardware',
      kind: 'hardware',
      band: 'hardware',
      colour: 'hardware',
      describes: 'The network card and the disk.',
    },
  ],
  crossings: [
    {
      from: 'guest',
      to: 'hypervisor',
      kind: 'vm-exit',
      for: ['access'],
      sentence: 'The processor exits to the hypervisor',
      evidence: 'documented',
      source: 'tlfs-2-0',
      prices: [
        { parameter: 'vm-exit', per: 'once' },
        { parameter: 'exit-handler', per: 'once' },
      ],
    },
    {
      from: 'guest',
      to: 'hypervisor',
      kind: 'vm-exit',
      for: ['end-of-interrupt'],
      sentence: 'The processor exits to the hypervisor, which ends the interrupt',
      evidence: 'documented',
      source: 'tlfs-2-0',
      prices: [{ parameter: 'end-of-interrupt', per: 'once' }],
    },
    {
      from: 'hypervisor',
      to: 'root',
      kind: 'message',
      for: ['access'],
      sentence: 'An intercept message reaches the root partition',
      evidence: 'documented',
      source: 'tlfs-2-0',
      prices: [{ parameter: 'hyper-v.intercept-message', per: 'once' }],
    },
    {
      from: 'hypervisor',
      to: 'root',
      kind: 'message',
      for: ['end-of-interrupt-message'],
      sentence: 'An end-of-interrupt message tells the root partition',
      evidence: 'documented',
      source: 'tlfs-2-0',
      prices: [{ parameter: 'hyper-v.intercept-message', per: 'once' }],
    },
    {
      from: 'root',
      to: 'worker',
      kind: 'wake-up',
      for: ['access'],
      sentence: 'A thread of the worker process wakes',
      evidence: 'assumed',
      source: 'linux-mshv',
      prices: wakesWorker,
    },
    {
      from: 'root',
      to: 'worker',
      kind: 'wake-up',
      sentence: 'A thread of the worker process wakes',
      evidence: 'assumed',
      source: 'linux-mshv',
      prices: wakesWorker,
    },
    {
      from: 'worker',
      to: 'root',
      kind: 'call',
      for: ['hand-over'],
      sentence: 'The worker process hands the request to the root kernel',
      evidence: 'inferred',
      source: 'windows-internals-6',
      prices: [{ parameter: 'hyper-v.kernel-to-user', per: 'once' }],
    },
    {
      from: 'root',
      to: 'worker',
      kind: 'return',
      for: ['hand-back'],
      sentence: 'The thread returns to the worker process',
      evidence: 'assumed',
      source: 'linux-mshv',
      prices: [{ parameter: 'hyper-v.kernel-to-user', per: 'once' }],
    },
    {
      from: 'worker',
      to: 'root',
      kind: 'call',
      for: ['resume', 'inject'],
      sentence: 'The worker process calls VID',
      evidence: 'assumed',
      source: 'linux-mshv',
      prices: [{ parameter: 'hyper-v.kernel-to-user', per: 'once' }],
    },
    {
      from: 'root',
      to: 'hypervisor',
      kind: 'hypercall',
      for: ['resume'],
      sentence:
        'The root partition updates the guest’s registers by hypercall and lifts the suspension',
      evidence: 'documented',
      source: 'tlfs-2-0',
      prices: [{ parameter: 'hyper-v.hypercall', per: 'once' }],
    },
    {
      from: 'root',
      to: 'hypervisor',
      kind: 'hypercall',
      for: ['inject'],
      sentence: 'The root partition asserts the guest’s interrupt by hypercall',
      evidence: 'documented',
      source: 'tlfs-2-0',
      prices: [{ parameter: 'hyper-v.hypercall', per: 'once' }],
    },
    {
      from: 'root',
      to: 'hypervisor',
      kind: 'hypercall',
      for: ['inject-event'],
      sentence: 'The root partition signals the guest’s channel by hypercall',
      evidence: 'inferred',
      source: 'tlfs-inter-partition',
      prices: [{ parameter: 'hyper-v.hypercall', per: 'once' }],
    },
    {
      from: 'hypervisor',
      to: 'guest',
      kind: 'vm-entry',
      for: ['resume'],
      sentence: 'The guest resumes',
      evidence: 'documented',
      source: 'tlfs-2-0',
      prices: [
        { parameter: 'vm-entry', per: 'once' },
        { parameter: 'exit-indirect', per: 'once' },
      ],
    },
    {
      from: 'hypervisor',
      to: 'guest',
      kind: 'vm-entry',
      for: ['end-of-interrupt-return'],
      sentence: 'The guest resumes',
      evidence: 'documented',
      source: 'tlfs-2-0',
      prices: [{ parameter: 'exit-indirect', per: 'once' }],
    },
    {
      from: 'hypervisor',
      to: 'guest',
      kind: 'vm-entry',
      for: ['signal-return'],
      sentence: 'The hypercall returns to the guest',
      evidence: 'documented',
      source: 'tlfs-hypercall-interface',
      prices: [{ parameter: 'hyper-v.hypercall-return', per: 'once' }],
    },
    {
      from: 'hypervisor',
      to: 'guest',
      kind: 'interrupt',
      for: ['inject'],
      sentence: 'The hypervisor injects the interrupt',
      evidence: 'documented',
      source: 'tlfs-virtual-interrupts',
      prices: [{ parameter: 'interrupt-injection', per: 'once' }],
    },
    {
      from: 'hypervisor',
      to: 'guest',
      kind: 'interrupt',
      for: ['inject-event'],
      sentence: 'The hypervisor sets the channel’s event flag and interrupts the guest',
      evidence: 'documented',
      source: 'tlfs-inter-partition',
      prices: [{ parameter: 'interrupt-injection', per: 'once' }],
    },
    {
      from: 'guest',
      to: 'hypervisor',
      kind: 'hypercall',
      for: ['signal'],
      sentence: 'The guest signals the channel by hypercall (HvSignalEvent)',
      evidence: 'documented',
      source: 'linux-hyperv-h',
      prices: [{ parameter: 'hyper-v.hypercall', per: 'once' }],
    },
    {
      from: 'hypervisor',
      to: 'root',
      kind: 'interrupt',
      for: ['signal'],
      sentence: 'The event interrupts the root partition; VMBus calls the VSP',
      evidence: 'documented',
      source: 'tlfs-inter-partition',
      prices: [{ parameter: 'hyper-v.vmbus-dispatch', per: 'once' }],
    },
    {
      from: 'root',
      to: 'hardware',
      kind: 'gate',
      sentence: 'The root partition reaches its own device without an exit',
      evidence: 'documented',
      source: 'tlfs-2-0',
      prices: [],
    },
    {
      from: 'hardware',
      to: 'hypervisor',
      kind: 'interrupt',
      for: ['device-interrupt'],
      sentence: 'The device’s interrupt reaches the hypervisor',
      evidence: 'documented',
      source: 'tlfs-2-0',
      prices: [{ parameter: 'physical-interrupt', per: 'once' }],
    },
    {
      from: 'hypervisor',
      to: 'root',
      kind: 'interrupt',
      for: ['device-interrupt'],
      sentence: 'The hypervisor passes it to the root partition',
      evidence: 'documented',
      source: 'tlfs-2-0',
      prices: [{ parameter: 'interrupt-injection', per: 'once' }],
    },
    {
      from: 'guest',
      to: 'hardware',
      kind: 'gate',
      for: ['access'],
      sentence: 'The access goes straight to the card, whose registers are mapped into the guest',
      evidence: 'inferred',
      source: 'ms-sriov-data-path',
      prices: [{ parameter: 'register-write', per: 'once' }],
    },
    {
      from: 'hardware',
      to: 'guest',
      kind: 'return',
      for: ['resume'],
      sentence: 'The answer comes back',
      evidence: 'documented',
      source: 'linux-source',
      prices: [{ parameter: 'register-answer', per: 'once' }],
    },
    {
      from: 'hardware',
      to: 'hypervisor',
      kind: 'interrupt',
      for: ['inject-direct'],
      sentence: 'The card’s message reaches the hypervisor',
      evidence: 'assumed',
      prices: [{ parameter: 'physical-interrupt', per: 'once' }],
    },
    {
      from: 'hypervisor',
      to: 'guest',
      kind: 'interrupt',
      for: ['inject-direct'],
      sentence: 'The hypervisor injects the interrupt',
      evidence: 'inferred',
      source: 'tlfs-virtual-interrupts',
      prices: [{ parameter: 'interrupt-injection', per: 'once' }],
    },
  ],
  schedulers: { core: [], classic: [], root: rootScheduler },
  monitorPage: {
    when: 'hyper-v.monitored-channel',
    domain: 'hypervisor',
    sets: {
      sentence: 'The guest sets the channel’s bit in the monitor page; no exit',
      evidence: 'documented',
      source: 'linux-hyperv-h',
      prices: [{ parameter: 'ring-entry', per: 'entry' }],
    },
    finds: {
      sentence: 'The hypervisor finds the bit when it next scans the page',
      evidence: 'documented',
      source: 'linux-hyperv-h',
      prices: [{ parameter: 'hyper-v.monitor-latency', per: 'once' }],
    },
  },
  placement: {
    emulated,
    paravirtual: synthetic,
    passthrough,
    'emulated-disk': disks.ideDma,
    'emulated-disk-pio': disks.idePio,
    'paravirtual-disk': disks.synthetic,
  },
  endOfInterrupt: { level: 'trapped', edge: 'without-exit', event: 'automatic' },
  devices: {
    dec21140: { variant: '21140', generations: [1] },
    netvsc: { withoutServices: 'dec21140' },
    'sriov-vf': { withoutServices: null },
    'ide-dma': { variant: 'piix4-hyper-v', generations: [1], placement: 'emulated-disk' },
    'ide-pio': { variant: 'piix4-hyper-v', generations: [1], placement: 'emulated-disk-pio' },
    storvsc: { withoutServices: 'ide-dma', placement: 'paravirtual-disk' },
  },
};
