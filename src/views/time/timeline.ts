/** Runs on a true axis of time, as numbers: one row a domain, more where its steps overlap. */
import { domainOf, type DomainColour, type Step } from '#engine/index.ts';
import { time, timeWithRange } from '../language/format.ts';
import { round, type Stretch } from '../language/geometry.ts';
import { textWidth } from '../language/text.ts';
import { nameOf, titleOf } from '../lane/names.ts';
import type { Lane } from '../lane/lane.ts';
import { tickStep } from '../language/ticks.ts';

export interface TimeBar extends Stretch {
  readonly step: Step;
  readonly y: number;
  readonly colour: DomainColour;
}

/** Where a request is done, and what to say of it where there is room. */
export interface TimeEnd {
  readonly x: number;
  readonly label: string;
  readonly anchor: 'start' | 'middle' | 'end';
}

export interface TimeRow {
  readonly label: string;
  readonly y: number;
}

export interface TitlePart {
  readonly text: string;
  readonly strong: boolean;
}

export interface TimeLane {
  readonly lane: Lane;
  readonly titleY: number;
  /** Title, device and latency; in as many lines as they need. */
  readonly title: readonly (readonly TitlePart[])[];
  readonly rows: readonly TimeRow[];
  readonly bars: readonly TimeBar[];
  /** Where requests are done. */
  readonly ends: readonly TimeEnd[];
  readonly top: number;
  readonly bottom: number;
}

export interface TimelineLayout {
  readonly width: number;
  readonly height: number;
  readonly field: Stretch;
  readonly axis: readonly { readonly x: number; readonly ns: number }[];
  readonly lanes: readonly TimeLane[];
}

export const timeMetrics = {
  bar: 12,
  pitch: 18,
  title: 30,
  titleLine: 16,
  gap: 34,
  top: 24,
  mostRows: 3,
} as const;

/** Lays out lanes one under the other on one axis from 0 to the end of the longest. */
export function layoutTimeline(lanes: readonly Lane[], width: number): TimelineLayout {
  const m = timeMetrics;
  const labels = lanes.flatMap(({ run, steps }) =>
    run.world.domains
      .filter(({ id }) => steps.some(({ domain }) => domain === id))
      .map(({ label }) => textWidth(label, 11)),
  );
  const field = {
    x1: Math.max(width < 560 ? 84 : 116, Math.ceil(Math.max(0, ...labels)) + 12),
    x2: width - 16,
  };
  const greatest = Math.max(
    1,
    ...lanes.flatMap(({ steps }) => steps.map(({ untilNs }) => untilNs)),
  );
  const x = (ns: number): number => round(field.x1 + (ns / greatest) * (field.x2 - field.x1));
  const step = tickStep(greatest / Math.max(2, (field.x2 - field.x1) / 110));
  let y: number = m.top;
  const laid = lanes.map((lane) => {
    const row = layoutLane(lane, y, x, field);
    y = row.bottom + m.gap;
    return row;
  });
  return {
    width,
    height: Math.ceil(y - m.gap + 20),
    field,
    axis: Array.from({ length: Math.floor(greatest / step) + 1 }, (_, tick) => ({
      x: x(tick * step),
      ns: tick * step,
    })),
    lanes: laid,
  };
}

function layoutLane(lane: Lane, top: number, x: (ns: number) => number, field: Stretch): TimeLane {
  const m = timeMetrics;
  const rows: TimeRow[] = [];
  const bars: TimeBar[] = [];
  const title = titleLines(lane, field.x2 + 16);
  let y = top + m.title + (title.length - 1) * m.titleLine;
  for (const domain of lane.run.world.domains) {
    const steps = lane.steps.filter((step) => step.domain === domain.id);
    if (steps.length === 0) continue;
    rows.push({ label: domain.label, y: y + m.bar / 2 });
    const tracks = trackOf(steps);
    steps.forEach((step, order) => {
      const x1 = x(step.atNs);
      bars.push({
        step,
        colour: domainOf(lane.run.world, step.domain).colour,
        x1,
        x2: Math.max(x1 + 1, x(step.untilNs)),
        y: y + (tracks[order] ?? 0) * m.pitch,
      });
    });
    y += (Math.max(...tracks) + 1) * m.pitch;
  }
  const ends = endsOf(lane, x, field);
  return { lane, titleY: top + 15, title, rows, bars, ends, top, bottom: y };
}

/** Title, device and latency in one line; where that is too long, the latency in a second one, or each in its own. */
function titleLines(lane: Lane, width: number): TitlePart[][] {
  const { title, device } = titleOf(lane);
  const name = { text: title, strong: true };
  const latency = timeWithRange(lane.run.totals.latencyNs);
  const fits = (text: string): boolean => textWidth(text, 14) <= width;
  if (fits(`${nameOf(lane)} · ${latency}`))
    return [[name, { text: `${device} · ${latency}`, strong: false }]];
  const second = [{ text: latency, strong: false }];
  if (fits(nameOf(lane))) return [[name, { text: device, strong: false }], second];
  return [[name], [{ text: device, strong: false }], second];
}

/** The row of each step within its domain: the first that is free when it begins. */
function trackOf(steps: readonly Step[]): number[] {
  const freeAt: number[] = [];
  return steps.map((step) => {
    const free = freeAt.findIndex((ns) => ns <= step.atNs);
    const track = free === -1 ? Math.min(freeAt.length, timeMetrics.mostRows - 1) : free;
    freeAt[track] = Math.max(freeAt[track] ?? 0, step.untilNs);
    return track;
  });
}

function endsOf(lane: Lane, x: (ns: number) => number, field: Stretch): TimeEnd[] {
  const { done } = lane;
  const ends: TimeEnd[] = [];
  let free = 0;
  for (const event of done) {
    const at = x(event.at);
    const label = done.length === 1 ? `done, ${time(event.at)}` : `${event.request} done`;
    const width = textWidth(label, 11);
    const fits = done.length === 1 || at - width / 2 >= free;
    const over = at + width / 2 > field.x2 + 16;
    ends.push({ x: at, label: fits ? label : '', anchor: over ? 'end' : 'middle' });
    if (fits) free = at + width / 2 + 8;
  }
  const last = ends.at(-1);
  const after = done.length > 0 && lane.steps.some(({ atNs }) => atNs >= (done.at(-1)?.at ?? 0));
  if (last === undefined || last.label === '' || !after) return ends;
  const label = `${last.label}; later bars are steps beside the request`;
  const width = textWidth(label, 11);
  if (last.x + width <= field.x2 + 16) {
    ends[ends.length - 1] = { ...last, label, anchor: 'start' };
  } else if (done.length === 1 && last.x - width >= 0) {
    ends[ends.length - 1] = { ...last, label, anchor: 'end' };
  }
  return ends;
}
