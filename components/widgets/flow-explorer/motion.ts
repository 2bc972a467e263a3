/**
 * Moves what the cursor moves: each lane's ring along its path, the cursor with the leading ring, the marker of the
 * place along its trail. The page already shows where they arrive; an animation brings them there from where they
 * were and leaves nothing behind. A next step takes up what is under way.
 */
import { leadingLane } from '#views/duel/cursor.ts';
import { type DuelLayout, duelLayout } from '#views/duel/duel.ts';
import { cursorX } from '#views/duel/Duel.tsx';
import { layoutSilhouettes } from '#views/duel/silhouette.ts';
import { cornerBetween } from '#views/place/places.ts';
import { trailAt } from '#views/place/trail.ts';
import { type Duel, stepIndexAt } from './duel.ts';
import type { Scene } from './Stage.tsx';
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
  /** Lengths along a lane's way, for what follows one. */
  readonly from: number;
  readonly to: number;
}

const journeys = new Map<Element, Journey>();

/** From one scene to the next in some milliseconds; in none, what is under way is at its end at once. */
export function travel(stage: HTMLElement, from: Scene, to: Scene, ms: number): void {
  const still =
    ms === 0 || document.hidden || matchMedia('(prefers-reduced-motion: reduce)').matches;
  const comparable = from.duel === to.duel && from.width === to.width && from.wide === to.wide;
  if (!still && comparable && from.column >= 0 && to.column >= 0 && from.column !== to.column) {
    moveWaveform(stage, from, to, ms);
    moveSilhouettes(stage, from, to, ms);
    moveMarkers(stage, from, to, ms);
  } else {
    for (const { animation } of journeys.values()) animation.cancel();
    journeys.clear();
  }
}

/** How much of the way of what is under way is behind it; 1 for what is not. */
const progressOf = (journey: Journey | undefined): number =>
  journey?.animation.effect?.getComputedTiming().progress ?? 1;

/** Brings an element, which stands at the end of a way, there along it. */
function send(element: Element, way: readonly Waypoint[], ms: number, from = 0, to = 0): void {
  journeys.get(element)?.animation.cancel();
  journeys.delete(element);
  const end = way.at(-1);
  const begin = way[0];
  if (end === undefined || begin === undefined) return;
  if (way.every(({ x, y }) => x === end.x && y === end.y)) return;
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

/** Sends a lane's ring on; returns the way that it takes. */
function sendRing(
  ring: Element,
  stops: readonly Stop[],
  steps: { readonly from: number; readonly to: number },
  ms: number,
): readonly Waypoint[] {
  const way = knownWay(stops);
  const to = lengthTo(way, steps.to);
  const journey = journeys.get(ring);
  const before = lengthTo(way, steps.from);
  const from = journey ? journey.from + (journey.to - journey.from) * progressOf(journey) : before;
  if (to === undefined || from === undefined) return [];
  const part = partOf(way, from, to);
  send(ring, part, ms, from, to);
  return part;
}

const stepsOf = (duel: Duel, lane: number, from: Scene, to: Scene) => ({
  from: stepIndexAt(duel, lane, from.column),
  to: stepIndexAt(duel, lane, to.column),
});

/** The rings of a drawing are those of the lanes that have begun, in their order. */
function moveWaveform(stage: HTMLElement, from: Scene, to: Scene, ms: number): void {
  const picture = stage.querySelector('.bg-duel');
  if (picture === null) return;
  const { duel, width } = to;
  const layout = duelLayout(duel.lanes, { width, columns: duel.columns });
  const rings = [...picture.querySelectorAll('.bg-ring')];
  const sent = layout.lanes.map(({ plateaus }, lane) => {
    const steps = stepsOf(duel, lane, from, to);
    if (!plateaus.some(({ index }) => index <= steps.to)) return [];
    const ring = rings.shift()?.parentElement;
    return ring ? sendRing(ring, plateaus, steps, ms) : [];
  });
  const cursor = picture.querySelector('.bg-cursor');
  if (cursor !== null) send(cursor, cursorWay(cursor, layout, from, to, sent), ms);
}

/** The cursor stays with the ring that it leads; from another lane's it goes straight over. */
function cursorWay(
  cursor: Element,
  layout: DuelLayout,
  from: Scene,
  to: Scene,
  sent: readonly (readonly Waypoint[])[],
): readonly Waypoint[] {
  const { lanes, columns } = to.duel;
  const journey = journeys.get(cursor);
  const before = journey && pointAfter(journey.way, progressOf(journey));
  const start = before?.x ?? cursorX(layout, lanes, from.column);
  const end = { x: cursorX(layout, lanes, to.column), y: 0 };
  const leads = leadingLane(lanes, columns, to.column)?.lane ?? -1;
  const led = leadingLane(lanes, columns, from.column)?.lane === leads ? (sent[leads] ?? []) : [];
  const inner = led.slice(1, -1).map(({ x, offset }) => ({ x, y: 0, offset }));
  return [{ x: start, y: 0, offset: 0 }, ...inner, { ...end, offset: 1 }];
}

const silhouettes = new WeakMap<Duel, { width: number; stops: readonly (readonly Stop[])[] }>();

function silhouetteStops({ duel, width }: Scene): readonly (readonly Stop[])[] {
  const known = silhouettes.get(duel);
  if (known?.width === width) return known.stops;
  const drawn = layoutSilhouettes(duel.lanes, width, duel.columns);
  const stops = drawn.map(({ plateaus }) => plateaus);
  silhouettes.set(duel, { width, stops });
  return stops;
}

function moveSilhouettes(stage: HTMLElement, from: Scene, to: Scene, ms: number): void {
  const waves = stage.querySelectorAll('.bg-wave');
  if (waves.length === 0) return;
  silhouetteStops(to).forEach((stops, lane) => {
    const ring = waves[lane]?.querySelector('.bg-ring')?.parentElement;
    if (ring) sendRing(ring, stops, stepsOf(to.duel, lane, from, to), ms);
  });
  const rail = stage.querySelector<HTMLElement>('.bg-turned');
  if (rail !== null && from.lead === to.lead) moveOnRail(rail, from, to, ms);
}

/** The ring of the standing lane: down its rail to the boundary of a row, over, and on. */
function moveOnRail(rail: HTMLElement, from: Scene, to: Scene, ms: number): void {
  const steps = stepsOf(to.duel, to.lead, from, to);
  const ring = rail.querySelector('.bg-ring')?.closest('svg');
  if (!ring || steps.from < 0 || steps.to < 0 || Math.abs(steps.to - steps.from) > 40) return;
  const [first, last] = [Math.min(steps.from, steps.to), Math.max(steps.from, steps.to)];
  const points: Point[] = [];
  for (const row of [...rail.querySelectorAll('.bg-turned-step')].slice(first, last + 1)) {
    const box = row.querySelector('.bg-turned-row')?.getBoundingClientRect();
    const x = Number(row.querySelector('.bg-turned-row .bg-plateau')?.getAttribute('x1'));
    const before = points.at(-1);
    if (box === undefined || box.height === 0) return;
    if (before !== undefined) points.push({ x: before.x, y: box.top }, { x, y: box.top });
    points.push({ x, y: box.top + box.height / 2 });
  }
  const ringInside = ring.querySelectorAll('circle');
  const way = alongPoints(steps.from <= steps.to ? points : points.toReversed());
  for (const circle of ringInside) send(circle, way, ms);
}

/** The markers of the place: that of the panel is the leading lane's, those of the topology are one a lane. */
function moveMarkers(stage: HTMLElement, from: Scene, to: Scene, ms: number): void {
  const own = stage.querySelector('.now-at .bg-where');
  if (own !== null && from.lead === to.lead) moveMarker(own, to.lead, from, to, ms);
  stage
    .querySelectorAll('.bg-topology .bg-where')
    .forEach((picture, lane) => moveMarker(picture, lane, from, to, ms));
}

function moveMarker(picture: Element, index: number, from: Scene, to: Scene, ms: number): void {
  const lane = to.duel.lanes[index];
  const marker = picture.querySelector('.bg-ring')?.parentElement;
  const steps = stepsOf(to.duel, index, from, to);
  if (!marker || lane === undefined || steps.from < 0) return;
  const width = Number(picture.getAttribute('width')) - 2;
  const [before, after] = [trailAt(lane, steps.from, width), trailAt(lane, steps.to, width)];
  const arrives = after.points.at(-1);
  const journey = journeys.get(marker);
  const start = (journey && pointAfter(journey.way, progressOf(journey))) ?? before.points.at(-1);
  if (start === undefined || arrives === undefined) return;
  const forward = steps.to >= steps.from;
  const stays = forward
    ? after.points.filter(({ from: first }) => first > steps.from)
    : [...before.points.filter(({ from: first }) => first > arrives.from).toReversed(), arrives];
  const goes = stays.length === 0 ? [arrives] : stays;
  const corners = [start, ...goes].flatMap((point, order, all): Point[] => {
    const last = all[order - 1];
    if (last === undefined) return [point];
    return [forward ? cornerBetween(last, point) : cornerBetween(point, last), point];
  });
  send(marker, alongPoints(corners), ms);
}
