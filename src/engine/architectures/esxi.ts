/**
 * VMware ESXi, monolithic: drivers, virtual switch, storage stack and the device models for network
 * and storage live in the VMkernel; the VMX serves what is not performance critical, here IDE.
 * Models: exits to the monitor, calls to the VMkernel, the transmit world that takes a batch,
 * completion and receive in the kernel context that the card interrupted, switches to the VMX and
 * back for each access that it serves, a virtual function of the network card.
 * Leaves out: contention for processors, interrupt coalescing, the IPI to another processor for
 * frames, posted interrupts, NIOC and filters. The inner prices are not published.
 * Checked against: tests/engine/architectures, published VMkernel backtraces.
 */
import type { Activity } from '../vocabulary/trace.ts';
import type { Architecture, Crossing, Doing, Placement } from './architecture.ts';
import * as disks from './esxi-disks.ts';
import { card, copies, physicalDriver, touchesRing, virtualFunction, works } from './roles.ts';

const kernelDriver = physicalDriver('the physical driver in the VMkernel', 'vmware-kb-2011474');
const virtualSwitch = works({
  sentence: 'the virtual switch forwards the frame',
  evidence: 'documented',
  source: 'vmware-kb-2011474',
  prices: [{ parameter: 'esxi.virtual-switch', per: 'once' }],
});
const wake: Crossing = {
  from: 'vmkernel',
  to: 'vmkernel',
  kind: 'wake-up',
  sentence: 'The virtual machine’s transmit world wakes',
  evidence: 'inferred',
  source: 'vmware-kb-323991',
  prices: [{ parameter: 'esxi.world-wake-up', per: 'once' }],
};

const looks: Activity = {
  sentence: 'The transmit world looks at the ring unasked',
  evidence: 'assumed',
  prices: [{ parameter: 'esxi.ring-look', per: 'once' }],
};

const access = works({
  sentence: 'its {device} model serves the {op} {register}',
  evidence: 'inferred',
  source: 'vmware-kb-1019471',
  prices: [
    { parameter: 'decode-access', per: 'once' },
    { parameter: 'device-model-access', per: 'once' },
  ],
});

/** Emulated and paravirtual devices are placed alike; they differ in what the guest has to touch. */
const placed = (transmit: Doing, complete: Doing): Placement => ({
  runs: 'worker',
  wake,
  looks,
  doorbellThreshold: 'esxi.transmit-threshold',
  places: {
    'device-model': {
      domain: 'vmkernel',
      actor: 'VMkernel',
      does: {
        access: [access],
        transmit: [transmit],
        complete: [complete],
        receive: [
          copies(
            'The VMkernel copies the frame of {bytes} bytes into the guest’s buffer',
            'assumed',
          ),
        ],
      },
    },
    'virtual-switch': {
      domain: 'vmkernel',
      actor: 'virtual switch',
      does: { transmit: [virtualSwitch], receive: [virtualSwitch] },
    },
    'physical-driver': { domain: 'vmkernel', actor: 'physical driver', does: kernelDriver },
    'network-card': { domain: 'hardware', actor: 'network card', does: card },
    'controlling-function': { domain: 'vmx', actor: 'hostd and VMX', does: {} },
    'vcpu-scheduler': { domain: 'vmkernel', actor: 'VMkernel scheduler', does: {} },
  },
});

/** The guest drives the card itself; the VMkernel has no part in its data path. */
const passthrough: Placement = {
  runs: 'posted',
  injects: 'inject-direct',
  places: {
    ...virtualFunction,
    'controlling-function': { domain: 'vmx', actor: 'hostd and VMX', does: {} },
    'vcpu-scheduler': { domain: 'vmkernel', actor: 'VMkernel scheduler', does: {} },
  },
};

/** Between the monitor, the VMX and the VMkernel, for the devices that the VMX serves. */
const vmxCrossings: readonly Crossing[] = [
  {
    from: 'vmm',
    to: 'vmx',
    kind: 'wake-up',
    for: ['access'],
    sentence: 'The host switches from the monitor to a thread of the VMX',
    evidence: 'inferred',
    source: 'vmware-kb-1019471',
    prices: [{ parameter: 'esxi.world-switch', per: 'once' }],
  },
  {
    from: 'vmx',
    to: 'vmm',
    kind: 'wake-up',
    for: ['resume'],
    sentence: 'The host switches back to the monitor',
    evidence: 'inferred',
    source: 'vmware-kb-1019471',
    prices: [{ parameter: 'esxi.world-switch', per: 'once' }],
  },
  {
    from: 'vmm',
    to: 'guest',
    kind: 'vm-entry',
    for: ['resume'],
    sentence: 'The monitor lets the guest resume',
    evidence: 'inferred',
    source: 'vmware-kb-1019471',
    prices: [
      { parameter: 'vm-entry', per: 'once' },
      { parameter: 'exit-indirect', per: 'once' },
    ],
  },
  {
    from: 'vmx',
    to: 'vmkernel',
    kind: 'call',
    for: ['hand-over'],
    sentence: 'The VMX hands the request to the VMkernel by system call',
    evidence: 'inferred',
    source: 'vmware-kb-1019471',
    prices: [{ parameter: 'esxi.system-call', per: 'once' }],
  },
  {
    from: 'vmkernel',
    to: 'vmx',
    kind: 'return',
    for: ['hand-back'],
    sentence: 'The system call returns to the VMX',
    evidence: 'assumed',
    prices: [{ parameter: 'esxi.system-call', per: 'once' }],
  },
  {
    from: 'vmkernel',
    to: 'vmx',
    kind: 'wake-up',
    for: ['hand-over'],
    sentence: 'A thread of the VMX wakes',
    evidence: 'assumed',
    prices: [
      { parameter: 'esxi.world-wake-up', per: 'once' },
      { parameter: 'esxi.system-call', per: 'once' },
    ],
  },
  {
    from: 'vmx',
    to: 'vmkernel',
    kind: 'call',
    for: ['inject'],
    sentence: 'The VMX asks for the guest’s interrupt by system call',
    evidence: 'assumed',
    prices: [{ parameter: 'esxi.system-call', per: 'once' }],
  },
];

/** Of a virtual function: straight to the card, and its messages to the guest. */
const directCrossings: readonly Crossing[] = [
  {
    from: 'guest',
    to: 'hardware',
    kind: 'gate',
    for: ['access'],
    sentence: 'The access goes straight to the card, whose registers are mapped into the guest',
    evidence: 'inferred',
    source: 'vmware-sriov',
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
    to: 'vmkernel',
    kind: 'interrupt',
    for: ['inject-direct'],
    sentence: 'The card’s message reaches the VMkernel',
    evidence: 'assumed',
    prices: [{ parameter: 'physical-interrupt', per: 'once' }],
  },
];

export const esxi: Architecture = {
  id: 'esxi',
  title: 'ESXi',
  paravirtualName: 'paravirtual',
  hasHypervisor: true,
  domains: [
    {
      id: 'guest',
      label: 'guest',
      kind: 'guest-kernel',
      band: 'kernel',
      colour: 'guest',
      describes: 'A virtual machine: the guest’s kernel with its drivers.',
    },
    {
      id: 'vmx',
      label: 'VMX',
      kind: 'privileged-user-process',
      band: 'user',
      colour: 'user',
      describes:
        'VMX, one process a virtual machine: devices that are not performance critical, and its control.',
    },
    {
      id: 'vmm',
      label: 'VMM',
      kind: 'hypervisor',
      band: 'hypervisor',
      colour: 'hypervisor',
      describes: 'The monitor, one a virtual processor: takes its exits.',
      perMachine: true,
    },
    {
      id: 'vmkernel',
      label: 'VMkernel',
      kind: 'hypervisor',
      band: 'hypervisor',
      colour: 'kernel',
      describes:
        'The VMkernel: scheduler, physical drivers, virtual switch, network and storage device models.',
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
      to: 'vmm',
      kind: 'vm-exit',
      for: ['access'],
      sentence: 'The processor exits to the monitor',
      evidence: 'documented',
      source: 'vmware-kb-1019471',
      prices: [
        { parameter: 'vm-exit', per: 'once' },
        { parameter: 'exit-handler', per: 'once' },
      ],
    },
    {
      from: 'guest',
      to: 'vmm',
      kind: 'vm-exit',
      for: ['end-of-interrupt'],
      sentence: 'The processor exits to the monitor, which ends the interrupt',
      evidence: 'inferred',
      source: 'vmware-kb-1019471',
      prices: [{ parameter: 'end-of-interrupt', per: 'once' }],
    },
    {
      from: 'vmm',
      to: 'vmkernel',
      kind: 'call',
      for: ['access'],
      sentence: 'The monitor passes the access to the VMkernel',
      evidence: 'documented',
      source: 'vmware-kb-1019471',
      prices: [{ parameter: 'esxi.monitor-call', per: 'once' }],
    },
    {
      from: 'vmkernel',
      to: 'guest',
      kind: 'vm-entry',
      for: ['resume'],
      sentence: 'The monitor lets the guest resume',
      evidence: 'inferred',
      source: 'vmware-kb-1019471',
      prices: [
        { parameter: 'vm-entry', per: 'once' },
        { parameter: 'exit-indirect', per: 'once' },
      ],
    },
    {
      from: 'vmm',
      to: 'guest',
      kind: 'vm-entry',
      for: ['end-of-interrupt-return'],
      sentence: 'The guest resumes',
      evidence: 'inferred',
      source: 'vmware-kb-1019471',
      prices: [{ parameter: 'exit-indirect', per: 'once' }],
    },
    {
      from: 'vmkernel',
      to: 'vmm',
      kind: 'call',
      for: ['inject', 'inject-event', 'inject-direct'],
      sentence: 'The VMkernel asks the monitor to interrupt the guest',
      evidence: 'inferred',
      source: 'vmware-vic-2011',
      prices: [{ parameter: 'esxi.monitor-call', per: 'once' }],
    },
    {
      from: 'vmm',
      to: 'guest',
      kind: 'interrupt',
      for: ['inject', 'inject-event', 'inject-direct'],
      sentence: 'The monitor injects the interrupt',
      evidence: 'inferred',
      source: 'vmware-vic-2011',
      prices: [{ parameter: 'interrupt-injection', per: 'once' }],
    },
    {
      from: 'vmkernel',
      to: 'hardware',
      kind: 'call',
      sentence: 'The VMkernel rings the device’s doorbell',
      evidence: 'inferred',
      source: 'vmware-kb-2011474',
      prices: [],
    },
    {
      from: 'hardware',
      to: 'vmkernel',
      kind: 'interrupt',
      for: ['device-interrupt'],
      sentence: 'The device interrupts the VMkernel',
      evidence: 'inferred',
      source: 'vmware-vic-2011',
      prices: [{ parameter: 'physical-interrupt', per: 'once' }],
    },
    ...vmxCrossings,
    ...directCrossings,
  ],
  placement: {
    emulated: placed(
      works({
        sentence: 'Its {device} model reads the descriptor; the frame stays in guest memory',
        evidence: 'assumed',
        prices: [{ parameter: 'ring-entry', per: 'entry' }],
      }),
      works({
        sentence: 'The {device} model marks the descriptor as sent',
        evidence: 'inferred',
        source: 'qemu-e1000',
        prices: [{ parameter: 'ring-entry', per: 'entry' }],
      }),
    ),
    paravirtual: placed(
      touchesRing(
        'consume',
        'transmit ring',
        'The VMkernel reads the descriptor from the shared ring',
        'inferred',
        'qemu-vmxnet3',
      ),
      touchesRing(
        'publish',
        'completion ring',
        'The VMkernel writes the completion into the shared ring',
        'inferred',
        'qemu-vmxnet3',
      ),
    ),
    passthrough,
    vmx: disks.inVmx,
    'emulated-disk': disks.emulated,
    'paravirtual-disk': disks.paravirtual,
  },
  endOfInterrupt: { level: 'trapped', edge: 'without-exit', event: 'automatic' },
  devices: {
    pcnet32: {},
    e1000: {},
    vmxnet3: {},
    'sriov-vf': {},
    'ide-dma': { variant: 'piix4', placement: 'vmx' },
    'ide-pio': { variant: 'piix4', placement: 'vmx' },
    'lsi-sas1068': { placement: 'emulated-disk' },
    pvscsi: { placement: 'paravirtual-disk' },
    ahci: { placement: 'emulated-disk' },
    nvme: { placement: 'emulated-disk' },
  },
};
