/**
 * Queues in which frames wait, and where those are dropped that find one full. Each has an end and the name of the
 * counter that shows its drops. Leaves out: the packet buffers on a card in front of its rings.
 */
import type { DropPlace } from '../vocabulary/results.ts';
import type { ReceiveQueue } from './architecture.ts';
import { assumed, documented } from './rows.ts';

/** Receive descriptors that the physical driver has given to the card. */
export const physicalRing: DropPlace = {
  place: 'receive ring of the network card',
  counter: 'rx_missed_errors',
  ...documented('linux-ixgbe'),
};

/** A queue to a process of the host, of which nothing is published. */
export const processQueue: ReceiveQueue = {
  place: 'queue to the device model’s process',
  size: 'process-receive-queue',
  in: 'frames',
  waits: false,
  ...assumed(),
};

/** Buffers that the guest has given to its device, with the counter of the device's drops. */
export const guestRing = (counter: string | undefined): DropPlace => ({
  place: 'receive ring of the guest',
  ...(counter === undefined ? {} : { counter }),
  ...documented('linux-source'),
});
