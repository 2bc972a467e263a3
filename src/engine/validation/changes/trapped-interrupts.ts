/**
 * KVM without posted interrupts: the interrupt of a passthrough card makes the guest exit, KVM injects it, and its end
 * is trapped. The exits are paid on the guest’s processor, where they happen.
 */
import type { Architecture, Crossing, Placement } from '../../architectures/architecture.ts';
import type { Change } from '../runs.ts';

const source = 'gordon-2012';

const ways: readonly Crossing[] = [
  {
    from: 'hardware',
    to: 'kvm',
    kind: 'interrupt',
    for: ['inject'],
    sentence: 'The card’s interrupt reaches the processor that runs the guest',
    evidence: 'documented',
    source,
    prices: [{ parameter: 'physical-interrupt', per: 'once' }],
  },
  {
    from: 'kvm',
    to: 'guest',
    kind: 'interrupt',
    for: ['inject'],
    sentence: 'The guest exits; KVM takes the interrupt, injects its own and lets the guest resume',
    evidence: 'documented',
    source,
    prices: [
      { parameter: 'vm-exit', per: 'once' },
      { parameter: 'exit-handler', per: 'once' },
      { parameter: 'interrupt-injection', per: 'once' },
      { parameter: 'vm-entry', per: 'once' },
      { parameter: 'exit-indirect', per: 'once' },
    ],
  },
];

function trapped(known: Architecture): Architecture {
  const { passthrough } = known.placement;
  if (passthrough === undefined) throw new RangeError(`${known.id} passes no card through`);
  const { injects: _, ...injected } = passthrough;
  const kept = known.crossings.filter(
    ({ from, to, for: purposes }) =>
      !(from === 'kvm' && to === 'guest' && purposes?.includes('inject') === true),
  );
  return {
    ...known,
    crossings: [...ways, ...kept],
    placement: { ...known.placement, passthrough: injected satisfies Placement },
    endOfInterrupt: { ...known.endOfInterrupt, edge: 'trapped' },
  };
}

export const trappedInterrupts: Change = {
  id: 'trapped-interrupts',
  says: 'the card’s interrupts are injected by KVM, and their ends trapped',
  source,
  architecture: trapped,
};
