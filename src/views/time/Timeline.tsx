/** The same runs on a true axis of time: who works when, and who waits. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { isDim, laneCursor, type Look, lookClass } from '../lane/cursor.ts';
import { colourClass, isHollow } from '../language/domains.ts';
import { time, timeParts } from '../language/format.ts';
import type { Alignment } from '../lane/columns.ts';
import { layoutTimeline, type TimeBar, type TimeLane, timeMetrics } from './timeline.ts';
import { comparisonOf } from '../lane/comparison.ts';

export interface TimelineProps {
  readonly duel: Alignment;
  readonly width: number;
  /** A column of the duel; each lane shows its own step there. */
  readonly cursor?: number | undefined;
  /** Draws faint what no source documents. */
  readonly documentedOnly?: boolean | undefined;
}

export function Timeline({ duel, width, cursor, documentedOnly }: TimelineProps): JSX.Element {
  const layout = useMemo(() => layoutTimeline(duel.lanes, width), [duel, width]);
  return (
    <svg
      class="bg-figure bg-timeline"
      role="img"
      aria-label={`The same steps on an axis of time. ${comparisonOf(duel.lanes)}`}
      viewBox={`0 0 ${width} ${layout.height}`}
      width={width}
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
      {layout.lanes.map((lane, order) => (
        <LaneRows
          key={order}
          lane={lane}
          x={layout.field.x1}
          at={laneCursor(duel, order, cursor).at}
          documentedOnly={documentedOnly}
        />
      ))}
    </svg>
  );
}

const barsTop = ({ top, title }: TimeLane): number =>
  top + timeMetrics.title + (title.length - 1) * timeMetrics.titleLine;

interface LaneRowsProps {
  readonly lane: TimeLane;
  /** Left end of the field. */
  readonly x: number;
  readonly at: number | undefined;
  readonly documentedOnly: boolean | undefined;
}

function LaneRows({ lane, x, at, documentedOnly }: LaneRowsProps): JSX.Element {
  const current = at === undefined ? undefined : lane.lane.path[at];
  const bar = lane.bars.find(({ step }) => step === current);
  const lookOf = (each: TimeBar): Look => {
    if (isDim(each.step, documentedOnly)) return 'dim';
    return isComing(each, current) ? 'coming' : 'full';
  };
  return (
    <g>
      {lane.title.map((parts, line) => (
        <text key={line} class="bg-title" x={0} y={lane.titleY + line * timeMetrics.titleLine}>
          {parts.map(({ text, strong }, order) => (
            <tspan key={text} class={strong ? undefined : 'bg-device'}>
              {order === 0 ? text : ` ${text}`}
            </tspan>
          ))}
        </text>
      ))}
      {lane.rows.map(({ label, y }) => (
        <text key={label} class="bg-row" x={x - 8} y={y + 4}>
          {label}
        </text>
      ))}
      {lane.bars.map((each) => (
        <Bar key={each.step.key} bar={each} look={lookOf(each)} />
      ))}
      {lane.ends.map(({ x: end, label, anchor }, order) => (
        <g key={order} class="bg-d-guest">
          <path class="bg-end" d={`M${end} ${barsTop(lane) - 4}V${lane.bottom - 2}`} />
          {label !== '' && (
            <text class="bg-time-end" x={end} y={lane.bottom + 9} text-anchor={anchor}>
              {label}
            </text>
          )}
        </g>
      ))}
      {bar !== undefined && (
        <>
          <path class="bg-cursor-line" d={`M${bar.x1} ${barsTop(lane) - 6}V${lane.bottom}`} />
          <rect
            class="bg-bar-current"
            x={bar.x1 - 2}
            y={bar.y - 2}
            width={bar.x2 - bar.x1 + 4}
            height={timeMetrics.bar + 4}
            rx={2}
          />
        </>
      )}
    </g>
  );
}

const isComing = ({ step }: TimeBar, current: TimeBar['step'] | undefined): boolean =>
  current !== undefined && step.atNs > current.atNs;

function Bar({ bar, look }: { readonly bar: TimeBar; readonly look: Look }): JSX.Element {
  const { step, x1, x2, y, colour } = bar;
  const name = `bg-bar ${colourClass(colour)}${lookClass(look)}`;
  return (
    <g class={isHollow(colour) ? 'bg-hollow-bar' : undefined}>
      <rect class={name} x={x1} y={y} width={x2 - x1} height={timeMetrics.bar}>
        <title>
          {step.sentence} ({time(step.untilNs - step.atNs)})
        </title>
      </rect>
    </g>
  );
}
