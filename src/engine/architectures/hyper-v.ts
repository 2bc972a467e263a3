/**
 * Microsoft Hyper-V, microkernelized: drivers, virtual switch and device models live in the root
 * partition. Models: intercepts as messages to the root, device models in the worker process,
 * service providers in the root kernel, signals and interrupts through the hypervisor,
 * register-update hypercalls; under the root scheduler, intercepts that end the hypercall by which
 * a root thread runs the virtual processor; a virtual function of the network card, alone or with a
 * synthetic adapter beside it.
 * Leaves out: contention for root processors, host-side queues beyond one, posted interrupts, and the
 * monitored channel by default.
 * An emulated frame is taken to be done when the card has sent it; a model may also say so as soon
 * as it has copied the frame. The end of an edge-triggered interrupt is taken to need no exit; the
 * TLFS leaves at most one, to the hypervisor only. What Windows does between VID and the worker
 * process Microsoft has not published: those rows are inferred or assumed, after Linux as a root
 * partition. The TLFS 2.0a, which has the parent's side whole, is of Windows Server 2008 R2.
 * Checked against: tests/engine/architectures, facts on TLFS and OpenVMM.
 */
import type { Architecture, Crossing, Placement } from './architecture.ts';
import * as disks from './hyper-v-disks.ts';
import * as host from './hyper-v-host.ts';
import { policies } from './hyper-v-policies.ts';
import { processQueue } from './queues.ts';
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

const tlfs = documented('tlfs-2-0');
const interruptsOfTlfs = documented('tlfs-virtual-interrupts');
const redirects = documented('ms-hyper-v-architecture');
const mshv = inferred('linux-mshv');

// --- where roles live -----------------------------------------------------------------------------------

const virtualSwitch = works(
  'the virtual switch forwards the frame',
  documented('ms-extensible-switch'),
  'hyper-v.virtual-switch',
);
const rootPlaces: Placement['places'] = {
  'virtual-switch': {
    domain: 'root',
    actor: 'virtual switch',
    does: { transmit: [virtualSwitch], receive: [virtualSwitch] },
  },
  'physical-driver': {
    domain: 'root',
    actor: 'physical driver',
    does: physicalDriver(
      'the physical driver in the root partition',
      documented('ms-hyper-v-architecture'),
    ),
  },
  'network-card': { domain: 'hardware', actor: 'network card', does: card },
  ...host.places,
};

const qemuTulip = inferred('qemu-tulip');

/** Emulated devices: the whole model is in the worker process, and the exit waits for it. */
const emulated: Placement = {
  runs: 'inside',
  receiveQueue: processQueue,
  places: {
    ...rootPlaces,
    'device-model': {
      domain: 'worker',
      actor: 'worker process',
      does: {
        access: [
          works(
            'its {device} model serves the {op} {register}',
            inferred('windows-internals-6'),
            'device-model-access',
          ),
        ],
        transmit: [
          worksOnEntry(
            'The device model reads the transmit descriptor from guest memory',
            qemuTulip,
          ),
          copies(
            'The worker process copies the frame of {bytes} bytes out of guest memory',
            qemuTulip,
          ),
        ],
        complete: [
          worksOnEntry('its {device} model marks the descriptor as sent', assumed('qemu-tulip')),
        ],
        receive: [
          copies(
            'The switch’s {bytes} bytes are copied into a buffer of the worker process',
            assumed(),
          ),
          copies(
            'The device model copies the frame of {bytes} bytes into the guest’s buffer',
            qemuTulip,
          ),
        ],
      },
    },
  },
};

const netvsp = documented('openvmm-netvsp');

/** Synthetic devices: the service provider in the root kernel works on rings that the guest owns. */
const synthetic: Placement = {
  runs: 'woken',
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
            documented('openvmm-ring'),
          ),
        ],
        complete: [
          touchesRing(
            'publish',
            'to guest',
            'The VSP writes the completion into the ring to the guest',
            netvsp,
          ),
        ],
        receive: [
          copies(
            'The VSP copies the frame of {bytes} bytes into the guest’s receive buffer',
            inferred('ms-vmq'),
          ),
          touchesRing(
            'publish',
            'to guest',
            'The VSP writes a packet into the ring to the guest',
            netvsp,
          ),
        ],
      },
    },
  },
};

// --- crossings ------------------------------------------------------------------------------------------

const message = row.hop('message', 'hyper-v.intercept-message');
const hypercall = row.hop('hypercall', 'hyper-v.hypercall');
const wakesWorker = row.hop('wake-up', 'hyper-v.worker-wake-up', 'hyper-v.kernel-to-user');
const callsKernel = row.hop('call', 'hyper-v.kernel-to-user');
const returnsToWorker = row.hop('return', 'hyper-v.kernel-to-user');
const dispatches = row.hop('interrupt', 'hyper-v.vmbus-dispatch');

const wakes = wakesWorker('A thread of the worker process wakes', assumed('linux-mshv'));
const callsVid = callsKernel('The worker process calls VID', assumed('linux-mshv'));

/** An intercepted access: message to the root, thread of the worker process, and back by hypercall. */
const intercepts: readonly Crossing[] = [
  ...across('guest', 'hypervisor', {
    access: row.exits('The processor exits to the hypervisor', tlfs),
  }),
  ...across('hypervisor', 'root', {
    access: message('An intercept message reaches the root partition', tlfs),
  }),
  ...across('root', 'worker', {
    access: wakes,
    any: wakes,
    'hand-back': returnsToWorker('The thread returns to the worker process', assumed('linux-mshv')),
  }),
  ...across('worker', 'root', {
    resume: callsVid,
    inject: callsVid,
    'hand-over': callsKernel(
      'The worker process hands the request to the root kernel',
      inferred('windows-internals-6'),
    ),
  }),
  ...across('root', 'hypervisor', {
    resume: hypercall(
      'The root partition updates the guest’s registers by hypercall and lifts the suspension',
      tlfs,
    ),
    inject: hypercall('The root partition asserts the guest’s interrupt by hypercall', tlfs),
  }),
  ...across('hypervisor', 'guest', {
    resume: row.resumes('The guest resumes', tlfs),
    inject: row.injects('The hypervisor injects the interrupt', interruptsOfTlfs),
  }),
];

/** The end of an interrupt that the guest writes to a register. */
const ends: readonly Crossing[] = [
  ...across('guest', 'hypervisor', {
    'end-of-interrupt': row.exitsToEndInterrupt(
      'The processor exits to the hypervisor, which ends the interrupt',
      tlfs,
    ),
  }),
  ...across('hypervisor', 'guest', {
    'end-of-interrupt-return': row.resumesAfterInterrupt('The guest resumes', tlfs),
  }),
  ...across('hypervisor', 'root', {
    'end-of-interrupt-message': message(
      'An end-of-interrupt message tells the root partition',
      tlfs,
    ),
  }),
];

/** A channel of VMBus: signalled by hypercall in both directions. */
const signals: readonly Crossing[] = [
  ...across('guest', 'hypervisor', {
    signal: hypercall(
      'The guest signals the channel by hypercall (HvSignalEvent)',
      documented('linux-hyperv-h'),
    ),
  }),
  ...across('hypervisor', 'root', {
    signal: dispatches(
      'The event interrupts the root partition; VMBus calls the VSP',
      inferred('tlfs-inter-partition'),
    ),
  }),
  ...across('hypervisor', 'guest', {
    'signal-return': row.hop('vm-entry', 'hyper-v.hypercall-return')(
      'The hypercall returns to the guest',
      documented('tlfs-hypercall-interface'),
    ),
    'inject-event': row.injects(
      'The hypervisor sets the channel’s event flag and interrupts the guest',
      documented('tlfs-inter-partition'),
    ),
  }),
  ...across('root', 'hypervisor', {
    'inject-event': hypercall(
      'The root partition signals the guest’s channel by hypercall',
      inferred('tlfs-inter-partition'),
    ),
  }),
];

/** The devices of the root partition, and a virtual function that the guest has. */
const hardware: readonly Crossing[] = [
  ...across('root', 'hardware', {
    any: row.gate(
      'The root partition reaches its own device without an exit',
      inferred('tlfs-2-0'),
    ),
  }),
  ...across('hardware', 'hypervisor', {
    'device-interrupt': row.interrupts('The device’s interrupt reaches the hypervisor', redirects),
    'inject-direct': row.interrupts('The card’s message reaches the hypervisor', assumed()),
  }),
  ...across('hypervisor', 'root', {
    'device-interrupt': row.injects('The hypervisor passes it to the root partition', redirects),
  }),
  ...across('hypervisor', 'guest', {
    'inject-direct': row.injects(
      'The hypervisor injects the interrupt (posted interrupts are left out)',
      assumed('tlfs-virtual-interrupts'),
    ),
  }),
  ...row.mappedRegisters(inferred('ms-sriov-data-path')),
];

/** A virtual processor runs inside a hypercall of a root thread: no message, and no thread to wake. */
const rootScheduler: readonly Crossing[] = [
  ...across('hypervisor', 'root', {
    access: row.hop('return', 'hyper-v.hypercall-return')(
      'The hypercall that runs the virtual processor returns to its root thread',
      mshv,
    ),
  }),
  ...across('root', 'worker', {
    access: returnsToWorker('The thread returns to the worker process', mshv),
  }),
  ...across('root', 'hypervisor', {
    resume: hypercall(
      'The root thread lifts the suspension and runs the virtual processor by hypercall',
      mshv,
    ),
  }),
];

/** ata_piix.c, piix_ignore_devices_quirk: where the kernel has storvsc, and unless prefer_ms_hyperv is 0. */
const leftToStorvsc = {
  device: 'storvsc-ide',
  says: 'Linux with integration services ignores this disk (“Hyper-V Virtual Machine detected, ATA device ignore set”) and drives it by VMBus',
  source: 'linux-libata',
} as const;

export const hyperV: Architecture = {
  id: 'hyper-v',
  title: 'Hyper-V',
  paravirtualName: 'synthetic',
  hasHypervisor: true,
  domains: [
    row.guest('A child partition: the guest’s kernel with its drivers.'),
    row.process(
      'worker',
      'worker process',
      'VMWP, one process a virtual machine, in the user mode of the root partition: the emulated devices.',
    ),
    row.kernel(
      'root',
      'root kernel',
      'The kernel of the root partition: physical drivers, virtual switch, service providers, VID.',
    ),
    row.hypervisor(
      'hypervisor',
      'hypervisor',
      'The hypervisor: processors, memory, interrupts and messages between partitions. No network or storage drivers.',
    ),
    row.hardware('The network card and the disk.'),
  ],
  crossings: [...intercepts, ...ends, ...signals, ...hardware],
  parts: [
    {
      word: 'vsp',
      called: 'The service provider (VSP)',
      role: 'device-model',
      serves: 'paravirtual',
    },
    { word: 'worker-process', called: 'The worker process', domain: 'worker', as: 'vm-process' },
    { word: 'root-partition', called: 'The root partition', domain: 'root', as: 'driver-kernel' },
    {
      word: 'management-agent',
      called: 'The management agent',
      role: 'controlling-function',
      fails: documented('ms-bpa'),
    },
  ],
  pricesByKind: [
    { crossing: 'hypercall', prices: row.once('hyper-v.hypercall') },
    { crossing: 'interrupt', from: 'hypervisor', prices: row.once('hyper-v.vmbus-dispatch') },
    { crossing: 'call', to: 'privileged-kernel', prices: row.once('hyper-v.kernel-to-user') },
  ],
  schedulers: { core: [], classic: [], root: rootScheduler },
  policies,
  monitorPage: {
    domain: 'hypervisor',
    sets: {
      sentence: 'The guest sets the channel’s bit in the monitor page; no exit',
      ...documented('linux-hyperv-h'),
      prices: [{ parameter: 'ring-entry', per: 'entry' }],
    },
    finds: {
      sentence: 'The hypervisor finds the bit when it next scans the page',
      ...documented('linux-hyperv-h'),
      prices: row.once('hyper-v.monitor-latency'),
    },
  },
  placement: {
    emulated,
    paravirtual: synthetic,
    passthrough: passthrough(host.places['controlling-function'], host.places['vcpu-scheduler']),
    'emulated-disk': disks.ideDma,
    'emulated-disk-pio': disks.idePio,
    'paravirtual-disk': disks.synthetic,
  },
  endOfInterrupt: { level: 'trapped', edge: 'without-exit', event: 'automatic' },
  devices: {
    dec21140: { variant: '21140', generations: [1] },
    netvsc: { withoutServices: 'dec21140' },
    'netvsc-vf': { withoutServices: null },
    'sriov-vf': { withoutServices: null },
    'ide-dma': {
      variant: 'piix4-hyper-v',
      generations: [1],
      placement: 'emulated-disk',
      leftTo: leftToStorvsc,
    },
    'ide-pio': {
      variant: 'piix4-hyper-v',
      generations: [1],
      placement: 'emulated-disk-pio',
      leftTo: leftToStorvsc,
    },
    storvsc: { withoutServices: 'ide-dma', placement: 'paravirtual-disk' },
    'storvsc-ide': {
      generations: [1],
      withoutServices: 'ide-dma',
      placement: 'paravirtual-disk',
    },
  },
};
