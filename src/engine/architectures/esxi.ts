/**
 * VMware ESXi, monolithic: drivers, virtual switch, storage stack and the device models for network
 * and storage live in the VMkernel; the VMX serves what is not performance critical, here IDE.
 * Models: exits to the monitor, calls to the VMkernel, the transmit world that takes a batch,
 * completion and receive in the kernel context that the card interrupted, coalescing of network
 * interrupts, switches to the VMX and
 * back for each access that it serves, a virtual function of the network card.
 * Leaves out: contention for processors, coalescing of disk interrupts, the IPI to another processor for
 * frames, posted interrupts, NIOC and filters. The inner prices are not published. VMware's rule for
 * what goes to the VMkernel speaks of I/O requests: that it holds for register accesses is inferred.
 * Checked against: tests/engine/architectures, published VMkernel backtraces.
 */
import type { Architecture, Crossing, Doing, Placement } from './architecture.ts';
import * as disks from './esxi-disks.ts';
import * as host from './esxi-host.ts';
import { policies } from './esxi-policies.ts';
import {
  card,
  copies,
  passthrough,
  physicalDriver,
  touchesRing,
  works,
  worksOnEntry,
} from './roles.ts';
import * as row from './rows.ts';
import { across, assumed, documented, inferred } from './rows.ts';

const processes = inferred('vmware-kb-1019471');
const driver = inferred('vmware-kb-370976');
const vic = inferred('vmware-vic-2011');

// --- where roles live -----------------------------------------------------------------------------------

const virtualSwitch = works(
  'the virtual switch forwards the frame',
  documented('vmware-kb-2011474'),
  'esxi.virtual-switch',
);
const wakesWorld = row.hop('wake-up', 'esxi.world-wake-up');

/** Emulated and paravirtual devices are placed alike; they differ in what the guest has to touch. */
const placed = (transmit: Doing, complete: Doing): Placement => ({
  runs: 'woken',
  wake: {
    from: 'vmkernel',
    to: 'vmkernel',
    ...wakesWorld('The virtual machine’s transmit world wakes', inferred('vmware-kb-323991')),
  },
  looks: {
    sentence: 'The transmit world looks at the ring unasked',
    ...assumed(),
    prices: row.once('esxi.ring-look'),
  },
  doorbellThreshold: 'esxi.transmit-threshold',
  places: {
    'device-model': {
      domain: 'vmkernel',
      actor: 'VMkernel',
      does: {
        access: [host.serves(processes)],
        transmit: [transmit],
        complete: [complete],
        receive: [
          copies(
            'The VMkernel copies the frame of {bytes} bytes into the guest’s buffer',
            assumed(),
          ),
        ],
      },
    },
    'virtual-switch': {
      domain: 'vmkernel',
      actor: 'virtual switch',
      does: { transmit: [virtualSwitch], receive: [virtualSwitch] },
    },
    'physical-driver': {
      domain: 'vmkernel',
      actor: 'physical driver',
      does: physicalDriver('the physical driver in the VMkernel', driver),
    },
    'network-card': { domain: 'hardware', actor: 'network card', does: card },
    ...host.places,
  },
});

const emulated = placed(
  worksOnEntry(
    'Its {device} model reads the descriptor; the frame stays in guest memory',
    assumed(),
  ),
  worksOnEntry('The {device} model marks the descriptor as sent', inferred('qemu-e1000')),
);

const paravirtual = placed(
  touchesRing(
    'consume',
    'transmit ring',
    'The VMkernel reads the descriptor from the shared ring',
    inferred('qemu-vmxnet3'),
  ),
  touchesRing(
    'publish',
    'completion ring',
    'The VMkernel writes the completion into the shared ring',
    inferred('qemu-vmxnet3'),
  ),
);

// --- crossings ------------------------------------------------------------------------------------------

const callsMonitor = row.hop('call', 'esxi.monitor-call');
const systemCall = row.hop('call', 'esxi.system-call');
const systemCallReturns = row.hop('return', 'esxi.system-call');
const wakesThread = row.hop('wake-up', 'esxi.world-wake-up', 'esxi.system-call');
const switchesWorld = row.hop('wake-up', 'esxi.world-switch');

const letsResume = row.resumes('The monitor lets the guest resume', processes);
const asksMonitor = callsMonitor('The VMkernel asks the monitor to interrupt the guest', vic);
const monitorInjects = row.injects('The monitor injects the interrupt', vic);

/** An access that the VMkernel serves: down through the monitor, and straight back. */
const exits: readonly Crossing[] = [
  ...across('guest', 'vmm', {
    access: row.exits('The processor exits to the monitor', processes),
    'end-of-interrupt': row.exitsToEndInterrupt(
      'The processor exits to the monitor, which ends the interrupt',
      processes,
    ),
  }),
  ...across('vmm', 'vmkernel', {
    access: callsMonitor('The monitor passes the access to the VMkernel', processes),
  }),
  ...across('vmkernel', 'guest', { resume: letsResume }),
  ...across('vmm', 'guest', {
    'end-of-interrupt-return': row.resumesAfterInterrupt('The guest resumes', processes),
  }),
];

const guestInterrupts: readonly Crossing[] = [
  ...across('vmkernel', 'vmm', {
    inject: asksMonitor,
    'inject-event': asksMonitor,
    'inject-direct': asksMonitor,
  }),
  ...across('vmm', 'guest', {
    inject: monitorInjects,
    'inject-event': monitorInjects,
    'inject-direct': row.injects(
      'The monitor injects the interrupt (posted interrupts are left out)',
      assumed(),
    ),
  }),
];

const hardware: readonly Crossing[] = [
  ...across('vmkernel', 'hardware', {
    any: row.freeCall('The VMkernel rings the device’s doorbell', driver),
  }),
  ...across('hardware', 'vmkernel', {
    'device-interrupt': row.interrupts('The device interrupts the VMkernel', vic),
  }),
];

/** Between the monitor, the VMX and the VMkernel, for the devices that the VMX serves. */
const vmxServes: readonly Crossing[] = [
  ...across('vmm', 'vmx', {
    access: switchesWorld('The host switches from the monitor to a thread of the VMX', processes),
  }),
  ...across('vmx', 'vmm', {
    resume: switchesWorld('The host switches back to the monitor', processes),
  }),
  ...across('vmm', 'guest', { resume: letsResume }),
  ...across('vmx', 'vmkernel', {
    'hand-over': systemCall('The VMX hands the request to the VMkernel by system call', processes),
    inject: systemCall('The VMX asks for the guest’s interrupt by system call', assumed()),
  }),
  ...across('vmkernel', 'vmx', {
    'hand-back': systemCallReturns('The system call returns to the VMX', assumed()),
    'hand-over': wakesThread('A thread of the VMX wakes', assumed()),
  }),
];

/** Of a virtual function: straight to the card, and its messages to the guest. */
const direct: readonly Crossing[] = [
  ...row.mappedRegisters(inferred('vmware-sriov')),
  ...across('hardware', 'vmkernel', {
    'inject-direct': row.interrupts('The card’s message reaches the VMkernel', assumed()),
  }),
];

export const esxi: Architecture = {
  id: 'esxi',
  title: 'ESXi',
  paravirtualName: 'paravirtual',
  hasHypervisor: true,
  domains: [
    row.guest('A virtual machine: the guest’s kernel with its drivers.'),
    row.process(
      'vmx',
      'VMX',
      'VMX, one process a virtual machine: devices that are not performance critical, and its control.',
    ),
    {
      ...row.hypervisor('vmm', 'VMM', 'The monitor, one a virtual processor: takes its exits.'),
      perMachine: true,
    },
    {
      ...row.hypervisor(
        'vmkernel',
        'VMkernel',
        'The VMkernel: scheduler, physical drivers, virtual switch, network and storage device models.',
      ),
      colour: 'kernel',
    },
    row.hardware('The network card and the disk.'),
  ],
  crossings: [...exits, ...guestInterrupts, ...hardware, ...vmxServes, ...direct],
  parts: [
    {
      word: 'guest-kernel',
      called: 'The guest’s kernel',
      domain: 'guest',
      fails: documented('vmware-kb-315245'),
    },
    {
      word: 'vmx',
      called: 'VMX',
      domain: 'vmx',
      as: 'vm-process',
      fails: documented('vmware-kb-1019471'),
    },
    {
      word: 'monitor',
      called: 'The monitor (VMM)',
      domain: 'vmm',
      fails: documented('vmware-kb-332520'),
    },
    {
      word: 'vmkernel',
      called: 'The VMkernel',
      domain: 'vmkernel',
      as: 'driver-kernel',
      fails: documented('vmware-kb-337182'),
    },
    {
      word: 'management-agent',
      called: 'The management agent',
      role: 'controlling-function',
      fails: documented('hostd-restart'),
    },
  ],
  pricesByKind: [
    { crossing: 'call', from: 'privileged-user-process', prices: row.once('esxi.system-call') },
    { crossing: 'call', to: 'hypervisor', prices: row.once('esxi.monitor-call') },
    { crossing: 'wake-up', prices: row.once('esxi.world-switch') },
  ],
  policies,
  placement: {
    emulated,
    paravirtual,
    passthrough: passthrough(host.places['controlling-function'], host.places['vcpu-scheduler']),
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
    pvscsi: { placement: 'paravirtual-disk', interrupts: 'msix' },
    ahci: { placement: 'emulated-disk' },
    nvme: { placement: 'emulated-disk' },
  },
};
