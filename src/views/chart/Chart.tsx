/** A chart: curves in ink with their ranges, named where they end. */
import type { JSX } from 'preact';
import { colourClass } from '../language/domains.ts';
import {
  type Chart as ChartModel,
  type ChartLayout,
  type ChartText,
  type Curve,
  layoutChart,
  type MarkLayout,
  type Point,
} from './chart.ts';

export interface ChartProps {
  readonly chart: ChartModel;
  /** Width of the figure in pixels, from some 320. */
  readonly width: number;
  /** What the chart shows, in a sentence or two. */
  readonly alternative: string;
}

export function Chart({ chart, width, alternative }: ChartProps): JSX.Element {
  const layout = layoutChart(chart, width);
  return (
    <svg
      class="bg-figure bg-chart"
      role="img"
      aria-label={alternative}
      viewBox={`0 0 ${layout.width} ${layout.height}`}
      width={layout.width}
      height={layout.height}
    >
      <Ground layout={layout} />
      {layout.curves.map((curve, order) => (
        <Bands key={order} curve={curve} />
      ))}
      {layout.curves.map((curve, order) => (
        <Lines key={order} curve={curve} />
      ))}
      {layout.marks.map((mark, order) => (
        <Mark key={order} mark={mark} />
      ))}
      {layout.texts.map((text) => (
        <Text key={`${text.role} ${text.x} ${text.y}`} text={text} />
      ))}
    </svg>
  );
}

/** Hairlines of the values, the axis with its ticks, and the bars of named ranges. */
function Ground({ layout: { field, ticks, ranges } }: { readonly layout: ChartLayout }) {
  const { x, bottom } = field;
  return (
    <>
      {ticks.y.map((y) => (
        <path key={y} class="bg-hairline" d={`M${x.x1} ${y}H${x.x2}`} />
      ))}
      <path class="bg-chart-axis" d={`M${x.x1} ${bottom}H${x.x2}`} />
      <path class="bg-chart-axis" d={ticks.x.map((at) => `M${at} ${bottom}v5`).join('')} />
      {ranges.map(({ x1, x2, y, current }) => (
        <path
          key={`${x1} ${y}`}
          class={current ? 'bg-chart-range bg-chart-current' : 'bg-chart-range'}
          d={`M${x1} ${y}H${x2}`}
        />
      ))}
    </>
  );
}

const classOf = ({ colour }: Pick<Curve, 'colour'>): string | undefined =>
  colour && colourClass(colour);

const lineThrough = (points: readonly Point[]): string =>
  points.map(({ x, y }, order) => `${order === 0 ? 'M' : 'L'}${x} ${y}`).join('');

const Bands = ({ curve }: { readonly curve: Curve }): JSX.Element => (
  <g class={classOf(curve)}>
    {curve.bands.map((band) => (
      <path key={band[0]?.x} class="bg-chart-band" d={`${lineThrough(band)}Z`} />
    ))}
  </g>
);

const Lines = ({ curve }: { readonly curve: Curve }): JSX.Element => (
  <g class={classOf(curve)}>
    {curve.lines.map((line) => (
      <path
        key={line[0]?.x}
        class={`bg-chart-line bg-chart-${curve.weight}`}
        d={lineThrough(line)}
      />
    ))}
  </g>
);

function Mark({ mark: { kind, x, y, leader } }: { readonly mark: MarkLayout }): JSX.Element {
  return (
    <>
      {leader !== undefined && (
        <path class="bg-chart-leader" d={`M${x} ${leader.y1}V${leader.y2}`} />
      )}
      {kind === 'ring' ? (
        <>
          <circle class="bg-ring" cx={x} cy={y} r={7} />
          <circle class="bg-chart-dot" cx={x} cy={y} r={3.5} />
        </>
      ) : (
        <circle class="bg-chart-knee" cx={x} cy={y} r={4} />
      )}
    </>
  );
}

function Text({ text }: { readonly text: ChartText }): JSX.Element {
  const { role, strong, x, y, anchor } = text;
  const colour = classOf({ colour: text.colour });
  const name = `bg-chart-${role}-text${strong ? ' bg-chart-strong' : ''}`;
  return (
    <text class={colour ? `${name} ${colour}` : name} x={x} y={y} text-anchor={anchor}>
      {text.text}
    </text>
  );
}
