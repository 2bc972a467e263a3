/**
 * The reference: the device acts inside the access, nothing takes time and nothing is crossed but
 * the register itself. Models: the machine on which the recorded traces were made. Leaves out:
 * everything between guest and device. Checked against: tests/engine/conformance, access by
 * access.
 */
import type { Architecture, Doing, Placement } from './architecture.ts';

const acts = (sentence: string): Doing[] => [
  {
    kind: 'work',
    activity: { sentence, evidence: 'documented', source: 'recorded-drivers', prices: [] },
  },
];

/** Frames are done when they are taken; only commands of a disk complete later. */
const storageActs = (sentence: string): Doing[] =>
  acts(sentence).map((doing) => ({ ...doing, for: ['read', 'write', 'flush'] }));

const placement: Placement = {
  runs: 'inside',
  places: {
    'device-model': {
      domain: 'device',
      actor: 'device model',
      does: {
        access: acts('the device model serves the {op} {register}'),
        transmit: acts('The device model takes the frame and sends it'),
        receive: acts('The device model puts the frame into the guest’s buffer'),
        submit: acts('The device model takes the command and starts it'),
        complete: storageActs('The device model moves the data and completes the command'),
      },
    },
    disk: {
      domain: 'device',
      actor: 'disk',
      does: {
        submit: [
          {
            kind: 'work',
            activity: {
              sentence: 'The disk serves the command from memory',
              evidence: 'documented',
              source: 'recorded-drivers',
              prices: [{ parameter: 'reference-disk-read', per: 'once' }],
            },
            for: ['read'],
          },
          {
            kind: 'work',
            activity: {
              sentence: 'The disk writes the command’s data to memory',
              evidence: 'documented',
              source: 'recorded-drivers',
              prices: [{ parameter: 'reference-disk', per: 'once' }],
            },
            for: ['write', 'flush'],
          },
        ],
      },
    },
  },
};

export const reference: Architecture = {
  id: 'reference',
  title: 'Reference machine',
  paravirtualName: 'paravirtual',
  hasHypervisor: false,
  domains: [
    {
      id: 'guest',
      label: 'guest',
      kind: 'guest-kernel',
      band: 'kernel',
      colour: 'guest',
      describes: 'The guest’s kernel with its driver.',
    },
    {
      id: 'device',
      label: 'device model',
      kind: 'hardware',
      band: 'hardware',
      colour: 'hardware',
      describes: 'The device model, acting at once.',
    },
  ],
  crossings: [
    {
      from: 'guest',
      to: 'device',
      kind: 'call',
      sentence: 'The access reaches the device model at once',
      evidence: 'documented',
      source: 'recorded-drivers',
      prices: [],
    },
    {
      from: 'device',
      to: 'guest',
      kind: 'return',
      sentence: 'The guest goes on',
      evidence: 'documented',
      source: 'recorded-drivers',
      prices: [],
    },
    {
      from: 'device',
      to: 'guest',
      kind: 'interrupt',
      for: ['inject', 'inject-event'],
      sentence: 'The device interrupts the guest',
      evidence: 'documented',
      source: 'recorded-drivers',
      prices: [],
    },
  ],
  placement: { emulated: placement, paravirtual: placement },
  endOfInterrupt: { level: 'without-exit', edge: 'without-exit', event: 'automatic' },
  devices: {
    dec21140: { variant: '21143' },
    pcnet32: { variant: 'am79c970a-polling' },
    e1000: {},
    vmxnet3: {},
    'virtio-net': {},
    'ide-dma': { variant: 'piix3' },
    'ide-pio': { variant: 'piix3' },
    'lsi-sas1068': {},
    pvscsi: {},
    ahci: {},
    nvme: {},
    'virtio-blk': {},
  },
};
