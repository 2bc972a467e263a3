/** Targets on cards that are given to a guest. */
import type { Request } from '../../vocabulary/request.ts';
import { trappedInterrupts } from '../changes/trapped-interrupts.ts';
import { gigabits, guestExits, processors } from '../measures.ts';
import { parameter } from '../../parameters/index.ts';
import type { Runs } from '../runs.ts';
import { about, atLeast, atMost, between, exactly, type Target } from '../target.ts';
import { fullFrame } from './frames.ts';

// --- V4 -----------------------------------------------------------------------------------------------

/**
 * The paper’s remembered share of time in exits comes to 8,900 cycles for each: 2,020 of transition and handler,
 * the rest as caches and TLB that refill.
 */
const dearExits = { 'cpu-frequency': 2.93, 'exit-indirect': 8900 - 2020 };

/** Small frames, so that the driver chooses its shortest interval; about 50,000 interrupts a second. */
const smallFrames: Request = {
  architecture: 'kvm',
  device: 'sriov-vf',
  operation: 'rx',
  bytes: 60,
  count: 10_000,
  rate: 55_000,
  window: 0,
  parameters: dearExits,
};

/** Share of the processor that is left to what else the guest does. */
const left = (runs: Runs, change?: Parameters<Runs['of']>[1]): number =>
  1 - runs.of(smallFrames, change).statistics.guestUtilization;

// --- V5 -----------------------------------------------------------------------------------------------

const allFrames = 60_000;
const lineGigabits = 9.48;

const sharing = (runs: Runs, machines: number) =>
  runs.of(
    {
      architecture: 'kvm',
      device: 'sriov-vf',
      operation: 'rx',
      bytes: fullFrame,
      vms: machines,
      count: allFrames / machines,
      rate: Math.round((lineGigabits * 1e9) / (8 * fullFrame * machines)),
      window: 0,
    },
    trappedInterrupts,
  );

// --- V20 ----------------------------------------------------------------------------------------------

const fastLine = { 'wire-byte': 0.2 };
const saturating = (device: string): Request => ({
  architecture: 'hyper-v',
  device,
  operation: 'tx',
  bytes: fullFrame,
  count: 20_000,
  queueDepth: 256,
  window: 0,
  parameters: fastLine,
});
const answered = (device: string): Request => ({
  architecture: 'hyper-v',
  device,
  operation: 'echo',
  bytes: 60,
  count: 100,
  parameters: fastLine,
});

/** Half of the time to an answer, without the time that the peer takes. */
const oneWayNs = (runs: Runs, device: string): number =>
  (runs.of(answered(device)).statistics.latencyNs.p50 - parameter('peer-answer').value) / 2;

export const passthrough: readonly Target[] = [
  {
    id: 'V4',
    title: 'exitless against trapped interrupts of an assigned card',
    published: 'throughput x 1.3 to 1.6; exitless 97 to 100 % of native',
    source: 'gordon-2012',
    confidence: 'A',
    compares: 'value',
    setUp:
      'a virtual function on KVM at about 50,000 interrupts a second, posted or with two exits each that cost 8,900 cycles, what the paper’s exits come to; the guest’s own work takes all that is left of its processor',
    needs: [['kvm', 'sriov-vf']],
    measures: [
      {
        what: 'processor left to the guest: posted to trapped',
        unit: 'ratio',
        band: between(1.3, 1.6),
        compute: (runs) => left(runs) / left(runs, trappedInterrupts),
      },
    ],
    differs: 'the guest’s own work is not modelled, only what is left for it',
  },
  {
    id: 'V5',
    title: 'SR-IOV from 10 to 60 virtual machines',
    published: '9.48 Gb/s throughout; 1.76 % of a processor for each machine more',
    source: 'dong-2010',
    confidence: 'A',
    compares: 'value',
    setUp:
      'virtual functions receive together what a 10 Gb/s line carries, with the Linux driver’s adaptive interval; interrupts are injected and their ends trapped, as on the processors of that time',
    needs: [['kvm', 'sriov-vf']],
    measures: [
      {
        what: 'throughput, 60 machines to 10',
        unit: 'ratio',
        band: about(1, 0.1),
        compute: (runs) => gigabits(sharing(runs, 60)) / gigabits(sharing(runs, 10)),
      },
      {
        what: 'processor for each machine more, 10 to 60',
        unit: '%',
        band: about(1.76, 0.5),
        compute: (runs) =>
          (100 * (processors(sharing(runs, 60)) - processors(sharing(runs, 10)))) / 50,
      },
    ],
    differs: 'the guests’ network stacks and timers take no time',
  },
  {
    id: 'V20',
    title: 'Hyper-V: virtual function against synthetic adapter',
    published: 'function: under 15 us and 32 Gb/s; synthetic: well below 10 Gb/s for a channel',
    source: 'firestone-2018',
    confidence: 'A',
    compares: 'sign',
    setUp:
      'full frames as fast as they go over a line of 40 Gb/s, and small ones that are answered; the order counts, not the figures',
    needs: [
      ['hyper-v', 'sriov-vf'],
      ['hyper-v', 'netvsc'],
    ],
    measures: [
      {
        what: 'exits of a frame, virtual function',
        unit: 'count',
        band: exactly(0),
        compute: (runs) => guestExits(runs.of(saturating('sriov-vf'))),
      },
      {
        what: 'one way, virtual function',
        unit: 'ns',
        band: atMost(15_000),
        compute: (runs) => oneWayNs(runs, 'sriov-vf'),
      },
      {
        what: 'one way: synthetic to virtual function',
        unit: 'ratio',
        band: atLeast(1),
        compute: (runs) => oneWayNs(runs, 'netvsc') / oneWayNs(runs, 'sriov-vf'),
      },
      {
        what: 'throughput, synthetic',
        unit: 'Gb/s',
        band: atMost(10),
        compute: (runs) => gigabits(runs.of(saturating('netvsc'))),
      },
      {
        what: 'throughput: virtual function to synthetic',
        unit: 'ratio',
        band: atLeast(1),
        compute: (runs) =>
          gigabits(runs.of(saturating('sriov-vf'))) / gigabits(runs.of(saturating('netvsc'))),
      },
    ],
    differs: 'the order is not that of the published figures',
  },
];
