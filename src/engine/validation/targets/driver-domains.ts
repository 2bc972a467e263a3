/** Targets on what a hosted monitor and a driver domain cost, against the bare machine. */
import { cyclesPerRequest, gigabits, processors } from '../measures.ts';
import type { Runs } from '../runs.ts';
import { about, type Target } from '../target.ts';
import { fullFrame } from './frames.ts';

// --- V9 -----------------------------------------------------------------------------------------------

/** Full frames that a line of 100 Mb/s carries in a second, with what goes around them. */
const fastEthernet = 8127;

const costly = (runs: Runs, architecture: string): number =>
  cyclesPerRequest(
    runs.of({
      architecture,
      device: 'pcnet32',
      operation: 'tx',
      bytes: fullFrame,
      count: 4000,
      rate: fastEthernet,
      window: 0,
    }),
  );

// --- V10 ----------------------------------------------------------------------------------------------

/** Four lines of 1 Gb/s, as one of 4 Gb/s. */
const fourLines = { 'wire-byte': 2 };

/** What one processor carries that does all the work, up to the line. */
function onOneProcessor(
  runs: Runs,
  architecture: string,
  device: string,
  operation: 'tx' | 'rx',
): number {
  const run = runs.of({
    architecture,
    device,
    operation,
    bytes: fullFrame,
    count: 10_000,
    queueDepth: 128,
    window: 0,
    parameters: fourLines,
  });
  return gigabits(run) / Math.max(1, processors(run));
}

const share = (runs: Runs, operation: 'tx' | 'rx'): number =>
  onOneProcessor(runs, 'xen', 'xen-netfront', operation) /
  onOneProcessor(runs, 'native', 'e1000', operation);

export const driverDomains: readonly Target[] = [
  {
    id: 'V9',
    title: 'hosted monitor against native at 100 Mb/s',
    published: 'processor time x 5 to 6',
    source: 'menon-2006',
    confidence: 'A2',
    compares: 'value',
    setUp:
      'pcnet32 sends the full frames of a 100 Mb/s line at random; cycles of guest and host at 3 GHz, as the 733 MHz that were measured lie below the range of the clock',
    needs: [
      ['hosted', 'pcnet32'],
      ['native', 'pcnet32'],
    ],
    measures: [
      {
        what: 'cycles per frame: hosted to native',
        unit: 'ratio',
        band: { min: 5 * 0.7, max: 6 * 1.3 },
        compute: (runs) => costly(runs, 'hosted') / costly(runs, 'native'),
      },
    ],
    differs:
      'network stacks take no time here, which makes the native machine too cheap; and every trapped access goes to the host’s process, of which the monitor served a third itself',
  },
  {
    id: 'V10',
    title: 'guest of a driver domain against native',
    published: 'transmit 0.20, receive 0.33; optimised 0.88 and 0.39',
    source: 'menon-2006',
    confidence: 'B',
    compares: 'value',
    setUp:
      'full frames as fast as they go over 4 Gb/s, through Xen’s netfront and through an e1000 on the bare machine; what one processor carries that does the work of guest and driver domain',
    needs: [
      ['xen', 'xen-netfront'],
      ['native', 'e1000'],
    ],
    measures: [
      {
        what: 'throughput of a processor, transmit: guest to native',
        unit: 'ratio',
        band: about(0.2, 0.3),
        compute: (runs) => share(runs, 'tx'),
      },
      {
        what: 'throughput of a processor, receive: guest to native',
        unit: 'ratio',
        band: about(0.33, 0.3),
        compute: (runs) => share(runs, 'rx'),
      },
    ],
    differs:
      'the network stacks of guest and driver domain, which took most of the time in 2006, take none here, and the front end is that of Linux 6.1, after the optimisations',
  },
];
