/**
 * A lane turned by 90 degrees, as numbers: a rail with privilege from left to right and one row a step. Heights are
 * the page's, since rows grow with their sentences; all that stands across the rail is here.
 */
import { type Band, domainOf, type DomainColour, isBelow, type Step } from '#engine/index.ts';
import { sumOf } from '../language/format.ts';
import { isMark, type MarkMechanism } from '../language/mechanisms.ts';
import { accessMarks, isSameRequest, type Lane, requestWordOf } from '../lane/lane.ts';

/** The rail beside all rows. */
export interface Rail {
  readonly width: number;
  /** Where the edge of the hypervisor is. */
  readonly line: number;
  readonly hasLine: boolean;
  /** Names of the bands over it, shortened where they must be. */
  readonly heads: readonly RailHead[];
}

export interface RailHead {
  readonly text: string;
  readonly x: number;
  readonly anchor: 'start' | 'end';
}

/** Where a step runs: a plateau as high as its row, filled towards the line. */
export interface RailBar {
  readonly x: number;
  readonly colour: DomainColour;
}

export interface TurnedStep extends RailBar {
  readonly step: Step;
  /** Place in `lane.path`. */
  readonly index: number;
  /** The name of the phase that it begins. */
  readonly heading: string | undefined;
  /** The step before it on its request's path, from which it is reached. */
  readonly before: RailBar | undefined;
  /** What stands at the plateau, away from the line. */
  readonly mark: { readonly mechanism: MarkMechanism; readonly far: -1 | 1 } | undefined;
  /** Number of its access, EOI, or nothing. */
  readonly number: string;
  /** What the step takes, usually. */
  readonly costNs: number;
}

/** Rows that are listed together; those that are folded unfold under `before`. */
export interface TurnedPart {
  readonly steps: readonly TurnedStep[];
  readonly folded: boolean;
  readonly before: RailBar | undefined;
}

export interface TurnedLayout {
  readonly rail: Rail;
  /** Costs stand beside the sentences; else under them. */
  readonly costsBeside: boolean;
  readonly parts: readonly TurnedPart[];
}

const railX: Readonly<Record<Band, number>> = {
  user: 10,
  kernel: 36,
  hypervisor: 64,
  hardware: 88,
};
const lineX = 50;
const railWidth = { wide: 100, narrow: 88 } as const;
/** From here costs stand beside the sentences. */
const costsBesideFrom = 310;

/** Height of a row whose sentence has one or two lines: what moves along the rail takes each row to be as high. */
export const rowPitch = 52;

/** Lays out a lane in a content of some pixels. */
export function layoutTurned(lane: Lane, width: number): TurnedLayout {
  const costsBeside = width >= costsBesideFrom;
  const total = costsBeside ? railWidth.wide : railWidth.narrow;
  const across = (x: number): number => Math.round((x * total) / railWidth.wide);
  const bars = lane.path.map(({ band, domain }): RailBar => ({
    x: across(railX[band]),
    colour: domainOf(lane.run.world, domain).colour,
  }));
  const numbers = accessMarks(lane);
  const steps = lane.path.map((step, index): TurnedStep => ({
    ...(bars[index] as RailBar),
    step,
    index,
    heading: headingOf(lane, index),
    before: isSameRequest(lane, index - 1, index) ? bars[index - 1] : undefined,
    mark: isMark(step.mechanism)
      ? { mechanism: step.mechanism, far: isBelow(step.band) ? 1 : -1 }
      : undefined,
    number: numbers[index] ?? '',
    costNs: sumOf(step.costs.map(({ ns }) => ns)).default,
  }));
  const { hasHypervisor: hasLine } = lane.run.world.architecture;
  const heads = headsOf(hasLine, total, across);
  return {
    rail: { width: total, line: across(lineX), hasLine, heads },
    costsBeside,
    parts: folded(steps, bars),
  };
}

function headsOf(hasLine: boolean, width: number, across: (x: number) => number): RailHead[] {
  const head = (text: string, x: number): RailHead => ({ text, x, anchor: 'start' });
  const hardware: RailHead = { text: 'hw', x: width, anchor: 'end' };
  const kernel = across(railX.kernel);
  if (!hasLine) return [head('kernel', kernel - 18), hardware];
  const room = width === railWidth.wide;
  return [
    head('user', 0),
    ...(room ? [head('kernel', kernel - 9)] : []),
    head('hv', across(railX.hypervisor)),
    hardware,
  ];
}

/** The phase that a step begins, with its request where there are several. */
function headingOf(lane: Lane, index: number): string | undefined {
  const [place, before] = [lane.places[index], lane.places[index - 1]];
  if (place === undefined) return undefined;
  if (place.phase === before?.phase && place.request === before.request) return undefined;
  const many = lane.run.totals.requests > 1;
  return `${many ? `${requestWordOf([lane])} ${place.request}, ` : ''}${place.phase}`;
}

/** A phase of more steps than this is shown by its beginning and its end; the rest unfolds. */
const longPhase = 36;
const shown = { first: 14, last: 4 } as const;

function folded(steps: readonly TurnedStep[], bars: readonly RailBar[]): TurnedPart[] {
  const part = (own: readonly TurnedStep[], folded: boolean): TurnedPart => ({
    steps: own,
    folded,
    before: bars[(own[0]?.index ?? 0) - 1],
  });
  const begins = steps.flatMap(({ heading, index }) => (heading === undefined ? [] : [index]));
  return begins.flatMap((from, order) => {
    const own = steps.slice(from, begins[order + 1]);
    if (own.length <= longPhase) return [part(own, false)];
    return [
      part(own.slice(0, shown.first), false),
      part(own.slice(shown.first, -shown.last), true),
      part(own.slice(-shown.last), false),
    ];
  });
}
