/**
 * Where domains lie in figures of place: partitions side by side above the heavy line, the hypervisor and
 * then hardware below it. A part has one place in every such figure of the book.
 */
import type { Domain } from '#engine/index.ts';

export interface Box {
  readonly domain: Domain;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface MachineMetrics {
  readonly width: number;
  /** Width of the guest's partition at the left. */
  readonly guest: number;
  readonly gap: number;
  readonly user: number;
  readonly kernel: number;
  readonly below: number;
  readonly hardware: number;
}

export interface Machine {
  readonly boxes: readonly Box[];
  /** Height of the edge of the hypervisor. */
  readonly line: number;
  readonly height: number;
}

/** Lays out domains by band: guests left, the others right; domains of one band share its width. */
export function layoutMachine(domains: readonly Domain[], m: MachineMetrics): Machine {
  const guests = domains.filter(({ colour }) => colour === 'guest');
  const own = (band: Domain['band']): Domain[] =>
    domains.filter((domain) => domain.band === band && domain.colour !== 'guest');
  const right = { x: m.guest + m.gap * 2, width: m.width - m.guest - m.gap * 2 };
  const alone = own('user').length + own('kernel').length === 0;
  const kernelY = m.user + m.gap;
  const line = kernelY + m.kernel + m.gap;
  const below = line + m.gap;
  const hypervisors = own('hypervisor');
  const hardwareY = below + (hypervisors.length > 0 ? m.below + m.gap : 0);
  return {
    boxes: [
      ...row(guests, {
        x: 0,
        y: kernelY - m.user * 0.3,
        width: alone ? m.width : m.guest,
        height: m.kernel + m.user * 0.3,
      }),
      ...row(own('user'), { ...right, y: 0, height: m.user }, m.gap),
      ...row(own('kernel'), { ...right, y: kernelY, height: m.kernel }, m.gap),
      ...row(hypervisors, { x: 0, width: m.width, y: below, height: m.below }, m.gap),
      ...row(own('hardware'), { x: 0, width: m.width, y: hardwareY, height: m.hardware }, m.gap),
    ],
    line,
    height: hardwareY + m.hardware,
  };
}

function row(domains: readonly Domain[], box: Omit<Box, 'domain'>, gap = 0): Box[] {
  const width = (box.width - gap * (domains.length - 1)) / Math.max(1, domains.length);
  return domains.map((domain, order) => ({
    ...box,
    domain,
    x: box.x + order * (width + gap),
    width,
  }));
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * The way through some boxes, one point a visit. A visit moves straight up or down where it can; a box that
 * is visited again is entered beside the earlier visit.
 */
export function trailOf(boxes: readonly Box[], visits: readonly string[]): Point[] {
  const seen = new Map<string, number>();
  const points: Point[] = [];
  for (const id of visits) {
    const box = boxes.find(({ domain }) => domain.id === id);
    if (box === undefined) continue;
    const visit = seen.get(id) ?? 0;
    seen.set(id, visit + 1);
    points.push(pointIn(box, points.at(-1), visit));
  }
  return points;
}

/** The trail runs below the name in a flat box, and level with it in a high one. */
const trailY = ({ y, height }: Box): number => (height < 36 ? y + height - 8 : y + height / 2);

function pointIn(box: Box, before: Point | undefined, visit: number): Point {
  const y = trailY(box);
  const wide = box.domain.band === 'hypervisor' || box.domain.band === 'hardware';
  const within = (x: number): boolean => x > box.x + 6 && x < box.x + box.width - 6;
  if (wide && before !== undefined && before.y !== y && within(before.x)) return { x: before.x, y };
  if (box.domain.colour !== 'guest') return { x: box.x + box.width - 24 - visit * 10, y };
  const name = Math.max(88, box.domain.label.length * 6.5 + 28);
  return { x: Math.min(box.x + name + visit * 11, box.x + box.width - 9), y };
}

/** A way down that leads further to the left than this would strike the names at the left of its box. */
const far = 60;

/** Where a way from one point to the next turns: level first, then up or down; the other way round where names are. */
export const cornerBetween = (from: Point, to: Point): Point =>
  to.y > from.y && from.x - to.x > far ? { x: from.x, y: to.y } : { x: to.x, y: from.y };

/** A path along the axes through points. */
export const pathThrough = (points: readonly Point[]): string =>
  points
    .map((point, order) => {
      const before = points[order - 1];
      const { x, y } = point;
      if (before === undefined) return `M${x} ${y}`;
      return cornerBetween(before, point).x === x ? `H${x}V${y}` : `V${y}H${x}`;
    })
    .join('');
