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

const ratesPerSecond = [5_000, 50_000] as const;

/** Cycles for each frame through one adapter to those through another, at rates that both carry. */
const emulatedCosts = (
  architecture: string,
  emulated: string,
  paravirtual: string,
): readonly Measure[] =>
  (['tx', 'rx'] as const).flatMap((operation) =>
    ratesPerSecond.map((rate) => ({
      what: `cycles per frame, ${operation} at ${rate / 1000}k/s: ${emulated} to ${paravirtual}`,
      unit: 'ratio',
      band: atLeast(1),
      compute: (runs: Runs) => {
        const load = { architecture, operation, bytes: fullFrame, count: 4000, rate, window: 0 };
        const costly = runs.of({ ...load, device: emulated });
        return (
          cyclesPerRequest(costly) / cyclesPerRequest(runs.of({ ...load, device: paravirtual }))
        );
      },
    })),
  );

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
    setUp: 'processor cycles of guest and root for each full frame, at rates that both carry',
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
