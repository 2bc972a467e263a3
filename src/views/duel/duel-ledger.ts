/** The ledger beside the lanes: crossings, counts with one tick an event, and latency with its range. */
import type { Standing, Step } from '#engine/index.ts';
import { type CountName, countNames, stepsCounted } from '../lane/counts.ts';
import { rangeOf, timeParts } from '../language/format.ts';
import { type Lane, requestWordOf } from '../lane/lane.ts';

export interface LedgerHead {
  readonly x: number;
  readonly lines: readonly string[];
  /** Baseline of the last line. */
  readonly y: number;
  readonly anchor: 'middle' | 'end';
}

export interface Tick {
  readonly x: number;
  readonly width: number;
  readonly step: Step;
}

export interface LedgerCount {
  readonly name: CountName;
  readonly x: number;
  readonly value: number;
  readonly ticks: readonly Tick[];
}

export interface LedgerLatency {
  readonly x: number;
  readonly value: string;
  readonly unit: string;
  readonly range: string;
  readonly standing: Standing | undefined;
}

export interface LaneLedger {
  readonly y: number;
  readonly scale: number;
  /** Undefined where there is no hypervisor and so no edge. */
  readonly crossings: number | undefined;
  readonly crossingsX: number;
  /** "a packet" where there are several: latency is a mean, counts are those of the run; else "". */
  readonly each: string;
  readonly counts: readonly LedgerCount[];
  readonly latency: LedgerLatency;
}

const pitch = 43;
const firstCount = 91;
/** Width of the ticks of a column. */
const tickRoom = 38;

const headLines: Readonly<Record<CountName, readonly string[]>> = {
  'vm-exits': ['VM', 'exits'],
  hypercalls: ['hyper-', 'calls'],
  interrupts: ['inter-', 'rupts'],
  'wake-ups': ['wake-', 'ups'],
  copies: ['copies'],
};

/** The heads of the columns, once for all lanes; `each` as in `LaneLedger`. */
export function ledgerHeads(x: number, width: number, each: string): LedgerHead[] {
  return [
    {
      x: x + 30,
      lines: each === '' ? ['line', 'crossings'] : ['line', 'crossings', 'in all'],
      y: each === '' ? 24 : 37,
      anchor: 'middle',
    },
    ...countNames.map((name, order): LedgerHead => ({
      x: x + firstCount + order * pitch,
      lines: each === '' ? headLines[name] : [...headLines[name], 'in all'],
      y: each === '' ? 24 : 37,
      anchor: 'middle',
    })),
    {
      x: x + width,
      lines: each === '' ? ['latency'] : ['latency', each],
      y: 24,
      anchor: 'end',
    },
  ];
}

/** One lane's row of the ledger. */
export function ledgerOf(lane: Lane, x: number, width: number, y: number): LaneLedger {
  const { totals, world } = lane.run;
  return {
    y,
    scale: 1,
    crossings: world.architecture.hasHypervisor ? totals.lineCrossings : undefined,
    crossingsX: x + 30,
    each: totals.requests > 1 ? `a ${requestWordOf([lane])}` : '',
    counts: countNames.map((name, order) => countCell(lane, name, x + firstCount + order * pitch)),
    latency: {
      x: x + width,
      ...timeParts(totals.latencyNs.default),
      range: rangeOf(totals.latencyNs),
      standing: lane.standing,
    },
  };
}

function countCell(lane: Lane, name: CountName, x: number): LedgerCount {
  const steps = stepsCounted(lane, name);
  const step = Math.min(5, tickRoom / Math.max(1, steps.length));
  const start = x - (step * (steps.length - 1)) / 2;
  return {
    name,
    x,
    value: steps.length,
    ticks: steps.map((each, order) => ({ x: start + order * step, width: step * 0.6, step: each })),
  };
}
