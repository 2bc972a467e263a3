/**
 * Moves what the cursor moves: each lane's ring along its path, the cursor with the leading ring, the marker of the
 * place along its trail. The page already shows where they arrive; an animation brings them there from where they
 * were and leaves nothing behind. A next step takes up what is under way.
 */
import { isCalm } from '#components/widgets/kit/page/calm.ts';
import {
  alongPoints,
  arrive,
  placeOf,
  type Point,
  send,
  sendOver,
  type Stop,
  type Waypoint,
} from '#components/widgets/kit/motion/travel.ts';
import { type DuelLayout, duelLayout } from '#views/duel/duel.ts';
import { cursorX } from '#views/duel/Duel.tsx';
import { layoutSilhouettes } from '#views/duel/silhouette.ts';
import { layoutTurned, rowPitch } from '#views/duel/turned.ts';
import { leadingLane } from '#views/lane/columns.ts';
import { cornerBetween } from '#views/place/machine.ts';
import { machineWidth } from '#views/place/Topology.tsx';
import { smallWidth, trailAt } from '#views/place/trail.ts';
import { type Duel, stepIndexAt } from './duel.ts';
import type { Scene } from './Stage.tsx';

/** From one scene to the next in some milliseconds; in none, what is under way is at its end at once. */
export function travel(stage: HTMLElement, from: Scene, to: Scene, ms: number): void {
  const still = ms === 0 || document.hidden || isCalm();
  const comparable = from.duel === to.duel && from.width === to.width && from.wide === to.wide;
  if (!still && comparable && from.column >= 0 && to.column >= 0 && from.column !== to.column) {
    moveWaveform(stage, from, to, ms);
    moveSilhouettes(stage, from, to, ms);
    moveMarkers(stage, from, to, ms);
  } else arrive();
}

const stepsOf = (duel: Duel, lane: number, from: Scene, to: Scene) => ({
  from: stepIndexAt(duel, lane, from.column),
  to: stepIndexAt(duel, lane, to.column),
});

/** What belongs to a lane: its ring once it has begun, its machine. */
const ofLane = (lane: number): string => `[data-lane="${lane}"]`;

function moveWaveform(stage: HTMLElement, from: Scene, to: Scene, ms: number): void {
  const picture = stage.querySelector('.bg-duel');
  if (picture === null) return;
  const { duel, width } = to;
  const layout = duelLayout(duel, width);
  const sent = layout.lanes.map(({ plateaus }, lane) => {
    const ring = picture.querySelector(ofLane(lane));
    return ring ? sendOver(ring, plateaus, stepsOf(duel, lane, from, to), ms) : [];
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
  const start = placeOf(cursor)?.x ?? cursorX(layout, from.column);
  const end = { x: cursorX(layout, to.column), y: 0 };
  const leads = leadingLane(to.duel, to.column)?.lane ?? -1;
  const led = leadingLane(to.duel, from.column)?.lane === leads ? (sent[leads] ?? []) : [];
  const inner = led.slice(1, -1).map(({ x, offset }) => ({ x, y: 0, offset }));
  return [{ x: start, y: 0, offset: 0 }, ...inner, { ...end, offset: 1 }];
}

const silhouettes = new WeakMap<Duel, { width: number; stops: readonly (readonly Stop[])[] }>();

function silhouetteStops({ duel, width }: Scene): readonly (readonly Stop[])[] {
  const known = silhouettes.get(duel);
  if (known?.width === width) return known.stops;
  const drawn = layoutSilhouettes(duel, width);
  const stops = drawn.map(({ plateaus }) => plateaus);
  silhouettes.set(duel, { width, stops });
  return stops;
}

function moveSilhouettes(stage: HTMLElement, from: Scene, to: Scene, ms: number): void {
  if (stage.querySelector('.bg-wave') === null) return;
  silhouetteStops(to).forEach((stops, lane) => {
    const ring = stage.querySelector(`.bg-wave ${ofLane(lane)}`);
    if (ring) sendOver(ring, stops, stepsOf(to.duel, lane, from, to), ms);
  });
  const rail = stage.querySelector<HTMLElement>('.bg-turned');
  if (rail !== null && from.lead === to.lead) moveOnRail(rail, from, to, ms);
}

/**
 * The ring of the standing lane: down its rail to the boundary of a row, over, and on. Rows are as high as the page
 * makes them; for as long as the ring travels, each counts as a plain one.
 */
function moveOnRail(rail: HTMLElement, from: Scene, to: Scene, ms: number): void {
  const lane = to.duel.lanes[to.lead];
  const steps = stepsOf(to.duel, to.lead, from, to);
  const ring = rail.querySelector('.bg-ring')?.closest('svg');
  if (!ring || lane === undefined || steps.from < 0 || steps.to < 0) return;
  if (Math.abs(steps.to - steps.from) > 40) return;
  const all = layoutTurned(lane, to.width).parts.flatMap(({ steps: own }) => own);
  const [first, last] = [Math.min(steps.from, steps.to), Math.max(steps.from, steps.to)];
  const points = all.slice(first, last + 1).flatMap(({ x }, order, rows): Point[] => {
    const before = rows[order - 1];
    const [top, middle] = [order * rowPitch, (order + 0.5) * rowPitch];
    const over =
      before === undefined
        ? []
        : [
            { x: before.x, y: top },
            { x, y: top },
          ];
    return [...over, { x, y: middle }];
  });
  const way = alongPoints(steps.from <= steps.to ? points : points.toReversed());
  for (const circle of ring.querySelectorAll('circle')) send(circle, way, ms);
}

/** The markers of the place: that of the panel is the leading lane's, those of the topology are one a lane. */
function moveMarkers(stage: HTMLElement, from: Scene, to: Scene, ms: number): void {
  const own = stage.querySelector('.now-at .bg-where');
  if (own !== null && from.lead === to.lead)
    moveMarker(own, { lane: to.lead, width: smallWidth, from, to }, ms);
  to.duel.lanes.forEach((_, lane) => {
    const picture = stage.querySelector(`.bg-topology ${ofLane(lane)} .bg-where`);
    const width = machineWidth(to.width, to.duel.lanes.length);
    if (picture !== null) moveMarker(picture, { lane, width, from, to }, ms);
  });
}

interface Moving {
  readonly lane: number;
  /** Width of the machine that is drawn. */
  readonly width: number;
  readonly from: Scene;
  readonly to: Scene;
}

function moveMarker(picture: Element, { lane: index, width, from, to }: Moving, ms: number): void {
  const lane = to.duel.lanes[index];
  const marker = picture.querySelector('.bg-ring')?.parentElement;
  const steps = stepsOf(to.duel, index, from, to);
  if (!marker || lane === undefined || steps.from < 0) return;
  const [before, after] = [trailAt(lane, steps.from, width), trailAt(lane, steps.to, width)];
  const arrives = after.at(-1);
  const start = placeOf(marker) ?? before.at(-1);
  if (start === undefined || arrives === undefined) return;
  const forward = steps.to >= steps.from;
  const stays = forward
    ? after.filter(({ from: first }) => first > steps.from)
    : [...before.filter(({ from: first }) => first > arrives.from).toReversed(), arrives];
  const goes = stays.length === 0 ? [arrives] : stays;
  const corners = [start, ...goes].flatMap((point, order, all): Point[] => {
    const last = all[order - 1];
    if (last === undefined) return [point];
    return [forward ? cornerBetween(last, point) : cornerBetween(point, last), point];
  });
  send(marker, alongPoints(corners), ms);
}
