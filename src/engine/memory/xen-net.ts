/**
 * Requests and responses between netfront and netback, byte for byte (xen/interface/io/netif.h). An entry of
 * the transmit ring names one granted page or part of one; a frame takes one entry for each page it lies in.
 */
import type { GuestMemory } from './guest-memory.ts';
import { field, layout } from './layout.ts';

/** A transmit request of 12 bytes; the first of a frame carries the length of the whole frame. */
export const transmitRequest = layout('Transmit request', 12, {
  reference: field(0, 4, 'gref', 'grant reference of the page', 'driver'),
  offset: field(4, 2, 'offset', 'where in the page the data begins', 'driver'),
  flags: field(6, 2, 'flags', '1 checksum to be filled in, 2 data validated, 4 goes on', 'driver'),
  id: field(8, 2, 'id', 'the driver’s number; the response repeats it', 'driver'),
  size: field(10, 2, 'size', 'length of the data; first of a frame: of all of it', 'driver'),
});
export const transmitFlags = {
  checksumBlank: 1,
  dataValidated: 2,
  moreData: 4,
  extraInfo: 8,
} as const;
export const transmitResponse = layout('Transmit response', 4, {
  id: field(0, 2, 'id', 'which request is done', 'device'),
  status: field(2, 2, 'status', '0 is success', 'device'),
});

/** A receive request of 8 bytes: a granted page. */
export const receiveRequest = layout('Receive request', 8, {
  id: field(0, 2, 'id', 'the driver’s number; the response repeats it', 'driver'),
  padding: field(2, 2, 'pad', 'unused', 'driver'),
  reference: field(4, 4, 'gref', 'grant reference of the page', 'driver'),
});
/** Status is the length of the data, or an error below zero. */
export const receiveResponse = layout('Receive response', 8, {
  id: field(0, 2, 'id', 'which page is filled', 'device'),
  offset: field(2, 2, 'offset', 'where in the page the data begins', 'device'),
  flags: field(4, 2, 'flags', '1 data validated, 2 checksum blank, 4 goes on', 'device'),
  status: field(6, 2, 'status', 'length of the data, or an error below zero', 'device'),
});
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
