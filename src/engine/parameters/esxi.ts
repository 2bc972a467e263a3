/** What reaching each part of ESXi costs. VMware and Broadcom publish none of these. */
import type { Parameter } from './parameter.ts';

export const esxi = {
  'esxi.monitor-call': {
    value: 200,
    range: [100, 600],
    unit: 'cycles',
    standing: 'illustrative',
    title: 'monitor calls the VMkernel',
    conditions: 'guess; no world switch is involved',
  },
  'esxi.world-wake-up': {
    value: 1500,
    range: [1200, 2300],
    unit: 'ns',
    standing: 'illustrative',
    title: 'transmit world of the virtual machine wakes',
    conditions: 'taken over from thread switches on Linux; not published',
  },
  'esxi.virtual-switch': {
    value: 300,
    range: [100, 800],
    unit: 'ns',
    standing: 'illustrative',
    title: 'virtual switch forwards one frame',
    conditions: 'guess',
  },
  'esxi.transmit-threshold': {
    value: 1,
    range: [1, 64],
    unit: 'count',
    standing: 'illustrative',
    title: 'packets that vmxnet3 collects before it rings',
    conditions: 'QEMU sets 1; the policy of ESXi is not published',
  },
  'esxi.ring-look': {
    value: 50_000,
    range: [10_000, 500_000],
    unit: 'ns',
    standing: 'illustrative',
    title: 'time until the transmit world looks at a ring unasked',
    conditions: 'guess; something has to, for packets below the doorbell threshold. Not published',
  },
} as const satisfies Record<string, Parameter>;
