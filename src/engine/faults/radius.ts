/**
 * Blast radius: where a part lives decides how far its failure reaches. The rules are rows by kind of domain, so that
 * a role that is placed elsewhere has another radius, whatever the product. Leaves out: restarts. Checked against:
 * tests/engine/faults.test.ts, the tables of failures in the dossiers on Hyper-V and ESXi.
 */
import type { Architecture, Placement, Role } from '../architectures/architecture.ts';
import type { DeviceEntry, DeviceKind } from '../devices/device.ts';
import type { Domain, DomainKind } from '../vocabulary/domain.ts';
import type { Verdict, VmState } from '../vocabulary/outcome.ts';
import type { Evidence } from '../vocabulary/trace.ts';
import { type CrashingPart, crashingParts } from './fault.ts';

/** Whom a failure takes: all on the host, the one machine it belongs to, those whose I/O goes through it, or none. */
export type Radius = 'host' | 'own' | 'users' | 'none';

interface Rule {
  /** A key of `content/sources`; a rule without one is assumed. */
  readonly source?: string;
  /** The architecture that the source speaks of; for all others the rule is inferred from it. */
  readonly documentedFor?: string;
  /** What such a domain is, in words. */
  readonly is: string;
  readonly radius: Radius;
  readonly state: VmState;
  /** Ends the sentence that begins "When it fails, ". */
  readonly consequence: string;
}

export const rules: Readonly<Record<DomainKind, Rule>> = {
  'guest-user': {
    is: 'a process of the guest',
    radius: 'none',
    state: 'unaffected',
    consequence: 'the guest’s kernel and its drivers go on',
  },
  'guest-kernel': {
    is: 'the kernel of the guest',
    radius: 'own',
    state: 'lost',
    consequence: 'its own virtual machine is lost, and no other',
    source: 'vmware-kb-315245',
    documentedFor: 'esxi',
  },
  hypervisor: {
    is: 'below every virtual machine',
    radius: 'host',
    state: 'lost',
    consequence: 'the machine stops, and every virtual machine on it is lost',
    source: 'vmware-kb-337182',
    documentedFor: 'esxi',
  },
  'privileged-kernel': {
    is: 'a kernel that every virtual machine depends on',
    radius: 'host',
    state: 'lost',
    consequence: 'the machine is restarted, and every virtual machine on it is lost',
    source: 'tlfs-2-0',
  },
  'privileged-user-process': {
    is: 'a process that each virtual machine has for itself',
    radius: 'own',
    state: 'lost',
    consequence: 'its own virtual machine is lost, and no other',
    source: 'vmware-kb-1019471',
    documentedFor: 'esxi',
  },
  'driver-domain': {
    is: 'a driver domain',
    radius: 'users',
    state: 'paused',
    consequence:
      'those whose I/O goes through it wait until it has been restarted, and nobody else',
    source: 'xoar-2011',
    documentedFor: 'xen',
  },
  hardware: {
    is: 'hardware',
    radius: 'users',
    state: 'paused',
    consequence: 'those whose I/O goes through it get no further',
  },
};

/** A process with a role that there is once a host serves all, so it is none that each virtual machine has for itself. */
export const sharedProcess: Rule = {
  is: 'one process that serves all virtual machines',
  radius: 'users',
  state: 'paused',
  consequence:
    'those whose I/O goes through it wait until it has been started again, and nobody else',
  source: 'xoar-2011',
};

/** A driver domain without a role that serves all is a stub domain: the device model of one virtual machine. */
export const stubDomain: Rule = {
  is: 'a domain that each virtual machine has for its device model',
  radius: 'own',
  state: 'paused',
  consequence: 'its own virtual machine waits for answers that do not come, and no other does',
  source: 'xen-disaggregation',
};

/** A monitor is as privileged as a hypervisor, but each virtual machine has its own. */
export const monitor: Rule = {
  is: 'a monitor that each virtual machine has for itself',
  radius: 'own',
  state: 'lost',
  consequence: 'its own virtual machine is lost, and no other',
  source: 'vmware-kb-332520',
  documentedFor: 'esxi',
};

/** Management is on nobody's way, as long as it is no part of the hypervisor. */
export const managementAgent: Rule = {
  is: 'a process of its own',
  radius: 'none',
  state: 'unaffected',
  consequence:
    'virtual machines run on, because nobody’s I/O goes through it; only their management waits until it is started again',
  source: 'ms-bpa',
  documentedFor: 'hyper-v',
};

/** Roles that there are once a host, and those that a request passes. */
const sharedRoles: readonly Role[] = ['physical-driver', 'virtual-switch'];
const rolesOnWay: Readonly<Record<DeviceKind, readonly Role[]>> = {
  network: ['device-model', 'virtual-switch', 'physical-driver'],
  storage: ['device-model', 'storage-stack', 'physical-driver'],
};

/** Where a virtual machine's device is served. */
export interface Situation {
  readonly placement: Placement;
  readonly device: Pick<DeviceEntry, 'kind' | 'class'>;
}

/** A part, the domain in which it lives, and the rule for its failure. */
export interface Site {
  /** The part, in words that begin a sentence. */
  readonly called: string;
  /** Whether the part is that domain, rather than living in it. */
  readonly isDomain: boolean;
  readonly domain: Domain;
  readonly rule: Rule;
  readonly evidence: Evidence;
}

/** Where a part lives for a virtual machine; undefined where there is no such part, or where it is hardware. */
export function siteOf(
  part: CrashingPart,
  architecture: Architecture,
  situation: Situation,
): Site | undefined {
  const site = (called: string, id: string | undefined, isDomain = false): Site | undefined => {
    const domain = architecture.domains.find((candidate) => candidate.id === id);
    if (domain === undefined || domain.kind === 'hardware') return undefined;
    const rule = ruleFor(domain, situation.placement);
    return { called, isDomain, domain, rule, evidence: evidenceOf(rule, architecture) };
  };
  const home = (role: Role): string | undefined => situation.placement.places[role]?.domain;
  switch (part) {
    case 'physical-driver':
      return site('The physical driver', home(part));
    case 'device-model':
      return site('The device model', home(part));
    case 'vsp':
      return site('The service provider (VSP)', providerHome(architecture, situation));
    case 'management-agent':
      return asAgent(site('The management agent', home('controlling-function')), architecture);
    case 'worker-process':
      return site('The worker process', 'worker', true);
    case 'vmx':
      return site('VMX', 'vmx', true);
    case 'root-partition':
      return site('The root partition', 'root', true);
    case 'vmkernel':
      return site('The VMkernel', 'vmkernel', true);
    case 'hypervisor':
      return site('The hypervisor', hypervisorOf(architecture), true);
  }
}

/** The parts that can crash under a virtual machine. */
export const partsOf = (architecture: Architecture, situation: Situation): CrashingPart[] =>
  crashingParts.filter((part) => siteOf(part, architecture, situation) !== undefined);

/** Whether a failure there reaches a virtual machine; `isFirst` for the one whose own parts fail. */
export function reaches(
  { domain, rule }: Site,
  { placement, device }: Situation,
  isFirst: boolean,
): boolean {
  switch (rule.radius) {
    case 'host':
      return true;
    case 'own':
      return isFirst;
    case 'users':
      return rolesOnWay[device.kind].some((role) => placement.places[role]?.domain === domain.id);
    case 'none':
      return false;
  }
}

function ruleFor({ id, kind, perMachine = false }: Domain, { places }: Placement): Rule {
  const isShared = sharedRoles.some((role) => places[role]?.domain === id);
  if (kind === 'privileged-user-process' && isShared) return sharedProcess;
  if (kind === 'driver-domain' && !isShared) return stubDomain;
  return kind === 'hypervisor' && perMachine ? monitor : rules[kind];
}

function asAgent(site: Site | undefined, architecture: Architecture): Site | undefined {
  if (site === undefined || site.domain.kind === 'hypervisor') return site;
  const evidence = evidenceOf(managementAgent, architecture);
  return { ...site, isDomain: true, rule: managementAgent, evidence };
}

function evidenceOf({ source, documentedFor }: Rule, { id }: Architecture): Evidence {
  if (source === undefined) return 'assumed';
  return documentedFor === id ? 'documented' : 'inferred';
}

/** Service providers serve synthetic devices, also while another machine uses an emulated one. */
function providerHome(
  { paravirtualName, placement }: Architecture,
  situation: Situation,
): string | undefined {
  if (paravirtualName !== 'synthetic') return undefined;
  const own = situation.device.class === 'paravirtual' ? situation.placement : undefined;
  return (own ?? placement['paravirtual'])?.places['device-model']?.domain;
}

/** The hypervisor itself; a monitor only where there is nothing else. */
function hypervisorOf({ domains }: Architecture): string | undefined {
  const all = domains.filter(({ kind }) => kind === 'hypervisor');
  return (all.find(({ perMachine }) => perMachine !== true) ?? all[0])?.id;
}

const sparedBy: Readonly<Record<Radius, string>> = {
  host: '',
  own: '; this one has another',
  users: '; this one does not use it',
  none: '',
};

/** What a failure means for a virtual machine. */
export function verdictOn(site: Site, isReached: boolean): Verdict {
  const { called, isDomain, domain, rule, evidence } = site;
  const { source } = rule;
  const lives = isDomain
    ? `${called} is ${rule.is}`
    : `${called} lives in the domain “${domain.label}”, ${rule.is}`;
  const chain = isDomain || rule.radius === 'none' ? '' : 'that domain fails with it; ';
  const spared = isReached ? '' : sparedBy[rule.radius];
  return {
    state: isReached ? rule.state : 'unaffected',
    why: `${lives}: when it fails, ${chain}${rule.consequence}${spared}.`,
    evidence,
    ...(source === undefined ? {} : { source }),
  };
}
