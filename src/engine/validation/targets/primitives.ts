/** Targets on single operations: what an exit, an interrupt or a notification costs. */
import type { Request } from '../../vocabulary/request.ts';
import type { ParameterId } from '../../parameters/index.ts';
import type { Run } from '../../vocabulary/run.ts';
import { absences, cyclesFor, cyclesPerRequest, frequencyOf, guestExits } from '../measures.ts';
import type { Runs } from '../runs.ts';
import { about, exactly, type Target } from '../target.ts';

/** Micro-benchmarks repeat one operation: caches and TLBs stay warm. */
const warm = { 'exit-indirect': 0 };

// --- V1 -----------------------------------------------------------------------------------------------

/** The prices of the machine that was measured, as near as their ranges allow; a model with next to nothing to do. */
const measured = {
  ...warm,
  'vm-exit': 1000,
  'vm-entry': 1000,
  'exit-handler': 1898,
  'decode-access': 3300,
  'device-model-access': 300,
  'esxi.monitor-call': 100,
};
const portAccess = (architecture: string, own: Readonly<Record<string, number>>): Request => ({
  architecture,
  device: 'e1000',
  operation: 'rx',
  bytes: 60,
  parameters: { ...measured, ...own },
});
const inKernel = portAccess('esxi', {});
const inUserSpace = portAccess('kvm', { 'kvm.user-space-switch': 6500 });
const hypercall: Request = {
  architecture: 'hyper-v',
  device: 'netvsc',
  operation: 'tx',
  bytes: 60,
  parameters: { 'hyper-v.hypercall': 1949, 'hyper-v.hypercall-return': 1949 },
};

/** How long the guest’s first absence lasts, in those of the other run. */
const absenceRatio = (runs: Runs, one: Request, other: Request): number =>
  absences(runs.of(one))[0]! / absences(runs.of(other))[0]!;

// --- V3 -----------------------------------------------------------------------------------------------

const received = (device: string): Request => ({
  architecture: 'kvm',
  device,
  operation: 'rx',
  bytes: 60,
  parameters: warm,
});
const exitPrices: readonly ParameterId[] = ['vm-exit', 'exit-handler', 'vm-entry'];

/** One exit that the hypervisor handles itself. */
function exitCycles(runs: Runs): number {
  const run = runs.of(received('e1000'));
  const { reads, writes } = run.totals.accesses;
  return cyclesFor(run, exitPrices) / (reads + writes);
}

/** What the hypervisor and the processor do for one interrupt, its end included, without what the guest does. */
function interruptCycles(run: Run, prices: readonly ParameterId[]): number {
  return cyclesFor(run, prices) / (run.totals.interrupts['guest'] ?? 0);
}

/** Injected and its end trapped, as the level-triggered pin of e1000 is. */
const injectedCycles = (runs: Runs): number =>
  interruptCycles(runs.of(received('e1000')), ['interrupt-injection', 'end-of-interrupt']);

/** Posted, as that of a virtual function is. */
const postedCycles = (runs: Runs): number =>
  interruptCycles(runs.of(received('sriov-vf')), ['kvm.posted-interrupt', 'end-of-interrupt']);

// --- V18 ----------------------------------------------------------------------------------------------

/** Of the published run: a core submits so many commands a second where nothing is mapped. */
const passthroughPerSecond = 5.01e6;
/** The least that the block layer takes; the difference to it is what counts. */
const unmappedNs = 1500;

/** Commands a second, relative to none mapped, where mapping each takes so long. */
function mappedShare(runs: Runs, mappingNs: number): number {
  const perCommand = (blockLayerNs: number): number => {
    const run = runs.of({
      architecture: 'native',
      device: 'nvme',
      operation: 'read',
      bytes: 4096,
      count: 2000,
      queueDepth: 32,
      window: 0,
      parameters: { 'guest-block-layer': blockLayerNs, 'disk-service': 3400 },
    });
    return cyclesPerRequest(run) / frequencyOf(run);
  };
  const added = perCommand(unmappedNs + mappingNs) - perCommand(unmappedNs);
  const base = 1e9 / passthroughPerSecond;
  return base / (base + added);
}

// --- V27 ----------------------------------------------------------------------------------------------

/** At this clock the least price of a ring entry, 20 ns, is the 49 cycles that were measured. */
const clock = { 'cpu-frequency': 2.45 };
const notifies: Request = {
  architecture: 'hyper-v',
  device: 'netvsc',
  operation: 'tx',
  bytes: 60,
};
const byHypercall: Request = {
  ...notifies,
  parameters: { ...clock, 'hyper-v.hypercall': 1680, 'hyper-v.hypercall-return': 1681 },
};
const bySharedPage: Request = {
  ...notifies,
  policies: { 'network-signals': 'monitor-page' },
  parameters: { ...clock, 'ring-entry': 20 },
};

/** What the guest pays to touch a page that the hypervisor shares with it. */
function sharedPageCycles(run: Run): number {
  const touch = run.trace.find((event) => event.kind === 'ring' && event.ring === 'monitor page');
  if (touch === undefined) throw new RangeError('the run uses no monitor page');
  return (touch.until - touch.at) * frequencyOf(run);
}

export const primitives: readonly Target[] = [
  {
    id: 'V1',
    title: 'register access: user space, kernel, hypercall',
    published: '20,574 : 7,237 : 3,898 cycles = 5.3 : 1.9 : 1',
    source: 'kvm-unit-tests-2012',
    confidence: 'A',
    compares: 'identity',
    setUp:
      'the first register read of an e1000 that QEMU or the VMkernel serves, and a signal of netvsc by hypercall, warm caches; prices set to those that were measured, as far as their ranges go',
    needs: [
      ['kvm', 'e1000'],
      ['esxi', 'e1000'],
      ['hyper-v', 'netvsc'],
    ],
    measures: [
      {
        what: 'user space to hypercall',
        unit: 'ratio',
        band: about(20_574 / 3898, 0.1),
        compute: (runs) => absenceRatio(runs, inUserSpace, hypercall),
      },
      {
        what: 'kernel to hypercall',
        unit: 'ratio',
        band: about(7237 / 3898, 0.1),
        compute: (runs) => absenceRatio(runs, inKernel, hypercall),
      },
    ],
    differs: 'a leg of the access is missing, or is charged twice',
  },
  {
    id: 'V3',
    title: 'interrupt with against without posting',
    published: '2,919 : 4,781 cycles = 0.61',
    source: 'kvm-tscdeadline-2020',
    confidence: 'A',
    compares: 'value',
    setUp:
      'one frame received on KVM through e1000 (injected, its end trapped) and through a virtual function (posted); an exit that KVM handles itself, the interrupt and its end, warm caches',
    needs: [
      ['kvm', 'e1000'],
      ['kvm', 'sriov-vf'],
    ],
    measures: [
      {
        what: 'posted to injected',
        unit: 'ratio',
        band: about(2919 / 4781, 0.15),
        compute: (runs) =>
          (exitCycles(runs) + postedCycles(runs)) / (exitCycles(runs) + injectedCycles(runs)),
      },
    ],
    differs: 'the timer register that the benchmark writes, and its handler, are not modelled',
  },
  {
    id: 'V18',
    title: 'IOMMU: strict, lazy and passthrough',
    published: '0.57 : 1.93 : 5.01 MIOPS = 0.11 : 0.39 : 1',
    source: 'dmabuf-2025',
    confidence: 'A',
    compares: 'identity',
    setUp:
      'NVMe on the bare machine; 1.55 and 0.32 us, which are derived from these very figures, added to the block layer, and what the engine charges for them set against the 0.2 us of an unmapped command',
    needs: [['native', 'nvme']],
    measures: [
      {
        what: 'strict to passthrough',
        unit: 'ratio',
        band: about(0.57 / 5.01, 0.1),
        compute: (runs) => mappedShare(runs, 1550),
      },
      {
        what: 'lazy to passthrough',
        unit: 'ratio',
        band: about(1.93 / 5.01, 0.1),
        compute: (runs) => mappedShare(runs, 320),
      },
    ],
    differs: 'a price for each command is not charged once for each command',
  },
  {
    id: 'V27',
    title: 'shared page against intercepted access',
    published: '49 against 3,361 cycles = 69',
    source: 'hyper-v-tsc-page-2019',
    confidence: 'A',
    compares: 'value',
    setUp:
      'a netvsc guest announces a packet through the monitor page or by hypercall, priced as measured: the test is that the page costs no exit at all',
    needs: [['hyper-v', 'netvsc']],
    measures: [
      {
        what: 'exits and hypercalls through the page',
        unit: 'count',
        band: exactly(0),
        compute: (runs) => guestExits(runs.of(bySharedPage)),
      },
      {
        what: 'hypercall to page',
        unit: 'ratio',
        band: about(3361 / 49, 0.01),
        compute: (runs) =>
          absences(runs.of(byHypercall))[0]! / sharedPageCycles(runs.of(bySharedPage)),
      },
    ],
    differs: 'a notification through the page leaves the guest',
  },
];
