/** One lane of the duel, inked from its layout: fills, line, transitions, plateaus, glyphs, text, strip. */
import type { ComponentChildren, JSX } from 'preact';
import type { Step } from '#engine/index.ts';
import { isDim, type LaneCursor, type Look, lookClass } from '../lane/cursor.ts';
import { colourClass, isHollow } from '../language/domains.ts';
import type { LaneEnd, LaneLayout } from './duel.ts';
import type { Bracket, Label } from './duel-labels.ts';
import type { Mark } from './duel-lane.ts';
import { type Piece, piecesOf } from './pieces.ts';
import type { StripMark } from './duel-strip.ts';
import { middleOf, round, type Stretch } from '../language/geometry.ts';
import {
  Copy,
  Diamond,
  GatePosts,
  SharedMemory,
  SuppressedSignal,
  Transition,
} from '../language/glyphs.tsx';

export interface DuelLaneProps {
  readonly layout: LaneLayout;
  readonly field: Stretch;
  readonly cursor: LaneCursor;
  /** Draws faint what no source documents. */
  readonly documentedOnly?: boolean | undefined;
  /** Whether the rows are named in this lane. */
  readonly labelled: boolean;
}

export function DuelLane(props: DuelLaneProps): JSX.Element {
  const { layout, field, cursor, labelled } = props;
  const { title, brackets, labels, numbers, transitions, marks } = layout;
  const look = lookIn(props);
  return (
    <g>
      <Pieces layout={layout} look={look} />
      <Edge layout={layout} field={field} />
      {transitions.map(({ index, ...way }) => (
        <Looking key={index} look={look(index)}>
          <Transition {...way} />
        </Looking>
      ))}
      {marks.map((mark) => (
        <Looking key={mark.index} look={look(mark.index)}>
          <MarkGlyph mark={mark} />
        </Looking>
      ))}
      {layout.pauses.map(({ x1, x2, y }) => (
        <path key={x1} class="bg-rest bg-d-guest" d={`M${x1} ${y}H${x2}`} />
      ))}
      {layout.end !== undefined && <End end={layout.end} />}
      <text class="bg-title" x={0} y={title.y}>
        {title.title} <tspan class="bg-device">{title.device}</tspan>
      </text>
      {labelled &&
        layout.rows.map(({ text, y }) => (
          <text key={text} class="bg-row" x={84} y={y}>
            {text}
          </text>
        ))}
      {labels.map((label) => (
        <LabelText
          key={`${label.index}${label.text}`}
          label={label}
          look={cursor.passed(label.index) ? 'full' : 'coming'}
        />
      ))}
      {numbers.map((label) => (
        <LabelText key={`${label.index}${label.text}`} label={label} look={look(label.index)} />
      ))}
      {brackets.map((bracket) => (
        <BracketOver key={bracket.index} bracket={bracket} />
      ))}
      <VcpuStrip {...props} />
    </g>
  );
}

/** How the steps of a lane look, by their places in its path. */
function lookIn({ layout, cursor, documentedOnly }: DuelLaneProps): (index: number) => Look {
  const { path } = layout.lane;
  return (index) => {
    const step = path[index];
    if (step !== undefined && isDim(step, documentedOnly)) return 'dim';
    return cursor.passed(index) ? 'full' : 'coming';
  };
}

/** Draws its children as a step looks. */
function Looking({
  look,
  children,
}: {
  readonly look: Look;
  readonly children: ComponentChildren;
}): JSX.Element {
  return look === 'full' ? <>{children}</> : <g class={`bg-${look}`}>{children}</g>;
}

/** Fills first, plateaus over them, and a seam where one step ends and the next goes on. */
function Pieces({
  layout,
  look,
}: {
  readonly layout: LaneLayout;
  readonly look: (index: number) => Look;
}): JSX.Element {
  const pieces = layout.stays.flatMap((stay) => piecesOf(stay, look));
  const filled = pieces.filter(({ first }) => first.colour !== 'hardware');
  return (
    <>
      {filled.map((piece) => (
        <FillOf key={piece.x1} piece={piece} line={layout.y} />
      ))}
      {pieces.map(({ x1, x2, first, look }) => (
        <g key={x1} class={`${colourClass(first.colour)}${lookClass(look)}`}>
          <path class="bg-plateau" d={`M${x1} ${first.y}H${x2}`} />
          {isHollow(first.colour) && <path class="bg-core" d={`M${x1} ${first.y}H${x2}`} />}
        </g>
      ))}
    </>
  );
}

function FillOf({ piece, line }: { readonly piece: Piece; readonly line: number }): JSX.Element {
  const { first, x1, x2, look } = piece;
  return (
    <rect
      class={`bg-fill ${colourClass(first.colour)}${look === 'full' ? '' : ` bg-fill-${look}`}`}
      x={x1}
      y={Math.min(first.y, line)}
      width={round(Math.max(0, x2 - x1))}
      height={round(Math.abs(first.y - line))}
    />
  );
}

/** The edge of the hypervisor with its gates; a hairline where there is none. */
function Edge({
  layout,
  field,
}: {
  readonly layout: LaneLayout;
  readonly field: Stretch;
}): JSX.Element {
  const { y, gates, hasLine } = layout;
  const from = field.x1 - 4;
  const stretches = gates.reduce<Stretch[]>(
    (all, { x, half }) => {
      const last = all.at(-1) ?? { x1: from, x2: field.x2 };
      return [...all.slice(0, -1), { x1: last.x1, x2: x - half }, { x1: x + half, x2: field.x2 }];
    },
    [{ x1: from, x2: field.x2 }],
  );
  return (
    <>
      {stretches.map(({ x1, x2 }) => (
        <path key={x1} class={hasLine ? 'bg-edge' : 'bg-no-edge'} d={`M${x1} ${y}H${x2}`} />
      ))}
      {gates.map(({ posts, ...gate }) => posts && <GatePosts key={gate.x} {...gate} y={y} />)}
    </>
  );
}

function MarkGlyph({ mark }: { readonly mark: Mark }): JSX.Element {
  switch (mark.mechanism) {
    case 'copy':
      return Copy(mark);
    case 'shared-memory':
      return SharedMemory(mark);
    case 'suppressed-signal':
      return SuppressedSignal(mark);
  }
}

/** The end bar, torn where the run was cut, and the guest that goes on. */
function End({ end }: { readonly end: LaneEnd }): JSX.Element {
  const { x, y, rest, text, torn, colour } = end;
  return (
    <g class={colourClass(colour)}>
      <path
        class="bg-end"
        d={torn ? `M${x} ${y - 7}l3 3.5-6 3.5 6 3.5-3 3.5` : `M${x} ${y - 7}V${y + 7}`}
      />
      {rest !== undefined && !torn && <path class="bg-rest" d={`M${rest.x1} ${y}H${rest.x2}`} />}
      {text !== undefined && !torn && (
        <text class="bg-done" x={text.x} y={text.y}>
          {text.text}
        </text>
      )}
    </g>
  );
}

function LabelText({ label, look }: { readonly label: Label; readonly look: Look }): JSX.Element {
  return (
    <text
      class={`bg-label ${colourClass(label.colour)}${lookClass(look)}`}
      x={label.x}
      y={label.y}
      text-anchor={label.anchor}
    >
      {label.text}
      {label.second !== undefined && (
        <tspan x={label.x} dy={13}>
          {label.second}
        </tspan>
      )}
    </text>
  );
}

function BracketOver({ bracket }: { readonly bracket: Bracket }): JSX.Element {
  const { x1, x2, y, text, textX } = bracket;
  return (
    <>
      <path class="bg-bracket" d={`M${x1} ${y + 5}V${y}H${x2}V${y + 5}`} />
      <text class="bg-bracket-text" x={textX} y={y - 6}>
        {text}
      </text>
    </>
  );
}

/** When the guest's processor runs, and what is counted beside the path. */
function VcpuStrip({ layout, field, cursor, documentedOnly }: DuelLaneProps): JSX.Element {
  const lookOf = (step: Step): Look => {
    if (isDim(step, documentedOnly)) return 'dim';
    return cursor.passedStep(step) ? 'full' : 'coming';
  };
  const { y, runs, marks } = layout.strip;
  return (
    <g class="bg-d-guest">
      <path class="bg-stopped" d={`M${field.x1} ${y}H${field.x2}`} />
      <path class="bg-runs" d={runs.map(({ x1, x2 }) => `M${x1} ${y}H${x2}`).join('')} />
      {marks.map((mark) => (
        <Looking key={mark.step.key} look={lookOf(mark.step)}>
          <StripGlyph mark={mark} y={y} />
        </Looking>
      ))}
    </g>
  );
}

/** A mark of the strip, with its sentence for who points at it. */
function StripGlyph({ mark, y }: { readonly mark: StripMark; readonly y: number }): JSX.Element {
  return (
    <g>
      <title>{mark.step.sentence}</title>
      <StripShape {...mark} y={y} />
    </g>
  );
}

function StripShape({ mechanism, x, y }: StripMark & { readonly y: number }): JSX.Element {
  switch (mechanism) {
    case 'hypercall':
      return <Diamond x={x} y={y} />;
    case 'vm-exit':
      return <path class="bg-strip-exit" d={`M${x} ${y - 6}l3 2.4-6 2.4 6 2.4-6 2.4 3 2.4`} />;
    case 'wake-up':
    case 'interrupt':
    case 'message':
      return (
        <path
          class="bg-strip-signal"
          d={`M${x} ${y + 5.5}V${y - 4.5}M${x - 3} ${y - 1.5}l3-4 3 4`}
        />
      );
    case 'copy':
      return (
        <path class="bg-copy" d={`M${x - 1.5} ${y - 5}h6v7h-6zM${x - 4} ${y - 2.5}h6v7h-6z`} />
      );
    default:
      return <path class="bg-strip-entry" d={`M${x} ${y - 4.5}v9`} />;
  }
}

/** The ring on a lane's latest step. */
export function Ring({
  order,
  layout,
  cursor,
}: {
  /** Place of the lane in its duel, by which who moves rings finds it. */
  readonly order: number;
  readonly layout: LaneLayout;
  readonly cursor: LaneCursor | undefined;
}): JSX.Element | null {
  const at = cursor?.at;
  if (at === undefined) return null;
  const current = layout.plateaus.findLast(({ index }) => index <= at);
  if (current === undefined) return null;
  const x = middleOf(current);
  return (
    <g class={colourClass(current.colour)} data-lane={order}>
      <circle class="bg-ring" cx={x} cy={current.y} r={7} />
      <circle class="bg-dot" cx={x} cy={current.y} r={3.5} />
    </g>
  );
}
