/**
 * A hosted monitor, as VMware Workstation was described in 2001: a monitor (VMM) beside an ordinary host operating
 * system, whose drivers it uses through a process (VMApp) and a driver of its own in the host kernel (VMDriver).
 * Models: an access that traps to the VMM, the world switch to the host, VMApp’s device models, its system calls,
 * the world switch back; interrupts of real devices that arrive in the VMM and are passed to the host by a world
 * switch. The host runs outside the monitor, so its kernel is drawn above the edge of the hypervisor.
 * Simplified: every access goes to VMApp. In version 2.0 the VMM itself served the Lance’s address register, later
 * every access that needs no real I/O; a table that knows no device cannot tell them apart. A frame is taken to be
 * done when the card has sent it; VMApp says so once it has handed the frame over. Processor prices are those of
 * today’s exits, where 2001 had binary translation. Leaves out: send combining, the host’s scheduler and page cache.
 * Checked against: tests/engine/architectures/hosted; Sugerman, Venkitachalam and Lim, USENIX 2001.
 */
import type { Architecture, Crossing, Doing, Placement } from './architecture.ts';
import { processQueue } from './queues.ts';
import {
  calls,
  commands,
  copies,
  devicesOfHost,
  frames,
  idle,
  only,
  physicalDriver,
  works,
  worksOnEntry,
} from './roles.ts';
import * as row from './rows.ts';
import { across, assumed, documented, inferred } from './rows.ts';

const source = 'sugerman-2001';
const paper = documented(source);
const follows = inferred(source);

// --- where roles live -----------------------------------------------------------------------------------

const serves = 'its {device} model serves the {op} {register}';
/** A port access names its register; an access to memory is an instruction that has to be decoded. */
const servesPort = works(serves, paper, 'device-model-access');
const servesMemory = works(serves, paper, 'decode-access', 'device-model-access');

const bridge = works('the VMNet driver passes the frame on', paper, 'hosted.virtual-switch');

const takesFromVmNet: readonly Doing[] = [
  calls('call', 'host-kernel', {
    sentence: 'VMApp reads the frame from the VMNet driver',
    ...paper,
    prices: row.once('hosted.system-call'),
  }),
  copies('The system call has copied the frame of {bytes} bytes to VMApp', follows),
];

const hostPlaces: Placement['places'] = {
  'virtual-switch': {
    domain: 'host-kernel',
    actor: 'VMNet driver',
    does: {
      transmit: [
        copies('The VMNet driver copies the frame of {bytes} bytes into the host kernel', follows),
        bridge,
      ],
      receive: [bridge],
    },
  },
  'storage-stack': {
    domain: 'host-kernel',
    actor: 'file system and block layer',
    does: {
      submit: [
        works(
          'the host’s file system and block layer start the command',
          follows,
          'host-block-layer',
        ),
      ],
      complete: [works('the host’s block layer ends the command', follows)],
    },
  },
  'physical-driver': {
    domain: 'host-kernel',
    actor: 'physical driver',
    does: {
      ...physicalDriver('the host’s driver', paper),
      submit: [works('the host’s driver posts the command to the disk', follows)],
    },
  },
  ...devicesOfHost,
  'controlling-function': idle('vmapp', 'VMApp'),
  'vcpu-scheduler': idle('host-kernel', 'host scheduler'),
};

/** Every device model is in VMApp, and the virtual processor waits for it. */
const inVmApp = (access: Doing): Placement => ({
  runs: 'inside',
  receiveQueue: processQueue,
  places: {
    'device-model': {
      domain: 'vmapp',
      actor: 'VMApp',
      does: {
        access: [access],
        transmit: [worksOnEntry('The {device} model reads the transmit descriptor', follows)],
        complete: [
          only(frames, worksOnEntry('its {device} model marks the frame as sent', assumed(source))),
          only(
            commands,
            worksOnEntry('its {device} model reports the end of the command', follows),
          ),
        ],
        receive: [
          ...takesFromVmNet,
          copies(
            'The {device} model copies the frame of {bytes} bytes into the guest’s buffer',
            assumed(),
          ),
        ],
        submit: [worksOnEntry('The {device} model takes up the command', follows)],
      },
    },
    ...hostPlaces,
  },
});

// --- crossings ------------------------------------------------------------------------------------------

const worldSwitch = row.once('hosted.world-switch');
const switchesWorld = row.hop('call', 'hosted.world-switch');
const systemCall = row.hop('call', 'hosted.system-call');
const systemCallReturns = row.hop('return', 'hosted.system-call');
const wakesProcess = row.hop('wake-up', 'hosted.process-wake-up', 'hosted.system-call');

const traps: readonly Crossing[] = [
  ...across('guest', 'vmm', {
    access: row.exits('The access traps to the VMM', paper),
    'end-of-interrupt': row.exitsToEndInterrupt(
      'The access traps to the VMM, which ends the interrupt',
      paper,
    ),
  }),
  ...across('vmm', 'guest', {
    'end-of-interrupt-return': row.resumesAfterInterrupt('The guest resumes', paper),
    resume: row.resumes('The guest resumes', paper),
    inject: row.injects('The VMM raises the virtual interrupt', paper),
  }),
];

const leavesHost = switchesWorld('A world switch leaves the host for the VMM', paper);

/** The monitor and the host are two worlds. */
const worlds: readonly Crossing[] = [
  ...across('vmm', 'host-kernel', {
    access: switchesWorld('A world switch leaves the VMM for the host', paper),
    'device-interrupt': switchesWorld('A world switch passes the interrupt to the host', paper),
  }),
  ...across('host-kernel', 'vmm', { resume: leavesHost, inject: leavesHost }),
];

const goesOn = systemCall('VMApp calls VMDriver to go on', paper);

const host: readonly Crossing[] = [
  ...across('host-kernel', 'vmapp', {
    access: systemCallReturns('VMDriver returns to VMApp with the access', paper),
    'hand-back': row.freeReturn('The system call returns', paper),
    'hand-over': wakesProcess('VMApp wakes', paper),
  }),
  ...across('vmapp', 'host-kernel', {
    resume: goesOn,
    inject: goesOn,
    'hand-over': systemCall('VMApp hands it over by a system call', paper),
  }),
  ...across('host-kernel', 'hardware', {
    'hand-over': row.gate('The host kernel rings the device’s doorbell', follows),
  }),
  ...across('hardware', 'vmm', {
    'device-interrupt': row.interrupts(
      'The device’s interrupt arrives while the VMM’s world runs',
      paper,
    ),
  }),
];

export const hosted: Architecture = {
  id: 'hosted',
  title: 'Hosted monitor',
  paravirtualName: 'paravirtual',
  hasHypervisor: true,
  domains: [
    row.guest('A virtual machine: the guest’s kernel with its drivers.'),
    row.process(
      'vmapp',
      'VMApp',
      'VMApp, one process of the host a virtual machine: device models and control.',
    ),
    row.kernel(
      'host-kernel',
      'host kernel',
      'The kernel of the host operating system: physical drivers, file systems, VMDriver and VMNet driver.',
    ),
    {
      ...row.hypervisor(
        'vmm',
        'VMM',
        'The monitor, in a world of its own: runs the guest and takes its traps. No drivers.',
      ),
      perMachine: true,
    },
    row.hardware('The network card and the disk.'),
  ],
  crossings: [...traps, ...worlds, ...host],
  parts: [
    { word: 'vmapp', called: 'VMApp', domain: 'vmapp', as: 'vm-process' },
    { word: 'monitor', called: 'The monitor (VMM)', domain: 'vmm' },
    { word: 'host-kernel', called: 'The host kernel', domain: 'host-kernel', as: 'driver-kernel' },
  ],
  pricesByKind: [
    { crossing: 'call', from: 'hypervisor', to: 'privileged-kernel', prices: worldSwitch },
    { crossing: 'call', to: 'hypervisor', prices: worldSwitch },
    { crossing: 'call', to: 'privileged-kernel', prices: row.once('hosted.system-call') },
    { crossing: 'wake-up', prices: row.once('hosted.process-wake-up', 'hosted.system-call') },
  ],
  placement: { emulated: inVmApp(servesMemory), ports: inVmApp(servesPort) },
  endOfInterrupt: { level: 'trapped', edge: 'trapped', event: 'automatic' },
  devices: {
    pcnet32: { placement: 'ports' },
    e1000: {},
    'ide-dma': { variant: 'piix4', placement: 'ports' },
    'lsi-sas1068': {},
  },
};
