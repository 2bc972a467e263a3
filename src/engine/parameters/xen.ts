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
    unit: 'ns/page',
    standing: 'illustrative',
    title: 'Xen checks a grant and maps, unmaps or prepares to copy its page',
    conditions: 'guess',
  },
  'xen.grant-flush': {
    value: 2000,
    range: [100, 6100],
    unit: 'ns/page',
    standing: 'illustrative',
    title:
      'Xen takes an unmapped page out of the page tables of the driver domain and flushes the TLB',
    source: 'qubes-11041',
    conditions:
      'guess; upper end derived from 4 Gb/s out of a guest, 8.2 us for each page of 4 KiB, three quarters of it in hypercalls; 39 Gb/s into a guest, where nothing is unmapped',
  },
  'xen.thread-wake-up': {
    value: 1500,
    range: [1200, 2300],
    unit: 'ns',
    standing: 'illustrative',
    title: 'kernel of the driver domain wakes a thread of a back end',
    source: 'context-switch-2018',
    conditions: 'guess; thread switches on desktop Linux, 2018 and 2023',
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
