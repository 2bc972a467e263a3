/**
 * The duel as numbers: lanes of computed flows around one heavy line each, aligned by phase, with a ledger of
 * what is counted. Heights are privilege, widths are steps; nothing here is time.
 */
import { type Axis, layoutAxis } from './duel-axis.ts';
import {
  accessNumbers,
  type Bracket,
  bracketsOf,
  domainLabels,
  type Label,
} from './duel-labels.ts';
import {
  bandY,
  type Mark,
  marksOf,
  type Plateau,
  plateausOf,
  type Stay,
  staysOf,
  type Transition,
  transitionsOf,
} from './duel-lane.ts';
import { type LaneLedger, type LedgerHead, ledgerHeads, ledgerOf } from './duel-ledger.ts';
import { type Strip, stripOf } from './duel-strip.ts';
import type { DomainColour, Mechanism } from '#engine/index.ts';
import { type LaneTitle, titleOf } from '../lane/names.ts';
import { counted } from '../language/format.ts';
import { isMark } from '../language/mechanisms.ts';
import { duelMetrics, overlaps, round, stepWidths, type Stretch } from '../language/geometry.ts';
import { textWidth } from '../language/text.ts';
import type { Alignment } from '../lane/columns.ts';
import { type Lane, requestWordOf } from '../lane/lane.ts';

export interface RowLabel {
  readonly text: string;
  readonly y: number;
}

/** Where a lane ends before the field does. */
export interface LaneEnd {
  readonly x: number;
  readonly y: number;
  readonly colour: DomainColour;
  /** The dotted line of a guest that goes on; undefined where there is no room. */
  readonly rest: Stretch | undefined;
  readonly text: { readonly text: string; readonly x: number; readonly y: number } | undefined;
  /** The run was stopped at its limit of events. */
  readonly torn: boolean;
}

/** A guest that goes on between two requests. */
export interface Pause extends Stretch {
  readonly y: number;
}

export interface LaneLayout {
  readonly lane: Lane;
  readonly y: number;
  readonly hasLine: boolean;
  readonly below: { readonly y: number; readonly height: number };
  readonly title: LaneTitle & { readonly y: number };
  readonly rows: readonly RowLabel[];
  readonly plateaus: readonly Plateau[];
  readonly stays: readonly Stay[];
  readonly transitions: readonly Transition[];
  /** Places of the line at which a driver reaches its own device; with posts where there is room. */
  readonly gates: readonly { readonly x: number; readonly half: number; readonly posts: boolean }[];
  readonly marks: readonly Mark[];
  readonly labels: readonly Label[];
  readonly numbers: readonly Label[];
  readonly brackets: readonly Bracket[];
  readonly strip: Strip;
  readonly end: LaneEnd | undefined;
  /** Where the guest waits for its next request. */
  readonly pauses: readonly Pause[];
  readonly ledger: LaneLedger;
}

export interface DuelLayout {
  readonly width: number;
  readonly height: number;
  readonly scale: number;
  readonly field: Stretch;
  /** Whether the ledger is a column; else it is a line in each title row. */
  readonly ledgerBeside: boolean;
  readonly axis: Axis;
  readonly duel: Alignment;
  readonly heads: readonly LedgerHead[];
  readonly lanes: readonly LaneLayout[];
  /** Top and bottom of the hairlines between phases. */
  readonly hairlines: { readonly y1: number; readonly y2: number };
}

/** The last layout of each duel, with the width that was asked for. */
const known = new WeakMap<Alignment, { readonly width: number; readonly layout: DuelLayout }>();

/**
 * `layoutDuel`, worked out once for as long as the width stays. A memo is right here: a layout follows from two
 * values that never change, and at one step the picture, its legend, the finger on it and what moves in it ask.
 */
export function duelLayout(duel: Alignment, width: number): DuelLayout {
  const last = known.get(duel);
  if (last?.width === width) return last.layout;
  const layout = layoutDuel(duel, width);
  known.set(duel, { width, layout });
  return layout;
}

/** Lays out a duel of any number of lanes in a width of some 720 px or more. */
export function layoutDuel(duel: Alignment, width: number): DuelLayout {
  const { lanes, columns } = duel;
  const m = duelMetrics;
  const ledgerBeside = width >= m.ledgerFrom;
  const side = ledgerBeside ? m.gap + m.ledger : 0;
  const x1 = m.gutter;
  const widest = Math.max(m.fieldMax, columns.length * stepWidths.glyphs * 1.1);
  const x2 = Math.round(Math.min(width - side, x1 + widest));
  const field = { x1, x2 };
  const scale = lanes.length <= 2 ? 1.5 : 1;
  const axis = layoutAxis(columns, { x1, x2: x2 - tailRoom(lanes) }, requestWordOf(lanes));
  const titleRow = ledgerBeside ? 0 : m.titleRow;
  const pitch = (m.boxBottom - m.boxTop) * scale + m.laneGap + titleRow;
  const first = m.header - m.boxTop * scale + titleRow + (ledgerBeside ? 0 : 6);
  const many = lanes.some(({ run }) => run.totals.requests > 1);
  const ledgerX = x2 + m.gap;
  const frame = { axis, scale, field, titleRow };
  const laid = lanes.map((lane, order) =>
    layoutLane(lane, {
      ...frame,
      y: round(first + order * pitch),
      title: titleOf(lane),
      ledgerX,
    }),
  );
  const lastY = first + Math.max(0, lanes.length - 1) * pitch;
  const bottom = lastY + m.boxBottom * scale + (m.strip - m.boxBottom);
  return {
    width: x2 + side,
    height: Math.ceil(bottom + 8),
    scale,
    field,
    ledgerBeside,
    axis,
    duel,
    heads: ledgerBeside
      ? ledgerHeads(ledgerX, m.ledger, many ? `a ${requestWordOf(lanes)}` : '')
      : [],
    lanes: laid,
    hairlines: { y1: 32, y2: round(bottom) },
  };
}

/** Room at the field's end for what happens after the path of the longest lane. */
const tailRoom = (lanes: readonly Lane[]): number => {
  const trailing = lanes.map(({ path, beside }) => {
    const last = path.at(-1);
    return last === undefined ? 0 : beside.filter(({ atNs }) => atNs > last.untilNs).length;
  });
  return Math.max(0, ...trailing) > 0 ? 14 : 0;
};

interface LaneFrame {
  readonly axis: Axis;
  readonly scale: number;
  readonly field: Stretch;
  /** Room between title and bracket, where the ledger stands in the title's row. */
  readonly titleRow: number;
  readonly y: number;
  readonly title: LaneTitle;
  readonly ledgerX: number;
}

function layoutLane(lane: Lane, frame: LaneFrame): LaneLayout {
  const { y, scale, field, title, axis } = frame;
  const m = duelMetrics;
  const { hasHypervisor } = lane.run.world.architecture;
  const plateaus = plateausOf(lane, frame);
  const stays = staysOf(plateaus);
  const titleY = y + m.boxTop * scale - 9 - frame.titleRow;
  const marks = marksOf(plateaus);
  const brackets = bracketsOf(lane, plateaus, y + m.boxTop * scale - 3, field);
  return {
    lane,
    y,
    hasLine: hasHypervisor,
    below: { y, height: m.boxBottom * scale },
    title: { ...title, y: round(titleY) },
    rows: rowsOf(hasHypervisor, y, scale),
    plateaus,
    stays,
    transitions: transitionsOf(lane, plateaus, { y, scale }),
    gates: plateaus
      .filter(({ step }) => step.mechanism === 'gate')
      .map(({ x1, full, glyphs }) => ({ x: x1, half: full ? 6 : glyphs ? 4 : 2, posts: glyphs })),
    marks,
    labels: domainLabels(stays, y, scale),
    numbers: accessNumbers(lane, plateaus),
    brackets: withRoom(brackets, takenBy(title, marks, frame)),
    strip: stripOf(lane, plateaus, round(y + m.boxBottom * scale + m.strip - m.boxBottom), field),
    end: endOf(lane, plateaus, frame),
    pauses: pausesOf(plateaus, axis),
    ledger: ledgerOf(lane, frame.ledgerX, m.ledger, y),
  };
}

/** Where text of a bracket would meet the title or a glyph that rises above the lane. */
function takenBy(title: LaneTitle, marks: readonly Mark[], frame: LaneFrame): Stretch[] {
  const end = textWidth(title.title, 15, 650) + textWidth(title.device, 12.5) + 12;
  const top = bandY('user', frame.y, frame.scale);
  const high = marks.filter(({ y, far }) => y === top && far === -1);
  const glyphs = high.map(({ x }) => ({ x1: x - 8, x2: x + 8 }));
  return frame.titleRow > 0 ? glyphs : [{ x1: 0, x2: end }, ...glyphs];
}

/** Brackets whose text meets nothing, where it stands or somewhere else over the bracket, in full or in short. */
function withRoom(brackets: readonly Bracket[], taken: readonly Stretch[]): Bracket[] {
  const kept: Bracket[] = [];
  for (const bracket of brackets) {
    const others = [...taken, ...kept.map(stretchOf)];
    const fitting = [bracket.text, bracket.short]
      .flatMap((text) => placesFor({ ...bracket, text }, others))
      .find((each) => !others.some((other) => overlaps(stretchOf(each), other, textGap)));
    if (fitting !== undefined) kept.push(fitting);
  }
  return kept;
}

const textGap = 8;

/** Where the text of a bracket might stand: in its place, and right of what is in the way. */
function placesFor(bracket: Bracket, others: readonly Stretch[]): Bracket[] {
  const half = textWidth(bracket.text, 12) / 2;
  const beside = others
    .map(({ x2 }) => round(x2 + textGap + half + 0.1))
    .filter((x) => x - half >= bracket.x1 && x + half <= bracket.x2);
  return [bracket.textX, ...beside].map((textX) => ({ ...bracket, textX }));
}

const stretchOf = ({ text, textX }: Bracket): Stretch => {
  const half = textWidth(text, 12) / 2;
  return { x1: textX - half, x2: textX + half };
};

function rowsOf(hasHypervisor: boolean, y: number, scale: number): RowLabel[] {
  const row = (text: string, at: number): RowLabel => ({ text, y: round(at + 4) });
  const strip = y + duelMetrics.boxBottom * scale + duelMetrics.strip - duelMetrics.boxBottom;
  const kernel = row('kernel mode', bandY('kernel', y, scale));
  const hardware = row('hardware', bandY('hardware', y, scale));
  if (!hasHypervisor) return [kernel, hardware, row('CPU runs', strip)];
  return [
    row('user mode', bandY('user', y, scale)),
    kernel,
    row('hypervisor', bandY('hypervisor', y, scale)),
    hardware,
    row('vCPU runs', strip),
  ];
}

/** The end bar; then the guest goes on, and says so where there is room. */
function endOf(
  lane: Lane,
  plateaus: readonly Plateau[],
  { axis, field }: LaneFrame,
): LaneEnd | undefined {
  const last = plateaus.at(-1);
  if (last === undefined) return undefined;
  const free = field.x2 - last.x2;
  const { y, colour } = last;
  const goesOn = colour === 'guest';
  const text = `done: ${counted(lane.path.length, 'step')}, the guest goes on`;
  return {
    x: last.x2,
    y,
    colour,
    rest: goesOn && free > 24 ? { x1: last.x2 + 5, x2: field.x2 } : undefined,
    text:
      goesOn && free > textWidth(text, 12) + 14 && !axis.folds.some(({ x1 }) => x1 > last.x2)
        ? { text, x: last.x2 + 12, y: y - 9 }
        : undefined,
    torn: lane.run.ended === 'limit',
  };
}

/** Between the end of a request and the beginning of the next. */
const pausesOf = (plateaus: readonly Plateau[], { folds }: Axis): Pause[] =>
  plateaus.flatMap((plateau, place): Pause[] => {
    const next = plateaus[place + 1];
    if (next === undefined || next.request === plateau.request || plateau.colour !== 'guest')
      return [];
    const pause = { x1: plateau.x2 + 4, x2: next.x1 - 4, y: plateau.y };
    return pause.x2 - pause.x1 < 8 || folds.some((fold) => overlaps(fold, pause)) ? [] : [pause];
  });

/** The mechanisms that have a glyph in a lane as it is laid out, once for each glyph. */
export function glyphsDrawn({ transitions, marks, strip }: LaneLayout): readonly Mechanism[] {
  const ways = transitions.filter(
    ({ mechanism, full, narrow }) => (full || narrow) && !isMark(mechanism),
  );
  return [...ways, ...marks, ...strip.marks].map(({ mechanism }) => mechanism);
}
