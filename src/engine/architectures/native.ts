/**
 * No hypervisor: an operating system with its driver and a real device, the baseline of every
 * comparison. Models: register reads as round trips over PCI Express, writes that are posted to memory and
 * waited for at ports, DMA, direct interrupts.
 * Leaves out: IOMMU, message-signalled details, power states. A device that exists only in virtual
 * machines is run as if a card implemented it, which SmartNICs now do. Checked against: counts
 * equal those of `reference`.
 */
import type { Architecture, Placement } from './architecture.ts';
import { devicesOfHost, works } from './roles.ts';
import * as row from './rows.ts';
import { across, documented } from './rows.ts';

const linux = documented('linux-source');

const placement: Placement = {
  runs: 'posted',
  places: {
    'device-model': {
      domain: 'hardware',
      actor: 'device',
      does: { access: [works('the device serves the {op} {register}', linux)] },
    },
    ...devicesOfHost,
  },
};

const interruptsProcessor = row.interrupts('The device interrupts the processor', linux);

export const native: Architecture = {
  id: 'native',
  title: 'Native',
  paravirtualName: 'paravirtual',
  hasHypervisor: false,
  domains: [
    row.guest(
      'The kernel of the operating system, with the driver of the card.',
      'operating system',
    ),
    row.hardware('The network card or the disk itself.'),
  ],
  crossings: [
    ...across('guest', 'hardware', {
      any: row.reachesCard('call')('The access goes over PCI Express', linux),
    }),
    ...row.answersFromCard,
    ...across('hardware', 'guest', {
      inject: interruptsProcessor,
      'inject-event': interruptsProcessor,
    }),
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
