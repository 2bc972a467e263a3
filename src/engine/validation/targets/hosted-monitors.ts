/** The target on what a hosted monitor costs, against the bare machine. */
import { cyclesPerRequest } from '../measures.ts';
import type { Runs } from '../runs.ts';
import type { Target } from '../target.ts';
import { fullFrame, networkStack } from './frames.ts';

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
      parameters: networkStack,
    }),
  );

export const hostedMonitors: readonly Target[] = [
  {
    id: 'V9',
    title: 'hosted monitor against native at 100 Mb/s',
    published: 'processor time x 5 to 6',
    source: 'menon-2006',
    confidence: 'A2',
    compares: 'value',
    setUp:
      'pcnet32 sends the full frames of a 100 Mb/s line at random, each of which the guest’s network stack has handled at the price that was derived for it; cycles of guest and host at 3 GHz, as the 733 MHz that were measured lie below the range of the clock',
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
      'every trapped access goes to the host’s process, of which the monitor served a third itself',
  },
];
