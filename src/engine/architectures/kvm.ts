/**
 * KVM with QEMU on a Linux host. Models: exits that KVM hands to QEMU’s device models in user space, which serve them
 * while the exit lasts or leave what was announced to the main loop (NVMe, LSI SAS1068), doorbells bound
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
import type { Architecture, Doing, Place, Placement, ReceiveQueue } from './architecture.ts';
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

const takesFromTap: readonly Doing[] = [
  calls('call', 'host-kernel', {
    sentence: 'QEMU reads the frame from the tap device by a system call',
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
          ...takesFromTap,
          copies(
            'The {device} model copies the frame of {bytes} bytes into the guest’s buffer',
            qemu,
          ),
        ],
        submit: [worksOnEntry('The {device} model takes up the command', qemu)],
      },
    },
    'virtual-switch': {
      domain: 'host-kernel',
      actor: 'tap and bridge',
      does: {
        transmit: [
          copies('The tap device copies the frame of {bytes} bytes into the host kernel', tun),
          bridge,
        ],
        receive: [bridge],
      },
    },
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

/** virtio-blk: the doorbell is an eventfd on which an I/O thread of QEMU sleeps. */
const ioThread: Placement = {
  runs: 'woken',
  wake: { from: 'io-thread', to: 'io-thread', ...wakesIoThread },
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

/** virtio-net: the doorbell is an eventfd on which the vhost worker sleeps. */
const vhost: Placement = {
  runs: 'woken',
  wake: { from: 'vhost', to: 'vhost', ...wakesVhost },
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
    row.process('io-thread', 'I/O thread', 'A thread of QEMU that serves a virtual disk.'),
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
    passthrough: passthrough(idle('host-kernel', 'VFIO'), scheduler),
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
    'lsi-sas1068': { placement: 'main-loop' },
    pvscsi: { placement: 'emulated' },
    ahci: {},
    nvme: { placement: 'main-loop', variant: '1.4-shadow-doorbells' },
    'virtio-blk': { placement: 'io-thread' },
  },
};
