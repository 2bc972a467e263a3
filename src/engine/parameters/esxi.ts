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
    title: 'time until the VMkernel looks at a ring unasked',
    conditions:
      'guess; something has to, for packets or requests below the threshold. Not published',
  },
  'esxi.world-switch': {
    value: 3000,
    range: [1500, 6500],
    unit: 'cycles',
    standing: 'illustrative',
    title: 'switch between the monitor and a thread of the VMX, one way',
    conditions:
      'guess: half of a round trip from a kernel to a user-level monitor; upper end half of 13,000 cycles, KVM 2012',
  },
  'esxi.system-call': {
    value: 250,
    range: [50, 500],
    unit: 'ns',
    standing: 'illustrative',
    title: 'crossing between the VMX and the VMkernel',
    conditions: 'guess; ring crossing under 50 ns before mitigations, 0.25 us with margin',
  },
  'esxi.storage-stack': {
    value: 1500,
    range: [0, 5000],
    unit: 'ns',
    standing: 'illustrative',
    title: 'VSCSI, VMFS and PSA pass one command on',
    conditions: 'guess; less for a raw device mapping, which skips VMFS. Not published',
  },
  'esxi.completion-ipi': {
    value: 4300,
    range: [0, 6100],
    unit: 'cycles',
    standing: 'illustrative',
    title: 'interrupt to the processor that runs the monitor of the guest',
    conditions:
      'guess from 4,338 cycles of a virtual one without hardware help, 2022; 0 where the adapter interrupts that processor itself',
  },
  'esxi.request-call-threshold': {
    value: 1,
    range: [1, 64],
    unit: 'count',
    standing: 'illustrative',
    title: 'requests that a PVSCSI guest has outstanding before it stops ringing for each',
    conditions: '1 is off; the policy of ESXi is not published',
  },
} as const satisfies Record<string, Parameter>;
