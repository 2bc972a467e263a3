/** Keys to the figures, drawn by the functions that draw the figures: domains above, mechanisms below. */
import type { JSX } from 'preact';
import type { DomainColour, Mechanism } from '#engine/index.ts';
import { glyphsDrawn } from '../duel/counts.ts';
import { colourClass, driversLiveIn, isHollow, labelsByColour } from './domains.ts';
import { duelLayout } from '../duel/duel.ts';
import { Copy, GatePosts, SharedMemory, SuppressedSignal, Transition } from './glyphs.tsx';
import { type Column, columnsOf, type Lane } from '../duel/lanes.ts';
import { mechanisms, type MechanismWords, shapeOf, wordsOf } from './mechanisms.ts';

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

const Key = ({ children }: { readonly children: JSX.Element }): JSX.Element => (
  <svg class="bg-figure bg-key" viewBox="0 0 18 18" width={18} height={18} aria-hidden="true">
    {children}
  </svg>
);

/** The colour of a domain as a short plateau. */
export const DomainKey = ({ colour }: { readonly colour: DomainColour }): JSX.Element => (
  <Key>
    <g class={colourClass(colour)}>
      <path class="bg-plateau" d="M0 9H18" />
      {isHollow(colour) && <path class="bg-core" d="M0 9H18" />}
    </g>
  </Key>
);

export interface MechanismLegendProps {
  readonly lanes: readonly Lane[];
  /** Width of the duel above it, of which only what has room for its glyph is listed. */
  readonly width?: number | undefined;
  /** Columns of that duel, if the caller has worked them out already. */
  readonly columns?: readonly Column[] | undefined;
}

/** The mechanisms that occur in these lanes, or are drawn in them; those that share a shape share a key. */
export function MechanismLegend({ lanes, width, columns }: MechanismLegendProps): JSX.Element {
  const drawn =
    width === undefined
      ? undefined
      : duelLayout(lanes, { width, columns: columns ?? columnsOf(lanes) }).lanes;
  const found = new Set(
    drawn === undefined
      ? lanes.flatMap(({ steps }) => steps.map(({ mechanism }) => mechanism))
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
          {[first, ...others].map((each) => wordsOf(each).name).join(', ')}
        </li>
      ))}
      {crowded && <li class="bg-aside">where steps are narrow, only their wave is drawn</li>}
    </ul>
  );
}

/** One mechanism at 18 by 18. */
export function MechanismGlyph({ mechanism }: { readonly mechanism: Mechanism }): JSX.Element {
  return <Key>{glyphOf(mechanism)}</Key>;
}

function glyphOf(mechanism: Mechanism): JSX.Element {
  switch (mechanism) {
    case 'copy':
      return <Copy x={9} y={20.5} width={18} far={-1} />;
    case 'shared-memory':
      return <SharedMemory x={9} y={18} width={22} far={-1} />;
    case 'suppressed-signal':
      return <SuppressedSignal x={9} y={-1.5} width={18} far={-1} />;
    case 'gate':
      return (
        <>
          <path class="bg-edge" d="M-2 9H3M15 9H20" />
          <GatePosts x={9} y={9} />
          <Transition mechanism="gate" x={9} y1={-2} y2={21} />
        </>
      );
    case 'work':
      return <path class="bg-call" d="M2 9H16" />;
    default:
      return <Transition mechanism={mechanism} x={9} y1={-2} y2={20.5} edge={9} />;
  }
}

/** Every mechanism with its words, in the order of the legend. */
export const allMechanisms: readonly (MechanismWords & { readonly mechanism: Mechanism })[] =
  mechanisms.map((mechanism) => ({ mechanism, ...wordsOf(mechanism) }));

/** All mechanisms with glyph, name and sentence: the key to the book. */
export const AllMechanisms = (): JSX.Element => (
  <dl class="bg-mechanisms">
    {allMechanisms.map(({ mechanism, name, explains }) => (
      <div key={mechanism}>
        <dt>
          <MechanismGlyph mechanism={mechanism} /> {name}
        </dt>
        <dd>{explains}</dd>
      </div>
    ))}
  </dl>
);
