/**
 * Rows that several placements share: what a device model, a switch, a driver and a card do with a frame or a block
 * command.
 */
import type { TransferKind } from '../devices/device.ts';
import type { ParameterId } from '../parameters/index.ts';
import type { Activity, DomainId, Grounds, Price } from '../vocabulary/trace.ts';
import type { Doing, Place, Placement } from './architecture.ts';
import { documented, once } from './rows.ts';

/** Transfers by what they move. */
export const frames: readonly TransferKind[] = ['send'];
export const data: readonly TransferKind[] = ['read', 'write'];
export const commands: readonly TransferKind[] = ['read', 'write', 'flush'];

/** A row that is done for some transfers only. */
export const only = (kinds: readonly TransferKind[], doing: Doing): Doing => ({
  ...doing,
  for: kinds,
});

/** Work at the price of some parameters. */
export const works = (
  sentence: string,
  grounds: Grounds,
  ...parameters: readonly ParameterId[]
): Doing => ({ kind: 'work', activity: { sentence, ...grounds, prices: once(...parameters) } });

/** Work on so many entries of a ring, or on one register block that stands for an entry. */
export const worksOnEntry = (sentence: string, grounds: Grounds): Doing => ({
  kind: 'work',
  activity: entry(sentence, grounds),
});

const entry = (sentence: string, grounds: Grounds): Activity => ({
  sentence,
  ...grounds,
  prices: [{ parameter: 'ring-entry', per: 'entry' }],
});

const copyPrices: readonly Price[] = [
  ...once('copy-start'),
  { parameter: 'copy-byte', per: 'byte' },
];

/** A processor copies the payload. */
export const copies = (sentence: string, grounds: Grounds): Doing => ({
  kind: 'copy',
  activity: { sentence, ...grounds, prices: copyPrices },
});

/** One ring entry is read or written in shared memory. */
export const touchesRing = (
  kind: 'publish' | 'consume',
  ring: string,
  sentence: string,
  grounds: Grounds,
): Doing => ({ kind, ring, activity: entry(sentence, grounds) });

/** When a row is done, and for how much. */
export type Extent = Omit<Doing, 'kind' | 'activity'>;

/** A thread of the own domain is woken, and goes on. */
export const wakesThread = (
  sentence: string,
  grounds: Grounds,
  price: ParameterId,
  more: Extent = {},
): Doing => ({ kind: 'wake', activity: { sentence, ...grounds, prices: once(price) }, ...more });

/** A call of another domain that returns at once. */
export const calls = (
  crossing: 'call' | 'hypercall',
  to: DomainId,
  activity: Activity,
  more: Extent = {},
): Doing => ({ kind: 'crossing', crossing, to, activity, ...more });

/** A role that a request passes without anything being done, or that is on no request's way. */
export const idle = (domain: DomainId, actor: string): Place => ({ domain, actor, does: {} });

const onWire = (sentence: string): Doing => ({
  kind: 'work',
  activity: {
    sentence,
    ...documented('linux-source'),
    prices: [...once('nic-fixed'), { parameter: 'wire-byte', per: 'byte' }],
  },
});

/** The physical network card: sends and receives at the speed of its wire. */
export const card = {
  transmit: [onWire('the network card fetches the frame by DMA and sends it')],
  receive: [onWire('A frame arrives; the network card writes it to memory by DMA')],
} as const satisfies Place['does'];

/** The disk: serves a command, then moves its data by DMA. */
export const disk = {
  submit: [
    only(data, {
      kind: 'work',
      activity: {
        sentence: 'the disk serves the command and moves the data by DMA',
        ...documented('linux-source'),
        prices: [...once('disk-service'), { parameter: 'disk-byte', per: 'byte' }],
      },
    }),
    only(
      ['flush'],
      works('the disk writes its cache to the medium', documented('linux-source'), 'disk-flush'),
    ),
  ],
} as const satisfies Place['does'];

/** The hardware behind the physical drivers. */
export const devicesOfHost = {
  'network-card': { domain: 'hardware', actor: 'network card', does: card },
  disk: { domain: 'hardware', actor: 'disk', does: disk },
} as const satisfies Placement['places'];

/** The physical driver of a network card, wherever it lives; `who` names it in sentences. */
export const physicalDriver = (who: string, grounds: Grounds) =>
  ({
    transmit: [
      works(`${who} posts the frame to the network card`, grounds, 'physical-driver-transmit'),
    ],
    complete: [works(`${who} reaps the completion`, grounds, 'physical-driver-complete')],
    receive: [works(`${who} takes the frame from its ring`, grounds, 'physical-driver-complete')],
  }) as const satisfies Place['does'];

/** The driver of the physical disk, wherever it lives; `who` names it in sentences. */
export const diskDriver = (who: string, grounds: Grounds) =>
  ({
    submit: [works(`${who} starts the command`, grounds, 'host-block-layer')],
    complete: [works(`${who} reaps the completion`, grounds, 'physical-driver-complete')],
  }) as const satisfies Place['does'];

/** A virtual function of the network card: real hardware whose registers are mapped into the guest. */
export const virtualFunction = {
  'device-model': {
    domain: 'hardware',
    actor: 'virtual function',
    does: {
      access: [
        works('the virtual function serves the {op} {register}', documented('linux-ixgbevf')),
      ],
    },
  },
  'network-card': devicesOfHost['network-card'],
} as const satisfies Placement['places'];

/** The guest drives the card itself; of the host only these two have a part in it, and none in its data path. */
export const passthrough = (controls: Place, schedules: Place): Placement => ({
  runs: 'posted',
  injects: 'inject-direct',
  places: {
    ...virtualFunction,
    'controlling-function': controls,
    'vcpu-scheduler': schedules,
  },
});
