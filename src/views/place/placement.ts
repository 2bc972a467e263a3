/** Which roles live in which domain of an architecture, as text and as boxes. */
import { devicesOf, placementOf } from '#engine/execute.ts';
import type { Architecture, DeviceClass, Domain, Role } from '#engine/index.ts';
import { sum } from '../language/geometry.ts';
import { type Box, type Machine, layoutMachine } from './machine.ts';
import { textWidth, wrapped } from '../language/text.ts';

/** A role in a domain; with the classes of device for which it lives there, where they differ. */
export interface RoleIn {
  readonly role: Role | 'guest-driver';
  readonly domain: string;
  readonly text: string;
}

const names: Readonly<Record<Role, string>> = {
  'device-model': 'device model',
  'virtual-switch': 'virtual switch',
  'storage-stack': 'storage stack',
  'physical-driver': 'physical driver',
  'network-card': 'network card',
  disk: 'disk',
  'controlling-function': 'control of one machine',
  'vcpu-scheduler': 'vCPU scheduler',
};

const roles = Object.keys(names) as Role[];

/** The roles of an architecture with their places, for all devices that have a model. */
export function rolesOf(architecture: Architecture): RoleIn[] {
  const guest = architecture.domains.find(({ colour }) => colour === 'guest');
  const own: RoleIn[] =
    guest === undefined ? [] : [{ role: 'guest-driver', domain: guest.id, text: 'its driver' }];
  return [...own, ...placedRoles(architecture)];
}

function placedRoles(architecture: Architecture): RoleIn[] {
  const modelled = devicesOf(architecture).filter((device) => device.class !== 'passthrough');
  return roles.flatMap((role): RoleIn[] => {
    const found = modelled.flatMap((device) => {
      const place = placementOf(architecture, device).places[role];
      return place === undefined ? [] : [{ device: device.class, domain: place.domain }];
    });
    const all = new Set(found.map(({ device }) => device));
    const domains = [...new Set(found.map(({ domain }) => domain))].filter(
      (domain) => !isCard(architecture, role, domain),
    );
    return domains.map((domain) => {
      const here = found.filter((each) => each.domain === domain).map(({ device }) => device);
      return { role, domain, text: textOf(architecture, role, new Set(here), all) };
    });
  });
}

/** "device models" where all classes are that there are; else "emulated device models". */
function textOf(
  { paravirtualName }: Architecture,
  role: Role,
  here: ReadonlySet<DeviceClass>,
  all: ReadonlySet<DeviceClass>,
): string {
  const name = role === 'device-model' ? 'device models' : names[role];
  if (here.size === all.size) return name;
  const words = [...here].map((each) => (each === 'paravirtual' ? paravirtualName : each));
  return `${words.join(', ')} ${name}`;
}

/** Without a model the card is the device; it is named once. */
const isCard = (architecture: Architecture, role: Role, domain: string): boolean =>
  role === 'device-model' &&
  architecture.domains.some(({ id, band }) => id === domain && band === 'hardware');

export interface PlacedRole extends RoleIn {
  readonly lines: readonly string[];
}

export interface PlacedBox extends Box {
  /** The name of the domain, in as many lines as it needs. */
  readonly name: readonly string[];
  readonly roles: readonly PlacedRole[];
}

export interface PlacementLayout extends Omit<Machine, 'boxes'> {
  readonly boxes: readonly PlacedBox[];
  readonly width: number;
}

export const roleMetrics = { line: 18, side: 12, name: 13, role: 12.5 } as const;

/** How high a box with so many lines is, its name among them. */
const boxHeight = (lines: number): number => 16 + lines * roleMetrics.line;

/** Lays out some architectures at one width, with the same places in all of them. */
export function layoutPlacements(
  architectures: readonly Architecture[],
  width: number,
): PlacementLayout[] {
  const flat = { user: 0, kernel: 0, below: 0, hardware: 0 };
  const sides = { width, guest: Math.min(120, width * 0.3), gap: 8 };
  const filled = architectures.map((architecture) => {
    const roles = rolesOf(architecture);
    const { boxes } = layoutMachine(architecture.domains, { ...sides, ...flat });
    return boxes.map((box) => contentOf(box, roles));
  });
  const most = (band: Domain['band']): number =>
    Math.max(
      1,
      ...filled.flatMap((boxes) => boxes.filter(({ domain }) => domain.band === band).map(linesIn)),
    );
  const metrics = {
    ...sides,
    user: boxHeight(most('user')),
    kernel: boxHeight(most('kernel')),
    below: boxHeight(most('hypervisor')),
    hardware: boxHeight(most('hardware')),
  };
  return filled.map((contents) => {
    const { boxes, line, height } = layoutMachine(
      contents.map(({ domain }) => domain),
      metrics,
    );
    return {
      width,
      line,
      height,
      boxes: contents.map((box, order) => ({ ...box, ...boxes[order] })),
    };
  });
}

/** What stands in a box, broken so that it fits the width. */
function contentOf(box: Box, roles: readonly RoleIn[]): PlacedBox {
  const { domain, width } = box;
  const { side, name, role } = roleMetrics;
  const letters = (size: number, weight: number): number =>
    (width - side - 4) / textWidth('n', size, weight);
  const own = roles.filter((each) => each.domain === domain.id);
  return {
    ...box,
    name: wrapped(domain.label, letters(name, 650)),
    roles: own.map((each) => ({
      ...each,
      lines: wrapped(each.text, letters(role, each.role === 'physical-driver' ? 650 : 400)),
    })),
  };
}

const linesIn = ({ name, roles }: PlacedBox): number =>
  name.length + sum(roles.map(({ lines }) => lines.length));
