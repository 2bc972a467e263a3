/** The keys of a duel: its domains above the picture, its mechanisms below. */
import type { JSX } from 'preact';
import type { DomainColour, Mechanism } from '#engine/index.ts';
import type { Alignment } from '../lane/columns.ts';
import type { Lane } from '../lane/lane.ts';
import { driversLiveIn, labelsByColour } from '../lane/names.ts';
import { DomainKey, Key, MechanismGlyph } from '../language/Legend.tsx';
import { mechanisms, nameOfMechanism, shapeOf } from '../language/mechanisms.ts';
import { duelLayout, glyphsDrawn } from './duel.ts';

const order: readonly DomainColour[] = ['guest', 'hypervisor', 'kernel', 'user', 'hardware'];

/** The heavy line and the colours of the domains that occur, with the names they have in these lanes. */
export function DomainLegend({ lanes }: { readonly lanes: readonly Lane[] }): JSX.Element {
  const labels = labelsByColour(lanes);
  const drivers = driversLiveIn(lanes);
  const hasLine = lanes.some(({ run }) => run.world.architecture.hasHypervisor);
  return (
    <ul class="bg-legend">
      {hasLine && (
        <li>
          <Key>
            <path class="bg-edge" d="M0 9H18" />
          </Key>
          edge of the hypervisor
        </li>
      )}
      {order.flatMap((colour) => {
        const names = labels.get(colour);
        if (names === undefined) return [];
        return [
          <li key={colour}>
            <DomainKey colour={colour} />
            {names.join(', ')}
            {drivers === colour && ': the drivers live here'}
          </li>,
        ];
      })}
    </ul>
  );
}

export interface MechanismLegendProps {
  readonly duel: Alignment;
  /** Width of the duel above it, of which only what has room for its glyph is listed; without it, all that occurs. */
  readonly width?: number | undefined;
}

/** The mechanisms that occur in a duel, or are drawn in it; those that share a shape share a key. */
export function MechanismLegend({ duel, width }: MechanismLegendProps): JSX.Element {
  const drawn = width === undefined ? undefined : duelLayout(duel, width).lanes;
  const found = new Set(
    drawn === undefined
      ? duel.lanes.flatMap(({ steps }) => steps.map(({ mechanism }) => mechanism))
      : drawn.flatMap(glyphsDrawn),
  );
  const crowded = drawn?.some(({ plateaus }) => plateaus.some(({ glyphs }) => !glyphs)) ?? false;
  const groups = new Map<string, Mechanism[]>();
  for (const mechanism of mechanisms) {
    if (!found.has(mechanism) || mechanism === 'work') continue;
    const shape = shapeOf(mechanism);
    groups.set(shape, [...(groups.get(shape) ?? []), mechanism]);
  }
  return (
    <ul class="bg-legend">
      {[...groups].map(([shape, [first = 'work', ...others]]) => (
        <li key={shape}>
          <MechanismGlyph mechanism={first} />
          {[first, ...others].map(nameOfMechanism).join(', ')}
        </li>
      ))}
      {crowded && <li class="bg-aside">where steps are narrow, only their wave is drawn</li>}
    </ul>
  );
}
