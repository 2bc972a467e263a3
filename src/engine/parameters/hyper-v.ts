/** What reaching each part of Hyper-V costs. Microsoft publishes none of the hand-over costs. */
import type { Parameter } from './parameter.ts';

export const hyperV = {
  'hyper-v.hypercall': {
    value: 1500,
    range: [1250, 2500],
    unit: 'cycles',
    standing: 'illustrative',
    title: 'hypercall enters the hypervisor and is carried out',
    conditions:
      'guess: half of a 3,000-cycle round trip, from a measured 3,361-cycle intercepted register read, 2019',
  },
  'hyper-v.hypercall-return': {
    value: 1500,
    range: [1250, 2500],
    unit: 'cycles',
    standing: 'illustrative',
    title: 'hypervisor returns from a hypercall',
    conditions: 'guess: the other half',
  },
  'hyper-v.intercept-message': {
    value: 6000,
    range: [3000, 15000],
    unit: 'cycles',
    standing: 'illustrative',
    title: 'intercept message reaches VID in the root partition',
    conditions: 'guess; the root virtual processor is running. Not published',
  },
  'hyper-v.worker-wake-up': {
    value: 1500,
    range: [1200, 2300],
    unit: 'ns',
    standing: 'illustrative',
    title: 'thread of the worker process wakes',
    source: 'context-switch-2018',
    conditions: 'thread switches on desktop Linux, 2018 and 2023; Windows is not published',
  },
  'hyper-v.kernel-to-user': {
    value: 250,
    range: [50, 500],
    unit: 'ns',
    standing: 'illustrative',
    title: 'crossing between kernel and user mode in the root partition',
    conditions: 'ring crossing under 50 ns before mitigations, 0.25 us with margin',
  },
  'hyper-v.vmbus-dispatch': {
    value: 1000,
    range: [300, 3000],
    unit: 'ns',
    standing: 'illustrative',
    title: 'VMBus event reaches its service provider in the root kernel',
    conditions: 'guess; interrupt, deferred call and channel callback. Not published',
  },
  'hyper-v.monitor-latency': {
    value: 100_000,
    range: [50_000, 200_000],
    unit: 'ns',
    standing: 'documented',
    title: 'delay of a monitored notification',
    source: 'linux-hyperv-h',
    conditions: 'Linux says about 100 us, DPDK sets 50 us; the hypervisor may override it',
  },
  'hyper-v.virtual-switch': {
    value: 1650,
    range: [400, 2000],
    unit: 'ns',
    standing: 'illustrative',
    title: 'extensible switch forwards one frame',
    conditions:
      'guess, chosen so that all that the root does for one received frame takes about 3.4 us: 3 to 4 Gb/s a core (Savill 2016)',
  },
  'hyper-v.virtual-disk': {
    value: 3000,
    range: [0, 10_000],
    unit: 'ns',
    standing: 'illustrative',
    title: 'root partition finds the blocks of a virtual disk for one command',
    conditions:
      'guess; parser of the virtual disk and NTFS. Nothing with a pass-through disk, which skips both',
  },
} as const satisfies Record<string, Parameter>;
