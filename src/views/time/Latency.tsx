/** The same runs to the scale of time: one bar a lane, with its range. */
import type { JSX } from 'preact';
import { colourClass } from '../language/domains.ts';
import { nameOf, titleOf } from '../lane/names.ts';
import { time, timeParts, timeWithRange } from '../language/format.ts';
import { round } from '../language/geometry.ts';
import type { Lane } from '../lane/lane.ts';
import { type LatencyBar, layoutLatency } from './latency-layout.ts';

export interface LatencyBarsProps {
  readonly lanes: readonly Lane[];
  readonly width: number;
}

export function LatencyBars({ lanes, width }: LatencyBarsProps): JSX.Element {
  const layout = layoutLatency(lanes, width);
  const label = lanes
    .map((lane) => `${nameOf(lane)}: ${timeWithRange(lane.run.totals.latencyNs)}`)
    .join('; ');
  return (
    <svg
      class="bg-figure bg-latency"
      role="img"
      aria-label={`Latency to scale. ${label}.`}
      viewBox={`0 0 ${layout.width} ${layout.height}`}
      width={layout.width}
      height={layout.height}
    >
      {layout.axis.map(({ x, ns }, order) => (
        <g key={ns}>
          <path class="bg-hairline" d={`M${x} 18V${layout.height}`} />
          <text class="bg-axis" x={x} y={11}>
            {order === layout.axis.length - 1 ? time(ns) : timeParts(ns).value}
          </text>
        </g>
      ))}
      {layout.bars.map((bar, row) => {
        const lane = lanes[row];
        return lane === undefined ? null : <Bar key={row} bar={bar} lane={lane} />;
      })}
    </svg>
  );
}

function Bar({ bar, lane }: { readonly bar: LatencyBar; readonly lane: Lane }): JSX.Element {
  const { y, parts, whisker, range, openY } = bar;
  const start = parts[0]?.x1 ?? 0;
  const end = parts.at(-1)?.x2 ?? start;
  const { title, device } = titleOf(lane);
  return (
    <g>
      <text class="bg-bar-title" x={start - 9} y={y + 8}>
        {title}
      </text>
      <text class="bg-bar-device" x={start - 9} y={y + 20}>
        {device}
      </text>
      {parts.map(({ colour, x1, x2 }) => (
        <rect
          key={colour}
          class={`bg-bar ${colourClass(colour)}`}
          x={x1}
          y={y}
          width={round(Math.max(1, x2 - x1 - 1))}
          height={16}
        />
      ))}
      <text class="bg-bar-value" x={end + 6} y={y + 12.5}>
        {time(range.default)}
      </text>
      <path
        class="bg-whisker"
        d={`M${whisker.x1} ${y + 18}v6M${whisker.x1} ${y + 21}H${whisker.x2}${openY !== undefined ? `m-4 -3l4 3l-4 3` : `M${whisker.x2} ${y + 18}v6`}`}
      />
      {openY !== undefined && (
        <text class="bg-bar-open" x={whisker.x2} y={openY}>
          to {time(range.max)}
        </text>
      )}
    </g>
  );
}
