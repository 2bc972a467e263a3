/**
 * No hypervisor: an operating system with its driver and a real device, the baseline of every
 * comparison. Models: register reads as round trips over PCI Express, posted writes, DMA, direct
 * interrupts.
 * Leaves out: IOMMU, message-signalled details, power states. A device that exists only in virtual
 * machines is run as if a card implemented it, which SmartNICs now do. Checked against: counts
 * equal those of `reference`.
 */
import type { Architecture, Placement } from './architecture.ts';
import { card, disk, works } from './roles.ts';

const placement: Placement = {
  runs: 'posted',
  places: {
    'device-model': {
      domain: 'hardware',
      actor: 'device',
      does: {
        access: [
          works({
            sentence: 'the device serves the {op} {register}',
            evidence: 'documented',
            source: 'linux-source',
            prices: [],
          }),
        ],
      },
    },
    'network-card': { domain: 'hardware', actor: 'network card', does: card },
    disk: { domain: 'hardware', actor: 'disk', does: disk },
  },
};

export const native: Architecture = {
  id: 'native',
  title: 'Native',
  paravirtualName: 'paravirtual',
  hasHypervisor: false,
  domains: [
    {
      id: 'guest',
      label: 'operating system',
      kind: 'guest-kernel',
      band: 'kernel',
      colour: 'guest',
      describes: 'The kernel of the operating system, with the driver of the card.',
    },
    {
      id: 'hardware',
      label: 'hardware',
      kind: 'hardware',
      band: 'hardware',
      colour: 'hardware',
      describes: 'The network card or the disk itself.',
    },
  ],
  crossings: [
    {
      from: 'guest',
      to: 'hardware',
      kind: 'call',
      sentence: 'The access goes over PCI Express',
      evidence: 'documented',
      source: 'linux-source',
      prices: [{ parameter: 'register-write', per: 'once' }],
    },
    {
      from: 'hardware',
      to: 'guest',
      kind: 'return',
      for: ['resume'],
      sentence: 'The answer comes back',
      evidence: 'documented',
      source: 'linux-source',
      prices: [{ parameter: 'register-answer', per: 'once' }],
    },
    {
      from: 'hardware',
      to: 'guest',
      kind: 'interrupt',
      for: ['inject', 'inject-event'],
      sentence: 'The device interrupts the processor',
      evidence: 'documented',
      source: 'linux-source',
      prices: [{ parameter: 'physical-interrupt', per: 'once' }],
    },
  ],
  placement: { emulated: placement, paravirtual: placement },
  endOfInterrupt: { level: 'without-exit', edge: 'without-exit', event: 'automatic' },
  devices: {
    dec21140: {},
    pcnet32: {},
    e1000: {},
    vmxnet3: {},
    'virtio-net': {},
    'ide-dma': {},
    'ide-pio': {},
    'lsi-sas1068': {},
    pvscsi: {},
    ahci: {},
    nvme: {},
    'virtio-blk': {},
  },
};
