/** The machine of a run, as a view sees it: no view names an architecture or a device. Plain data. */
import type { Architecture } from '../architectures/architecture.ts';
import type { DeviceClass, DeviceKind } from '../devices/device.ts';
import type { Register } from '../memory/register.ts';
import type { Domain } from './domain.ts';
import type { PolicyInForce } from './policy.ts';

/** All that a view needs to know of the machine. */
export interface World {
  readonly architecture: Pick<Architecture, 'id' | 'title' | 'hasHypervisor'>;
  readonly domains: readonly Domain[];
  readonly device: {
    readonly id: string;
    readonly title: string;
    readonly kind: DeviceKind;
    readonly class: DeviceClass;
    /** What the architecture calls that class, such as emulated. */
    readonly called: string;
  };
  /** What the host was free to choose and the numbers hang on. */
  readonly policies: readonly PolicyInForce[];
  /** Whose driver the guest ran. */
  readonly driver: string;
  readonly registers: Readonly<Record<string, Register>>;
}

/** A domain of the machine by its id. Throws where there is none. */
export function domainOf(world: World, id: string): Domain {
  const domain = world.domains.find((candidate) => candidate.id === id);
  if (domain === undefined) throw new Error(`the run has no domain '${id}'`);
  return domain;
}
