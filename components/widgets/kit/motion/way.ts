/** Ways for what travels in a picture: along plateaus and verticals, as lengths and points. Pure. */
import { middleOf, type Stretch } from '#views/language/geometry.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A point with its share of the way that lies before it. */
export interface Waypoint extends Point {
  readonly offset: number;
}

/** A step as it is drawn. */
export interface Stop extends Stretch {
  readonly index: number;
  readonly y: number;
}

/** The whole way of a lane: its corners and stops, each with the length of the way to it. */
export interface Way {
  readonly corners: readonly (Point & { readonly length: number })[];
  readonly stops: readonly { readonly index: number; readonly length: number }[];
}

const distance = (a: Point, b: Point): number => Math.abs(a.x - b.x) + Math.abs(a.y - b.y);

/** Plateau, vertical, plateau: from the middle of the first step to that of the last. */
export function wayOf(drawn: readonly Stop[]): Way {
  const corners: (Point & { readonly length: number })[] = [];
  const stops: { readonly index: number; readonly length: number }[] = [];
  const goTo = (point: Point): number => {
    const last = corners.at(-1);
    const length = last === undefined ? 0 : last.length + distance(last, point);
    corners.push({ ...point, length });
    return length;
  };
  for (const [place, stop] of drawn.entries()) {
    const before = drawn[place - 1];
    if (before !== undefined && before.y !== stop.y) {
      goTo({ x: stop.x1, y: before.y });
      goTo({ x: stop.x1, y: stop.y });
    }
    stops.push({ index: stop.index, length: goTo({ x: middleOf(stop), y: stop.y }) });
  }
  return { corners, stops };
}

/** How far along the way a step is; for one that is not drawn, the last before it. */
export const lengthTo = ({ stops }: Way, index: number): number | undefined =>
  stops.findLast((stop) => stop.index <= index)?.length;

/** The part of a way between two lengths, in either direction. */
export function partOf(way: Way, from: number, to: number): Waypoint[] {
  const [least, most] = [Math.min(from, to), Math.max(from, to)];
  const within = way.corners.filter(({ length }) => length > least && length < most);
  const corners = from <= to ? within : within.toReversed();
  return alongPoints([pointAt(way, from), ...corners, pointAt(way, to)]);
}

function pointAt({ corners }: Way, length: number): Point {
  const next = corners.findIndex((corner) => corner.length >= length);
  const [a, b] = [corners[next - 1], corners[next] ?? corners.at(-1)];
  if (b === undefined) return { x: 0, y: 0 };
  if (a === undefined || b.length === a.length) return b;
  const share = (length - a.length) / (b.length - a.length);
  return { x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share };
}

/** Points as a way that is travelled at one speed. */
export function alongPoints(points: readonly Point[]): Waypoint[] {
  const lengths: number[] = [];
  for (const [place, point] of points.entries()) {
    const before = points[place - 1];
    lengths.push(before === undefined ? 0 : (lengths[place - 1] ?? 0) + distance(before, point));
  }
  const total = lengths.at(-1) ?? 0;
  return points.map(({ x, y }, place) => {
    const even = points.length < 2 ? 0 : place / (points.length - 1);
    return { x, y, offset: total === 0 ? even : (lengths[place] ?? 0) / total };
  });
}

/** Where one is after a share of a way. */
export function pointAfter(way: readonly Waypoint[], share: number): Point | undefined {
  const next = way.findIndex(({ offset }) => offset >= share);
  const [a, b] = [way[next - 1], way[next] ?? way.at(-1)];
  if (a === undefined || b === undefined || a.offset === b.offset) return b;
  const within = (share - a.offset) / (b.offset - a.offset);
  return { x: a.x + (b.x - a.x) * within, y: a.y + (b.y - a.y) * within };
}
