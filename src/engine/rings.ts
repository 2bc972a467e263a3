/** Lengths that a request sets for the rings of a network driver. A refusal is a `ScenarioError` with its cure. */
import type { DriverEntry, RingLimit } from './drivers/driver.ts';
import { oneOf } from './vocabulary/choice.ts';
import type { RingName, RingSizes } from './vocabulary/scenario.ts';
import { ScenarioError } from './vocabulary/scenario-error.ts';

const names: readonly RingName[] = ['transmit', 'receive'];

/** Those of a driver that are not as it makes them by itself. */
export function ringsFor(
  driver: DriverEntry,
  asked: Readonly<Record<string, number>> = {},
): RingSizes {
  const sizes = Object.entries(asked).map(([name, size]) => {
    if (driver.kind === 'storage')
      throw new ScenarioError(
        `ring is for network adapters: leave out ring '${name}=${size}' for ${driver.id}, or set queue-depth`,
      );
    const ring = oneOf('ring', name, names);
    return [ring, checked(driver.id, ring, size, driver.rings[ring])] as const;
  });
  return Object.fromEntries(
    sizes.filter(([ring, size]) => driver.kind === 'network' && size !== driver.rings[ring].usual),
  );
}

function checked(driver: string, ring: RingName, size: number, limit: RingLimit): number {
  if (fits(size, limit)) return size;
  const { min, max, step, how } = limit;
  if (min === max)
    throw new ScenarioError(
      `${driver} has a ${ring} ring of ${max} entries (${how}): leave out ring '${ring}=${size}'`,
    );
  const kind =
    step === undefined
      ? 'a whole number'
      : step === 'power of two'
        ? 'a power of two'
        : `a multiple of ${step}`;
  throw new ScenarioError(
    `the ${ring} ring of ${driver} must be ${kind} from ${min} to ${max} (${how}), not '${size}'`,
  );
}

function fits(size: number, { min, max, step = 1 }: RingLimit): boolean {
  if (!Number.isInteger(size) || size < min || size > max) return false;
  return step === 'power of two' ? (size & (size - 1)) === 0 : size % step === 0;
}
