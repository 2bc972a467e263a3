/**
 * The reference: the device acts inside the access, nothing takes time and nothing is crossed but
 * the register itself. Models: the machine on which the recorded traces were made. Leaves out:
 * everything between guest and device. Checked against: tests/engine/conformance, access by
 * access.
 */
import type { Architecture, Doing, Placement } from './architecture.ts';
import { commands, only, works } from './roles.ts';
import * as row from './rows.ts';
import { across, documented } from './rows.ts';

const recorded = documented('recorded-drivers');

const acts = (sentence: string): Doing[] => [works(sentence, recorded)];

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
        // Frames are done when they are taken; only commands of a disk complete later.
        complete: [
          only(
            commands,
            works('The device model moves the data and completes the command', recorded),
          ),
        ],
      },
    },
    disk: {
      domain: 'device',
      actor: 'disk',
      does: {
        submit: [
          only(
            ['read'],
            works('The disk serves the command from memory', recorded, 'reference-disk-read'),
          ),
          only(
            ['write', 'flush'],
            works('The disk writes the command’s data to memory', recorded, 'reference-disk'),
          ),
        ],
      },
    },
  },
};

const interruptsGuest = row.hop('interrupt')('The device interrupts the guest', recorded);

export const reference: Architecture = {
  id: 'reference',
  title: 'Reference machine',
  paravirtualName: 'paravirtual',
  hasHypervisor: false,
  domains: [
    row.guest('The guest’s kernel with its driver.'),
    {
      ...row.hardware('The device model, acting at once.'),
      id: 'device',
      label: 'device model',
    },
  ],
  crossings: [
    ...across('guest', 'device', {
      any: row.freeCall('The access reaches the device model at once', recorded),
    }),
    ...across('device', 'guest', {
      any: row.freeReturn('The guest goes on', recorded),
      inject: interruptsGuest,
      'inject-event': interruptsGuest,
    }),
  ],
  placement: { emulated: placement, paravirtual: placement },
  endOfInterrupt: { level: 'without-exit', edge: 'without-exit', event: 'automatic' },
  devices: {
    dec21140: { variant: '21143' },
    pcnet32: { variant: 'am79c970a-polling' },
    e1000: {},
    vmxnet3: {},
    'virtio-net': {},
    'virtio-net-mmio': {},
    'ide-dma': { variant: 'piix3' },
    'ide-pio': { variant: 'piix3' },
    'lsi-sas1068': {},
    pvscsi: {},
    ahci: {},
    nvme: {},
    'virtio-blk': {},
    'virtio-blk-mmio': {},
  },
};
