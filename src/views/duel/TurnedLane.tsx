/**
 * A lane turned by 90 degrees and fused with the list of its steps: the rail at the left is the waveform,
 * with privilege from left to right and the same heavy line. Rows may grow; the rail grows with them.
 */
import type { JSX } from 'preact';
import { type Band, domainOf, type DomainColour, type Step } from '#engine/index.ts';
import { isDim, type Look, lookClass } from './cursor.ts';
import { colourClass, isHollow } from '../language/domains.ts';
import { isGuest } from './duel-lane.ts';
import { sumOf, time } from '../language/format.ts';
import {
  Copy,
  GatePosts,
  SharedMemory,
  SuppressedSignal,
  Transition,
} from '../language/glyphs.tsx';
import { type Lane, placesOf, requestWordOf } from './lanes.ts';

export interface TurnedLaneProps {
  readonly lane: Lane;
  /** Width of the content in pixels. */
  readonly width: number;
  /** Place in `lane.path` of the current step. */
  readonly cursor?: number | undefined;
  /** Draws faint what no source documents, and says so. */
  readonly documentedOnly?: boolean | undefined;
}

const railX: Readonly<Record<Band, number>> = {
  user: 10,
  kernel: 36,
  hypervisor: 64,
  hardware: 88,
};
const lineX = 50;
const railWidth = { wide: 100, narrow: 88 } as const;
/** From here costs stand beside the sentences. */
const costsBeside = 310;

interface Rail {
  readonly width: number;
  readonly x: (band: Band) => number;
  readonly line: number;
  readonly hasLine: boolean;
}

export function TurnedLane({ lane, width, cursor, documentedOnly }: TurnedLaneProps): JSX.Element {
  const total = width >= costsBeside ? railWidth.wide : railWidth.narrow;
  const scale = total / railWidth.wide;
  const rail: Rail = {
    width: total,
    x: (band) => Math.round(railX[band] * scale),
    line: Math.round(lineX * scale),
    hasLine: lane.run.world.architecture.hasHypervisor,
  };
  const places = placesOf(lane);
  const many = lane.run.totals.requests > 1;
  const rows = lane.path.map((step, index): Row => {
    const [place, before] = [places[index], places[index - 1]];
    const begins = place?.phase !== before?.phase || place?.request !== before?.request;
    const request = many ? `${requestWordOf([lane])} ${place?.request ?? 1}, ` : '';
    return { step, index, heading: begins ? `${request}${place?.phase ?? step.phase}` : undefined };
  });
  const drawn = ({ step, index, heading }: Row): JSX.Element => (
    <TurnedRow
      key={step.key}
      lane={lane}
      step={step}
      before={lane.packets[index - 1] === lane.packets[index] ? lane.path[index - 1] : undefined}
      heading={heading}
      rail={rail}
      current={cursor === index}
      look={lookOf(step, index, cursor, documentedOnly)}
    />
  );
  const list = width >= costsBeside ? 'bg-turned' : 'bg-turned bg-turned-narrow';
  return (
    <div class="bg-turned-lane">
      <RailHead rail={rail} />
      <ol class={list}>
        {partsOf(rows).map(({ rows: own, folded }) => {
          const [first] = own;
          if (!folded || first === undefined) return own.map(drawn);
          const before = lane.path[first.index - 1];
          return (
            <li key={`fold ${first.step.key}`}>
              <details open={own.some(({ index }) => index === cursor)}>
                <summary class="bg-turned-row bg-turned-more">
                  <RailCell rail={rail}>
                    {before !== undefined && (
                      <RailBar
                        rail={rail}
                        step={before}
                        colour={domainOf(lane.run.world, before.domain).colour}
                      />
                    )}
                  </RailCell>
                  <span>{`${own.length} more steps of this phase`}</span>
                </summary>
                <ol class={list}>{own.map(drawn)}</ol>
              </details>
            </li>
          );
        })}
      </ol>
    </div>
  );
}

interface Row {
  readonly step: Step;
  /** Place in `lane.path`. */
  readonly index: number;
  /** The name of the phase that it begins. */
  readonly heading: string | undefined;
}

/** A phase of more steps than this is shown by its beginning and its end; the rest unfolds. */
const longPhase = 36;
const shown = { first: 14, last: 4 } as const;

/** The rows as they are listed, with those apart that are folded. */
function partsOf(rows: readonly Row[]): { rows: readonly Row[]; folded: boolean }[] {
  const begins = rows.flatMap(({ heading, index }) => (heading === undefined ? [] : [index]));
  return begins.flatMap((from, order) => {
    const own = rows.slice(from, begins[order + 1]);
    if (own.length <= longPhase) return [{ rows: own, folded: false }];
    return [
      { rows: own.slice(0, shown.first), folded: false },
      { rows: own.slice(shown.first, -shown.last), folded: true },
      { rows: own.slice(-shown.last), folded: false },
    ];
  });
}

function lookOf(
  step: Step,
  index: number,
  cursor: number | undefined,
  documentedOnly: boolean | undefined,
): Look {
  if (isDim(step, documentedOnly)) return 'dim';
  return cursor !== undefined && index > cursor ? 'coming' : 'full';
}

/** The names of the bands over the rail, shortened where they must be. */
function RailHead({ rail }: { readonly rail: Rail }): JSX.Element {
  const { x, width, hasLine } = rail;
  return (
    <svg class="bg-figure bg-rail-head" width={width} height={18} aria-hidden="true">
      {hasLine && (
        <text x={0} y={12}>
          user
        </text>
      )}
      {(!hasLine || width === railWidth.wide) && (
        <text x={x('kernel') - (hasLine ? 9 : 18)} y={12}>
          kernel
        </text>
      )}
      {hasLine && (
        <text x={x('hypervisor')} y={12}>
          hv
        </text>
      )}
      <text x={width} y={12} text-anchor="end">
        hw
      </text>
    </svg>
  );
}

interface RowProps {
  readonly lane: Lane;
  readonly step: Step;
  /** The step before it on its packet's path. */
  readonly before: Step | undefined;
  readonly heading: string | undefined;
  readonly rail: Rail;
  readonly current: boolean;
  readonly look: Look;
}

function TurnedRow(props: RowProps): JSX.Element {
  const { lane, step, before, heading, rail, current, look } = props;
  const { colour } = domainOf(lane.run.world, step.domain);
  const cost = sumOf(step.costs.map(({ ns }) => ns)).default;
  return (
    <li
      class={current ? 'bg-turned-step bg-current' : 'bg-turned-step'}
      aria-current={current && 'step'}
    >
      {heading !== undefined && (
        <div class="bg-turned-heading">
          <RailCell rail={rail}>
            {before !== undefined && (
              <g class={lookClass(look).trim() || undefined}>
                <RailBar
                  rail={rail}
                  step={before}
                  colour={domainOf(lane.run.world, before.domain).colour}
                />
              </g>
            )}
          </RailCell>
          <span>{heading}</span>
        </div>
      )}
      <div class="bg-turned-row">
        <RailCell rail={rail}>
          <g class={lookClass(look).trim() || undefined}>
            <RailBar rail={rail} step={step} colour={colour} />
            {before !== undefined && <Reached rail={rail} step={step} before={before} />}
            <OnRail rail={rail} step={step} lane={lane} colour={colour} />
          </g>
          {current && <RingOnRail x={rail.x(step.band)} colour={colour} />}
        </RailCell>
        <span class="bg-turned-text">
          <span class={look === 'dim' ? 'bg-undocumented' : undefined}>
            {step.sentence}
            {look === 'dim' && ` (${step.evidence})`}
          </span>
          {cost > 0 && <small>{time(cost)}</small>}
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
  readonly children: JSX.Element | readonly (JSX.Element | false)[] | false;
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
function RailBar({
  rail,
  step,
  colour,
}: {
  readonly rail: Rail;
  readonly step: Step;
  readonly colour: DomainColour;
}): JSX.Element {
  const x = rail.x(step.band);
  return (
    <g class={colourClass(colour)}>
      <rect
        class="bg-fill"
        x={Math.min(x, rail.line)}
        y={0}
        width={Math.abs(x - rail.line)}
        height="100%"
      />
      <line class="bg-plateau" x1={x} x2={x} y1={0} y2="100%" />
      {isHollow(colour) && <line class="bg-core" x1={x} x2={x} y1={0} y2="100%" />}
    </g>
  );
}

/** How the step was reached, on the boundary of its row: the glyph of the lying figure, turned. */
function Reached({
  rail,
  step,
  before,
}: {
  readonly rail: Rail;
  readonly step: Step;
  readonly before: Step;
}): JSX.Element {
  const [from, to] = [rail.x(before.band), rail.x(step.band)];
  return (
    <g transform="matrix(0 1 1 0 0 0)">
      {step.mechanism === 'gate' && <GatePosts x={0} y={rail.line} />}
      <Transition mechanism={step.mechanism} x={0} y1={from} y2={to} edge={rail.line} />
    </g>
  );
}

/** What stands beside the plateau, at half the row's height: a glyph, or the mark of an access. */
function OnRail({
  rail,
  step,
  lane,
  colour,
}: Pick<RowProps, 'rail' | 'step' | 'lane'> & { readonly colour: DomainColour }): JSX.Element {
  const x = rail.x(step.band);
  const far = x < rail.line ? -1 : 1;
  const turned = { x: 0, y: x, width: 20, far } as const;
  const number = isGuest(lane, step) ? accessMark(lane, step) : '';
  return (
    <svg class="bg-middle" y="50%" overflow="visible">
      {step.mechanism === 'copy' && <Copy x={x} y={-far * 11} width={20} far={far} />}
      {step.mechanism === 'shared-memory' && (
        <g transform="matrix(0 1 1 0 0 0)">
          <SharedMemory {...turned} />
        </g>
      )}
      {step.mechanism === 'suppressed-signal' && (
        <g transform="matrix(0 1 1 0 0 0)">
          <SuppressedSignal {...turned} />
        </g>
      )}
      {number !== '' && (
        <text class={`bg-label ${colourClass(colour)}`} x={x - 8} y={4} text-anchor="end">
          {number}
        </text>
      )}
    </svg>
  );
}

/** The number of an access among those of its packet, or EOI. */
function accessMark(lane: Lane, step: Step): string {
  if (step.kind === 'end-of-interrupt') return 'EOI';
  if (step.access === undefined) return '';
  const at = lane.path.indexOf(step);
  const own = lane.path.filter(
    (each, index) =>
      index <= at && lane.packets[index] === lane.packets[at] && each.access !== undefined,
  );
  return `${own.length}`;
}

const RingOnRail = ({
  x,
  colour,
}: {
  readonly x: number;
  readonly colour: DomainColour;
}): JSX.Element => (
  <svg class={`bg-middle ${colourClass(colour)}`} y="50%" overflow="visible">
    <circle class="bg-ring" cx={x} cy={0} r={7} />
    <circle class="bg-dot" cx={x} cy={0} r={3.5} />
  </svg>
);
