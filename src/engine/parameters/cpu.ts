/**
 * What the processor itself costs: transitions, traps, copies. Reference: one 3 GHz x86-64 core.
 */
import type { Parameter } from './parameter.ts';

export const cpu = {
  'cpu-frequency': {
    value: 3,
    range: [2, 4],
    unit: 'GHz',
    standing: 'illustrative',
    title: 'clock of the processor',
    conditions: 'a choice; turns every cost in cycles into time',
  },
  'vm-exit': {
    value: 680,
    range: [672, 1000],
    unit: 'cycles',
    standing: 'derived',
    title: 'processor leaves the guest',
    source: 'svm-run-path-2020',
    conditions:
      'half of 1,344 to 1,376 cycles from VMRUN to #VMEXIT and back on an AMD server; upper end half of 2,000, SplitX 2011',
  },
  'vm-entry': {
    value: 680,
    range: [672, 1000],
    unit: 'cycles',
    standing: 'derived',
    title: 'processor enters the guest',
    source: 'svm-run-path-2020',
    conditions:
      'half of 1,344 to 1,376 cycles from VMRUN to #VMEXIT and back on an AMD server; upper end half of 2,000, SplitX 2011',
  },
  'exit-handler': {
    value: 660,
    range: [300, 2500],
    unit: 'cycles',
    standing: 'derived',
    title: 'hypervisor saves state and dispatches the exit',
    source: 'aws-rsb-2022',
    conditions:
      'a port write handled in the kernel, about 2,020 cycles on an Intel server (2022), less 1,360 for the transition on an AMD server (2020): no machine gave both',
  },
  'exit-indirect': {
    value: 1000,
    range: [0, 7000],
    unit: 'cycles',
    standing: 'illustrative',
    title: 'caches and TLB refill after the guest resumes',
    conditions:
      'calibrated guess; bracketed by SplitX (2011), indirect cost up to ten times the direct one',
  },
  'mode-switch': {
    value: 250,
    range: [50, 500],
    unit: 'ns',
    standing: 'illustrative',
    title: 'process calls its kernel',
    conditions:
      'guess, for placements that no product uses; ring crossing under 50 ns before mitigations, 0.25 us with margin',
  },
  'thread-wake-up': {
    value: 1500,
    range: [1200, 2300],
    unit: 'ns',
    standing: 'illustrative',
    title: 'kernel wakes a thread of a process',
    source: 'context-switch-2018',
    conditions:
      'guess, for placements that no product uses; thread switches on desktop Linux, 2018 and 2023',
  },
  'decode-access': {
    value: 1500,
    range: [1000, 3300],
    unit: 'cycles',
    standing: 'illustrative',
    title: 'trapped memory access is decoded',
    conditions:
      'guess; upper end measured as in-kernel emulation in kvm-unit-tests, 2012. Port I/O needs no decode',
  },
  'device-model-access': {
    value: 900,
    range: [300, 4000],
    unit: 'cycles',
    standing: 'illustrative',
    title: 'device model computes one register access',
    conditions: 'guess; upper end derived from kvm-unit-tests, 2012',
  },
  'guest-register-access': {
    value: 20,
    range: [5, 60],
    unit: 'ns',
    standing: 'illustrative',
    title: 'guest code around one register access',
    conditions: 'guess; a few dozen instructions',
  },
  'guest-driver-work': {
    value: 200,
    range: [100, 500],
    unit: 'ns',
    standing: 'illustrative',
    title: 'guest driver prepares or reaps one frame',
    conditions: 'guess; descriptor and buffer bookkeeping, without the network stack above it',
  },
  'guest-interrupt-entry': {
    value: 300,
    range: [150, 800],
    unit: 'ns',
    standing: 'illustrative',
    title: 'guest kernel enters and dispatches an interrupt handler',
    conditions: 'guess',
  },
  'guest-poll': {
    value: 250,
    range: [100, 600],
    unit: 'ns',
    standing: 'illustrative',
    title: 'guest kernel starts a deferred poll',
    conditions: 'guess; NAPI scheduling',
  },
  'interrupt-injection': {
    value: 700,
    range: [300, 1500],
    unit: 'cycles',
    standing: 'illustrative',
    title: 'hypervisor injects a virtual interrupt',
    conditions:
      'guess; together with the end-of-interrupt exit bounded by 1,860 cycles measured on KVM, 2020',
  },
  'end-of-interrupt': {
    value: 1450,
    range: [1200, 2400],
    unit: 'cycles',
    standing: 'illustrative',
    title: 'end-of-interrupt write leaves the guest, is handled and returns',
    conditions: 'guess; 1,860 cycles jointly with injection measured on KVM, 2020',
  },
  'copy-start': {
    value: 60,
    range: [20, 150],
    unit: 'ns',
    standing: 'illustrative',
    title: 'start of a copy',
    conditions: 'guess',
  },
  'copy-byte': {
    value: 0.13,
    range: [0.03, 0.6],
    unit: 'ns/byte',
    standing: 'derived',
    title: 'copy of data that another processor or device wrote',
    source: 'swiotlb-2022',
    conditions: 'bounce-buffer copies in a Hyper-V confidential guest; lock contention included',
  },
  'ring-entry': {
    value: 60,
    range: [20, 200],
    unit: 'ns/entry',
    standing: 'derived',
    title: 'one ring entry is written or read',
    source: 'netmap',
    conditions: 'VALE switch at 50 ns per packet; vhost-net at 133 to 204 ns in all',
  },
} as const satisfies Record<string, Parameter>;
