/** Disks, and the software on both sides of them. */
import type { Parameter } from './parameter.ts';

export const storage = {
  'disk-service': {
    value: 25_000,
    range: [3_400, 10_000_000],
    unit: 'ns',
    standing: 'illustrative',
    title: 'disk serves one command of 4 KiB',
    conditions:
      'an NVMe drive; Optane 3.4 us, SATA 50 to 150 us, a rotating disk 1 to 10 ms. Copies of a published table, not re-measured',
  },
  'disk-byte': {
    value: 0.3,
    range: [0.1, 10],
    unit: 'ns/byte',
    standing: 'illustrative',
    title: 'disk moves one byte by DMA',
    conditions: 'guess: about 3 GB/s',
  },
  'disk-flush': {
    value: 100_000,
    range: [5_000, 20_000_000],
    unit: 'ns',
    standing: 'illustrative',
    title: 'disk empties its cache to the medium',
    conditions: 'guess; nothing on drives with protected caches, a rotation on others',
  },
  'disk-parallelism': {
    value: 32,
    range: [1, 128],
    unit: 'count',
    standing: 'illustrative',
    title: 'commands that the disk serves at a time',
    conditions: 'guess: NVMe 32, SATA 8, rotating disk 1',
  },
  'driver-contexts': {
    value: 1,
    range: [1, 64],
    unit: 'count',
    standing: 'illustrative',
    title: 'processors that serve the interrupts of the physical device',
    conditions: 'a choice: one queue and one processor',
  },
  'guest-block-layer': {
    value: 3_000,
    range: [1_500, 6_000],
    unit: 'ns',
    standing: 'illustrative',
    title: 'guest’s block layer and driver, one request',
    conditions: 'guess; the whole path with an Optane drive, polled, is 3.4 us',
  },
  'host-block-layer': {
    value: 2_000,
    range: [400, 5_000],
    unit: 'ns',
    standing: 'illustrative',
    title: 'host’s block layer and physical driver, one command',
    conditions:
      'guess; lower bound from 2.58 million commands a second and core, polled and batched',
  },
  'ata-status-wait': {
    value: 400,
    range: [400, 400],
    unit: 'ns',
    standing: 'documented',
    title: 'driver waits for an ATA drive to show its status',
    source: 'linux-libata',
    conditions: 'fixed: ndelay(400) after a command and after the choice of a drive',
  },
  'ata-busy-wait': {
    value: 10_000,
    range: [10_000, 10_000],
    unit: 'ns',
    standing: 'documented',
    title: 'driver waits before it asks a busy ATA drive again',
    source: 'linux-libata',
    conditions: 'fixed: udelay(10) in ata_wait_idle and its like',
  },
  'reference-disk-read': {
    value: 10,
    range: [5, 15],
    unit: 'ns',
    standing: 'illustrative',
    title: 'disk of the reference machine reads',
    conditions:
      'shorter than a register access, as recorded: a read is done when the driver looks next',
  },
  'reference-disk': {
    value: 100,
    range: [50, 350],
    unit: 'ns',
    standing: 'illustrative',
    title: 'disk of the reference machine writes',
    conditions:
      'longer than a register access, as recorded: the driver sees its write under way, but a read done at once',
  },
  'peer-answer': {
    value: 20_000,
    range: [1_000, 1_000_000],
    unit: 'ns',
    standing: 'illustrative',
    title: 'peer at the other end of the wire answers',
    conditions: 'guess; longer than the guest needs to reap what it has sent',
  },
} as const satisfies Record<string, Parameter>;
