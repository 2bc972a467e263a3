/** The duel on a phone: silhouettes that are the tabs, and the chosen lane turned into the list of its steps. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { colourClass, isHollow } from '../language/domains.ts';
import { titleOf } from '../lane/names.ts';
import { isDim, laneCursor, type Look, lookClass } from '../lane/cursor.ts';
import { piecesOf } from './pieces.ts';
import { layoutSilhouettes, type Silhouette } from './silhouette.ts';
import type { Alignment } from '../lane/columns.ts';
import { middleOf, round } from '../language/geometry.ts';

export { TurnedLane, type TurnedLaneProps } from './TurnedLane.tsx';

export interface SilhouettesProps {
  readonly duel: Alignment;
  /** Width of the content in pixels. */
  readonly width: number;
  readonly selected: number;
  /** A column of the duel. */
  readonly cursor?: number | undefined;
  /** Draws faint what no source documents. */
  readonly documentedOnly?: boolean | undefined;
  /** Without it the rows are not controls. */
  readonly onSelect?: ((lane: number) => void) | undefined;
}

/** One row a lane: its name, its crossings, its wave. */
export function Silhouettes(props: SilhouettesProps): JSX.Element {
  const { duel, width, selected, onSelect, cursor } = props;
  const drawn = useMemo(() => layoutSilhouettes(duel, width), [duel, width]);
  return (
    <div class="bg-silhouettes" role={onSelect && 'group'} aria-label={onSelect && 'Lane'}>
      {drawn.map((silhouette, order) => {
        const { at } = laneCursor(duel, order, cursor);
        const name = order === selected ? 'bg-silhouette bg-selected' : 'bg-silhouette';
        const content = (
          <Row
            silhouette={silhouette}
            at={at}
            order={order}
            documentedOnly={props.documentedOnly}
          />
        );
        return onSelect === undefined ? (
          <div key={order} class={name}>
            {content}
          </div>
        ) : (
          <button
            key={order}
            type="button"
            class={name}
            aria-pressed={order === selected}
            onClick={() => onSelect(order)}
          >
            {content}
          </button>
        );
      })}
    </div>
  );
}

interface RowProps {
  readonly silhouette: Silhouette;
  readonly at: number | undefined;
  readonly order: number;
  readonly documentedOnly: boolean | undefined;
}

function Row({ silhouette, at, order, documentedOnly }: RowProps): JSX.Element {
  const { lane } = silhouette;
  const { title, device } = titleOf(lane);
  const { totals, world } = lane.run;
  return (
    <>
      <span class="bg-silhouette-title">
        <span>
          <strong>{title}</strong> {device}
        </span>
        {world.architecture.hasHypervisor ? (
          <span>
            <b>{totals.lineCrossings}</b>
            <span class={order === 0 ? undefined : 'bg-spoken'}>
              {totals.requests > 1 ? ' crossings in all' : ' crossings'}
            </span>
          </span>
        ) : (
          <span>no hypervisor</span>
        )}
      </span>
      <Wave silhouette={silhouette} at={at} order={order} documentedOnly={documentedOnly} />
    </>
  );
}

function Wave({ silhouette, at, order, documentedOnly }: RowProps): JSX.Element {
  const { width, height, line, plateaus, stays, verticals, rest, lane } = silhouette;
  const current = at === undefined ? undefined : plateaus.findLast(({ index }) => index <= at);
  const hasLine = lane.run.world.architecture.hasHypervisor;
  const look = (index: number): Look => {
    const step = lane.path[index];
    return step !== undefined && isDim(step, documentedOnly) ? 'dim' : 'full';
  };
  const pieces = stays.flatMap((stay) => piecesOf(stay, look));
  return (
    <svg
      class="bg-figure bg-wave"
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      aria-hidden="true"
    >
      {hasLine && <rect class="bg-below" x={0} y={line} width={width} height={height - line} />}
      {pieces.map(({ x1, x2, first, look }) => (
        <rect
          key={x1}
          class={`bg-fill ${colourClass(first.colour)}${look === 'dim' ? ' bg-fill-dim' : ''}`}
          x={x1}
          y={Math.min(first.y, line)}
          width={round(x2 - x1)}
          height={round(Math.abs(first.y - line))}
        />
      ))}
      <path class={hasLine ? 'bg-edge bg-edge-small' : 'bg-no-edge'} d={`M0 ${line}H${width}`} />
      <path class="bg-thin" d={verticals.map(({ x, y1, y2 }) => `M${x} ${y1}V${y2}`).join('')} />
      {pieces.map(({ x1, x2, first, look }) => (
        <g key={x1} class={`${colourClass(first.colour)}${lookClass(look)}`}>
          <path class="bg-plateau bg-plateau-small" d={`M${x1} ${first.y}H${x2}`} />
          {isHollow(first.colour) && (
            <path class="bg-core bg-core-small" d={`M${x1} ${first.y}H${x2}`} />
          )}
        </g>
      ))}
      {rest !== undefined && (
        <g class="bg-d-guest">
          <path class="bg-rest" d={`M${rest.x1} ${rest.y}H${rest.x2}`} />
        </g>
      )}
      {current !== undefined && (
        <g class={colourClass(current.colour)} data-lane={order}>
          <circle class="bg-ring" cx={middleOf(current)} cy={current.y} r={5} />
        </g>
      )}
    </svg>
  );
}
