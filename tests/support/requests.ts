/** Everything there is to ask for: each architecture, each device it offers, each operation of that device. */
import { architectures, devicesOf } from '#engine/execute.ts';
import { type DeviceEntry, type Operation, operationsOf } from '#engine/index.ts';

export interface Offered {
  readonly architecture: string;
  readonly device: string;
  readonly operation: Operation;
}

/** Every cell of the matrix: an architecture and a device that it offers. */
export const cells: readonly { architecture: string; device: DeviceEntry }[] =
  architectures.flatMap((architecture) =>
    devicesOf(architecture).map((device) => ({ architecture: architecture.id, device })),
  );

export const offered: readonly Offered[] = cells.flatMap(({ architecture, device }) =>
  operationsOf[device.kind].map((operation) => ({ architecture, device: device.id, operation })),
);

/** A small size of what the operation moves. */
export const smallBytes = (operation: Operation): number =>
  operation === 'read' || operation === 'write' ? 512 : operation === 'flush' ? 0 : 60;
