/**
 * Brings an element, which the page already shows where it arrives, there from where it was, along a way of numbers. A
 * next change takes up what is under way; nothing is left behind, and nothing is read back from the page.
 */
import {
  alongPoints,
  lengthTo,
  partOf,
  type Point,
  pointAfter,
  type Stop,
  type Way,
  type Waypoint,
  wayOf,
} from './way.ts';

const easing = 'cubic-bezier(.3, 0, .2, 1)';

interface Journey {
  readonly animation: Animation;
  readonly way: readonly Waypoint[];
  /** Lengths along a way of stops, for what follows one. */
  readonly from: number;
  readonly to: number;
}

const journeys = new Map<Element, Journey>();

/** How much of the way of what is under way is behind it; 1 for what is not. */
const progressOf = (journey: Journey | undefined): number =>
  journey?.animation.effect?.getComputedTiming().progress ?? 1;

/** What is under way is at its end at once. */
export function arrive(): void {
  for (const { animation } of journeys.values()) animation.cancel();
  journeys.clear();
}

/** Where an element is while it is under way; undefined where it stands. */
export function placeOf(element: Element): Point | undefined {
  const journey = journeys.get(element);
  return journey && pointAfter(journey.way, progressOf(journey));
}

/** Brings an element, which stands at the end of a way, there along it. */
export function send(
  element: Element,
  way: readonly Waypoint[],
  ms: number,
  from = 0,
  to = 0,
): void {
  journeys.get(element)?.animation.cancel();
  journeys.delete(element);
  const end = way.at(-1);
  if (end === undefined || way.every(({ x, y }) => x === end.x && y === end.y)) return;
  const frames = way.map(({ x, y, offset }) => ({
    offset,
    transform: `translate(${x - end.x}px, ${y - end.y}px)`,
  }));
  const animation = element.animate(frames, { duration: ms, easing });
  journeys.set(element, { animation, way, from, to });
  animation.addEventListener('finish', () => {
    if (journeys.get(element)?.animation === animation) journeys.delete(element);
  });
}

const ways = new WeakMap<readonly Stop[], Way>();

function knownWay(stops: readonly Stop[]): Way {
  const way = ways.get(stops) ?? wayOf(stops);
  ways.set(stops, way);
  return way;
}

/** Sends what travels over stops from one to another; returns the way that it takes. */
export function sendOver(
  element: Element,
  stops: readonly Stop[],
  steps: { readonly from: number; readonly to: number },
  ms: number,
): readonly Waypoint[] {
  const way = knownWay(stops);
  const to = lengthTo(way, steps.to);
  const journey = journeys.get(element);
  const before = lengthTo(way, steps.from);
  const from = journey ? journey.from + (journey.to - journey.from) * progressOf(journey) : before;
  if (to === undefined || from === undefined) return [];
  const part = partOf(way, from, to);
  send(element, part, ms, from, to);
  return part;
}

export { alongPoints, type Point, type Stop, type Waypoint };
