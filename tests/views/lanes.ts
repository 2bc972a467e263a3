/** Lanes to test views with: every pair of an architecture and a device that it offers. */
import { runRequest } from '#engine/execute.ts';
import type { Operation } from '#engine/index.ts';
import type { Lane } from '#views/lane/lane.ts';
import { laneOf } from '#views/lane/standings.ts';
import { type Offered, offered } from '../support/requests.ts';

/** Architecture x device x operation: all that there is. */
export const pairs: readonly Offered[] = offered;

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
