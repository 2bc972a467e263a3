/**
 * The strip under a lane: when the guest's processor runs, and what happens beside the request's path. Every
 * event that the ledger counts has one glyph, in the lane or here.
 */
import { domainOf, type Mechanism, type Step } from '#engine/index.ts';
import { countOf } from './counts.ts';
import { isGuest, type Plateau } from './duel-lane.ts';
import { round, type Stretch } from './geometry.ts';
import type { Lane } from './lanes.ts';

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

const apart = 9;

/** Where a moment lies on a lane's axis of steps: within the step that it falls into. */
export function placeInTime(plateaus: readonly Plateau[], atNs: number): number {
  const next = plateaus.findIndex(({ step }) => step.atNs > atNs);
  const plateau = next === -1 ? plateaus.at(-1) : plateaus[Math.max(0, next - 1)];
  if (plateau === undefined) return 0;
  const until = next > 0 ? (plateaus[next]?.step.atNs ?? atNs) : plateau.step.untilNs;
  const length = until - plateau.step.atNs;
  const share = length <= 0 ? 0 : (atNs - plateau.step.atNs) / length;
  const past = next === -1 && atNs > plateau.step.untilNs ? apart : 0;
  return round(plateau.x1 + Math.min(1, Math.max(0, share)) * (plateau.x2 - plateau.x1) + past);
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

function runsOf(lane: Lane, plateaus: readonly Plateau[], field: Stretch): Stretch[] {
  const runs: Stretch[] = [];
  let from: number | undefined = field.x1;
  for (const event of lane.run.trace) {
    if (event.kind !== 'vcpu') continue;
    if (event.running) from ??= placeInTime(plateaus, resumedAt(lane, event.until));
    else if (from !== undefined) {
      const x2 = placeInTime(plateaus, event.at);
      if (x2 - from > 0.3) runs.push({ x1: from, x2 });
      from = undefined;
    }
  }
  if (from !== undefined && from < field.x2) runs.push({ x1: from, x2: field.x2 });
  return runs;
}

/** A processor that is resumed runs, in the picture, from the step that resumes it. */
function resumedAt(lane: Lane, untilNs: number): number {
  const entry = lane.steps.find(
    (step) => step.untilNs >= untilNs && step.atNs < untilNs && isGuest(lane, step),
  );
  return entry?.atNs ?? untilNs;
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
  const xs = marks.map(({ x }) => x);
  for (let i = 1; i < xs.length; i++) xs[i] = Math.max(xs[i] ?? 0, (xs[i - 1] ?? 0) + gap);
  let limit = field.x2;
  for (let i = xs.length - 1; i >= 0; i--) {
    xs[i] = Math.min(xs[i] ?? 0, limit);
    limit = (xs[i] ?? 0) - gap;
  }
  return marks.map((mark, i) => ({ ...mark, x: round(xs[i] ?? mark.x) }));
}
