/** Who lives where: partitions, kernels and processes around the edge of the hypervisor, with their roles. */
import type { JSX } from 'preact';
import type { Architecture } from '#engine/index.ts';
import { colourClass } from '../language/domains.ts';
import {
  layoutPlacements,
  type PlacedBox,
  type PlacementLayout,
  roleMetrics,
  rolesOf,
} from './placement.ts';

export interface PlacementFigureProps {
  readonly architectures: readonly Architecture[];
  /** Width of the figure; panels stand side by side where each has some 300 px. */
  readonly width: number;
}

const gap = 40;
const least = 300;
const head = 34;

export function PlacementFigure({ architectures, width }: PlacementFigureProps): JSX.Element {
  const beside = Math.max(
    1,
    Math.min(architectures.length, Math.floor((width + gap) / (least + gap))),
  );
  const panel = (width - gap * (beside - 1)) / beside;
  const layouts = layoutPlacements(architectures, panel);
  const pitch = head + Math.max(0, ...layouts.map(({ height }) => height)) + gap * 0.7;
  const rows = Math.ceil(architectures.length / beside);
  const height = rows * pitch - gap * 0.7 + 4;
  return (
    <svg
      class="bg-figure bg-placement"
      role="img"
      aria-label={architectures.map(described).join(' ')}
      viewBox={`-1 0 ${width + 2} ${height}`}
      width={width + 2}
      height={height}
    >
      {layouts.map((layout, order) => {
        const architecture = architectures[order];
        const x = (order % beside) * (panel + gap);
        const y = Math.floor(order / beside) * pitch;
        return (
          architecture !== undefined && (
            <g key={architecture.id} transform={`translate(${x} ${y})`}>
              <text class="bg-title" x={0} y={15}>
                {architecture.title}
              </text>
              <g transform={`translate(0 ${head})`}>
                <Panel layout={layout} hasLine={architecture.hasHypervisor} />
              </g>
            </g>
          )
        );
      })}
    </svg>
  );
}

/** "Hyper-V: physical driver in the root kernel, ..." */
function described(architecture: Architecture): string {
  const labels = new Map(architecture.domains.map(({ id, label }) => [id, label]));
  const parts = rolesOf(architecture).map(
    ({ text, domain }) => `${text} in ${labels.get(domain) ?? domain}`,
  );
  return `${architecture.title}: ${parts.join(', ')}.`;
}

function Panel({
  layout,
  hasLine,
}: {
  readonly layout: PlacementLayout;
  readonly hasLine: boolean;
}): JSX.Element {
  return (
    <>
      {hasLine && (
        <rect
          class="bg-below"
          x={0}
          y={layout.line}
          width={layout.width}
          height={layout.height - layout.line}
        />
      )}
      {layout.boxes.map((box) => (
        <RoleBox key={box.domain.id} box={box} />
      ))}
      <path class={hasLine ? 'bg-edge' : 'bg-no-edge'} d={`M0 ${layout.line}H${layout.width}`} />
    </>
  );
}

function RoleBox({ box }: { readonly box: PlacedBox }): JSX.Element {
  const { domain, x, y, width, height, name, roles } = box;
  const { line, side } = roleMetrics;
  const left = x + side;
  const lines = roles.flatMap(({ role, lines }) => lines.map((text) => ({ role, text })));
  return (
    <g class={colourClass(domain.colour)}>
      <rect class="bg-role-box" x={x} y={y} width={width} height={height} rx={4} />
      <path class="bg-role-bar" d={`M${left} ${y}H${x + width - side}`} />
      {name.map((text, order) => (
        <text key={text} class="bg-role-domain" x={left} y={y + 22 + order * line}>
          {text}
        </text>
      ))}
      {lines.map(({ role, text }, order) => (
        <text
          key={order}
          class={role === 'physical-driver' ? 'bg-role bg-role-driver' : 'bg-role'}
          x={left}
          y={y + 24 + (name.length + order) * line}
        >
          {text}
        </text>
      ))}
    </g>
  );
}
