/** Keys to the figures, drawn by the functions that draw the figures: of one domain, of one mechanism. */
import type { JSX } from 'preact';
import type { DomainColour, Mechanism } from '#engine/index.ts';
import { colourClass, isHollow } from './domains.ts';
import { Copy, GatePosts, SharedMemory, SuppressedSignal, Transition } from './glyphs.tsx';

/** A drawing at 18 by 18. */
export const Key = ({ children }: { readonly children: JSX.Element }): JSX.Element => (
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
