/**
 * A lane turned by 90 degrees and fused with the list of its steps: the rail at the left is the waveform,
 * with privilege from left to right and the same heavy line. Rows may grow; the rail grows with them.
 */
import type { ComponentChildren, JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Step } from '#engine/index.ts';
import { isDim, type Look, lookClass } from '../lane/cursor.ts';
import type { Lane } from '../lane/lane.ts';
import { colourClass, isHollow } from '../language/domains.ts';
import { time } from '../language/format.ts';
import {
  Copy,
  GatePosts,
  SharedMemory,
  SuppressedSignal,
  Transition,
} from '../language/glyphs.tsx';
import {
  layoutTurned,
  type Rail,
  type RailBar,
  type TurnedPart,
  type TurnedStep,
} from './turned.ts';

export interface TurnedLaneProps {
  readonly lane: Lane;
  /** Width of the content in pixels. */
  readonly width: number;
  /** Place in `lane.path` of the current step. */
  readonly cursor?: number | undefined;
  /** Draws faint what no source documents, and says so. */
  readonly documentedOnly?: boolean | undefined;
}

export function TurnedLane({ lane, width, cursor, documentedOnly }: TurnedLaneProps): JSX.Element {
  const { rail, costsBeside, parts } = useMemo(() => layoutTurned(lane, width), [lane, width]);
  const list = costsBeside ? 'bg-turned' : 'bg-turned bg-turned-narrow';
  const row = (turned: TurnedStep): JSX.Element => (
    <TurnedRow
      key={turned.step.key}
      turned={turned}
      rail={rail}
      current={cursor === turned.index}
      look={lookOf(turned.step, turned.index, cursor, documentedOnly)}
    />
  );
  return (
    <div class="bg-turned-lane">
      <RailHeads rail={rail} />
      <ol class={list}>
        {parts.map((part) =>
          part.folded ? (
            <Folded
              key={`fold ${part.steps[0]?.step.key ?? ''}`}
              part={part}
              rail={rail}
              open={part.steps.some(({ index }) => index === cursor)}
            >
              <ol class={list}>{part.steps.map(row)}</ol>
            </Folded>
          ) : (
            part.steps.map(row)
          ),
        )}
      </ol>
    </div>
  );
}

interface FoldedProps {
  readonly part: TurnedPart;
  readonly rail: Rail;
  readonly open: boolean;
  readonly children: ComponentChildren;
}

/** The middle of a long phase. */
const Folded = ({ part, rail, open, children }: FoldedProps): JSX.Element => (
  <li>
    <details open={open}>
      <summary class="bg-turned-row bg-turned-more">
        <RailCell rail={rail}>
          {part.before !== undefined && <Bar rail={rail} bar={part.before} />}
        </RailCell>
        <span>{`${part.steps.length} more steps of this phase`}</span>
      </summary>
      {children}
    </details>
  </li>
);

function lookOf(
  step: Step,
  index: number,
  cursor: number | undefined,
  documentedOnly: boolean | undefined,
): Look {
  if (isDim(step, documentedOnly)) return 'dim';
  return cursor !== undefined && index > cursor ? 'coming' : 'full';
}

const RailHeads = ({ rail: { width, heads } }: { readonly rail: Rail }): JSX.Element => (
  <svg class="bg-figure bg-rail-head" width={width} height={18} aria-hidden="true">
    {heads.map(({ text, x, anchor }) => (
      <text key={text} x={x} y={12} text-anchor={anchor}>
        {text}
      </text>
    ))}
  </svg>
);

interface RowProps {
  readonly turned: TurnedStep;
  readonly rail: Rail;
  readonly current: boolean;
  readonly look: Look;
}

function TurnedRow({ turned, rail, current, look }: RowProps): JSX.Element {
  const { step, heading, before, costNs } = turned;
  const looks = lookClass(look).trim() || undefined;
  return (
    <li
      class={current ? 'bg-turned-step bg-current' : 'bg-turned-step'}
      aria-current={current && 'step'}
    >
      {heading !== undefined && (
        <div class="bg-turned-heading">
          <RailCell rail={rail}>
            {before !== undefined && (
              <g class={looks}>
                <Bar rail={rail} bar={before} />
              </g>
            )}
          </RailCell>
          <span>{heading}</span>
        </div>
      )}
      <div class="bg-turned-row">
        <RailCell rail={rail}>
          <g class={looks}>
            <Bar rail={rail} bar={turned} />
            {before !== undefined && <Reached rail={rail} turned={turned} from={before.x} />}
            <OnRail turned={turned} />
          </g>
          {current && <RingOnRail bar={turned} />}
        </RailCell>
        <span class="bg-turned-text">
          <span class={look === 'dim' ? 'bg-undocumented' : undefined}>
            {step.sentence}
            {look === 'dim' && ` (${step.evidence})`}
          </span>
          {costNs > 0 && <small>{time(costNs)}</small>}
        </span>
      </div>
    </li>
  );
}

/** The rail beside one row: its ground and line are as high as the row. */
function RailCell({
  rail,
  children,
}: {
  readonly rail: Rail;
  readonly children: ComponentChildren;
}): JSX.Element {
  const { width, line, hasLine } = rail;
  return (
    <svg class="bg-figure bg-rail" width={width} aria-hidden="true">
      {hasLine && <rect class="bg-below" x={line} y={0} width={width - line} height="100%" />}
      <line class={hasLine ? 'bg-edge' : 'bg-no-edge'} x1={line} x2={line} y1={0} y2="100%" />
      {children}
    </svg>
  );
}

/** The plateau and its fill, as high as the row. */
function Bar({
  rail: { line },
  bar: { x, colour },
}: {
  readonly rail: Rail;
  readonly bar: RailBar;
}): JSX.Element {
  return (
    <g class={colourClass(colour)}>
      <rect class="bg-fill" x={Math.min(x, line)} y={0} width={Math.abs(x - line)} height="100%" />
      <line class="bg-plateau" x1={x} x2={x} y1={0} y2="100%" />
      {isHollow(colour) && <line class="bg-core" x1={x} x2={x} y1={0} y2="100%" />}
    </g>
  );
}

/** Draws its children, which lie, standing. */
const Standing = ({ children }: { readonly children: ComponentChildren }): JSX.Element => (
  <g transform="matrix(0 1 1 0 0 0)">{children}</g>
);

interface ReachedProps {
  readonly rail: Rail;
  readonly turned: TurnedStep;
  readonly from: number;
}

/** How the step was reached, on the boundary of its row: the glyph of the lying figure, turned. */
const Reached = ({ rail, turned: { step, x }, from }: ReachedProps): JSX.Element => (
  <Standing>
    {step.mechanism === 'gate' && <GatePosts x={0} y={rail.line} />}
    <Transition mechanism={step.mechanism} x={0} y1={from} y2={x} edge={rail.line} />
  </Standing>
);

/** What stands beside the plateau, at half the row's height: a glyph, or the mark of an access. */
function OnRail({ turned: { x, mark, number, colour } }: Pick<RowProps, 'turned'>): JSX.Element {
  return (
    <svg class="bg-middle" y="50%" overflow="visible">
      {mark !== undefined && <MarkOnRail x={x} {...mark} />}
      {number !== '' && (
        <text class={`bg-label ${colourClass(colour)}`} x={x - 8} y={4} text-anchor="end">
          {number}
        </text>
      )}
    </svg>
  );
}

function MarkOnRail({
  x,
  mechanism,
  far,
}: NonNullable<TurnedStep['mark']> & { readonly x: number }): JSX.Element {
  const standing = { x: 0, y: x, width: 20, far } as const;
  switch (mechanism) {
    case 'copy':
      return <Copy x={x} y={-far * 11} width={20} far={far} />;
    case 'shared-memory':
      return (
        <Standing>
          <SharedMemory {...standing} />
        </Standing>
      );
    case 'suppressed-signal':
      return (
        <Standing>
          <SuppressedSignal {...standing} />
        </Standing>
      );
  }
}

const RingOnRail = ({ bar: { x, colour } }: { readonly bar: RailBar }): JSX.Element => (
  <svg class={`bg-middle ${colourClass(colour)}`} y="50%" overflow="visible">
    <circle class="bg-ring" cx={x} cy={0} r={7} />
    <circle class="bg-dot" cx={x} cy={0} r={3.5} />
  </svg>
);
