/** What reaching each part of a hosted monitor costs: measured on VMware Workstation 2.0, scaled by cycles. */
import type { Parameter } from './parameter.ts';

export const hosted = {
  'hosted.world-switch': {
    value: 3260,
    range: [1600, 6500],
    unit: 'cycles',
    standing: 'illustrative',
    title: 'world switch between the monitor and the host',
    source: 'sugerman-2001',
    conditions:
      'remembered as 4.45 us on a 733 MHz Pentium III. Table 1 of the paper has 7.45 us of monitor time for an I/O instruction that goes to the host and back, so about 2,700 cycles one way',
  },
  'hosted.system-call': {
    value: 250,
    range: [50, 500],
    unit: 'ns',
    standing: 'illustrative',
    title: 'crossing between kernel and user mode of the host',
    conditions: 'ring crossing under 50 ns before mitigations, 0.25 us with margin',
  },
  'hosted.process-wake-up': {
    value: 1500,
    range: [1200, 2300],
    unit: 'ns',
    standing: 'illustrative',
    title: 'VMApp wakes',
    source: 'context-switch-2018',
    conditions: 'thread switches on desktop Linux, 2018 and 2023',
  },
  'hosted.virtual-switch': {
    value: 7000,
    range: [1000, 10_100],
    unit: 'cycles',
    standing: 'illustrative',
    title: 'VMNet driver and host’s network stack pass on one frame',
    source: 'sugerman-2001',
    conditions:
      'guess: what is left of the 13.8 us on a 733 MHz Pentium III in Table 1 without system call, copy and physical driver',
  },
} as const satisfies Record<string, Parameter>;
