/** What reaching each part of Xen costs. */
import type { Parameter } from './parameter.ts';

export const xen = {
  'xen.hypercall': {
    value: 1000,
    range: [614, 1950],
    unit: 'cycles',
    standing: 'illustrative',
    title: 'hypercall enters Xen and is carried out',
    conditions:
      'guess: half of a round trip of 2,000 cycles; 1,228 remembered on a Xeon E5 for Xen, 3,898 measured on KVM in 2012',
  },
  'xen.hypercall-return': {
    value: 1000,
    range: [614, 1950],
    unit: 'cycles',
    standing: 'illustrative',
    title: 'Xen returns from a hypercall',
    conditions: 'guess: the other half',
  },
  'xen.domain-switch': {
    value: 10_000,
    range: [4800, 11_300],
    unit: 'cycles',
    standing: 'illustrative',
    title: 'event reaches another domain, whose virtual processor is switched in',
    conditions:
      'remembered: 10,534 cycles between virtual machines on Xen, 11,262 out to the driver domain, 4,812 on KVM; 2016',
  },
  'xen.grant-operation': {
    value: 400,
    range: [200, 1000],
    unit: 'ns',
    standing: 'illustrative',
    title: 'Xen checks a grant and maps, unmaps or prepares to copy its page',
    conditions: 'guess, one page',
  },
  'xen.virtual-switch': {
    value: 500,
    range: [50, 1500],
    unit: 'ns',
    standing: 'illustrative',
    title: 'bridge of the driver domain forwards one frame',
    conditions: 'guess; the VALE switch takes 50 ns',
  },
  'xen.driver-domain-restart': {
    value: 200_000_000,
    range: [140_000_000, 260_000_000],
    unit: 'ns',
    standing: 'illustrative',
    title: 'driver domain is started again after a crash',
    source: 'xoar-2011',
    conditions:
      'remembered: network of a driver domain back after 140 ms or 260 ms, by how much it negotiates anew; the middle is a guess',
  },
  'xen.netback-queue': {
    value: 524_288,
    range: [65_536, 4_194_304],
    unit: 'count',
    standing: 'documented',
    title: 'bytes of received frames in netback’s queue for its guest',
    source: 'linux-xen-netback',
    conditions: 'XENVIF_RX_QUEUE_BYTES: half of a ring’s 256 entries, a page each',
  },
} as const satisfies Record<string, Parameter>;
