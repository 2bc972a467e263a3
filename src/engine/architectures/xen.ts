/**
 * Xen with a driver domain, which may be dom0, and a stub domain for emulated devices. Models: paravirtual devices
 * with netback and blkback in the driver domain, their events and their own hypercalls on grants; emulated devices
 * in QEMU in the stub domain, which is told of an access through a page and an event and has a paravirtual front
 * end of its own; physical interrupts that Xen passes on as events.
 * Simplified: the 128 bytes that netback copies of each frame are part of the hypercall; grants are priced by the
 * hypercall, not by the page.
 * An event to another domain pays for a switch to it, as if both shared a processor. An emulated access waits until
 * the driver domain has taken over its frame or command, which a front end does not. A frame of the stub domain is
 * done when the card has sent it. Leaves out: persistent grants (blkback maps and unmaps; choose variant
 * mapped-grants), threads of the back ends, rate limits, the clean-up of the stub domain’s own grants, Mini-OS.
 * Checked against: tests/engine/architectures/xen; netback and blkback of Linux about 5.17.
 */
import type { Activity, Price } from '../vocabulary/trace.ts';
import type { Architecture, Crossing, Doing, Placement } from './architecture.ts';
import { card, copies, disk, physicalDriver, touchesRing, works } from './roles.ts';

const data: Doing['for'] = ['read', 'write'];
const storage: Doing['for'] = ['read', 'write', 'flush'];
const frames: Doing['for'] = ['send'];
/** Netback copies so much of a frame and maps the rest (XEN_NETBACK_TX_COPY_LEN). */
const copiedBytes = 128;

const hypercall: readonly Price[] = [
  { parameter: 'xen.hypercall', per: 'once' },
  { parameter: 'xen.hypercall-return', per: 'once' },
];
const grantHypercall: readonly Price[] = [
  ...hypercall,
  { parameter: 'xen.grant-operation', per: 'once' },
];

/** A hypercall on grants that a back end makes; netback makes one for all frames it finds. */
const onGrants = (
  sentence: string,
  source: string,
  more: Pick<Doing, 'for' | 'batched' | 'over'>,
): Doing => ({
  kind: 'crossing',
  crossing: 'hypercall',
  to: 'xen',
  activity: { sentence, evidence: 'documented', source, prices: grantHypercall },
  ...more,
});

// --- the driver domain ----------------------------------------------------------------------------------

const netback = {
  takes: [
    onGrants(
      'Netback copies the first 128 bytes by hypercall (GNTTABOP_copy)',
      'linux-xen-netback',
      { batched: true },
    ),
    onGrants(
      'Netback maps the rest of the frame by hypercall (GNTTABOP_map_grant_ref)',
      'linux-xen-netback',
      { batched: true, over: copiedBytes },
    ),
  ],
  gives: [
    onGrants(
      'Netback asks Xen to copy into the granted pages (GNTTABOP_copy)',
      'linux-xen-netback',
      { batched: true },
    ),
    copies(
      'The hypercall has copied the frame of {bytes} bytes into a page of the front end',
      'documented',
      'linux-xen-netback',
    ),
  ],
} as const;

const blkbackMaps = onGrants(
  'Blkback maps the pages of the request by hypercall (GNTTABOP_map_grant_ref)',
  'linux-xen-blkback',
  { for: data },
);
const blkbackUnmaps = onGrants(
  'Blkback unmaps the pages of the request by hypercall (GNTTABOP_unmap_grant_ref)',
  'linux-xen-blkback',
  { for: data },
);

const bridge = works({
  sentence: 'the bridge forwards the frame',
  evidence: 'documented',
  source: 'xen-admin-guide',
  prices: [{ parameter: 'xen.virtual-switch', per: 'once' }],
});

const blockLayer = works({
  sentence: 'the driver domain’s block layer starts the command',
  evidence: 'documented',
  source: 'linux-xen-blkback',
  prices: [{ parameter: 'host-block-layer', per: 'once' }],
});
const blockLayerEnds = works({
  sentence: 'the driver domain’s block layer ends the command',
  evidence: 'documented',
  source: 'linux-xen-blkback',
  prices: [],
});

const hardwarePlaces: Placement['places'] = {
  'physical-driver': {
    domain: 'driver-domain',
    actor: 'physical driver',
    does: {
      ...physicalDriver('the driver domain’s physical driver', 'xen-disaggregation'),
      submit: [
        works({
          sentence: 'the driver domain’s physical driver posts the command to the disk',
          evidence: 'documented',
          source: 'xen-disaggregation',
          prices: [],
        }),
      ],
    },
  },
  'network-card': { domain: 'hardware', actor: 'network card', does: card },
  disk: { domain: 'hardware', actor: 'disk', does: disk },
  'controlling-function': { domain: 'driver-domain', actor: 'toolstack of dom0', does: {} },
  'vcpu-scheduler': { domain: 'xen', actor: 'Xen scheduler', does: {} },
};

// --- placements -----------------------------------------------------------------------------------------

/** A row for one kind of transfer only. */
const only = (kinds: Doing['for'], doing: Doing): Doing =>
  kinds === undefined ? doing : { ...doing, for: kinds };

/** Paravirtual devices: the back ends in the driver domain work on rings that the guest owns. */
const paravirtual: Placement = {
  runs: 'worker',
  places: {
    ...hardwarePlaces,
    'device-model': {
      domain: 'driver-domain',
      actor: 'back end',
      does: {
        transmit: [
          touchesRing(
            'consume',
            'transmit ring',
            'Netback reads the request from the shared ring',
            'documented',
            'linux-xen-netback',
          ),
          ...netback.takes,
        ],
        receive: [
          ...netback.gives,
          touchesRing(
            'publish',
            'receive ring',
            'Netback writes the response into the shared ring',
            'documented',
            'linux-xen-netback',
          ),
        ],
        submit: [
          touchesRing(
            'consume',
            'request ring',
            'Blkback reads the request from the shared ring',
            'documented',
            'linux-xen-blkback',
          ),
          blkbackMaps,
        ],
        complete: [
          onGrants(
            'Netback unmaps the frame by hypercall (GNTTABOP_unmap_grant_ref)',
            'linux-xen-netback',
            { for: frames, batched: true, over: copiedBytes },
          ),
          only(
            frames,
            touchesRing(
              'publish',
              'transmit ring',
              'Netback writes the response into the shared ring',
              'documented',
              'linux-xen-netback',
            ),
          ),
          blkbackUnmaps,
          only(
            storage,
            touchesRing(
              'publish',
              'request ring',
              'Blkback writes the response into the shared ring',
              'documented',
              'linux-xen-blkback',
            ),
          ),
        ],
      },
    },
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
  },
};

const modelServes: Activity = {
  sentence: 'its {device} model serves the {op} {register}',
  evidence: 'documented',
  source: 'xen-stub-domains',
  prices: [{ parameter: 'device-model-access', per: 'once' }],
};
/** A port access names its register; an access to memory is an instruction that Xen has to decode. */
const decodes: Activity = {
  ...modelServes,
  prices: [{ parameter: 'decode-access', per: 'once' }, ...modelServes.prices],
};

const modelDoes = (sentence: string, evidence: Activity['evidence']): Doing =>
  works({
    sentence,
    evidence,
    source: 'qemu-devices',
    prices: [{ parameter: 'ring-entry', per: 'entry' }],
  });

/** Emulated devices: QEMU in the stub domain, and behind it netback and blkback in the driver domain. */
const inStubDomain = (access: Activity): Placement => ({
  runs: 'inside',
  places: {
    ...hardwarePlaces,
    'device-model': {
      domain: 'stub-domain',
      actor: 'QEMU',
      does: {
        access: [works(access)],
        transmit: [
          modelDoes('The {device} model reads the transmit descriptor', 'documented'),
          copies(
            'The {device} model copies the frame of {bytes} bytes out of guest memory',
            'documented',
            'qemu-e1000',
          ),
          copies('The stub domain copies the frame into a page that it grants', 'assumed'),
        ],
        receive: [
          copies(
            'The {device} model copies the frame of {bytes} bytes into the guest’s buffer',
            'documented',
            'qemu-e1000',
          ),
        ],
        submit: [modelDoes('The {device} model takes up the command', 'documented')],
        complete: [
          only(frames, modelDoes('its {device} model marks the frame as sent', 'assumed')),
          only(storage, modelDoes('its {device} model reports the end of the command', 'inferred')),
        ],
      },
    },
    'virtual-switch': {
      domain: 'driver-domain',
      actor: 'netback and bridge',
      does: { transmit: [...netback.takes, bridge], receive: [bridge, ...netback.gives] },
    },
    'storage-stack': {
      domain: 'driver-domain',
      actor: 'blkback and block layer',
      does: { submit: [blkbackMaps, blockLayer], complete: [blockLayerEnds, blkbackUnmaps] },
    },
  },
});

// --- crossings ------------------------------------------------------------------------------------------

const exits: readonly Crossing[] = [
  {
    from: 'guest',
    to: 'xen',
    kind: 'vm-exit',
    for: ['access'],
    sentence: 'The processor exits to Xen',
    evidence: 'documented',
    source: 'xen-ioreq',
    prices: [
      { parameter: 'vm-exit', per: 'once' },
      { parameter: 'exit-handler', per: 'once' },
    ],
  },
  {
    from: 'guest',
    to: 'xen',
    kind: 'vm-exit',
    for: ['end-of-interrupt'],
    sentence: 'The processor exits to Xen, which ends the interrupt',
    evidence: 'inferred',
    source: 'xen-ioreq',
    prices: [{ parameter: 'end-of-interrupt', per: 'once' }],
  },
  {
    from: 'xen',
    to: 'guest',
    kind: 'vm-entry',
    for: ['end-of-interrupt-return'],
    sentence: 'The guest resumes',
    evidence: 'inferred',
    source: 'xen-ioreq',
    prices: [{ parameter: 'exit-indirect', per: 'once' }],
  },
  {
    from: 'xen',
    to: 'stub-domain',
    kind: 'message',
    for: ['access'],
    sentence: 'Xen describes the access in a shared page and sends the stub domain an event',
    evidence: 'documented',
    source: 'xen-ioreq',
    prices: [{ parameter: 'xen.domain-switch', per: 'once' }],
  },
  {
    from: 'stub-domain',
    to: 'xen',
    kind: 'hypercall',
    for: ['resume'],
    sentence: 'The stub domain answers in the page and by an event (EVTCHNOP_send)',
    evidence: 'documented',
    source: 'xen-ioreq',
    prices: [{ parameter: 'xen.hypercall', per: 'once' }],
  },
  {
    from: 'xen',
    to: 'guest',
    kind: 'vm-entry',
    for: ['resume'],
    sentence: 'Xen switches back and lets the guest resume',
    evidence: 'inferred',
    source: 'xen-ioreq',
    prices: [
      { parameter: 'xen.domain-switch', per: 'once' },
      { parameter: 'vm-entry', per: 'once' },
      { parameter: 'exit-indirect', per: 'once' },
    ],
  },
];

const events: readonly Crossing[] = [
  {
    from: 'guest',
    to: 'xen',
    kind: 'hypercall',
    for: ['signal'],
    sentence: 'The guest sends the event by hypercall (EVTCHNOP_send)',
    evidence: 'documented',
    source: 'xen-ring',
    prices: [{ parameter: 'xen.hypercall', per: 'once' }],
  },
  {
    from: 'xen',
    to: 'guest',
    kind: 'vm-entry',
    for: ['signal-return'],
    sentence: 'The hypercall returns to the guest',
    evidence: 'documented',
    source: 'xen-ring',
    prices: [{ parameter: 'xen.hypercall-return', per: 'once' }],
  },
  {
    from: 'xen',
    to: 'driver-domain',
    kind: 'interrupt',
    for: ['signal', 'hand-over'],
    sentence: 'The event interrupts the driver domain',
    evidence: 'documented',
    source: 'xen-ring',
    prices: [{ parameter: 'xen.domain-switch', per: 'once' }],
  },
  {
    from: 'driver-domain',
    to: 'xen',
    kind: 'hypercall',
    for: ['inject-event'],
    sentence: 'The back end sends the event by hypercall (EVTCHNOP_send)',
    evidence: 'documented',
    source: 'linux-xen-netback',
    prices: [{ parameter: 'xen.hypercall', per: 'once' }],
  },
  {
    from: 'xen',
    to: 'guest',
    kind: 'interrupt',
    for: ['inject-event'],
    sentence: 'The event interrupts the guest',
    evidence: 'documented',
    source: 'xen-ring',
    prices: [{ parameter: 'interrupt-injection', per: 'once' }],
  },
];

const stubDomain: readonly Crossing[] = [
  {
    from: 'stub-domain',
    to: 'xen',
    kind: 'hypercall',
    for: ['hand-over'],
    sentence: 'The stub domain’s front end sends the event by hypercall (EVTCHNOP_send)',
    evidence: 'inferred',
    source: 'xen-stub-domains',
    prices: [{ parameter: 'xen.hypercall', per: 'once' }],
  },
  {
    from: 'driver-domain',
    to: 'stub-domain',
    kind: 'return',
    for: ['hand-back'],
    sentence: 'The stub domain goes on',
    evidence: 'assumed',
    prices: [],
  },
  {
    from: 'driver-domain',
    to: 'xen',
    kind: 'hypercall',
    for: ['hand-over'],
    sentence: 'The back end sends the event by hypercall (EVTCHNOP_send)',
    evidence: 'inferred',
    source: 'xen-stub-domains',
    prices: [{ parameter: 'xen.hypercall', per: 'once' }],
  },
  {
    from: 'xen',
    to: 'stub-domain',
    kind: 'interrupt',
    for: ['hand-over'],
    sentence: 'The event interrupts the stub domain',
    evidence: 'inferred',
    source: 'xen-stub-domains',
    prices: [{ parameter: 'xen.domain-switch', per: 'once' }],
  },
  {
    from: 'stub-domain',
    to: 'xen',
    kind: 'hypercall',
    for: ['inject'],
    sentence: 'The stub domain sets the guest’s interrupt by hypercall',
    evidence: 'inferred',
    source: 'xen-ioreq',
    prices: [{ parameter: 'xen.hypercall', per: 'once' }],
  },
  {
    from: 'xen',
    to: 'guest',
    kind: 'interrupt',
    for: ['inject'],
    sentence: 'Xen injects the interrupt',
    evidence: 'inferred',
    source: 'xen-ioreq',
    prices: [{ parameter: 'interrupt-injection', per: 'once' }],
  },
];

const hardware: readonly Crossing[] = [
  {
    from: 'driver-domain',
    to: 'hardware',
    kind: 'gate',
    for: ['hand-over'],
    sentence: 'The driver domain reaches its own device without an exit',
    evidence: 'documented',
    source: 'xen-disaggregation',
    prices: [],
  },
  {
    from: 'hardware',
    to: 'xen',
    kind: 'interrupt',
    for: ['device-interrupt'],
    sentence: 'The device’s interrupt reaches Xen',
    evidence: 'documented',
    source: 'xen-disaggregation',
    prices: [{ parameter: 'physical-interrupt', per: 'once' }],
  },
  {
    from: 'xen',
    to: 'driver-domain',
    kind: 'interrupt',
    for: ['device-interrupt'],
    sentence: 'Xen passes it to the driver domain as an event',
    evidence: 'documented',
    source: 'xen-disaggregation',
    prices: [{ parameter: 'xen.domain-switch', per: 'once' }],
  },
];

export const xen: Architecture = {
  id: 'xen',
  title: 'Xen',
  paravirtualName: 'paravirtual',
  hasHypervisor: true,
  domains: [
    {
      id: 'guest',
      label: 'guest',
      kind: 'guest-kernel',
      band: 'kernel',
      colour: 'guest',
      describes: 'A virtual machine (domU): the guest’s kernel with its drivers.',
    },
    {
      id: 'stub-domain',
      label: 'stub domain',
      kind: 'driver-domain',
      band: 'kernel',
      colour: 'user',
      describes:
        'A small domain a virtual machine: QEMU with the emulated devices, on Mini-OS or Linux.',
    },
    {
      id: 'driver-domain',
      label: 'driver domain',
      kind: 'driver-domain',
      band: 'kernel',
      colour: 'kernel',
      describes:
        'Dom0, or a domain that owns one device: physical drivers, netback and blkback, bridge, block layer.',
    },
    {
      id: 'xen',
      label: 'Xen',
      kind: 'hypervisor',
      band: 'hypervisor',
      colour: 'hypervisor',
      describes:
        'The hypervisor: processors, memory, grants and events. No network or storage drivers.',
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
  crossings: [...exits, ...events, ...stubDomain, ...hardware],
  placement: {
    emulated: inStubDomain(decodes),
    ports: inStubDomain(modelServes),
    paravirtual,
  },
  endOfInterrupt: { level: 'trapped', edge: 'without-exit', event: 'automatic' },
  devices: {
    e1000: {},
    'xen-netfront': {},
    'ide-dma': { variant: 'piix3', placement: 'ports' },
    'xen-blkfront': { variant: 'mapped-grants' },
  },
};
