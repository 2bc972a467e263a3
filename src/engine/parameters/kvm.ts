/** What reaching each part of a Linux host costs under KVM. */
import type { Parameter } from './parameter.ts';

export const kvm = {
  'kvm.user-space-switch': {
    value: 3000,
    range: [1500, 6500],
    unit: 'cycles',
    standing: 'illustrative',
    title: 'KVM returns to QEMU with an exit, or QEMU enters KVM again',
    conditions:
      'guess: half of a round trip of 6,000 cycles; the upper end is half of the 13,000 measured by kvm-unit-tests in 2012',
  },
  'kvm.system-call': {
    value: 250,
    range: [50, 500],
    unit: 'ns',
    standing: 'illustrative',
    title: 'QEMU calls the host kernel',
    conditions: 'ring crossing under 50 ns before mitigations, 0.25 us with margin',
  },
  'kvm.eventfd-signal': {
    value: 300,
    range: [100, 1000],
    unit: 'cycles',
    standing: 'illustrative',
    title: 'host kernel finds an eventfd and signals it',
    conditions:
      'guess; a doorbell with an eventfd is remembered as about 1,850 cycles in all, 2013, little more than the exit itself',
  },
  'kvm.thread-wake-up': {
    value: 1500,
    range: [1200, 2300],
    unit: 'ns',
    standing: 'illustrative',
    title: 'sleeping thread of the host wakes',
    source: 'context-switch-2018',
    conditions: 'thread switches on desktop Linux, 2018 and 2023',
  },
  'kvm.virtual-switch': {
    value: 500,
    range: [50, 1500],
    unit: 'ns',
    standing: 'illustrative',
    title: 'tap device and bridge forward one frame',
    conditions:
      'guess; the VALE switch takes 50 ns, vhost-net with a tap device 133 to 204 ns in all',
  },
  'kvm.tap-queue': {
    value: 500,
    range: [64, 10_000],
    unit: 'count',
    standing: 'documented',
    title: 'frames in the queue of a tap device',
    source: 'linux-tun',
    conditions: 'TUN_READQ_SIZE; many installations set 1,000 (ip link: qlen)',
  },
  'kvm.posted-interrupt': {
    value: 300,
    range: [100, 600],
    unit: 'cycles',
    standing: 'illustrative',
    title: 'processor takes a posted interrupt for the guest it runs',
    conditions: 'guess; what is left of injection and its exits where the hardware does both',
  },
  'kvm.vhost-poll': {
    value: 50_000,
    range: [1000, 1_000_000],
    unit: 'ns',
    standing: 'illustrative',
    title: 'vhost looks at a drained ring before it sleeps, where that is asked for',
    conditions: 'whoever starts QEMU chooses it (poll-us of a tap device); it is 0 by default',
  },
  'kvm.io-thread-poll': {
    value: 32_768,
    range: [1000, 1_000_000],
    unit: 'ns',
    standing: 'documented',
    source: 'qemu-devices',
    title: 'an I/O thread looks at a drained ring before it sleeps',
    conditions: 'poll-max-ns of an I/O thread by default; the time adapts, up to that',
  },
} as const satisfies Record<string, Parameter>;
