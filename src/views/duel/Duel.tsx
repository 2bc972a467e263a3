/** The duel: computed flows side by side, each around one heavy line, the edge of the hypervisor. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { comparisonOf } from '../lane/comparison.ts';
import { type Alignment, type Column, leadingLane } from '../lane/columns.ts';
import { laneCursor } from '../lane/cursor.ts';
import { type DuelLayout, duelLayout } from './duel.ts';
import type { Fold, RequestSpan, PhaseSpan } from './duel-axis.ts';
import { DuelLane, Ring } from './DuelLane.tsx';
import { LedgerHeads, LedgerLine, LedgerRow } from './DuelLedger.tsx';
import { middleOf } from '../language/geometry.ts';

export interface DuelProps {
  readonly duel: Alignment;
  /** Width of the figure in pixels; from some 720. */
  readonly width: number;
  /** A column of the duel; without it everything is drawn full: the first picture. */
  readonly cursor?: number | undefined;
  /** Draws faint what no source documents. */
  readonly documentedOnly?: boolean | undefined;
  /** What the cursor says of its place; else the number of the column. */
  readonly number?: number | undefined;
  /** Begins every id in the picture. */
  readonly idPrefix: string;
}

export function Duel(props: DuelProps): JSX.Element {
  const { duel, idPrefix } = props;
  const { lanes, columns } = duel;
  const cursor = clampedCursor(props.cursor, columns);
  const layout = duelLayout(duel, props.width);
  const cursors = lanes.map((_, order) => laneCursor(duel, order, cursor));
  const phase = cursor === undefined ? undefined : columns[cursor];
  const description = useMemo(() => comparisonOf(lanes), [lanes]);
  return (
    <svg
      class="bg-figure bg-duel"
      role="img"
      aria-labelledby={`${idPrefix}-title ${idPrefix}-desc`}
      viewBox={`0 0 ${layout.width} ${layout.height}`}
      width={layout.width}
      height={layout.height}
    >
      <title id={`${idPrefix}-title`}>The path of the request in each lane</title>
      <desc id={`${idPrefix}-desc`}>{description}</desc>
      <Ground layout={layout} current={phase} />
      <LedgerHeads heads={layout.heads} />
      {layout.lanes.map((lane, order) => (
        <DuelLane
          key={order}
          layout={lane}
          field={layout.field}
          cursor={cursors[order] ?? laneCursor(duel, order, cursor)}
          documentedOnly={props.documentedOnly}
          labelled={order === 0 || lane.hasLine !== layout.lanes[0]?.hasLine || lanes.length < 5}
        />
      ))}
      {layout.lanes.map((lane, order) =>
        layout.ledgerBeside ? (
          <LedgerRow key={order} ledger={lane.ledger} cursor={cursors[order]} />
        ) : (
          <LedgerLine key={order} layout={lane} x={layout.field.x2} />
        ),
      )}
      {layout.axis.folds.map((fold) => (
        <FoldCell key={fold.from} fold={fold} layout={layout} />
      ))}
      {cursor !== undefined && (
        <Cursor layout={layout} column={cursor} number={props.number ?? cursor + 1} />
      )}
      {layout.lanes.map((lane, order) => (
        <Ring key={order} order={order} layout={lane} cursor={cursors[order]} />
      ))}
    </svg>
  );
}

/** A cursor that stands on a column; beyond the last it stands on the last. */
const clampedCursor = (
  cursor: number | undefined,
  columns: readonly Column[],
): number | undefined =>
  cursor === undefined || columns.length === 0
    ? undefined
    : Math.max(0, Math.min(Math.trunc(cursor), columns.length - 1));

interface GroundProps {
  readonly layout: DuelLayout;
  readonly current: Column | undefined;
}

/** What lies behind all lanes: the ground below the line, phases and requests. */
function Ground({ layout, current }: GroundProps): JSX.Element {
  const { axis, field, lanes, hairlines } = layout;
  const starts = axis.phases.filter(({ x1 }) => x1 > field.x1 + 1);
  return (
    <g>
      {lanes.map(({ below, hasLine }, order) => (
        <rect
          key={order}
          class={hasLine ? 'bg-below' : 'bg-below bg-below-plain'}
          x={field.x1}
          y={below.y}
          width={field.x2 - field.x1}
          height={below.height}
        />
      ))}
      {starts.map((span) => (
        <path
          key={`${span.request}${span.phase}`}
          class={startsRequest(span, axis.requests) ? 'bg-request-line' : 'bg-hairline'}
          d={`M${span.x1} ${hairlines.y1}V${hairlines.y2}`}
        />
      ))}
      {axis.phases.map((span) => (
        <PhaseHead
          key={`${span.request}${span.phase}`}
          span={span}
          current={isCurrent(span, current)}
        />
      ))}
      {axis.requests.map(({ request, x1, label }) => (
        <text key={request} class="bg-request" x={x1 + 4} y={10}>
          {label}
        </text>
      ))}
    </g>
  );
}

const startsRequest = ({ x1 }: PhaseSpan, requests: readonly RequestSpan[]): boolean =>
  requests.some((request) => request.x1 === x1);

const isCurrent = (span: PhaseSpan, current: Column | undefined): boolean =>
  span.request === current?.request && span.phase === current.phase;

/** A phase's label: in the middle of a short phase, at the beginning of a long one. */
function PhaseHead({
  span,
  current,
}: {
  readonly span: PhaseSpan;
  readonly current: boolean;
}): JSX.Element {
  const long = span.x2 - span.x1 > 160;
  return (
    <text
      class={current ? 'bg-phase bg-phase-current' : 'bg-phase'}
      x={long ? span.x1 + 6 : middleOf(span)}
      y={24}
      text-anchor={long ? 'start' : 'middle'}
    >
      {span.label}
    </text>
  );
}

/** A cell that stands for requests or steps that are not drawn. */
function FoldCell({
  fold,
  layout,
}: {
  readonly fold: Fold;
  readonly layout: DuelLayout;
}): JSX.Element {
  return (
    <g>
      {layout.lanes.map(({ y, below, hasLine }, order) => (
        <g key={order}>
          <rect
            class="bg-fold"
            x={fold.x1 + 2}
            y={y - below.height}
            width={fold.x2 - fold.x1 - 4}
            height={below.height * 2 - 2}
          />
          <text class="bg-fold-text" x={middleOf(fold)} y={y + (hasLine ? -6 : 4)}>
            {fold.text}
          </text>
        </g>
      ))}
    </g>
  );
}

interface CursorProps {
  readonly layout: DuelLayout;
  readonly column: number;
  readonly number: number;
}

/** The vertical cursor at the leading lane's step, with its number for the reader. */
function Cursor({ layout, column, number }: CursorProps): JSX.Element {
  const x = cursorX(layout, column);
  return (
    <g class="bg-cursor">
      <path class="bg-cursor-line" d={cursorLine(layout, x)} />
      <rect class="bg-pill" x={x - 14} y={30} width={28} height={20} rx={10} />
      <text class="bg-pill-text" x={x} y={44.5}>
        {number}
      </text>
    </g>
  );
}

/** From the pill down; where the ledger stands in the titles' rows, with gaps for them. */
function cursorLine({ lanes, ledgerBeside, hairlines }: DuelLayout, x: number): string {
  if (ledgerBeside) return `M${x} 46V${hairlines.y2}`;
  const down = lanes.map(({ title }, order) => {
    const next = lanes[order + 1]?.title.y;
    return `M${x} ${title.y + 7}V${next === undefined ? hairlines.y2 : next - 18}`;
  });
  return down.join('');
}

/** Where a column lies in a laid out duel; folded ones lie in their cell. */
export function cursorX(layout: DuelLayout, column: number): number {
  const leading = leadingLane(layout.duel, column);
  const plateau =
    leading && layout.lanes[leading.lane]?.plateaus.find(({ index }) => index === leading.index);
  if (plateau !== undefined) return middleOf(plateau);
  const fold = layout.axis.folds.find(({ from, to }) => column >= from && column < to);
  return fold === undefined ? layout.field.x1 : middleOf(fold);
}
