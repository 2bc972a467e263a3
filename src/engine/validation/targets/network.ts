/** Targets on network adapters. */
import type { Request } from '../../vocabulary/request.ts';
import { cyclesPerRequest, gigabits, hostProcessors } from '../measures.ts';
import type { Runs } from '../runs.ts';
import { atLeast, between, type Measure, type Target } from '../target.ts';
import { fullFrame } from './frames.ts';

// --- V19 ----------------------------------------------------------------------------------------------

/** Frames come as fast as a 10 Gb/s line carries them. */
const receiveAtLine = (contexts: number): Request => ({
  architecture: 'hyper-v',
  device: 'netvsc',
  operation: 'rx',
  bytes: fullFrame,
  count: 20_000,
  rate: 812_744,
  window: 0,
  // The published rate bounds the sum of the root's work; what one frame pays alone is less under load.
  parameters: { 'driver-contexts': contexts, 'hyper-v.virtual-switch': 2000 },
});

/** What one core of the root would receive if it did all of the root's work. */
const perRootCore = (runs: Runs): number => {
  const run = runs.of(receiveAtLine(1));
  return gigabits(run) / hostProcessors(run);
};

// --- V25, V26 -----------------------------------------------------------------------------------------

/** From a rate at which each frame is alone to one at which an emulated adapter is saturated. */
const ratesPerSecond = [1000, 5000, 20_000, 50_000, 100_000, 200_000, 400_000] as const;
const bursts = [1, 8, 64, 1000] as const;
const frameSizes = [60, fullFrame] as const;

type Load = Pick<Request, 'bytes' | 'count' | 'rate' | 'pattern'>;

/** Loads over the whole range of rates and of bursts. */
const rated = ratesPerSecond.map((rate): Load => ({ bytes: fullFrame, count: 1000, rate }));
const burst = frameSizes.flatMap((bytes) =>
  bursts.map((count): Load => ({ bytes, count, pattern: 'burst' })),
);

/** The least ratio of cycles for each frame through one adapter to those through another, over some loads. */
const leastRatio = (
  runs: Runs,
  [emulated, paravirtual]: readonly [Request, Request],
  loads: readonly Load[],
): number => {
  const cost = (adapter: Request, load: Load): number =>
    cyclesPerRequest(runs.of({ ...adapter, ...load, window: 0 }));
  return Math.min(...loads.map((load) => cost(emulated, load) / cost(paravirtual, load)));
};

/** Which adapter costs more, in both directions. */
const emulatedCosts = (
  architecture: string,
  emulated: string,
  paravirtual: string,
): readonly Measure[] =>
  (['tx', 'rx'] as const).flatMap((operation) => {
    const through = (device: string): Request => ({ architecture, device, operation });
    const pair = [through(emulated), through(paravirtual)] as const;
    const measure = (range: string, loads: readonly Load[]): Measure => ({
      what: `least cycles per frame, ${operation}, ${range}: ${emulated} to ${paravirtual}`,
      unit: 'ratio',
      band: atLeast(1),
      compute: (runs) => leastRatio(runs, pair, loads),
    });
    return [measure('1k/s to 400k/s', rated), measure('bursts of 1 to 1,000', burst)];
  });

export const network: readonly Target[] = [
  {
    id: 'V19',
    title: 'Hyper-V: one receive queue, one core of the root',
    published: '3 to 4 Gb/s of a 10 Gb/s line',
    source: 'savill-2016',
    confidence: 'A2',
    compares: 'value',
    setUp:
      'netvsc receives full frames at the rate of the line; throughput for each processor that the root keeps busy, with one context of the physical driver',
    needs: [['hyper-v', 'netvsc']],
    measures: [
      {
        what: 'received by one core of the root',
        unit: 'Gb/s',
        band: between(2.5, 4.5),
        compute: perRootCore,
      },
    ],
    differs:
      'the root’s guessed prices add up to less than the 3 to 4 us for each frame that the published rate means',
  },
  {
    id: 'V25',
    title: 'Hyper-V: legacy against synthetic adapter',
    published:
      'no published ratio found; the legacy adapter needs additional processing in the host',
    source: 'dell-hyper-v-guide',
    confidence: 'A',
    compares: 'sign',
    setUp:
      'processor cycles of guest and root for each frame that is not lost: full frames at rates up to saturation, and bursts of full frames and of 60 bytes',
    needs: [
      ['hyper-v', 'dec21140'],
      ['hyper-v', 'netvsc'],
    ],
    measures: emulatedCosts('hyper-v', 'dec21140', 'netvsc'),
    differs: 'the synthetic adapter costs more in some of the runs',
  },
  {
    id: 'V26',
    title: 'ESXi: e1000 against vmxnet3',
    published: 'no primary ratio found',
    source: 'vmware-vmxnet3-2009',
    confidence: 'none',
    compares: 'sign',
    setUp:
      'processor cycles of guest and host for each full frame, at rates that both carry; with the 4,000 interrupts a second that ESXi allows by default',
    needs: [
      ['esxi', 'e1000'],
      ['esxi', 'vmxnet3'],
    ],
    measures: emulatedCosts('esxi', 'e1000', 'vmxnet3'),
    differs: 'the paravirtual adapter costs more in some of the runs',
  },
];
