/**
 * Requests and responses between netfront and netback, byte for byte (xen/interface/io/netif.h). An entry of
 * the transmit ring names one granted page or part of one; a frame takes one entry for each page it lies in.
 */
import type { GuestMemory } from './guest-memory.ts';

/** A transmit request of 12 bytes; the first of a frame carries the length of the whole frame. */
export const transmitRequest = {
  reference: 0,
  offset: 4,
  flags: 6,
  id: 8,
  size: 10,
  bytes: 12,
} as const;
export const transmitFlags = {
  checksumBlank: 1,
  dataValidated: 2,
  moreData: 4,
  extraInfo: 8,
} as const;
export const transmitResponse = { id: 0, status: 2, bytes: 4 } as const;

/** A receive request of 8 bytes: a granted page. */
export const receiveRequest = { id: 0, reference: 4, bytes: 8 } as const;
/** Status is the length of the data, or an error below zero. */
export const receiveResponse = { id: 0, offset: 2, flags: 4, status: 6, bytes: 8 } as const;
export const receiveFlags = { dataValidated: 1, checksumBlank: 2, moreData: 4 } as const;
export const statusOkay = 0;

/** Entries that a frame may take (XEN_NETIF_NR_SLOTS_MIN). */
export const slotsOfFrame = 18;

/** The channels: each ring has an event channel of its own (feature-split-event-channels). */
export const channel = { transmit: 0, receive: 1 } as const;
/** The event that a channel raises in the guest. */
export const eventOf = (number: number): number => number + 1;

export function putTransmitRequest(
  memory: GuestMemory,
  at: number,
  request: { id: number; reference: number; offset: number; size: number; flags: number },
): void {
  memory.write32(at + transmitRequest.reference, request.reference);
  memory.write16(at + transmitRequest.offset, request.offset);
  memory.write16(at + transmitRequest.flags, request.flags);
  memory.write16(at + transmitRequest.id, request.id);
  memory.write16(at + transmitRequest.size, request.size);
}
