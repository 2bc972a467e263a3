/**
 * What a reader can choose, as plain data: the island gets it from the built page, so that the engine itself is
 * loaded only where flows are computed.
 */
import { architectures, devicesOf } from '#engine/execute.ts';
import type { DeviceKind } from '#engine/index.ts';

export interface DeviceChoice {
  readonly id: string;
  readonly title: string;
  readonly kind: DeviceKind;
  readonly class: string;
}

export interface ArchitectureChoice {
  readonly id: string;
  readonly title: string;
  /** Never empty. */
  readonly devices: readonly DeviceChoice[];
}

export type Catalogue = readonly ArchitectureChoice[];

/** The architecture on which drivers are checked against recordings; no machine that a reader could have. */
const forTestsOnly = 'reference';

export const catalogue: Catalogue = architectures
  .filter(({ id }) => id !== forTestsOnly)
  .map((architecture) => ({
    id: architecture.id,
    title: architecture.title,
    devices: devicesOf(architecture).map((device) => ({
      id: device.id,
      title: device.title,
      kind: device.kind,
      class: device.class,
    })),
  }))
  .filter(({ devices }) => devices.length > 0);
