/**
 * Rows of the tables of architectures: domains, what a row rests on, and crossings. A crossing is written in two
 * steps: what a sort of it costs, once a table, and then where it is made, why, and with which words.
 */
import type { ParameterId } from '../parameters/index.ts';
import type { Domain } from '../vocabulary/domain.ts';
import type { CrossingKind, DomainId, Grounds, Price } from '../vocabulary/trace.ts';
import type { Crossing, Purpose } from './architecture.ts';

// --- domains --------------------------------------------------------------------------------------------

export const guest = (describes: string, label = 'guest'): Domain => ({
  id: 'guest',
  label,
  kind: 'guest-kernel',
  band: 'kernel',
  colour: 'guest',
  describes,
  perMachine: true,
});

/** A process in user mode that each virtual machine has for itself. */
export const process = (id: DomainId, label: string, describes: string): Domain => ({
  id,
  label,
  kind: 'privileged-user-process',
  band: 'user',
  colour: 'user',
  describes,
  perMachine: true,
});

/** The kernel in which the physical drivers are, above the edge of the hypervisor. */
export const kernel = (id: DomainId, label: string, describes: string): Domain => ({
  id,
  label,
  kind: 'privileged-kernel',
  band: 'kernel',
  colour: 'kernel',
  describes,
});

export const hypervisor = (id: DomainId, label: string, describes: string): Domain => ({
  id,
  label,
  kind: 'hypervisor',
  band: 'hypervisor',
  colour: 'hypervisor',
  describes,
});

export const hardware = (describes: string): Domain => ({
  id: 'hardware',
  label: 'hardware',
  kind: 'hardware',
  band: 'hardware',
  colour: 'hardware',
  describes,
});

// --- grounds --------------------------------------------------------------------------------------------

export const documented = (source: string): Grounds => ({ evidence: 'documented', source });
export const inferred = (source: string): Grounds => ({ evidence: 'inferred', source });
/** Neither stated nor implied; `source` is the closest thing that was read, where there is one. */
export const assumed = (source?: string): Grounds => ({
  evidence: 'assumed',
  ...(source === undefined ? {} : { source }),
});

// --- crossings ------------------------------------------------------------------------------------------

/** Prices that are paid once an activity. */
export const once = (...parameters: readonly ParameterId[]): readonly Price[] =>
  parameters.map((parameter) => ({ parameter, per: 'once' }));

/** A crossing before it has domains and purposes. */
export type Hop = Omit<Crossing, 'from' | 'to' | 'for'>;

/** What a sort of crossing costs; then its words, and what it rests on. */
export const hop =
  (kind: CrossingKind, ...parameters: readonly ParameterId[]) =>
  (sentence: string, grounds: Grounds): Hop => ({
    kind,
    sentence,
    ...grounds,
    prices: once(...parameters),
  });

/** The crossings from one domain to another, by their purpose; `any` serves all that have none of their own. */
export const across = (
  from: DomainId,
  to: DomainId,
  hops: Readonly<Partial<Record<Purpose | 'any', Hop>>>,
): Crossing[] =>
  Object.entries(hops).map(([purpose, each]) => ({
    from,
    to,
    ...each,
    ...(purpose === 'any' ? {} : { for: [purpose as Purpose] }),
  }));

/** What the processor charges on every architecture: exits, entries, interrupts. */
export const exits = hop('vm-exit', 'vm-exit', 'exit-handler');
export const exitsToEndInterrupt = hop('vm-exit', 'end-of-interrupt');
export const resumes = hop('vm-entry', 'vm-entry', 'exit-indirect');
/** The end of an interrupt is priced with its return; only the caches are left to fill. */
export const resumesAfterInterrupt = hop('vm-entry', 'exit-indirect');
export const injects = hop('interrupt', 'interrupt-injection');
export const interrupts = hop('interrupt', 'physical-interrupt');

/** Ways without a price of their own. */
export const gate = hop('gate');
export const freeCall = hop('call');
export const freeReturn = hop('return');

/** A register of the device's own, over PCI Express; its message to the guest is for the architecture to say. */
export const reachesCard = (kind: CrossingKind) => hop(kind, 'register-write');
export const answers = (kind: CrossingKind) => hop(kind, 'register-answer');

/** Registers of a virtual function, which are mapped into the guest, and what they answer. */
export const mappedRegisters = (grounds: Grounds): Crossing[] => [
  ...across('guest', 'hardware', {
    access: reachesCard('gate')(
      'The access goes straight to the card, whose registers are mapped into the guest',
      grounds,
    ),
  }),
  ...answersFromCard,
];

/** A read of the device's own register is answered over PCI Express. */
export const answersFromCard: readonly Crossing[] = across('hardware', 'guest', {
  resume: answers('return')('The answer comes back', documented('linux-source')),
});
