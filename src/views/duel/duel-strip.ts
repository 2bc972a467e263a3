/**
 * The strip under a lane: when the guest's processor runs, and what happens beside the request's path. Every
 * event that the ledger counts has one glyph, in the lane or here.
 */
import { domainOf, type Mechanism, type Step } from '#engine/index.ts';
import { countOf } from '../lane/counts.ts';
import type { Plateau } from './duel-lane.ts';
import { round, type Stretch } from '../language/geometry.ts';
import { isGuest, type Lane } from '../lane/lane.ts';

/** One event beside the path. */
export interface StripMark {
  readonly x: number;
  readonly mechanism: Mechanism;
  readonly step: Step;
  readonly label: string;
}

export interface Strip {
  readonly y: number;
  /** Where the guest's processor runs. */
  readonly runs: readonly Stretch[];
  readonly marks: readonly StripMark[];
}

const apart = 10;
/** Marks that would stand closer than this are not drawn: the ledger has their number. */
const closest = 5;

/** Where a moment lies on a lane's axis of steps: within the step that it falls into. */
export function placeInTime(plateaus: readonly Plateau[], atNs: number): number {
  const all = timed(plateaus);
  const within = all.find(({ from, to }) => atNs >= from && atNs < to);
  if (within !== undefined) {
    const { x1, x2, from, to } = within;
    return round(x1 + ((atNs - from) / (to - from)) * (x2 - x1));
  }
  const before = all.reduce<Timed | undefined>(
    (best, each) => (each.to <= atNs && each.to >= (best?.to ?? 0) ? each : best),
    undefined,
  );
  if (before === undefined) return all[0]?.x1 ?? 0;
  return round(before.x2 + (before === all.at(-1) && atNs > before.to ? apart : 0));
}

/** The strip of a lane; after its last step the guest goes on to the end of the field. */
export function stripOf(
  lane: Lane,
  plateaus: readonly Plateau[],
  y: number,
  field: Stretch,
): Strip {
  return { y, runs: runsOf(lane, plateaus, field), marks: stripMarks(lane, plateaus, field) };
}

/** A plateau and the time it stands for: until the next one of its request. */
interface Timed extends Stretch {
  readonly from: number;
  readonly to: number;
}

const timed = (plateaus: readonly Plateau[]): Timed[] =>
  plateaus.map(({ x1, x2, step, request }, place) => {
    const next = plateaus[place + 1];
    const to = next !== undefined && next.request === request ? next.step.atNs : step.untilNs;
    return { x1, x2, from: step.atNs, to };
  });

/** When the processor runs, as lengths of time; to the end of all time where it is not stopped again. */
function runningTimes(lane: Lane): { readonly from: number; readonly to: number }[] {
  const times: { from: number; to: number }[] = [];
  const resumedAt = resumer(lane);
  let from: number | undefined = 0;
  for (const event of lane.vcpu) {
    if (event.running) from ??= resumedAt(event.until);
    else if (from !== undefined) {
      times.push({ from, to: event.at });
      from = undefined;
    }
  }
  return from === undefined ? times : [...times, { from, to: Number.MAX_SAFE_INTEGER }];
}

/** The stretches of the field in which the processor runs: plateau by plateau, each at its own time. */
function runsOf(lane: Lane, plateaus: readonly Plateau[], field: Stretch): Stretch[] {
  const times = runningTimes(lane);
  const all = timed(plateaus);
  const found = all.flatMap(({ x1, x2, from, to }) =>
    times.flatMap((time): Stretch[] => {
      const [begin, end] = [Math.max(from, time.from), Math.min(to, time.to)];
      const instant = from === to && time.from <= from && time.to > from;
      if (instant) return [{ x1, x2 }];
      const at = (ns: number): number => round(x1 + ((ns - from) / (to - from)) * (x2 - x1));
      return begin < end ? [{ x1: at(begin), x2: at(end) }] : [];
    }),
  );
  for (const [place, { x2, request }] of plateaus.entries()) {
    const next = plateaus[place + 1];
    const until = all[place]?.to ?? 0;
    const goesOn = times.some(({ from, to }) => from <= until && to >= until);
    if (next !== undefined && next.request !== request && next.x1 > x2 && goesOn)
      found.push({ x1: x2, x2: next.x1 });
  }
  const last = plateaus.at(-1)?.x2;
  const goesOn = times.at(-1)?.to === Number.MAX_SAFE_INTEGER && last !== undefined;
  return joined(goesOn ? [...found, { x1: last, x2: field.x2 }] : found);
}

function joined(stretches: readonly Stretch[]): Stretch[] {
  const all: Stretch[] = [];
  for (const stretch of stretches.toSorted((a, b) => a.x1 - b.x1)) {
    const last = all.at(-1);
    if (last !== undefined && stretch.x1 - last.x2 < 0.5) {
      all[all.length - 1] = { x1: last.x1, x2: Math.max(last.x2, stretch.x2) };
    } else if (stretch.x2 - stretch.x1 > 0.3) all.push(stretch);
  }
  return all;
}

/**
 * A processor that is resumed runs, in the picture, from the step that resumes it. The function is asked in
 * order of time.
 */
function resumer(lane: Lane): (untilNs: number) => number {
  const own = lane.steps.filter((step) => isGuest(lane, step));
  let next = 0;
  return (untilNs) => {
    while ((own[next]?.untilNs ?? untilNs) < untilNs) next++;
    const step = own[next];
    return step !== undefined && step.atNs < untilNs ? step.atNs : untilNs;
  };
}

function stripMarks(lane: Lane, plateaus: readonly Plateau[], field: Stretch): StripMark[] {
  const shown = lane.beside.filter(
    (step) =>
      countOf(lane, step) !== undefined || (step.mechanism === 'vm-entry' && isGuest(lane, step)),
  );
  const marks = shown
    .map((step) => ({
      x: placeInTime(plateaus, step.atNs),
      mechanism: step.mechanism,
      step,
      label: domainOf(lane.run.world, step.domain).label,
    }))
    .toSorted((a, b) => a.x - b.x);
  return spread(marks, field);
}

/** Pushes marks apart to the right, then back from the end of the field. */
function spread(marks: readonly StripMark[], field: Stretch): StripMark[] {
  const room = marks.length < 2 ? apart : (field.x2 - field.x1) / (marks.length - 1);
  const gap = Math.min(apart, room);
  if (gap < closest) return [];
  const xs = marks.map(({ x }) => x);
  for (let i = 1; i < xs.length; i++) xs[i] = Math.max(xs[i] ?? 0, (xs[i - 1] ?? 0) + gap);
  let limit = field.x2;
  for (let i = xs.length - 1; i >= 0; i--) {
    xs[i] = Math.min(xs[i] ?? 0, limit);
    limit = (xs[i] ?? 0) - gap;
  }
  return marks.map((mark, i) => ({ ...mark, x: round(xs[i] ?? mark.x) }));
}
