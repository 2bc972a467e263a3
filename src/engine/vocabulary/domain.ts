/** What a domain is: a part of the machine with a processor mode and an address space of its own. Plain data. */
import type { DomainId } from './trace.ts';

export type DomainKind =
  | 'guest-user'
  | 'guest-kernel'
  | 'hypervisor'
  | 'privileged-kernel'
  | 'privileged-user-process'
  | 'driver-domain'
  | 'hardware';

/** Height in every figure: how privileged the mode is in which a domain runs. */
export type Band = 'user' | 'kernel' | 'hypervisor' | 'hardware';

/** Colour in every figure. */
export type DomainColour = 'guest' | 'hypervisor' | 'kernel' | 'user' | 'hardware';

export interface Domain {
  readonly id: DomainId;
  readonly label: string;
  readonly kind: DomainKind;
  readonly band: Band;
  readonly colour: DomainColour;
  /** What it is, in one sentence. */
  readonly describes: string;
  /** Each virtual machine has its own; without it there is one a host. */
  readonly perMachine?: boolean;
}

/** The bands from the least to the most privileged. */
export const bands: readonly Band[] = ['user', 'kernel', 'hypervisor', 'hardware'];

/** Whether a band lies below the edge of the hypervisor. */
export const isBelow = (band: Band): boolean => band === 'hypervisor' || band === 'hardware';

/**
 * A domain within a sentence: "VMX", "Xen" and "QEMU" are names and stand alone, all others take an article, among
 * them every kernel ("the root kernel", "the VMkernel").
 */
export const withArticle = ({ label }: Pick<Domain, 'label'>): string =>
  /^[A-Z]\w*$/.test(label) && !label.endsWith('kernel') ? label : `the ${label}`;
