/** Which roles live in which domain of an architecture, as text and as boxes. */
import type { Architecture, DeviceClass, Domain, Role } from '#engine/index.ts';
import { type Box, type Places, placesOf } from './places.ts';

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
  'controlling-function': 'controlling function',
  'vcpu-scheduler': 'vCPU scheduler',
};

const roles = Object.keys(names) as Role[];
const classes: readonly DeviceClass[] = ['emulated', 'paravirtual'];

/** The roles of an architecture with their places, for both classes of device. */
export function rolesOf(architecture: Architecture): RoleIn[] {
  const guest = architecture.domains.find(({ colour }) => colour === 'guest');
  const own: RoleIn[] =
    guest === undefined ? [] : [{ role: 'guest-driver', domain: guest.id, text: 'its driver' }];
  return [...own, ...placedRoles(architecture)];
}

function placedRoles(architecture: Architecture): RoleIn[] {
  return roles.flatMap((role): RoleIn[] => {
    const found = classes.flatMap((device) => {
      const place = architecture.placement[device]?.places[role];
      return place === undefined ? [] : [{ device, domain: place.domain }];
    });
    const domains = [...new Set(found.map(({ domain }) => domain))].filter(
      (domain) => !isCard(architecture, role, domain),
    );
    return domains.map((domain) => ({
      role,
      domain,
      text: textOf(
        role,
        found
          .filter((each) => each.domain === domain)
          .map(({ device }) => (device === 'paravirtual' ? architecture.paravirtualName : device)),
      ),
    }));
  });
}

/** "device models" where all classes are; else "emulated device models". */
function textOf(role: Role, devices: readonly string[]): string {
  const name = role === 'device-model' ? 'device models' : names[role];
  return devices.length === classes.length ? name : `${devices.join(', ')} ${name}`;
}

/** Without a model the card is the device; it is named once. */
const isCard = (architecture: Architecture, role: Role, domain: string): boolean =>
  role === 'device-model' &&
  architecture.domains.some(({ id, band }) => id === domain && band === 'hardware');

export interface PlacedBox extends Box {
  readonly roles: readonly RoleIn[];
}

export interface PlacementLayout extends Omit<Places, 'boxes'> {
  readonly boxes: readonly PlacedBox[];
  readonly width: number;
}

const lineHeight = 18;
const boxHeight = (lines: number): number => 34 + lines * lineHeight;

/** Lays out some architectures at one width, with the same places in all of them. */
export function layoutPlacements(
  architectures: readonly Architecture[],
  width: number,
): PlacementLayout[] {
  const most = (band: Domain['band']): number =>
    Math.max(
      0,
      ...architectures.flatMap((architecture) =>
        architecture.domains
          .filter((domain) => domain.band === band)
          .map(({ id }) => rolesOf(architecture).filter(({ domain }) => domain === id).length),
      ),
    );
  const metrics = {
    width,
    guest: Math.min(120, width * 0.3),
    gap: 8,
    user: boxHeight(most('user')),
    kernel: boxHeight(most('kernel')),
    below: boxHeight(most('hypervisor')),
    hardware: boxHeight(0) + (most('hardware') > 0 ? lineHeight : 0),
  };
  return architectures.map((architecture) => {
    const placed = rolesOf(architecture);
    const { boxes, line, height } = placesOf(architecture.domains, metrics);
    return {
      width,
      line,
      height,
      boxes: boxes.map((box) => ({
        ...box,
        roles: placed.filter(({ domain }) => domain === box.domain.id),
      })),
    };
  });
}
