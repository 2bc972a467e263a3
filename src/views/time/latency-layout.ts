/** Bars of latency to scale: one axis for all lanes, stacked by where the time of the path is paid. */
import { domainOf, type DomainColour, type Step } from '#engine/index.ts';
import { titleOf } from '../lane/names.ts';
import { type Range, time } from '../language/format.ts';
import { round, type Stretch, sum } from '../language/geometry.ts';
import { textWidth } from '../language/text.ts';
import { tickStep } from '../language/ticks.ts';
import type { Lane } from '../lane/lane.ts';

export interface BarPart extends Stretch {
  readonly colour: DomainColour;
  readonly ns: number;
}

export interface LatencyBar {
  readonly y: number;
  readonly parts: readonly BarPart[];
  readonly whisker: Stretch;
  /** Where the range goes on beyond the axis, the height of what is said of its end. */
  readonly openY: number | undefined;
  readonly range: Range;
}

export interface LatencyLayout {
  readonly width: number;
  readonly height: number;
  readonly axis: readonly { readonly x: number; readonly ns: number }[];
  readonly bars: readonly LatencyBar[];
}

const order: readonly DomainColour[] = ['guest', 'hypervisor', 'kernel', 'user', 'hardware'];
const metrics = { label: 128, right: 24, top: 26, pitch: 31, openLine: 12, value: 6 } as const;

/** Where a range is this many times the usual value, as that of a disk, the axis ends before it. */
const farOff = 8;
/** That axis ends at so many times the greatest usual value. */
const inSight = 2.5;

/** Lays out one bar a lane. */
export function layoutLatency(lanes: readonly Lane[], width: number): LatencyLayout {
  const names = lanes
    .map(titleOf)
    .map(({ title, device }) => Math.max(textWidth(title, 12.5, 600), textWidth(device, 11)));
  const label = Math.max(metrics.label, Math.ceil(Math.max(0, ...names)) + 12);
  const most = Math.max(1, ...lanes.map(({ run }) => run.totals.latencyNs.max));
  const usual = Math.max(1, ...lanes.map(({ run }) => run.totals.latencyNs.default));
  const greatest = most > usual * farOff ? usual * inSight : most;
  const valueWidth = Math.max(
    0,
    ...lanes.map(({ run }) => textWidth(time(run.totals.latencyNs.default), 12, 650)),
  );
  // The value stands behind the longest bar, and engines set text up to 6 % wider.
  const scale = Math.min(
    (width - label - metrics.right) / greatest,
    (width - label - metrics.value - 1.06 * valueWidth) / usual,
  );
  const x = (ns: number): number => round(label + ns * scale);
  const below = lanes.some(({ run: { totals } }) => {
    const { default: usualNs, max } = totals.latencyNs;
    const value = x(usualNs) + metrics.value + textWidth(time(usualNs), 12, 650);
    return max > greatest && value + 6 > x(greatest) - textWidth(`to ${time(max)}`, 11);
  });
  const pitch = metrics.pitch + (below ? metrics.openLine : 0);
  const step = tickStep(greatest / 3.4);
  const count = Math.floor(greatest / step);
  return {
    width,
    height: metrics.top + lanes.length * pitch,
    axis: Array.from({ length: count + 1 }, (_, tick) => ({ x: x(tick * step), ns: tick * step })),
    bars: lanes.map((lane, row) => ({
      y: metrics.top + row * pitch,
      parts: stacked(lane, x),
      whisker: {
        x1: x(lane.run.totals.latencyNs.min),
        x2: x(Math.min(greatest, lane.run.totals.latencyNs.max)),
      },
      openY:
        lane.run.totals.latencyNs.max > greatest
          ? metrics.top + row * pitch + (below ? 35 : 15)
          : undefined,
      range: lane.run.totals.latencyNs,
    })),
  };
}

/** The default latency, split in proportion to what the path pays in each colour of domain. */
function stacked(lane: Lane, x: (ns: number) => number): BarPart[] {
  const paid = new Map<DomainColour, number>();
  for (const step of lane.path) {
    const { colour } = domainOf(lane.run.world, step.domain);
    paid.set(colour, (paid.get(colour) ?? 0) + usualNs(step));
  }
  const total = sum([...paid.values()]);
  const latency = lane.run.totals.latencyNs.default;
  let from = 0;
  return order.flatMap((colour): BarPart[] => {
    const ns = total === 0 ? 0 : ((paid.get(colour) ?? 0) / total) * latency;
    if (ns === 0) return [];
    const part = { colour, ns, x1: x(from), x2: x(from + ns) };
    from += ns;
    return [part];
  });
}

const usualNs = ({ costs }: Step): number => sum(costs.map(({ ns }) => ns.default));
