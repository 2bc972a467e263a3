/** Words for what is asked of a device: a network adapter gets packets, a disk gets requests. */
import type { DeviceKind } from '#engine/index.ts';
import { type Operation, operationsOf } from '#engine/vocabulary/scenario.ts';

/** The kind of device that has an operation. */
export const kindOf = (operation: Operation): DeviceKind =>
  operationsOf.network.includes(operation) ? 'network' : 'storage';

const requestWords = { network: 'packet', storage: 'request' } as const satisfies Readonly<
  Record<DeviceKind, string>
>;

/** What one request of an operation is called. */
export const requestWord = (operation: Operation): 'packet' | 'request' =>
  requestWords[kindOf(operation)];
