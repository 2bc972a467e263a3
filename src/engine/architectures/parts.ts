/**
 * Parts that can crash: what each is called on an architecture, which domain it is or which role it plays, and what a
 * source says of its failure there. How far a failure reaches follows from the domain in which the part lives
 * (faults/rules.ts), so that a role that is moved has another radius. Plain data.
 */
import type { DeviceClass } from '../devices/device.ts';
import type { ParameterId } from '../parameters/index.ts';
import type { VmState } from '../vocabulary/outcome.ts';
import type { Role } from '../vocabulary/role.ts';
import type { DomainId, Grounds } from '../vocabulary/trace.ts';

/**
 * Whom a failure takes: all on the host; the one machine it belongs to, or that one only if its I/O goes through it;
 * all those whose I/O goes through it; or none.
 */
export type Radius = 'host' | 'own' | 'own-way' | 'users' | 'none';

/** What it means when a domain fails. */
export interface Failing extends Grounds {
  /** What such a domain is, in words. */
  readonly is: string;
  readonly radius: Radius;
  /** Of those whom it takes. */
  readonly state: VmState;
  /** Ends the sentence that begins "When it fails, ". */
  readonly consequence: string;
  /** How long it takes to start it again, where it can be without its users being lost. */
  readonly restart?: ParameterId;
}

/**
 * Words for parts that correspond to each other on all architectures; an architecture has those that it has a role or
 * a domain for. `driver-kernel`: the kernel in which a product has its drivers. `vm-process`: the process that each
 * virtual machine has for itself, or the domain that stands for one.
 */
export const sharedParts = [
  'physical-driver',
  'device-model',
  'virtual-switch',
  'storage-stack',
  'vcpu-scheduler',
  'management-agent',
  'guest-kernel',
  'vm-process',
  'monitor',
  'driver-kernel',
  'hypervisor',
] as const;
export type SharedPart = (typeof sharedParts)[number];

/** A part as an architecture names it. */
interface Named {
  /** Its fault word: one of its own, or a shared one that it says more of. */
  readonly word: string;
  /** In words that begin a sentence. */
  readonly called: string;
  /** The shared part that it is. */
  readonly as?: SharedPart;
  /** What sources say of its failure here, in place of the rule for its kind of domain. */
  readonly fails?: Partial<Failing>;
}

/** A part that is a whole domain. */
export interface DomainPart extends Named {
  readonly domain: DomainId;
}

/** A part that is a role, wherever it lives, and whose domain fails with it. */
export interface RolePart extends Named {
  readonly role: Role;
  /** The class of device that it serves, where it does not serve all. */
  readonly serves?: DeviceClass;
}

export type Part = DomainPart | RolePart;
