/**
 * Xen with a driver domain, which may be dom0, and a stub domain for emulated devices. Models: paravirtual devices
 * with netback and blkback in the driver domain, their events and their own hypercalls on grants; emulated devices
 * in QEMU in the stub domain, which is told of an access through a page and an event and has a paravirtual front
 * end of its own; physical interrupts that Xen passes on as events.
 * Simplified: the 128 bytes that netback copies of each frame are part of the hypercall. An event to another domain
 * pays for a switch to it, as if both shared a processor. An emulated access waits until the driver domain has taken
 * over its frame or command, which a front end does not. A frame of the stub domain is done when the card has sent it.
 * Leaves out: rate limits, the clean-up of the stub domain’s own grants, its threads, Mini-OS.
 * Dom0 has no place of its own: the toolstack stands in the driver domain, which is right only where that is dom0.
 * Checked against: tests/engine/architectures/xen; netback and blkback of Linux about 5.17.
 */
import type { Architecture, Crossing, Doing, Placement, ReceiveQueue } from './architecture.ts';
import {
  commands,
  copies,
  devicesOfHost,
  frames,
  idle,
  only,
  physicalDriver,
  touchesRing,
  works,
  worksOnEntry,
} from './roles.ts';
import * as row from './rows.ts';
import { across, assumed, documented, inferred } from './rows.ts';
import {
  blkback,
  blkbackKeeps,
  blkbackMaps,
  blkbackUnmaps,
  batch,
  netback,
  netbackGives,
  netbackTakes,
  netbackUnmaps,
  wakesBlkback,
  wakesDealloc,
  wakesReceiver,
} from './xen-back-ends.ts';
import { policiesOfXen } from './xen-policies.ts';

const driverDomain = documented('xen-driver-domain');
const ring = documented('xen-ring');
const ioreq = documented('xen-ioreq');
const fromIoreq = inferred('xen-ioreq');
const stubDomains = inferred('xen-stub-domains');
const qemu = documented('qemu-devices');

// --- the driver domain ----------------------------------------------------------------------------------

const bridge = works(
  'the bridge forwards the frame',
  documented('xen-admin-guide'),
  'xen.virtual-switch',
);
const blockLayer = works(
  'the driver domain’s block layer starts the command',
  blkback,
  'host-block-layer',
);
const blockLayerEnds = works('the driver domain’s block layer ends the command', blkback);

const hostPlaces: Placement['places'] = {
  'physical-driver': {
    domain: 'driver-domain',
    actor: 'physical driver',
    does: {
      ...physicalDriver('the driver domain’s physical driver', driverDomain),
      submit: [
        works('the driver domain’s physical driver posts the command to the disk', driverDomain),
      ],
    },
  },
  ...devicesOfHost,
  'controlling-function': idle('driver-domain', 'toolstack, where this is dom0'),
  'vcpu-scheduler': idle('xen', 'Xen scheduler'),
};

/** Netback's queue of frames for its guest. */
const netbackQueue: ReceiveQueue = {
  place: 'receive queue of netback',
  size: 'xen.netback-queue',
  in: 'bytes',
  counter: 'tx_dropped (vif)',
  waits: true,
  ...netback,
};

// --- placements -----------------------------------------------------------------------------------------

const takesFrame = touchesRing(
  'consume',
  'transmit ring',
  'Netback reads the request from the shared ring',
  netback,
);
const answersFrame = touchesRing(
  'publish',
  'transmit ring',
  'Netback writes the response into the shared ring',
  netback,
);
const answersReceived = touchesRing(
  'publish',
  'receive ring',
  'Netback writes the response into the shared ring',
  netback,
);

/** What stands behind the back ends: a bridge and a block layer. */
const behindBackEnds: Placement['places'] = {
  ...hostPlaces,
  'virtual-switch': {
    domain: 'driver-domain',
    actor: 'bridge',
    does: { transmit: [bridge], receive: [bridge] },
  },
  'storage-stack': {
    domain: 'driver-domain',
    actor: 'block layer',
    does: { submit: [blockLayer], complete: [blockLayerEnds] },
  },
};

/** Paravirtual network adapters: netback in the driver domain works on rings that the guest owns. */
const paravirtual: Placement = {
  runs: 'woken',
  receiveQueue: netbackQueue,
  gathers: batch,
  places: {
    ...behindBackEnds,
    'device-model': {
      domain: 'driver-domain',
      actor: 'back end',
      does: {
        transmit: [takesFrame, ...netbackTakes],
        receive: [wakesReceiver, ...netbackGives, answersReceived],
        complete: [wakesDealloc, netbackUnmaps, answersFrame],
      },
    },
  },
};

const takesCommand = touchesRing(
  'consume',
  'request ring',
  'Blkback reads the request from the shared ring',
  blkback,
);
const answersCommand = touchesRing(
  'publish',
  'request ring',
  'Blkback writes the response into the shared ring',
  blkback,
);

/** Paravirtual disks: blkback likewise, with what it does with mappings at the end of a request. */
const paravirtualDisk = (unmaps: readonly Doing[]): Placement => ({
  runs: 'woken',
  wake: { from: 'driver-domain', to: 'driver-domain', ...wakesBlkback },
  places: {
    ...behindBackEnds,
    'device-model': {
      domain: 'driver-domain',
      actor: 'back end',
      does: {
        submit: [takesCommand, ...blkbackMaps],
        complete: [...unmaps, answersCommand],
      },
    },
  },
});

const serves = 'its {device} model serves the {op} {register}';
/** A port access names its register; an access to memory is an instruction that Xen has to decode. */
const servesPort = works(serves, documented('xen-stub-domains'), 'device-model-access');
const servesMemory = works(
  serves,
  documented('xen-stub-domains'),
  'decode-access',
  'device-model-access',
);

/** Emulated devices: QEMU in the stub domain, and behind it netback and blkback in the driver domain. */
const inStubDomain = (access: Doing): Placement => ({
  runs: 'inside',
  receiveQueue: netbackQueue,
  places: {
    ...hostPlaces,
    'device-model': {
      domain: 'stub-domain',
      actor: 'QEMU',
      does: {
        access: [access],
        transmit: [
          worksOnEntry('The {device} model reads the transmit descriptor', qemu),
          copies(
            'The {device} model copies the frame of {bytes} bytes out of guest memory',
            documented('qemu-e1000'),
          ),
          copies('The stub domain copies the frame into a page that it grants', assumed()),
        ],
        receive: [
          copies(
            'The {device} model copies the frame of {bytes} bytes into the guest’s buffer',
            documented('qemu-e1000'),
          ),
        ],
        submit: [worksOnEntry('The {device} model takes up the command', qemu)],
        complete: [
          only(
            frames,
            worksOnEntry('its {device} model marks the frame as sent', assumed('qemu-devices')),
          ),
          only(
            commands,
            worksOnEntry(
              'its {device} model reports the end of the command',
              inferred('qemu-devices'),
            ),
          ),
        ],
      },
    },
    'virtual-switch': {
      domain: 'driver-domain',
      actor: 'netback and bridge',
      does: { transmit: [...netbackTakes, bridge], receive: [bridge, ...netbackGives] },
    },
    'storage-stack': {
      domain: 'driver-domain',
      actor: 'blkback and block layer',
      does: {
        submit: [...blkbackMaps, blockLayer],
        complete: [blockLayerEnds, ...blkbackUnmaps],
      },
    },
  },
});

// --- crossings ------------------------------------------------------------------------------------------

const hypercall = row.hop('hypercall', 'xen.hypercall');
const switchesDomain = row.hop('interrupt', 'xen.domain-switch');

const exits: readonly Crossing[] = [
  ...across('guest', 'xen', {
    access: row.exits('The processor exits to Xen', ioreq),
    'end-of-interrupt': row.exitsToEndInterrupt(
      'The processor exits to Xen, which ends the interrupt',
      fromIoreq,
    ),
  }),
  ...across('xen', 'stub-domain', {
    access: row.hop('message', 'xen.domain-switch')(
      'Xen describes the access in a shared page and sends the stub domain an event',
      ioreq,
    ),
  }),
  ...across('stub-domain', 'xen', {
    resume: hypercall('The stub domain answers in the page and by an event (EVTCHNOP_send)', ioreq),
  }),
  ...across('xen', 'guest', {
    'end-of-interrupt-return': row.resumesAfterInterrupt('The guest resumes', fromIoreq),
    resume: row.hop(
      'vm-entry',
      'xen.domain-switch',
      'vm-entry',
      'exit-indirect',
    )('Xen switches back and lets the guest resume', fromIoreq),
  }),
];

/** Event channels between the guest and the driver domain. */
const interruptsDriverDomain = switchesDomain('The event interrupts the driver domain', ring);
const events: readonly Crossing[] = [
  ...across('guest', 'xen', {
    signal: hypercall('The guest sends the event by hypercall (EVTCHNOP_send)', ring),
  }),
  ...across('xen', 'guest', {
    'signal-return': row.hop('vm-entry', 'xen.hypercall-return')(
      'The hypercall returns to the guest',
      ring,
    ),
    'inject-event': row.injects('The event interrupts the guest', ring),
  }),
  ...across('xen', 'driver-domain', {
    signal: interruptsDriverDomain,
    'hand-over': interruptsDriverDomain,
  }),
  ...across('driver-domain', 'xen', {
    'inject-event': hypercall('The back end sends the event by hypercall (EVTCHNOP_send)', netback),
  }),
];

/** Between the stub domain and the driver domain, and the interrupts of emulated devices. */
const stubDomain: readonly Crossing[] = [
  ...across('stub-domain', 'xen', {
    'hand-over': hypercall(
      'The stub domain’s front end sends the event by hypercall (EVTCHNOP_send)',
      stubDomains,
    ),
    inject: hypercall('The stub domain sets the guest’s interrupt by hypercall', fromIoreq),
  }),
  ...across('driver-domain', 'stub-domain', {
    'hand-back': row.freeReturn('The stub domain goes on', assumed()),
  }),
  ...across('driver-domain', 'xen', {
    'hand-over': hypercall(
      'The back end sends the event by hypercall (EVTCHNOP_send)',
      stubDomains,
    ),
  }),
  ...across('xen', 'stub-domain', {
    'hand-over': switchesDomain('The event interrupts the stub domain', stubDomains),
  }),
  ...across('xen', 'guest', { inject: row.injects('Xen injects the interrupt', fromIoreq) }),
];

const hardware: readonly Crossing[] = [
  ...across('driver-domain', 'hardware', {
    'hand-over': row.gate(
      'The driver domain reaches its own device without an exit',
      inferred('xen-driver-domain'),
    ),
  }),
  ...across('hardware', 'xen', {
    'device-interrupt': row.interrupts('The device’s interrupt reaches Xen', inferred('xen-ring')),
  }),
  ...across('xen', 'driver-domain', {
    'device-interrupt': switchesDomain('Xen passes it to the driver domain as an event', ring),
  }),
];

/** A domain with a kernel of its own, which is no partition with control of the machine. */
const domain = (id: string, label: string, colour: 'user' | 'kernel', describes: string) =>
  ({ id, label, kind: 'driver-domain', band: 'kernel', colour, describes }) as const;

export const xen: Architecture = {
  id: 'xen',
  title: 'Xen',
  paravirtualName: 'paravirtual',
  hasHypervisor: true,
  domains: [
    row.guest('A virtual machine (domU): the guest’s kernel with its drivers.'),
    {
      ...domain(
        'stub-domain',
        'stub domain',
        'user',
        'A small domain a virtual machine: QEMU with the emulated devices, on Mini-OS or Linux.',
      ),
      perMachine: true,
    },
    domain(
      'driver-domain',
      'driver domain',
      'kernel',
      'Dom0, or a domain that owns one device: physical drivers, netback and blkback, bridge, block layer. The toolstack stays in dom0.',
    ),
    row.hypervisor(
      'xen',
      'Xen',
      'The hypervisor: processors, memory, grants and events. No network or storage drivers.',
    ),
    row.hardware('The network card and the disk.'),
  ],
  crossings: [...exits, ...events, ...stubDomain, ...hardware],
  parts: [
    { word: 'stub-domain', called: 'The stub domain', domain: 'stub-domain', as: 'vm-process' },
    {
      word: 'driver-domain',
      called: 'The driver domain',
      domain: 'driver-domain',
      as: 'driver-kernel',
      fails: {
        is: 'a domain that can be restarted by itself',
        restart: 'xen.driver-domain-restart',
        ...documented('xoar-2011'),
      },
    },
  ],
  pricesByKind: [
    { crossing: 'hypercall', prices: row.once('xen.hypercall') },
    { crossing: 'interrupt', from: 'hypervisor', prices: row.once('xen.domain-switch') },
  ],
  placement: {
    emulated: inStubDomain(servesMemory),
    ports: inStubDomain(servesPort),
    paravirtual,
    'paravirtual-disk': paravirtualDisk([blkbackKeeps]),
  },
  policies: policiesOfXen(paravirtualDisk(blkbackUnmaps)),
  endOfInterrupt: { level: 'trapped', edge: 'without-exit', event: 'automatic' },
  devices: {
    e1000: {},
    'xen-netfront': {},
    'ide-dma': { variant: 'piix3', placement: 'ports' },
    'xen-blkfront': { placement: 'paravirtual-disk' },
  },
};
