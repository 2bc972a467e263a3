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
import type { Activity } from '../vocabulary/trace.ts';
import type { Architecture, Crossing, Doing, Placement } from './architecture.ts';
import { card, copies, disk, physicalDriver, works } from './roles.ts';

const source = 'sugerman-2001';

const modelServes: Activity = {
  sentence: 'its {device} model serves the {op} {register}',
  evidence: 'documented',
  source,
  prices: [{ parameter: 'device-model-access', per: 'once' }],
};
/** A port access names its register; an access to memory is an instruction that has to be decoded. */
const decodes: Activity = {
  ...modelServes,
  prices: [{ parameter: 'decode-access', per: 'once' }, ...modelServes.prices],
};

const bridge = works({
  sentence: 'the VMNet driver passes the frame on',
  evidence: 'documented',
  source,
  prices: [{ parameter: 'hosted.virtual-switch', per: 'once' }],
});

const modelDoes = (sentence: string, evidence: Activity['evidence'], to: Doing['for']): Doing => ({
  ...works({
    sentence,
    evidence,
    source,
    prices: [{ parameter: 'ring-entry', per: 'entry' }],
  }),
  ...(to === undefined ? {} : { for: to }),
});

const takesFromVmNet: readonly Doing[] = [
  {
    kind: 'crossing',
    crossing: 'call',
    to: 'host-kernel',
    activity: {
      sentence: 'VMApp reads the frame from the VMNet driver',
      evidence: 'documented',
      source,
      prices: [{ parameter: 'hosted.system-call', per: 'once' }],
    },
  },
  copies('The system call has copied the frame of {bytes} bytes to VMApp', 'inferred', source),
];

const hostPlaces: Placement['places'] = {
  'virtual-switch': {
    domain: 'host-kernel',
    actor: 'VMNet driver',
    does: {
      transmit: [
        copies(
          'The VMNet driver copies the frame of {bytes} bytes into the host kernel',
          'inferred',
          source,
        ),
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
        works({
          sentence: 'the host’s file system and block layer start the command',
          evidence: 'inferred',
          source,
          prices: [{ parameter: 'host-block-layer', per: 'once' }],
        }),
      ],
      complete: [
        works({
          sentence: 'the host’s block layer ends the command',
          evidence: 'inferred',
          source,
          prices: [],
        }),
      ],
    },
  },
  'physical-driver': {
    domain: 'host-kernel',
    actor: 'physical driver',
    does: {
      ...physicalDriver('the host’s driver', source),
      submit: [
        works({
          sentence: 'the host’s driver posts the command to the disk',
          evidence: 'inferred',
          source,
          prices: [],
        }),
      ],
    },
  },
  'network-card': { domain: 'hardware', actor: 'network card', does: card },
  disk: { domain: 'hardware', actor: 'disk', does: disk },
  'controlling-function': { domain: 'vmapp', actor: 'VMApp', does: {} },
  'vcpu-scheduler': { domain: 'host-kernel', actor: 'host scheduler', does: {} },
};

/** Every device model is in VMApp, and the virtual processor waits for it. */
const inVmApp = (access: Activity): Placement => ({
  runs: 'inside',
  places: {
    'device-model': {
      domain: 'vmapp',
      actor: 'VMApp',
      does: {
        access: [works(access)],
        transmit: [
          modelDoes('The {device} model reads the transmit descriptor', 'inferred', undefined),
        ],
        complete: [
          modelDoes('its {device} model marks the frame as sent', 'assumed', ['send']),
          modelDoes('its {device} model reports the end of the command', 'inferred', [
            'read',
            'write',
            'flush',
          ]),
        ],
        receive: [
          ...takesFromVmNet,
          copies(
            'The {device} model copies the frame of {bytes} bytes into the guest’s buffer',
            'assumed',
          ),
        ],
        submit: [modelDoes('The {device} model takes up the command', 'inferred', undefined)],
      },
    },
    ...hostPlaces,
  },
});

const traps: readonly Crossing[] = [
  {
    from: 'guest',
    to: 'vmm',
    kind: 'vm-exit',
    for: ['access'],
    sentence: 'The access traps to the VMM',
    evidence: 'documented',
    source,
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
    sentence: 'The access traps to the VMM, which ends the interrupt',
    evidence: 'documented',
    source,
    prices: [{ parameter: 'end-of-interrupt', per: 'once' }],
  },
  {
    from: 'vmm',
    to: 'guest',
    kind: 'vm-entry',
    for: ['end-of-interrupt-return'],
    sentence: 'The guest resumes',
    evidence: 'documented',
    source,
    prices: [{ parameter: 'exit-indirect', per: 'once' }],
  },
  {
    from: 'vmm',
    to: 'guest',
    kind: 'vm-entry',
    for: ['resume'],
    sentence: 'The guest resumes',
    evidence: 'documented',
    source,
    prices: [
      { parameter: 'vm-entry', per: 'once' },
      { parameter: 'exit-indirect', per: 'once' },
    ],
  },
  {
    from: 'vmm',
    to: 'guest',
    kind: 'interrupt',
    for: ['inject'],
    sentence: 'The VMM raises the virtual interrupt',
    evidence: 'documented',
    source,
    prices: [{ parameter: 'interrupt-injection', per: 'once' }],
  },
];

const worlds: readonly Crossing[] = [
  {
    from: 'vmm',
    to: 'host-kernel',
    kind: 'call',
    for: ['access'],
    sentence: 'A world switch leaves the VMM for the host',
    evidence: 'documented',
    source,
    prices: [{ parameter: 'hosted.world-switch', per: 'once' }],
  },
  {
    from: 'vmm',
    to: 'host-kernel',
    kind: 'call',
    for: ['device-interrupt'],
    sentence: 'A world switch passes the interrupt to the host',
    evidence: 'documented',
    source,
    prices: [{ parameter: 'hosted.world-switch', per: 'once' }],
  },
  {
    from: 'host-kernel',
    to: 'vmm',
    kind: 'call',
    for: ['resume', 'inject'],
    sentence: 'A world switch leaves the host for the VMM',
    evidence: 'documented',
    source,
    prices: [{ parameter: 'hosted.world-switch', per: 'once' }],
  },
];

const host: readonly Crossing[] = [
  {
    from: 'host-kernel',
    to: 'vmapp',
    kind: 'return',
    for: ['access'],
    sentence: 'VMDriver returns to VMApp with the access',
    evidence: 'documented',
    source,
    prices: [{ parameter: 'hosted.system-call', per: 'once' }],
  },
  {
    from: 'vmapp',
    to: 'host-kernel',
    kind: 'call',
    for: ['resume', 'inject'],
    sentence: 'VMApp calls VMDriver to go on',
    evidence: 'documented',
    source,
    prices: [{ parameter: 'hosted.system-call', per: 'once' }],
  },
  {
    from: 'vmapp',
    to: 'host-kernel',
    kind: 'call',
    for: ['hand-over'],
    sentence: 'VMApp hands it over by a system call',
    evidence: 'documented',
    source,
    prices: [{ parameter: 'hosted.system-call', per: 'once' }],
  },
  {
    from: 'host-kernel',
    to: 'vmapp',
    kind: 'return',
    for: ['hand-back'],
    sentence: 'The system call returns',
    evidence: 'documented',
    source,
    prices: [],
  },
  {
    from: 'host-kernel',
    to: 'vmapp',
    kind: 'wake-up',
    for: ['hand-over'],
    sentence: 'VMApp wakes',
    evidence: 'documented',
    source,
    prices: [
      { parameter: 'hosted.process-wake-up', per: 'once' },
      { parameter: 'hosted.system-call', per: 'once' },
    ],
  },
  {
    from: 'host-kernel',
    to: 'hardware',
    kind: 'gate',
    for: ['hand-over'],
    sentence: 'The host kernel rings the device’s doorbell',
    evidence: 'inferred',
    source,
    prices: [],
  },
  {
    from: 'hardware',
    to: 'vmm',
    kind: 'interrupt',
    for: ['device-interrupt'],
    sentence: 'The device’s interrupt arrives while the VMM’s world runs',
    evidence: 'documented',
    source,
    prices: [{ parameter: 'physical-interrupt', per: 'once' }],
  },
];

export const hosted: Architecture = {
  id: 'hosted',
  title: 'Hosted monitor',
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
      id: 'vmapp',
      label: 'VMApp',
      kind: 'privileged-user-process',
      band: 'user',
      colour: 'user',
      describes: 'VMApp, one process of the host a virtual machine: device models and control.',
    },
    {
      id: 'host-kernel',
      label: 'host kernel',
      kind: 'privileged-kernel',
      band: 'kernel',
      colour: 'kernel',
      describes:
        'The kernel of the host operating system: physical drivers, file systems, VMDriver and VMNet driver.',
    },
    {
      id: 'vmm',
      label: 'VMM',
      kind: 'hypervisor',
      band: 'hypervisor',
      colour: 'hypervisor',
      describes:
        'The monitor, in a world of its own: runs the guest and takes its traps. No drivers.',
      perMachine: true,
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
  crossings: [...traps, ...worlds, ...host],
  placement: { emulated: inVmApp(decodes), ports: inVmApp(modelServes) },
  endOfInterrupt: { level: 'trapped', edge: 'trapped', event: 'automatic' },
  devices: {
    pcnet32: { placement: 'ports' },
    e1000: {},
    'ide-dma': { variant: 'piix4', placement: 'ports' },
    'lsi-sas1068': {},
  },
};
