/** One lane of the duel as numbers: plateaus of its path, what joins them, and what stands on them. */
import {
  type Band,
  domainOf,
  type DomainColour,
  isBelow,
  type Mechanism,
  type Step,
} from '#engine/index.ts';
import { type Axis, type PhaseSpan, stepStretch, stepWidth } from './duel-axis.ts';
import { bandOffsets, lengthOf, round, stepWidths, type Stretch } from '../language/geometry.ts';
import { type Column, columnName } from '../lane/columns.ts';
import type { Lane } from '../lane/lane.ts';
import { isMark, type MarkMechanism } from '../language/mechanisms.ts';

/** One step of the path that is drawn. */
export interface Plateau extends Stretch {
  /** Place in `lane.path`. */
  readonly index: number;
  readonly step: Step;
  readonly y: number;
  readonly colour: DomainColour;
  readonly label: string;
  /** Steps here are wide enough for glyphs and numbers. */
  readonly full: boolean;
  /** Steps here are wide enough for glyphs, if only for small ones. */
  readonly glyphs: boolean;
  /** Place of its phase in the axis. */
  readonly phase: number;
  /** The request on whose path it lies. */
  readonly request: number;
}

/** What joins a plateau to the one before it, at its left end. */
export interface Transition {
  /** Place in `lane.path` of the step that is reached by it. */
  readonly index: number;
  readonly mechanism: Mechanism;
  readonly x: number;
  readonly y1: number;
  readonly y2: number;
  readonly full: boolean;
  /** Not full, but with room for the glyph in small. */
  readonly narrow: boolean;
  /** The line's height where this passes the edge of the hypervisor. */
  readonly edge: number | undefined;
}

/** A glyph on a plateau: a copy, a ring in shared memory, a signal left out. */
export interface Mark {
  readonly index: number;
  readonly mechanism: MarkMechanism;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  /** -1: away from the line is up. */
  readonly far: -1 | 1;
}

export interface Frame {
  readonly axis: Axis;
  readonly scale: number;
  /** Height of the line. */
  readonly y: number;
}

/** Height of a band's centre. */
export const bandY = (band: Band, y: number, scale: number): number =>
  round(y + bandOffsets[band] * scale);

/** The plateaus of a lane; steps in folded cells have none. */
export function plateausOf(lane: Lane, frame: Frame): Plateau[] {
  const spans = new Map(
    frame.axis.phases.map((span, order) => [columnName(span.request, span.phase), { span, order }]),
  );
  const counts = new Map<string, number>();
  for (const { request, phase, index } of lane.places)
    counts.set(columnName(request, phase), index + 1);
  const drawn = lane.places.flatMap((place, index): Plateau[] => {
    const name = columnName(place.request, place.phase);
    const found = spans.get(name);
    if (found === undefined || isFolded(found.span, place.index)) return [];
    return [plateauOf(lane, index, counts.get(name) ?? 1, found, frame)];
  });
  return withoutHoles(drawn, frame.axis);
}

const isFolded = ({ folded }: PhaseSpan, place: number): boolean =>
  folded !== undefined && place >= folded.from && place < folded.to;

/** The plateau of a step, one of the `count` steps that its lane has in a phase. */
function plateauOf(
  lane: Lane,
  index: number,
  count: number,
  { span, order }: { readonly span: PhaseSpan; readonly order: number },
  { y, scale }: Frame,
): Plateau {
  const step = lane.path[index] as Step;
  const place = lane.places[index] as Column;
  const width = stepWidth(span, count);
  const domain = domainOf(lane.run.world, step.domain);
  return {
    ...stepStretch(span, place.index, count),
    index,
    step,
    y: bandY(step.band, y, scale),
    colour: domain.colour,
    label: domain.label,
    full: width >= stepWidths.full - 0.2,
    glyphs: width >= stepWidths.glyphs - 0.2,
    phase: order,
    request: place.request,
  };
}

/** A lane without steps in a phase stays where it was, within one request. */
function withoutHoles(plateaus: readonly Plateau[], axis: Axis): Plateau[] {
  return plateaus.map((plateau, place) => {
    const next = plateaus[place + 1];
    const joins =
      next !== undefined &&
      next.request === plateau.request &&
      !axis.folds.some(({ x1, x2 }) => x1 >= plateau.x1 && x2 <= next.x1 + 1);
    return joins ? { ...plateau, x2: next.x1 } : plateau;
  });
}

/** Mechanisms of which each step that is drawn has room for its glyph: a lane shows all of a kind or none. */
const withRoom = (plateaus: readonly Plateau[]): ReadonlySet<Mechanism> => {
  const all = new Set(plateaus.map(({ step }) => step.mechanism));
  for (const [place, { step, glyphs }] of plateaus.entries()) {
    const before = plateaus[place - 1];
    const reached = before === undefined || isMark(step.mechanism) || before.glyphs;
    if (!glyphs || !reached) all.delete(step.mechanism);
  }
  return all;
};

/** What joins the plateaus of a lane. */
export function transitionsOf(
  lane: Lane,
  plateaus: readonly Plateau[],
  { y, scale }: Pick<Frame, 'y' | 'scale'>,
): Transition[] {
  const { hasHypervisor } = lane.run.world.architecture;
  const shown = withRoom(plateaus);
  return plateaus.flatMap((to, place): Transition[] => {
    const from = plateaus[place - 1];
    if (from === undefined || from.index !== to.index - 1 || from.request !== to.request) return [];
    const fits = shown.has(to.step.mechanism);
    return [
      {
        index: to.index,
        mechanism: to.step.mechanism,
        x: to.x1,
        y1: heightBefore(lane, from, to, { y, scale }),
        y2: to.y,
        full: fits && from.full && to.full,
        narrow: fits && !(from.full && to.full),
        edge:
          to.step.crossesEdge || (hasHypervisor && to.step.mechanism === 'hypercall')
            ? y
            : undefined,
      },
    ];
  });
}

/**
 * Where the line comes from. Before a crossing the request may have passed steps that are drawn with another one; what
 * takes a request up from a ring on its own side of the edge is joined to nothing on the other.
 */
function heightBefore(
  { run: { world } }: Lane,
  from: Plateau,
  { step, y: height }: Plateau,
  { y, scale }: Pick<Frame, 'y' | 'scale'>,
): number {
  if (step.from !== undefined) return bandY(domainOf(world, step.from).band, y, scale);
  return isBelow(from.step.band) === isBelow(step.band) ? from.y : height;
}

/** The glyphs on the plateaus of a lane. */
export function marksOf(plateaus: readonly Plateau[]): Mark[] {
  const shown = withRoom(plateaus);
  return plateaus.flatMap((plateau): Mark[] => {
    const { mechanism, band } = plateau.step;
    if (!isMark(mechanism) || !shown.has(mechanism)) return [];
    const { index, y } = plateau;
    const x = round((plateau.x1 + plateau.x2) / 2);
    return [{ index, mechanism, x, y, width: lengthOf(plateau), far: isBelow(band) ? 1 : -1 }];
  });
}

/** Consecutive plateaus in one domain. */
export interface Stay extends Stretch {
  readonly plateaus: readonly Plateau[];
  readonly first: Plateau;
}

export function staysOf(plateaus: readonly Plateau[]): Stay[] {
  const stays: Stay[] = [];
  for (const plateau of plateaus) {
    const last = stays.at(-1);
    const before = last?.plateaus.at(-1);
    const goesOn =
      before?.step.domain === plateau.step.domain &&
      before.request === plateau.request &&
      Math.abs(before.x2 - plateau.x1) < 1;
    if (last !== undefined && goesOn) {
      stays[stays.length - 1] = {
        ...last,
        x2: plateau.x2,
        plateaus: [...last.plateaus, plateau],
      };
    } else stays.push({ x1: plateau.x1, x2: plateau.x2, plateaus: [plateau], first: plateau });
  }
  return stays;
}
