/**
 * The horizontal axis of a duel: requests, their phases, and the columns in them. Widths follow from labels
 * and from the lane with the most steps; what cannot be drawn at 2.5 px a step is folded.
 */
import type { Phase } from '#engine/index.ts';
import { lengthOf, round, stepWidths, type Stretch, sum } from '../language/geometry.ts';
import { textWidth } from '../language/text.ts';
import type { Column } from '../lane/columns.ts';

/** A phase of one request. */
export interface PhaseSpan extends Stretch {
  readonly request: number;
  readonly phase: Phase;
  /** The label, where there is room for it. */
  readonly label: string;
  /** Width of one step of the lane with the most; lanes share it or keep to it. */
  readonly step: number;
  /** Steps of all lanes have this one width, and a lane simply ends. */
  readonly common: boolean;
  /** Orders of the phase's columns. */
  readonly first: number;
  readonly columns: number;
  /** Columns that are folded: from (inclusive) to (exclusive), as places in the phase. */
  readonly folded: Folded | undefined;
}

interface Folded {
  readonly from: number;
  readonly to: number;
}

/** A cell that stands for what is not drawn. */
export interface Fold extends Stretch {
  /** Orders of the columns behind it. */
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

export interface RequestSpan extends Stretch {
  readonly request: number;
  readonly label: string;
}

export interface Axis {
  readonly phases: readonly PhaseSpan[];
  readonly requests: readonly RequestSpan[];
  readonly folds: readonly Fold[];
}

interface Group {
  readonly request: number;
  readonly phase: Phase;
  readonly first: number;
  readonly columns: number;
}

/**
 * Lays the columns of a duel along a field; `word` is what a request is called. Without `units`, phases before
 * the longest are as wide as their labels; with it, their columns are that many times as wide as the others.
 */
export function layoutAxis(
  columns: readonly Column[],
  field: Stretch,
  word: string,
  units?: number,
): Axis {
  const groups = groupsOf(columns);
  const requests = [...new Set(groups.map(({ request }) => request))];
  const width = field.x2 - field.x1;
  const least = units === undefined ? stepWidths.silhouette : stepWidths.wave;
  const most = Math.max(6, Math.floor((width * 0.6 - stepWidths.fold) / least));
  const { shown, hidden } = foldRequests(groups, requests, width / least);
  const room = width - (hidden.length > 0 ? stepWidths.fold : 0);
  const widths = widthsOf(shown, most, room, units);
  const { phases, folds } = place(shown, hidden, widths, field);
  return { phases, folds, requests: requestsOf(phases, word) };
}

function groupsOf(columns: readonly Column[]): Group[] {
  const groups: Group[] = [];
  columns.forEach(({ request, phase }, first) => {
    const last = groups.at(-1);
    if (last?.request === request && last.phase === phase) {
      groups[groups.length - 1] = { ...last, columns: last.columns + 1 };
    } else groups.push({ request, phase, first, columns: 1 });
  });
  return groups;
}

/** Keeps the first two requests and the last when all of them together would be too narrow. */
function foldRequests(
  groups: readonly Group[],
  requests: readonly number[],
  most: number,
): { shown: Group[]; hidden: Group[] } {
  const all = sum(groups.map(({ columns }) => columns));
  if (all * 1.6 <= most || requests.length < 5) return { shown: [...groups], hidden: [] };
  const kept = new Set([requests[0], requests[1], requests.at(-1)]);
  return {
    shown: groups.filter(({ request }) => kept.has(request)),
    hidden: groups.filter(({ request }) => !kept.has(request)),
  };
}

interface Widths {
  readonly width: number;
  readonly folded: Folded | undefined;
}

/** Short phases get what their label or their steps need; the longest ones share the rest by their steps. */
function widthsOf(
  groups: readonly Group[],
  most: number,
  width: number,
  units: number | undefined,
): Widths[] {
  const visible = groups.map(({ columns }) => Math.min(columns, most));
  const longest = Math.max(...visible);
  const single = new Set(groups.map(({ request }) => request)).size === 1;
  const takesRest = groups.map(({ request }, index) =>
    single
      ? visible[index] === longest
      : request !== groups[0]?.request || visible[index] === longest,
  );
  const steps = sum(visible.filter((_, index) => takesRest[index]));
  const unit = units === undefined ? 0 : width / (steps + (sum(visible) - steps) * units);
  const wanted = groups.map(({ phase }, index) => {
    if (takesRest[index]) return 0;
    const own = visible[index] ?? 0;
    if (units !== undefined) return own * unit * units;
    return Math.max(textWidth(phase, 12, 500) + 14, stepWidths.usual * own);
  });
  const floors = visible.map((own, index) => (takesRest[index] ? 0 : own * stepWidths.glyphs));
  const early = units === undefined ? earlyWidths(wanted, floors, width, steps) : wanted;
  const rest = (width - sum(early)) / Math.max(1, steps);
  return groups.map((group, index) => ({
    width: takesRest[index] ? rest * (visible[index] ?? 0) : (early[index] ?? 0),
    folded:
      group.columns > most
        ? { from: Math.ceil((most * 2) / 3), to: group.columns - Math.floor(most / 3) }
        : undefined,
  }));
}

/**
 * What the early phases get: what they want, or what leaves the longest one its glyphs, first in full and then
 * in small; where it has none to lose, at most some two fifths of the field.
 */
function earlyWidths(
  wanted: readonly number[],
  floors: readonly number[],
  width: number,
  steps: number,
): readonly number[] {
  const most = Math.max(1, sum(wanted));
  const scaled = (scale: number): number[] => wanted.map((each) => each * scale);
  const left = width - steps * stepWidths.full - 1;
  if (left >= most * 0.86) {
    return scaled(Math.min(1.15, left / most, (width * 0.72) / most));
  }
  const least = sum(floors);
  const room = Math.min(width - steps * stepWidths.glyphs, Math.max(least, width * 0.46));
  if (room < least) return scaled(Math.min(1, (width * 0.46) / most));
  const share = Math.min(1, (room - least) / Math.max(1, most - least));
  return floors.map((floor, index) => floor + ((wanted[index] ?? 0) - floor) * share);
}

function place(
  shown: readonly Group[],
  hidden: readonly Group[],
  widths: readonly Widths[],
  field: Stretch,
): Pick<Axis, 'phases' | 'folds'> {
  const phases: PhaseSpan[] = [];
  const folds: Fold[] = [];
  const firstHidden = hidden[0];
  let x = field.x1;
  shown.forEach((group, index) => {
    if (firstHidden !== undefined && folds.length === 0 && group.first > firstHidden.first) {
      folds.push(foldOf(hidden, x));
      x += stepWidths.fold;
    }
    const { width, folded } = widths[index] ?? { width: 0, folded: undefined };
    phases.push(spanOf(group, x, width, folded, shown[index + 1]?.request !== group.request));
    x += width;
  });
  return { phases: labelled(phases), folds: [...folds, ...phases.flatMap(foldInside)] };
}

/** A phase of this width has its label whatever the others have. */
const wideLabel = 160;

/** A request has the labels of all its phases or, where one has no room, only those of wide ones. */
function labelled(phases: readonly PhaseSpan[]): PhaseSpan[] {
  return phases.map((span) => {
    const own = phases.filter(({ request }) => request === span.request);
    const widest = Math.max(...own.map(lengthOf));
    const keeps =
      own.every(({ label }) => label !== '') || lengthOf(span) >= Math.min(widest, wideLabel);
    return keeps ? span : { ...span, label: '' };
  });
}

const foldOf = (hidden: readonly Group[], x: number): Fold => ({
  x1: round(x),
  x2: round(x + stepWidths.fold),
  from: Math.min(...hidden.map(({ first }) => first)),
  to: Math.max(...hidden.map(({ first, columns }) => first + columns)),
  text: `× ${new Set(hidden.map(({ request }) => request)).size}`,
});

/** The cell inside a phase whose middle is folded. */
function foldInside(span: PhaseSpan): Fold[] {
  if (span.folded === undefined) return [];
  const { from, to } = span.folded;
  const x1 = round(span.x1 + from * span.step);
  const cell = { x1, x2: round(x1 + stepWidths.fold) };
  return [{ ...cell, from: span.first + from, to: span.first + to, text: `× ${to - from}` }];
}

function spanOf(
  { request, phase, first, columns }: Group,
  x: number,
  width: number,
  folded: Folded | undefined,
  last: boolean,
): PhaseSpan {
  const hidden = folded === undefined ? 0 : folded.to - folded.from;
  const room = folded === undefined ? width : width - stepWidths.fold;
  return {
    request,
    phase,
    x1: round(x),
    x2: round(x + width),
    label: textWidth(phase, 12, 500) + 2 <= width ? phase : '',
    step: room / (columns - hidden),
    common: last,
    first,
    columns,
    folded,
  };
}

function requestsOf(phases: readonly PhaseSpan[], word: string): RequestSpan[] {
  const requests = [...new Set(phases.map(({ request }) => request))];
  if (requests.length < 2) return [];
  return requests.map((request) => {
    const own = phases.filter((span) => span.request === request);
    const x1 = Math.min(...own.map((span) => span.x1));
    const x2 = Math.max(...own.map((span) => span.x2));
    const label = [`${word} ${request}`, `${request}`].find(
      (text) => textWidth(text, 12, 650) + 8 <= x2 - x1,
    );
    return { request, x1, x2, label: label ?? '' };
  });
}

/** How wide each step is of a lane that has `count` steps in a phase. */
export const stepWidth = ({ common, folded, step, x1, x2 }: PhaseSpan, count: number): number =>
  common || folded !== undefined ? step : (x2 - x1) / count;

/** The stretch of one step of a lane that has `count` steps in a phase. */
export function stepStretch(span: PhaseSpan, index: number, count: number): Stretch {
  const at = (place: number): number =>
    span.common || span.folded !== undefined
      ? offsetOf(span, place)
      : ((span.x2 - span.x1) * place) / count;
  return { x1: round(span.x1 + at(index)), x2: round(span.x1 + at(index + 1)) };
}

/** How far into its phase a place is drawn; folded places share one cell. */
function offsetOf({ folded, step }: PhaseSpan, place: number): number {
  if (folded === undefined || place <= folded.from) return place * step;
  const cell = folded.from * step;
  if (place >= folded.to) return cell + stepWidths.fold + (place - folded.to) * step;
  return cell + (stepWidths.fold * (place - folded.from)) / (folded.to - folded.from);
}
