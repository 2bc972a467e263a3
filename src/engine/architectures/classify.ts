/**
 * The name of a design, from where its parts live, and what cannot be built at all. Models: the words of the books for
 * who owns the drivers: monolithic, microkernelized, disaggregated, hosted, kernel-integrated, passthrough, native.
 * Leaves out: everything by which designs with one name differ, such as size, scheduling policy and blast radius;
 * per-device names, since a product offers devices of several placements. Checked against: tests/engine/architectures/
 * classify, the names that the products' makers and textbooks use.
 */
import { type Domain, withArticle } from '../vocabulary/domain.ts';
import type { Move, Role } from '../vocabulary/role.ts';
import type { Architecture, Placement } from './architecture.ts';
import { domainIn, isPartition } from './kinds.ts';
import { movable } from './move.ts';

export type Design =
  | 'monolithic'
  | 'microkernelized'
  | 'disaggregated'
  | 'hosted'
  | 'kernel-integrated'
  | 'passthrough'
  | 'native';

export interface Classification {
  readonly design: Design;
  /** Why: one sentence for each role that decided it. */
  readonly reasons: readonly string[];
}

type Placed = Pick<Architecture, 'domains' | 'placement' | 'crossings' | 'hasHypervisor'>;

/** Names the design of an architecture, or of one with moved roles. */
export function classify(placed: Placed): Classification {
  const drivers = domainsOf(placed, 'physical-driver');
  if (!placed.hasHypervisor)
    return {
      design: 'native',
      reasons: ['there is no hypervisor: the operating system’s own driver has the device'],
    };
  if (drivers.length === 0)
    return {
      design: 'passthrough',
      reasons: ['no domain of the host has a physical driver: the guest’s driver has the device'],
    };
  const controls = domainsOf(placed, 'controlling-function');
  const apart = drivers.find(
    (driver) => driver.kind === 'driver-domain' && !controls.includes(driver),
  );
  if (apart !== undefined) return disaggregated(placed, apart);
  const outside = drivers.find(({ kind }) => kind !== 'hypervisor');
  if (outside === undefined) return monolithic(placed, drivers[0]!);
  if (outside.kind === 'privileged-user-process') return inProcess(placed, outside);
  if (isPartition(placed, outside)) return inPartition(placed, outside);
  return inHostKernel(placed, outside);
}

function monolithic(placed: Placed, driver: Domain): Classification {
  const reasons = [
    driver.label === 'hypervisor'
      ? 'the physical drivers run in the hypervisor itself'
      : `the physical drivers run in ${withArticle(driver)}, a part of the hypervisor`,
  ];
  const behind = [...domainsOf(placed, 'virtual-switch'), ...domainsOf(placed, 'storage-stack')];
  const inside = behind.filter(({ kind }) => kind === 'hypervisor');
  if (inside.length > 0)
    reasons.push(
      `so does what stands on them: virtual switch or storage stack in ${withArticle(inside[0]!)}`,
    );
  const outside = behind.filter(({ kind }) => kind !== 'hypervisor');
  if (outside.length > 0)
    reasons.push(
      `unlike a product of this name, it leaves what stands on them in ${withArticle(outside[0]!)}`,
    );
  return { design: 'monolithic', reasons: [...reasons, ...models(placed)] };
}

function inPartition(placed: Placed, driver: Domain): Classification {
  const reasons = [
    `the physical drivers run in ${withArticle(driver)}, a partition above the hypervisor, which has none`,
    ...stands(placed, driver),
    ...models(placed),
  ];
  return { design: 'microkernelized', reasons };
}

/**
 * A process with a driver, as in a microkernel; under a host's kernel that schedules the guests it is a program more.
 */
function inProcess(placed: Placed, driver: Domain): Classification {
  const reason = `a physical driver runs in ${withArticle(driver)}, a process: the hypervisor has none`;
  const host = domainsOf(placed, 'vcpu-scheduler').find(
    (domain) => domain.kind === 'privileged-kernel' && !isPartition(placed, domain),
  );
  if (host === undefined)
    return {
      design: 'microkernelized',
      reasons: [reason, ...stands(placed, driver), ...models(placed)],
    };
  return { design: designUnder(host), reasons: [reason, ...hostReasons(placed, host)] };
}

function disaggregated(placed: Placed, driver: Domain): Classification {
  const control = domainsOf(placed, 'controlling-function').find(({ id }) => id !== driver.id);
  const reasons = [`a physical driver runs in ${withArticle(driver)}, a domain for drivers only`];
  if (control !== undefined)
    reasons.push(`the machine is controlled elsewhere, in ${withArticle(control)}`);
  return { design: 'disaggregated', reasons: [...reasons, ...stands(placed, driver)] };
}

/** The kernel of a host that is no partition: it schedules the guests, as other programs. */
const inHostKernel = (placed: Placed, driver: Domain): Classification => ({
  design: designUnder(driver),
  reasons: [
    `the physical drivers run in ${withArticle(driver)}, which is no partition above a hypervisor`,
    ...hostReasons(placed, driver),
  ],
});

/** Below the edge of the hypervisor, the host's kernel is one with it. */
const designUnder = ({ band }: Domain): Design =>
  band === 'hypervisor' ? 'kernel-integrated' : 'hosted';

function hostReasons(placed: Placed, host: Domain): string[] {
  const scheduler = domainsOf(placed, 'vcpu-scheduler')[0];
  return [
    ...(scheduler === undefined ? [] : [`${withArticle(scheduler)} decides when a guest runs`]),
    designUnder(host) === 'hosted'
      ? `a monitor switches the processor to ${withArticle(host)} and back to have a request served`
      : `${withArticle(host)} and the hypervisor are one kernel in one processor mode`,
    ...models(placed),
  ];
}

function stands(placed: Placed, driver: Domain): string[] {
  const other = [
    ...domainsOf(placed, 'virtual-switch'),
    ...domainsOf(placed, 'storage-stack'),
  ].find(({ id }) => id !== driver.id);
  return other === undefined
    ? []
    : [`what stands on them is in ${withArticle(other)}, so each request crosses between the two`];
}

/** Where guests' devices are imitated, which a crash or an attack reaches first. */
function models(placed: Placed): string[] {
  const software = domainsOf(placed, 'device-model').filter(({ kind }) => kind !== 'hardware');
  return software.length === 0
    ? []
    : [`device models run in ${software.map(withArticle).join(' and ')}`];
}

/** The domains that a role has in any placement, each once. */
function domainsOf(placed: Placed, role: Role): Domain[] {
  const ids = Object.values(placed.placement).flatMap(({ places }) => {
    const place = places[role];
    return place === undefined ? [] : [place.domain];
  });
  return [...new Set(ids)].map((id) => domainIn(placed, id));
}

// --- what cannot be built -------------------------------------------------------------------------------

/** Why a role cannot be in a domain; undefined where it can. */
export function refusal(placed: Placed, { role, to }: Move): string | undefined {
  if (!movable.includes(role)) return `the ${nameOf(role)} is hardware and stays where it is`;
  if (!hasRole(placed, role)) return `it has no ${nameOf(role)}`;
  const domain = domainIn(placed, to);
  switch (domain.kind) {
    case 'guest-kernel':
    case 'guest-user':
      return inGuest(placed, role);
    case 'hardware':
      return inHardware(placed, role);
    case 'privileged-user-process':
      return role === 'vcpu-scheduler'
        ? `${withArticle(domain)} is a process in user mode, which cannot switch a processor into a guest and so cannot be the hypervisor`
        : undefined;
    default:
      return undefined;
  }
}

/** Software that a host does for its guests' sake is not left to a guest. */
function inGuest(placed: Placed, role: Role): string {
  if (role !== 'physical-driver')
    return `the guest would control the ${nameOf(role)}, which is there to keep guests apart`;
  const owner = withArticle(domainsOf(placed, role)[0]!);
  return `${owner} owns the device and its guests share it; a driver in the guest needs a device of its own, by passthrough`;
}

/** Below hardware there is nothing that software could act on. */
function inHardware(placed: Placed, role: Role): string {
  if (role === 'device-model')
    return 'no hardware implements an emulated or paravirtual device: use a passthrough device, or native';
  if (role !== 'virtual-switch' && role !== 'storage-stack')
    return `a ${nameOf(role)} is software, and hardware has no processor to run it with hardware below it`;
  const who = withArticle(domainsOf(placed, 'physical-driver')[0]!);
  return `${who} cannot reach a ${nameOf(role)} that is behind the very device it drives`;
}

const hasRole = ({ placement }: Placed, role: Role): boolean =>
  Object.values(placement).some(({ places }: Placement) => places[role] !== undefined);

const nameOf = (role: Role): string =>
  role === 'vcpu-scheduler' ? 'vCPU scheduler' : role.replaceAll('-', ' ');
