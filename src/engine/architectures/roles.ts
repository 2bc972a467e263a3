/**
 * Rows that several placements share: what a device model, a switch, a driver and a card do with a
 * frame.
 */
import type { Activity, Price } from '../vocabulary/trace.ts';
import type { Doing, Place, Placement } from './architecture.ts';

const copyPrices: readonly Price[] = [
  { parameter: 'copy-start', per: 'once' },
  { parameter: 'copy-byte', per: 'byte' },
];

/** A processor copies the frame. */
export const copies = (
  sentence: string,
  evidence: Activity['evidence'],
  source?: string,
): Doing => ({
  kind: 'copy',
  activity: { sentence, evidence, prices: copyPrices, ...(source === undefined ? {} : { source }) },
});

/** One ring entry is read or written in shared memory. */
export const touchesRing = (
  kind: 'publish' | 'consume',
  ring: string,
  sentence: string,
  evidence: Activity['evidence'],
  source?: string,
): Doing => ({
  kind,
  ring,
  activity: {
    sentence,
    evidence,
    prices: [{ parameter: 'ring-entry', per: 'entry' }],
    ...(source === undefined ? {} : { source }),
  },
});

/** Work at the price of some parameters. */
export const works = (activity: Activity): Doing => ({ kind: 'work', activity });

/** The physical network card: sends and receives at the speed of its wire. */
export const card = {
  transmit: [
    works({
      sentence: 'the network card fetches the frame by DMA and sends it',
      evidence: 'documented',
      source: 'linux-source',
      prices: [
        { parameter: 'nic-fixed', per: 'once' },
        { parameter: 'wire-byte', per: 'byte' },
      ],
    }),
  ],
  receive: [
    works({
      sentence: 'A frame arrives; the network card writes it to memory by DMA',
      evidence: 'documented',
      source: 'linux-source',
      prices: [
        { parameter: 'nic-fixed', per: 'once' },
        { parameter: 'wire-byte', per: 'byte' },
      ],
    }),
  ],
} as const;

/** The disk: serves a command, then moves its data by DMA. */
export const disk = {
  submit: [
    {
      ...works({
        sentence: 'the disk serves the command and moves the data by DMA',
        evidence: 'documented',
        source: 'linux-source',
        prices: [
          { parameter: 'disk-service', per: 'once' },
          { parameter: 'disk-byte', per: 'byte' },
        ],
      }),
      for: ['read', 'write'],
    },
    {
      ...works({
        sentence: 'the disk writes its cache to the medium',
        evidence: 'documented',
        source: 'linux-source',
        prices: [{ parameter: 'disk-flush', per: 'once' }],
      }),
      for: ['flush'],
    },
  ],
} as const satisfies Place['does'];

/** The physical driver, wherever it lives; `who` names it in sentences. */
export const physicalDriver = (who: string, source: string) => ({
  transmit: [
    works({
      sentence: `${who} posts the frame to the network card`,
      evidence: 'documented',
      source,
      prices: [{ parameter: 'physical-driver-transmit', per: 'once' }],
    }),
  ],
  complete: [
    works({
      sentence: `${who} reaps the completion`,
      evidence: 'documented',
      source,
      prices: [{ parameter: 'physical-driver-complete', per: 'once' }],
    }),
  ],
  receive: [
    works({
      sentence: `${who} takes the frame from its ring`,
      evidence: 'documented',
      source,
      prices: [{ parameter: 'physical-driver-complete', per: 'once' }],
    }),
  ],
});

/** The driver of the physical disk, wherever it lives; `who` names it in sentences. */
export const diskDriver = (who: string, source: string) => ({
  submit: [
    works({
      sentence: `${who} starts the command`,
      evidence: 'documented',
      source,
      prices: [{ parameter: 'host-block-layer', per: 'once' }],
    }),
  ],
  complete: [
    works({
      sentence: `${who} reaps the completion`,
      evidence: 'documented',
      source,
      prices: [{ parameter: 'physical-driver-complete', per: 'once' }],
    }),
  ],
});

/** A virtual function of the network card: real hardware whose registers are mapped into the guest. */
export const virtualFunction = {
  'device-model': {
    domain: 'hardware',
    actor: 'virtual function',
    does: {
      access: [
        works({
          sentence: 'the virtual function serves the {op} {register}',
          evidence: 'documented',
          source: 'linux-ixgbevf',
          prices: [],
        }),
      ],
    },
  },
  'network-card': { domain: 'hardware', actor: 'network card', does: card },
} as const satisfies Placement['places'];
