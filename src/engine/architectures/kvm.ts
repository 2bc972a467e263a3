/**
 * KVM with QEMU on a Linux host. Models: exits that KVM hands to QEMU’s device models in user space, which serve them
 * while the exit lasts or leave what was announced to the main loop (NVMe, LSI SAS1068), doorbells bound
 * to an eventfd (ioeventfd) that wake vhost for virtio-net or an I/O thread of QEMU for virtio-blk, interrupts by
 * ioctl or eventfd (irqfd), a tap device and bridge, asynchronous disk I/O by system call, a virtual function that
 * is given to the guest. KVM, vhost and the rest of the host kernel are one kernel in one processor mode, so all
 * three are drawn below the edge of the hypervisor: a call between them is no crossing of it, a system call of QEMU
 * is one. The vhost worker and QEMU’s I/O thread are contexts of the kernel and of QEMU, not domains of their own; a
 * virtio card without vhost is served by QEMU’s main loop, which is drawn as such a thread. Registers of virtio to
 * which no eventfd is bound, such as the interrupt status, go to QEMU.
 * Simplified: an emulated frame is taken to be done when the card has sent it, as in the other tables; QEMU says so
 * once it has handed the frame over, which spares a wake-up. vhost marks a frame as used when sendmsg has returned.
 * Leaves out: the way of vhost’s interrupt through QEMU’s main loop with INTx; QEMU’s big lock and thread pool; the
 * host’s page cache (O_DIRECT: data moves by DMA only); busy polling.
 * Checked against: tests/engine/architectures/kvm; the KVM API and drivers/vhost/net.c.
 */
import type { Architecture, Doing, Place, Placement, ReceiveQueue } from './architecture.ts';
import { policies } from './kvm-policies.ts';
import { crossings, wakesIoThread, wakesMainLoop, wakesVhost } from './kvm-crossings.ts';
import {
  calls,
  commands,
  copies,
  devicesOfHost,
  frames,
  idle,
  only,
  passthrough,
  physicalDriver,
  touchesRing,
  works,
  worksOnEntry,
} from './roles.ts';
import * as row from './rows.ts';
import { assumed, documented } from './rows.ts';

const qemu = documented('qemu-devices');
const qemuVirtio = documented('qemu-virtio');
const tun = documented('linux-tun');
const linux = documented('linux-source');
const vhostNet = documented('linux-vhost-net');

// --- the host kernel ------------------------------------------------------------------------------------

const bridge = works('the tap device and the bridge pass the frame on', tun, 'kvm.virtual-switch');

const hostDriver: Place = {
  domain: 'host-kernel',
  actor: 'physical driver',
  does: {
    ...physicalDriver('the host’s driver', linux),
    submit: [works('the host’s driver posts the command to the disk', linux)],
  },
};

const scheduler = idle('host-kernel', 'host scheduler');

const hostPlaces: Placement['places'] = {
  'storage-stack': {
    domain: 'host-kernel',
    actor: 'block layer',
    does: {
      submit: [works('the host’s block layer starts the command', linux, 'host-block-layer')],
      complete: [
        works(
          'the host’s block layer reports the end to the thread that asked',
          linux,
          'kvm.eventfd-signal',
        ),
      ],
    },
  },
  'physical-driver': hostDriver,
  ...devicesOfHost,
  'controlling-function': idle('qemu', 'QEMU'),
  'vcpu-scheduler': scheduler,
};

// --- QEMU -----------------------------------------------------------------------------------------------

const serves = 'its {device} model serves the {op} {register}';
/** KVM hands over a port access as it is; an access to memory is an instruction that it has to decode. */
const servesPort = works(serves, qemu, 'device-model-access');
const servesMemory = works(serves, qemu, 'decode-access', 'device-model-access');

const takesFromTap = (who: string): readonly Doing[] => [
  calls('call', 'host-kernel', {
    sentence: `${who} reads the frame from the tap device by a system call`,
    ...qemu,
    prices: row.once('kvm.system-call'),
  }),
  copies('The system call has copied the frame of {bytes} bytes to QEMU', tun),
];

/** The queue of a tap device, from which QEMU or vhost read. */
const tapQueue: ReceiveQueue = {
  place: 'queue of the tap device',
  size: 'kvm.tap-queue',
  in: 'frames',
  counter: 'tx_dropped (tap)',
  waits: true,
  ...tun,
};

const tapOfProcess: Place = {
  domain: 'host-kernel',
  actor: 'tap and bridge',
  does: {
    transmit: [
      copies('The tap device copies the frame of {bytes} bytes into the host kernel', tun),
      bridge,
    ],
    receive: [bridge],
  },
};

/** A device model in QEMU, served by the thread of the virtual processor while the exit lasts. */
const inQemu = (access: Doing, transmit: readonly Doing[]): Placement => ({
  runs: 'inside',
  receiveQueue: tapQueue,
  places: {
    ...hostPlaces,
    'device-model': {
      domain: 'qemu',
      actor: 'QEMU',
      does: {
        access: [access],
        transmit,
        complete: [
          only(frames, worksOnEntry('its {device} model marks the frame as sent', assumed())),
          only(commands, worksOnEntry('its {device} model reports the end of the command', qemu)),
        ],
        receive: [
          ...takesFromTap('QEMU'),
          copies(
            'The {device} model copies the frame of {bytes} bytes into the guest’s buffer',
            qemu,
          ),
        ],
        submit: [worksOnEntry('The {device} model takes up the command', qemu)],
      },
    },
    'virtual-switch': tapOfProcess,
  },
});

/**
 * A device model whose doorbell only schedules a bottom half: QEMU's main loop takes what was announced, and the
 * virtual processor goes on meanwhile (nvme_process_db, mptsas_mmio_write).
 */
const inMainLoop = (access: Doing, transmit: readonly Doing[]): Placement => ({
  ...inQemu(access, transmit),
  runs: 'woken',
  wake: { from: 'qemu', to: 'qemu', ...wakesMainLoop },
});

const copiesOut: readonly Doing[] = [
  worksOnEntry('The {device} model reads the transmit descriptor from guest memory', qemu),
  copies(
    'The {device} model copies the frame of {bytes} bytes out of guest memory',
    documented('qemu-e1000'),
  ),
];
const mapsOut: readonly Doing[] = [
  worksOnEntry(
    'The {device} model reads the transmit descriptor; the frame stays mapped in guest memory',
    documented('qemu-vmxnet3'),
  ),
];

/** Registers of a virtio device that no eventfd is bound to: QEMU serves them while the exit lasts. */
const registersInQemu: Place = {
  domain: 'qemu',
  actor: 'QEMU',
  does: { access: [servesMemory] },
};

/** What serves a doorbell that is an eventfd on which a thread of QEMU sleeps. */
const onThread = {
  runs: 'woken',
  wake: { from: 'io-thread', to: 'io-thread', ...wakesIoThread },
  registers: registersInQemu,
} as const;

/** virtio-blk, served by an I/O thread of QEMU. */
const ioThread: Placement = {
  ...onThread,
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
            qemu,
          ),
        ],
        complete: [
          touchesRing('publish', 'used ring', 'The I/O thread writes status and used ring', qemu),
        ],
      },
    },
  },
};

// --- vhost and the virtual function ---------------------------------------------------------------------

/** virtio-net without vhost: a thread of QEMU reads and writes the tap device (virtio_net_flush_tx, tap_send). */
const netThread: Placement = {
  ...onThread,
  receiveQueue: tapQueue,
  sentWhen: 'handed-over',
  places: {
    ...hostPlaces,
    'device-model': {
      domain: 'io-thread',
      actor: 'I/O thread',
      does: {
        transmit: [
          touchesRing(
            'consume',
            'transmit ring',
            'The I/O thread reads the descriptor from the virtqueue; the frame stays mapped',
            qemuVirtio,
          ),
        ],
        complete: [
          touchesRing(
            'publish',
            'used rings',
            'With the frame handed over, the I/O thread returns the buffer as used',
            qemuVirtio,
          ),
        ],
        receive: [
          ...takesFromTap('The I/O thread'),
          copies(
            'The I/O thread copies the frame of {bytes} bytes into the guest’s buffer',
            qemuVirtio,
          ),
          touchesRing(
            'publish',
            'used rings',
            'The I/O thread returns the buffer as used',
            qemuVirtio,
          ),
        ],
      },
    },
    'virtual-switch': tapOfProcess,
  },
};

/** virtio-net: the doorbell is an eventfd on which the vhost worker sleeps. */
const vhost: Placement = {
  runs: 'woken',
  wake: { from: 'vhost', to: 'vhost', ...wakesVhost },
  registers: registersInQemu,
  sentWhen: 'handed-over',
  receiveQueue: tapQueue,
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
            vhostNet,
          ),
          copies(
            'The vhost worker copies the frame of {bytes} bytes out of guest memory',
            vhostNet,
          ),
        ],
        complete: [
          touchesRing(
            'publish',
            'used rings',
            'With the frame handed over, the vhost worker writes the used ring',
            vhostNet,
          ),
        ],
        receive: [
          copies(
            'The vhost worker copies the frame of {bytes} bytes into the guest’s buffer',
            vhostNet,
          ),
          touchesRing('publish', 'used rings', 'The vhost worker writes the used ring', vhostNet),
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

export const kvm: Architecture = {
  id: 'kvm',
  title: 'KVM',
  paravirtualName: 'paravirtual',
  hasHypervisor: true,
  domains: [
    row.guest('A virtual machine: the guest’s kernel with its drivers.'),
    row.process('qemu', 'QEMU', 'QEMU, one process a virtual machine: device models and control.'),
    row.process('io-thread', 'I/O thread', 'A thread of QEMU that serves virtqueues.'),
    row.hypervisor(
      'kvm',
      'KVM',
      'The part of the host kernel that takes the exits of virtual processors.',
    ),
    {
      ...row.kernel(
        'vhost',
        'vhost',
        'A thread of the host kernel that serves the rings of a virtual network card.',
      ),
      band: 'hypervisor',
    },
    {
      ...row.kernel(
        'host-kernel',
        'host kernel',
        'The same Linux kernel: physical drivers, tap and bridge, block layer, scheduler.',
      ),
      band: 'hypervisor',
    },
    row.hardware('The network card and the disk.'),
  ],
  crossings,
  parts: [
    { word: 'qemu', called: 'QEMU', domain: 'qemu', as: 'vm-process' },
    { word: 'host-kernel', called: 'The host kernel', domain: 'host-kernel', as: 'driver-kernel' },
  ],
  pricesByKind: [
    { crossing: 'call', to: 'hypervisor', prices: row.once('kvm.eventfd-signal') },
    { crossing: 'call', from: 'privileged-user-process', prices: row.once('kvm.system-call') },
    { crossing: 'wake-up', prices: row.once('kvm.thread-wake-up') },
  ],
  placement: {
    emulated: inQemu(servesMemory, copiesOut),
    ports: inQemu(servesPort, copiesOut),
    mapped: inQemu(servesMemory, mapsOut),
    'main-loop': inMainLoop(servesMemory, copiesOut),
    paravirtual: vhost,
    'io-thread': ioThread,
    'net-thread': netThread,
    passthrough: passthrough(idle('host-kernel', 'VFIO'), scheduler),
  },
  endOfInterrupt: { level: 'trapped', edge: 'without-exit', event: 'automatic' },
  policies,
  devices: {
    pcnet32: { placement: 'ports' },
    e1000: {},
    vmxnet3: { placement: 'mapped' },
    // The kernel’s vhost knows the split ring alone (VHOST_NET_FEATURES): QEMU serves the packed one itself.
    'virtio-net': { placementOfVariant: { packed: 'net-thread' } },
    'virtio-net-mmio': { placement: 'net-thread' },
    'sriov-vf': {},
    'ide-dma': { variant: 'piix3', placement: 'ports' },
    'ide-pio': { variant: 'piix3', placement: 'ports' },
    'lsi-sas1068': { placement: 'main-loop' },
    pvscsi: { placement: 'emulated' },
    ahci: {},
    nvme: { placement: 'main-loop', variant: '1.4-shadow-doorbells' },
    'virtio-blk': { placement: 'io-thread' },
    'virtio-blk-mmio': { placement: 'io-thread' },
  },
};
