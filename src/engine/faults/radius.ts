/**
 * Blast radius: where a part lives decides how far its failure reaches. No product is named here: parts are rows of
 * the architecture or follow from its roles, and what a failure means is a rule for the domain. Leaves out: restarts.
 * Checked against: tests/engine/faults, the tables of failures in the dossiers on Hyper-V and ESXi.
 */
import type { Architecture, Placement } from '../architectures/architecture.ts';
import {
  type DomainPart,
  type Failing,
  type Part,
  type Radius,
  type RolePart,
  type SharedPart,
  sharedParts,
} from '../architectures/parts.ts';
import type { DeviceEntry, DeviceKind } from '../devices/device.ts';
import type { Domain } from '../vocabulary/domain.ts';
import type { Verdict } from '../vocabulary/outcome.ts';
import type { Role } from '../vocabulary/role.ts';
import type { DomainId } from '../vocabulary/trace.ts';
import { managementAgent, monitor, rules, sharedProcess, stubDomain } from './rules.ts';

/** Roles that there are once a host, and those that a request passes. */
const sharedRoles: readonly Role[] = ['physical-driver', 'virtual-switch', 'storage-stack'];
const rolesOnWay: Readonly<Record<DeviceKind, readonly Role[]>> = {
  network: ['device-model', 'virtual-switch', 'physical-driver'],
  storage: ['device-model', 'storage-stack', 'physical-driver'],
};

/** Where a virtual machine's device is served. */
export interface Situation {
  readonly placement: Placement;
  readonly device: Pick<DeviceEntry, 'kind' | 'class' | 'standby'>;
}

/** A part, the domain in which it lives, and what its failure means. */
export interface Site {
  /** The part, in words that begin a sentence. */
  readonly called: string;
  /** Whether the part is that domain, rather than living in it. */
  readonly isDomain: boolean;
  readonly domain: Domain;
  readonly failing: Failing;
}

// --- which parts there are ------------------------------------------------------------------------------

/** Parts that every architecture has by its roles. */
const roleParts: readonly RolePart[] = [
  { word: 'physical-driver', called: 'The physical driver', role: 'physical-driver' },
  { word: 'device-model', called: 'The device model', role: 'device-model' },
  { word: 'virtual-switch', called: 'The virtual switch', role: 'virtual-switch' },
  { word: 'storage-stack', called: 'The storage stack', role: 'storage-stack' },
  { word: 'vcpu-scheduler', called: 'The vCPU scheduler', role: 'vcpu-scheduler' },
  { word: 'management-agent', called: 'The management agent', role: 'controlling-function' },
];

/** Parts that every hypervisor has by its domains. */
function domainParts(architecture: Architecture): DomainPart[] {
  const { domains, hasHypervisor } = architecture;
  if (!hasHypervisor) return [];
  const part = (word: SharedPart, called: string, domain: Domain | undefined): DomainPart[] =>
    domain === undefined ? [] : [{ word, called, domain: domain.id }];
  const guest = domains.find(({ kind }) => kind === 'guest-kernel');
  const any = domains.find(({ kind }) => kind === 'hypervisor');
  return [
    ...part('guest-kernel', 'The guest’s kernel', guest),
    // A monitor counts as the hypervisor only where there is nothing else.
    ...part('hypervisor', 'The hypervisor', hypervisorOf(architecture) ?? any),
  ];
}

/** The hypervisor that all virtual machines stand on; none where each has a monitor of its own and nothing else. */
export const hypervisorOf = ({ domains }: Architecture): Domain | undefined =>
  domains.find(({ kind, perMachine }) => kind === 'hypervisor' && perMachine !== true);

/**
 * The part of a word: the architecture's own row, by its word or as the shared part that it is, else the general one.
 */
function partOf(word: string, architecture: Architecture): Part | undefined {
  const is = (part: Part): boolean => part.word === word;
  return (
    architecture.parts?.find((part) => is(part) || part.as === word) ??
    roleParts.find(is) ??
    domainParts(architecture).find(is)
  );
}

/** The fault words of the parts that can crash under a virtual machine, those that all architectures share first. */
export function partsOf(architecture: Architecture, situation: Situation): string[] {
  const words = [...sharedParts, ...(architecture.parts ?? []).map(({ word }) => word)];
  return [...new Set(words)].filter((word) => siteOf(word, architecture, situation) !== undefined);
}

// --- where a part lives ---------------------------------------------------------------------------------

/** Where a part lives for a virtual machine; undefined where there is no such part, or where it is hardware. */
export function siteOf(
  word: string,
  architecture: Architecture,
  situation: Situation,
): Site | undefined {
  const part = partOf(word, architecture);
  if (part === undefined) return undefined;
  const isDomain = 'domain' in part;
  const id = isDomain ? part.domain : homeOf(part, architecture, situation);
  const domain = architecture.domains.find((candidate) => candidate.id === id);
  if (domain === undefined || domain.kind === 'hardware') return undefined;
  const { called } = part;
  if (!isDomain && part.role === 'controlling-function' && domain.kind !== 'hypervisor')
    return { called, isDomain: true, domain, failing: { ...managementAgent, ...part.fails } };
  const failing = failingOf(domain, architecture, situation.placement);
  return { called, isDomain, domain, failing };
}

/** A role has its place in the virtual machine's own placement, else where it serves the others of the host. */
function homeOf(
  { role, serves }: RolePart,
  { placement }: Architecture,
  situation: Situation,
): DomainId | undefined {
  const isServed = serves === undefined || serves === situation.device.class;
  const own = isServed ? situation.placement.places[role] : undefined;
  const others = serves === undefined ? Object.values(placement) : [placement[serves]];
  return (own ?? others.find((each) => each?.places[role] !== undefined)?.places[role])?.domain;
}

/** What the failure of a domain means: what the architecture's sources say, else the rule for its sort. */
export function failingOf(
  domain: Domain,
  architecture: Architecture,
  placement: Placement,
): Failing {
  const rule = ruleFor(domain, architecture, placement);
  // A process that serves all is none that the architecture's row speaks of.
  if (rule === sharedProcess) return rule;
  const row = architecture.parts?.find((part) => 'domain' in part && part.domain === domain.id);
  return { ...rule, ...row?.fails };
}

function ruleFor(
  { id, kind, perMachine = false }: Domain,
  architecture: Architecture,
  placement: Placement,
): Failing {
  const all = [placement, ...Object.values(architecture.placement)];
  const isShared =
    !perMachine ||
    sharedRoles.some((role) => all.some(({ places }) => places[role]?.domain === id));
  if (kind === 'privileged-user-process' && isShared) return sharedProcess;
  if (kind === 'driver-domain' && !isShared) return stubDomain;
  return kind === 'hypervisor' && perMachine ? monitor : rules[kind];
}

// --- whom it reaches ------------------------------------------------------------------------------------

/** Whether a failure there reaches a virtual machine; `isFirst` for the one whose own parts fail. */
export function reaches(
  { domain, failing }: Site,
  { placement, device }: Situation,
  isFirst: boolean,
): boolean {
  const isOnWay = rolesOnWay[device.kind].some(
    (role) => placement.places[role]?.domain === domain.id,
  );
  switch (failing.radius) {
    case 'host':
      return true;
    case 'own':
      return isFirst;
    case 'own-way':
      return isFirst && isOnWay;
    case 'users':
      return isOnWay;
    case 'none':
      return false;
  }
}

/** Why a virtual machine is not reached. */
function spared(radius: Radius, isFirst: boolean): string {
  const isOwn = radius === 'own' || radius === 'own-way';
  if (isOwn && !isFirst) return '; this one has another';
  return isOwn || radius === 'users' ? '; this one does not use it' : '';
}

/** What a failure means for a virtual machine; `isFirst` for the one whose own parts fail. */
export function verdictOn(site: Site, situation: Situation, isFirst: boolean): Verdict {
  const { called, isDomain, domain, failing } = site;
  const { evidence, source } = failing;
  const isReached = reaches(site, situation, isFirst);
  const lives = isDomain
    ? `${called} is ${failing.is}`
    : `${called} lives in the domain “${domain.label}”, ${failing.is}`;
  const chain = isDomain || failing.radius === 'none' ? '' : 'that domain fails with it; ';
  return {
    state: isReached ? failing.state : 'unaffected',
    why: `${lives}: when it fails, ${chain}${failing.consequence}${isReached ? '' : spared(failing.radius, isFirst)}.`,
    evidence,
    ...(source === undefined ? {} : { source }),
  };
}
