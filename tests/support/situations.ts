/** Where a device of an architecture is served, and what would be if a role or a domain were another one. */
import { type Architecture, placementOf } from '#engine/architectures/architecture.ts';
import { devices } from '#engine/execute.ts';
import type { Situation } from '#engine/faults/radius.ts';
import type { DeviceEntry, Domain, Role } from '#engine/index.ts';

export const deviceOf = (id: string): DeviceEntry => devices.find((device) => device.id === id)!;

export function situationOf(architecture: Architecture, id: string): Situation {
  const device = deviceOf(id);
  return { device, placement: placementOf(architecture, device) };
}

/** The same situation with a role in another domain. */
export const moved = ({ device, placement }: Situation, role: Role, domain: string): Situation => ({
  device,
  placement: {
    ...placement,
    places: { ...placement.places, [role]: { ...placement.places[role]!, domain } },
  },
});

/** The architecture with one domain of another kind. */
export const rekinded = (
  architecture: Architecture,
  id: string,
  kind: Domain['kind'],
): Architecture => ({
  ...architecture,
  domains: architecture.domains.map((domain) => (domain.id === id ? { ...domain, kind } : domain)),
});
