/** Lanes to test views with: every pair of an architecture and a device that it offers. */
import { architectures, devicesOf, type Operation, operations, runRequest } from '#engine/index.ts';
import { type Lane, laneOf } from '#views/lanes.ts';

export interface Pair {
  readonly architecture: string;
  readonly device: string;
  readonly operation: Operation;
}

/** Architecture x device x operation: all that there is. */
export const pairs: readonly Pair[] = architectures.flatMap((architecture) =>
  devicesOf(architecture).flatMap((device) =>
    operations.map((operation) => ({
      architecture: architecture.id,
      device: device.id,
      operation,
    })),
  ),
);

export const lane = (
  architecture: string,
  device: string,
  more: { operation?: Operation; count?: number; pattern?: string } = {},
): Lane => laneOf(runRequest({ architecture, device, ...more }));

/** The four lanes of the first picture. */
export const fourLanes = (operation: Operation = 'tx'): Lane[] => [
  lane('hyper-v', 'dec21140', { operation }),
  lane('hyper-v', 'netvsc', { operation }),
  lane('esxi', 'e1000', { operation }),
  lane('esxi', 'vmxnet3', { operation }),
];
