/** "Where it is now": the parts of the machine, and the last steps as one way through them. */
import type { JSX } from 'preact';
import type { Step } from '#engine/index.ts';
import { colourClass } from './domains.ts';
import type { Lane } from './lanes.ts';
import { type Box, pathThrough, placesOf, trailOf } from './places.ts';

export interface WhereNowProps {
  readonly lane: Lane;
  readonly step: Step;
}

const metrics = {
  width: 300,
  guest: 112,
  gap: 7,
  user: 38,
  kernel: 40,
  below: 30,
  hardware: 28,
} as const;
const trailLength = 5;

export function WhereNow({ lane, step }: WhereNowProps): JSX.Element {
  const { world } = lane.run;
  const { boxes, line, height } = placesOf(world.domains, metrics);
  const at = lane.path.findIndex(({ key }) => key === step.key);
  const before = at === -1 ? [step] : lane.path.slice(Math.max(0, at - trailLength + 1), at + 1);
  const trail = before.filter(({ domain }, order) => domain !== before[order - 1]?.domain);
  const points = trailOf(
    boxes,
    trail.map(({ domain }) => domain),
  );
  const colours = trail.map(
    ({ domain }) => world.domains.find(({ id }) => id === domain)?.colour ?? 'guest',
  );
  const last = points.at(-1);
  return (
    <svg
      class="bg-figure bg-where"
      role="img"
      aria-label={`The request is in the ${boxes.find(({ domain }) => domain.id === step.domain)?.domain.label ?? step.domain}.`}
      viewBox={`-1 -1 302 ${height + 2}`}
      width={302}
      height={height + 2}
    >
      {boxes.map((box) => (
        <PlaceBox key={box.domain.id} box={box} current={box.domain.id === step.domain} />
      ))}
      <path
        class={world.architecture.hasHypervisor ? 'bg-edge' : 'bg-no-edge'}
        d={`M0 ${line}H300`}
      />
      <path class="bg-trail" d={pathThrough(points)} />
      {points.slice(0, -1).map(({ x, y }, order) => (
        <g key={order} class={colourClass(colours[order] ?? 'guest')}>
          <circle class="bg-dot" cx={x} cy={y} r={3.5} />
        </g>
      ))}
      {last !== undefined && (
        <g class={colourClass(colours.at(-1) ?? 'guest')}>
          <circle class="bg-ring" cx={last.x} cy={last.y} r={7} />
          <circle class="bg-dot" cx={last.x} cy={last.y} r={3.5} />
        </g>
      )}
    </svg>
  );
}

function PlaceBox({ box, current }: { readonly box: Box; readonly current: boolean }): JSX.Element {
  const { domain, x, y, width, height } = box;
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
        y={height < 36 ? y + 15 : y + height / 2 + 4}
      >
        {domain.label}
      </text>
    </g>
  );
}
