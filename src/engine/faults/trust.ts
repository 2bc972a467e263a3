/**
 * What a virtual machine has to trust: the software that it shares with others, or that all of them stand on. A part
 * that each virtual machine has for itself is not in it, however privileged; nor is management, which is on nobody's
 * way. Leaves out: what a part may read, and how large it is. Checked against: tests/engine/faults.
 */
import type { Architecture } from '../architectures/architecture.ts';
import { movable } from '../architectures/move.ts';
import type { Domain } from '../vocabulary/domain.ts';
import type { Role } from '../vocabulary/role.ts';
import { failingOf, hypervisorOf, type Situation, siteOf } from './radius.ts';

/** A role in the domain that has it, or a domain without one of these roles. */
export interface TrustedPart {
  readonly role: Role | null;
  readonly domain: Domain;
  /** Who depends on it: all on the host, or those whose I/O goes through it. */
  readonly radius: 'host' | 'users';
}

/** The parts that a virtual machine with that device shares with others, in the order of roles. */
export function trustedParts(architecture: Architecture, situation: Situation): TrustedPart[] {
  const roles = movable.flatMap((role): TrustedPart[] => {
    const id = situation.placement.places[role]?.domain;
    const domain = architecture.domains.find((candidate) => candidate.id === id);
    if (domain === undefined || domain.kind === 'hardware') return [];
    const { radius } =
      role === 'controlling-function'
        ? siteOf('management-agent', architecture, situation)!.failing
        : failingOf(domain, architecture, situation.placement);
    return radius === 'host' || radius === 'users' ? [{ role, domain, radius }] : [];
  });
  const base = hypervisorOf(architecture);
  return base === undefined || roles.some(({ domain }) => domain === base)
    ? roles
    : [...roles, { role: null, domain: base, radius: 'host' }];
}
