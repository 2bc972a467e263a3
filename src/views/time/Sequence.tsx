/** A lane as a sequence diagram: a lifeline for each domain, an arrow for each crossing, a bar for work. */
import type { JSX } from 'preact';
import { summaryOf } from '../lane/comparison.ts';
import { isDim } from '../lane/cursor.ts';
import { colourClass } from '../language/domains.ts';
import { GatePosts, Transition } from '../language/glyphs.tsx';
import { round } from '../language/geometry.ts';
import { textWidth } from '../language/text.ts';
import type { Lane } from '../lane/lane.ts';
import {
  colourOf,
  layoutSequence,
  type Lifeline,
  type SequenceLayout,
  type SequenceRow,
} from './sequence.ts';

export interface SequenceProps {
  readonly lane: Lane;
  readonly width: number;
  /** Place in `lane.path` of the current step. */
  readonly cursor?: number | undefined;
  /** Draws faint what no source documents, and says so. */
  readonly documentedOnly?: boolean | undefined;
}

export function Sequence({ lane, width, cursor, documentedOnly }: SequenceProps): JSX.Element {
  const layout = layoutSequence(lane, width, (step) =>
    isDim(step, documentedOnly) ? `${step.sentence} (${step.evidence})` : step.sentence,
  );
  return (
    <svg
      class="bg-figure bg-sequence"
      role="img"
      aria-label={`Sequence of ${layout.rows.length} steps. ${summaryOf(lane)}`}
      viewBox={`0 0 ${width} ${layout.height}`}
      width={width}
      height={layout.height}
    >
      {layout.lifelines.map((lifeline) => (
        <LifelineMark key={lifeline.domain.id} lifeline={lifeline} layout={layout} />
      ))}
      {layout.edgeX !== undefined && (
        <path class="bg-edge" d={`M${layout.edgeX} ${layout.top - 10}V${layout.height}`} />
      )}
      {layout.rows.map((row) => (
        <Row
          key={row.step.key}
          row={row}
          layout={layout}
          colour={colourClass(colourOf(lane, row))}
          current={row.index !== undefined && row.index === cursor}
          dim={isDim(row.step, documentedOnly)}
        />
      ))}
    </svg>
  );
}

interface LifelineProps {
  readonly lifeline: Lifeline;
  readonly layout: SequenceLayout;
}

function LifelineMark({ lifeline: { domain, x, nameY }, layout }: LifelineProps): JSX.Element {
  const words = domain.label.split(' ');
  return (
    <g class={colourClass(domain.colour)}>
      <text class="bg-lifeline-name" x={x} y={nameY}>
        {words.map((word, order) => (
          <tspan key={word} x={x} dy={order === 0 ? 0 : 13}>
            {word}
          </tspan>
        ))}
      </text>
      <path class="bg-lifeline" d={`M${x} ${layout.top - 10}V${layout.height}`} />
    </g>
  );
}

interface RowProps {
  readonly row: SequenceRow;
  readonly layout: SequenceLayout;
  readonly colour: string;
  readonly current: boolean;
  readonly dim: boolean;
}

function Row({ row, layout, colour, current, dim }: RowProps): JSX.Element {
  const { y, height, lines, index, step, toX } = row;
  const beside = layout.textX > 100;
  const middle = y + (beside ? height / 2 : 14);
  const textY = beside ? middle - (lines.length - 1) * 8.5 + 4.5 : y + 38;
  return (
    <g class={index === undefined || dim ? 'bg-beside' : undefined}>
      {current && <rect class="bg-row-current" x={0} y={y} width={layout.width} height={height} />}
      <text class="bg-row" x={layout.numberX} y={middle + 4}>
        {index === undefined ? '·' : index + 1}
      </text>
      <g class={`${colour}${dim ? ' bg-dim' : ''}`}>
        <rect
          class="bg-activation"
          x={toX - 4}
          y={middle - 1}
          width={8}
          height={Math.min(14, height / 2)}
        />
      </g>
      <Arrow row={row} y={middle} edge={layout.edgeX} dim={dim} />
      {!beside && !current && (
        <rect
          class="bg-sequence-ground"
          x={layout.textX - 4}
          y={textY - 13}
          width={round(Math.max(...lines.map((line) => textWidth(line, 12.5))) + 8)}
          height={lines.length * 17}
        />
      )}
      <text class="bg-sequence-text" x={layout.textX} y={textY}>
        {lines.map((line, order) => (
          <tspan key={line} x={layout.textX} dy={order === 0 ? 0 : 17}>
            {line}
          </tspan>
        ))}
      </text>
      {current && <circle class={`bg-ring ${colour}`} cx={toX} cy={middle + 3} r={6} />}
      <title>{step.sentence}</title>
    </g>
  );
}

/** The mechanism between two lifelines: the glyph of the lying figure, turned. */
function Arrow({
  row: { fromX, toX, step },
  y,
  edge,
  dim,
}: {
  readonly row: SequenceRow;
  readonly y: number;
  readonly edge: number | undefined;
  readonly dim: boolean;
}): JSX.Element | null {
  if (fromX === toX) return null;
  const between = edge !== undefined && edge > Math.min(fromX, toX) && edge < Math.max(fromX, toX);
  return (
    <g class={dim ? 'bg-dim' : undefined} transform={`matrix(0 1 1 0 0 ${y})`}>
      {step.mechanism === 'gate' && between && <GatePosts x={0} y={edge} />}
      <Transition
        mechanism={step.mechanism}
        x={0}
        y1={fromX}
        y2={toX}
        edge={between ? edge : undefined}
      />
    </g>
  );
}
