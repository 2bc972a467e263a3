/** "Where it is now": the parts of the machine, and the last steps as one way through them. */
import type { JSX } from 'preact';
import { domainOf } from '#engine/index.ts';
import { colourClass } from '../language/domains.ts';
import { textWidth, wrapped } from '../language/text.ts';
import type { Lane } from '../lane/lane.ts';
import { type Box, pathThrough } from './machine.ts';
import { machineOf, smallWidth, trailAt } from './trail.ts';

export interface WhereNowProps {
  readonly lane: Lane;
  /** Place in `lane.path` of the step; -1 before the first. Without it, all parts that the path visits are marked. */
  readonly at?: number | undefined;
  readonly width?: number | undefined;
}

export function WhereNow({ lane, at, width = smallWidth }: WhereNowProps): JSX.Element {
  const { world } = lane.run;
  const { boxes, line, height } = machineOf(lane, width);
  const points = at === undefined || at < 0 ? [] : trailAt(lane, at, width);
  const visited = at === undefined ? lane.path : lane.path.slice(Math.max(0, at), at + 1);
  const marked = new Set(visited.map(({ domain }) => domain));
  const last = points.at(-1);
  const colour = (id: string): string => colourClass(domainOf(world, id).colour);
  return (
    <svg
      class="bg-figure bg-where"
      role="img"
      aria-label={saying(lane, at)}
      viewBox={`-1 -1 ${width + 2} ${height + 2}`}
      width={width + 2}
      height={height + 2}
    >
      {boxes.map((box) => (
        <PlaceBox key={box.domain.id} box={box} current={marked.has(box.domain.id)} />
      ))}
      <path
        class={world.architecture.hasHypervisor ? 'bg-edge' : 'bg-no-edge'}
        d={`M0 ${line}H${width}`}
      />
      {at !== undefined && <path class="bg-trail" d={pathThrough(points)} />}
      {points.slice(0, -1).map(({ x, y, domain }, order) => (
        <g key={order} class={colour(domain)}>
          <circle class="bg-dot" cx={x} cy={y} r={3.5} />
        </g>
      ))}
      {last !== undefined && (
        <g class={colour(last.domain)}>
          <circle class="bg-ring" cx={last.x} cy={last.y} r={7} />
          <circle class="bg-dot" cx={last.x} cy={last.y} r={3.5} />
        </g>
      )}
    </svg>
  );
}

/** The parts that the path of a lane visits, in the order of the first visit. */
export const visitedBy = ({ run, path }: Lane): readonly string[] =>
  [...new Set(path.map(({ domain }) => domain))].map((id) => domainOf(run.world, id).label);

function saying(lane: Lane, at: number | undefined): string {
  if (at === undefined) return `The request visits: ${visitedBy(lane).join(', ')}.`;
  const step = lane.path[at];
  if (step === undefined) return 'The request has not begun.';
  return `The request is in the ${domainOf(lane.run.world, step.domain).label}.`;
}

function PlaceBox({ box, current }: { readonly box: Box; readonly current: boolean }): JSX.Element {
  const { domain, x, y, width, height } = box;
  const lines = wrapped(domain.label, (width - 16) / textWidth('n', 12, 650));
  const textY = height < 36 ? y + 15 : y + height / 2 + 4 - (lines.length - 1) * 6.5;
  return (
    <g class={colourClass(domain.colour)}>
      <rect
        class={current ? 'bg-box bg-box-current' : 'bg-box'}
        x={x}
        y={y}
        width={width}
        height={height}
        rx={3}
      />
      <text
        class={current ? 'bg-box-text bg-box-text-current' : 'bg-box-text'}
        x={x + 10}
        y={textY}
      >
        {lines.map((line, order) => (
          <tspan key={line} x={x + 10} dy={order === 0 ? 0 : 13}>
            {line}
          </tspan>
        ))}
      </text>
    </g>
  );
}
