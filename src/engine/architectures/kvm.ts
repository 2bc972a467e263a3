/**
 * KVM with QEMU on a Linux host. Models: exits that KVM hands to QEMU’s device models in user space, doorbells bound
 * to an eventfd (ioeventfd) that wake vhost for virtio-net or an I/O thread of QEMU for virtio-blk, interrupts by
 * ioctl or eventfd (irqfd), a tap device and bridge, asynchronous disk I/O by system call, a virtual function that
 * is given to the guest. KVM, vhost and the rest of the host kernel are one kernel in one processor mode, so all
 * three are drawn below the edge of the hypervisor: a call between them is no crossing of it, a system call of QEMU
 * is one. The vhost worker and QEMU’s I/O thread are contexts of the kernel and of QEMU, not domains of their own.
 * Simplified: an emulated frame is taken to be done when the card has sent it, as in the other tables; QEMU says so
 * once it has handed the frame over, which spares a wake-up. vhost marks a frame as used when sendmsg has returned.
 * Leaves out: reads of the interrupt status with INTx, which go to QEMU and not where the doorbell goes; QEMU’s big
 * lock and thread pool; the host’s page cache (O_DIRECT: data moves by DMA only); busy polling.
 * Checked against: tests/engine/architectures/kvm; the KVM API and drivers/vhost/net.c.
 */
import type { Activity } from '../vocabulary/trace.ts';
import type { Architecture, Doing, Place, Placement } from './architecture.ts';
import { crossings, wakes } from './kvm-crossings.ts';
import {
  card,
  copies,
  disk,
  physicalDriver,
  touchesRing,
  virtualFunction,
  works,
} from './roles.ts';

const storage: Doing['for'] = ['read', 'write', 'flush'];
const frames: Doing['for'] = ['send'];

// --- the host kernel ------------------------------------------------------------------------------------

const bridge = works({
  sentence: 'the tap device and the bridge pass the frame on',
  evidence: 'documented',
  source: 'linux-tun',
  prices: [{ parameter: 'kvm.virtual-switch', per: 'once' }],
});

const hostDriver: Place = {
  domain: 'host-kernel',
  actor: 'physical driver',
  does: {
    ...physicalDriver('the host’s driver', 'linux-source'),
    submit: [
      works({
        sentence: 'the host’s driver posts the command to the disk',
        evidence: 'documented',
        source: 'linux-source',
        prices: [],
      }),
    ],
  },
};

const hostPlaces: Placement['places'] = {
  'storage-stack': {
    domain: 'host-kernel',
    actor: 'block layer',
    does: {
      submit: [
        works({
          sentence: 'the host’s block layer starts the command',
          evidence: 'documented',
          source: 'linux-source',
          prices: [{ parameter: 'host-block-layer', per: 'once' }],
        }),
      ],
      complete: [
        works({
          sentence: 'the host’s block layer reports the end to the thread that asked',
          evidence: 'documented',
          source: 'linux-source',
          prices: [{ parameter: 'kvm.eventfd-signal', per: 'once' }],
        }),
      ],
    },
  },
  'physical-driver': hostDriver,
  'network-card': { domain: 'hardware', actor: 'network card', does: card },
  disk: { domain: 'hardware', actor: 'disk', does: disk },
  'controlling-function': { domain: 'qemu', actor: 'QEMU', does: {} },
  'vcpu-scheduler': { domain: 'host-kernel', actor: 'host scheduler', does: {} },
};

// --- QEMU -----------------------------------------------------------------------------------------------

const modelServes: Activity = {
  sentence: 'its {device} model serves the {op} {register}',
  evidence: 'documented',
  source: 'qemu-devices',
  prices: [{ parameter: 'device-model-access', per: 'once' }],
};
/** KVM hands over a port access as it is; an access to memory is an instruction that it has to decode. */
const decodes: Activity = {
  ...modelServes,
  prices: [{ parameter: 'decode-access', per: 'once' }, ...modelServes.prices],
};

const readsDescriptor: Activity = {
  sentence: 'The {device} model reads the transmit descriptor from guest memory',
  evidence: 'documented',
  source: 'qemu-devices',
  prices: [{ parameter: 'ring-entry', per: 'entry' }],
};

const takesFromTap: readonly Doing[] = [
  {
    kind: 'crossing',
    crossing: 'call',
    to: 'host-kernel',
    activity: {
      sentence: 'QEMU reads the frame from the tap device by a system call',
      evidence: 'documented',
      source: 'qemu-devices',
      prices: [{ parameter: 'kvm.system-call', per: 'once' }],
    },
  },
  copies(
    'The system call has copied the frame of {bytes} bytes to QEMU',
    'documented',
    'linux-tun',
  ),
];

/** A device model in QEMU, served by the thread of the virtual processor while the exit lasts. */
const inQemu = (access: Activity, transmit: readonly Doing[]): Placement => ({
  runs: 'inside',
  places: {
    ...hostPlaces,
    'device-model': {
      domain: 'qemu',
      actor: 'QEMU',
      does: {
        access: [works(access)],
        transmit,
        complete: [
          {
            ...works({
              sentence: 'its {device} model marks the frame as sent',
              evidence: 'assumed',
              prices: [{ parameter: 'ring-entry', per: 'entry' }],
            }),
            for: frames,
          },
          {
            ...works({
              sentence: 'its {device} model reports the end of the command',
              evidence: 'documented',
              source: 'qemu-devices',
              prices: [{ parameter: 'ring-entry', per: 'entry' }],
            }),
            for: storage,
          },
        ],
        receive: [
          ...takesFromTap,
          copies(
            'The {device} model copies the frame of {bytes} bytes into the guest’s buffer',
            'documented',
            'qemu-devices',
          ),
        ],
        submit: [
          works({
            sentence: 'The {device} model takes up the command',
            evidence: 'documented',
            source: 'qemu-devices',
            prices: [{ parameter: 'ring-entry', per: 'entry' }],
          }),
        ],
      },
    },
    'virtual-switch': {
      domain: 'host-kernel',
      actor: 'tap and bridge',
      does: {
        transmit: [
          copies(
            'The tap device copies the frame of {bytes} bytes into the host kernel',
            'documented',
            'linux-tun',
          ),
          bridge,
        ],
        receive: [bridge],
      },
    },
  },
});

const copiesOut: readonly Doing[] = [
  works(readsDescriptor),
  copies(
    'The {device} model copies the frame of {bytes} bytes out of guest memory',
    'documented',
    'qemu-e1000',
  ),
];
const mapsOut: readonly Doing[] = [
  works({
    ...readsDescriptor,
    sentence:
      'The {device} model reads the transmit descriptor; the frame stays mapped in guest memory',
    source: 'qemu-vmxnet3',
  }),
];

/** virtio-blk: the doorbell is an eventfd on which an I/O thread of QEMU sleeps. */
const ioThread: Placement = {
  runs: 'worker',
  wake: wakes('io-thread', 'The I/O thread of QEMU wakes in poll()', 'qemu-devices'),
  places: {
    ...hostPlaces,
    'device-model': {
      domain: 'io-thread',
      actor: 'I/O thread',
      does: {
        submit: [
          touchesRing(
            'consume',
            'request queue',
            'The I/O thread reads the request from the virtqueue',
            'documented',
            'qemu-devices',
          ),
        ],
        complete: [
          touchesRing(
            'publish',
            'used ring',
            'The I/O thread writes status and used ring',
            'documented',
            'qemu-devices',
          ),
        ],
      },
    },
  },
};

// --- vhost and the virtual function ---------------------------------------------------------------------

/** virtio-net: the doorbell is an eventfd on which the vhost worker sleeps. */
const vhost: Placement = {
  runs: 'worker',
  wake: wakes('vhost', 'The vhost worker wakes', 'linux-vhost-net'),
  sentWhen: 'handed-over',
  places: {
    ...hostPlaces,
    'device-model': {
      domain: 'vhost',
      actor: 'vhost worker',
      does: {
        transmit: [
          touchesRing(
            'consume',
            'transmit ring',
            'The vhost worker reads the descriptor from the virtqueue',
            'documented',
            'linux-vhost-net',
          ),
          copies(
            'The vhost worker copies the frame of {bytes} bytes out of guest memory',
            'documented',
            'linux-vhost-net',
          ),
        ],
        complete: [
          touchesRing(
            'publish',
            'used rings',
            'With the frame handed over, the vhost worker writes the used ring',
            'documented',
            'linux-vhost-net',
          ),
        ],
        receive: [
          copies(
            'The vhost worker copies the frame of {bytes} bytes into the guest’s buffer',
            'documented',
            'linux-vhost-net',
          ),
          touchesRing(
            'publish',
            'used rings',
            'The vhost worker writes the used ring',
            'documented',
            'linux-vhost-net',
          ),
        ],
      },
    },
    'virtual-switch': {
      domain: 'host-kernel',
      actor: 'tap and bridge',
      does: { transmit: [bridge], receive: [bridge] },
    },
  },
};

/** A function of the card itself: the guest reaches it without an exit, and it interrupts the guest without one. */
const passthrough: Placement = {
  runs: 'posted',
  injects: 'inject-direct',
  places: {
    ...virtualFunction,
    'controlling-function': { domain: 'host-kernel', actor: 'VFIO', does: {} },
    'vcpu-scheduler': { domain: 'host-kernel', actor: 'host scheduler', does: {} },
  },
};

const ports = inQemu(modelServes, copiesOut);

export const kvm: Architecture = {
  id: 'kvm',
  title: 'KVM',
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
      id: 'qemu',
      label: 'QEMU',
      kind: 'privileged-user-process',
      band: 'user',
      colour: 'user',
      describes: 'QEMU, one process a virtual machine: device models and control.',
    },
    {
      id: 'io-thread',
      label: 'I/O thread',
      kind: 'privileged-user-process',
      band: 'user',
      colour: 'user',
      describes: 'A thread of QEMU that serves a virtual disk.',
    },
    {
      id: 'kvm',
      label: 'KVM',
      kind: 'hypervisor',
      band: 'hypervisor',
      colour: 'hypervisor',
      describes: 'The part of the host kernel that takes the exits of virtual processors.',
    },
    {
      id: 'vhost',
      label: 'vhost',
      kind: 'privileged-kernel',
      band: 'hypervisor',
      colour: 'kernel',
      describes: 'A thread of the host kernel that serves the rings of a virtual network card.',
    },
    {
      id: 'host-kernel',
      label: 'host kernel',
      kind: 'privileged-kernel',
      band: 'hypervisor',
      colour: 'kernel',
      describes: 'The same Linux kernel: physical drivers, tap and bridge, block layer, scheduler.',
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
  crossings,
  placement: {
    emulated: inQemu(decodes, copiesOut),
    ports,
    mapped: inQemu(decodes, mapsOut),
    paravirtual: vhost,
    'io-thread': ioThread,
    passthrough,
  },
  endOfInterrupt: { level: 'trapped', edge: 'without-exit', event: 'automatic' },
  devices: {
    pcnet32: { placement: 'ports' },
    e1000: {},
    vmxnet3: { placement: 'mapped' },
    'virtio-net': {},
    'sriov-vf': {},
    'ide-dma': { variant: 'piix3', placement: 'ports' },
    'ide-pio': { variant: 'piix3', placement: 'ports' },
    'lsi-sas1068': {},
    pvscsi: { placement: 'emulated' },
    ahci: {},
    nvme: {},
    'virtio-blk': { placement: 'io-thread' },
  },
};
