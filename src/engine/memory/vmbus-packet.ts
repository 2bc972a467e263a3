/**
 * A packet in the data area of a VMBus ring as the structures that it is made of, so that views can show its bytes
 * with their meanings. It reads by the same layouts as the ring's two ends write by.
 */
import type { Layout } from '../vocabulary/layout.ts';
import { nvspType, receiveComplete, sendComplete, sendPacket } from './nvsp.ts';
import { vstor } from './storvsc.ts';
import {
  directHeader,
  directRange,
  packetDescriptor,
  packetType,
  trailer,
  transferHeader,
  transferRange,
} from './vmbus-ring.ts';

/** A structure and where it begins: an index into the data area, where bytes wrap. */
export interface PacketPart {
  readonly layout: Layout;
  readonly index: number;
}

/** Whose messages a channel carries. */
export type Protocol = 'nvsp' | 'vstor';

/**
 * The structures of the packet at an index, in order. A range with several page numbers is one part; those after the
 * first stand behind it. Throws a RangeError where no packet can begin.
 */
export function packetParts(data: Uint8Array, index: number, protocol: Protocol): PacketPart[] {
  if (index < 0 || index >= data.length || index % 8 !== 0)
    throw new RangeError(`a packet begins at a multiple of 8 below ${data.length}, not ${index}`);
  const place = (offset: number): number => (index + offset) % data.length;
  const half = (offset: number): number => data[place(offset)]! | (data[place(offset + 1)]! << 8);
  const word = (offset: number): number => (half(offset) | (half(offset + 2) << 16)) >>> 0;
  const payload = 8 * half(packetDescriptor.headerEighths);
  const end = 8 * half(packetDescriptor.packetEighths);
  const message = messageOf(protocol, word(payload), end - payload);
  const parts: [Layout, number][] = [
    [packetDescriptor, 0],
    ...headerOf(half(packetDescriptor.type), word),
    ...(message === undefined ? [] : [[message, payload] as [Layout, number]]),
    [trailer, end],
  ];
  return parts.map(([layout, offset]) => ({ layout, index: place(offset) }));
}

/** What stands between descriptor and message, by type of packet. */
function headerOf(type: number, word: (offset: number) => number): [Layout, number][] {
  const start = packetDescriptor.bytes;
  const rows = (header: Layout, range: Layout, countAt: number): [Layout, number][] => [
    [header, start],
    ...Array.from({ length: word(start + countAt) }, (_, number): [Layout, number] => [
      range,
      start + header.bytes + number * range.bytes,
    ]),
  ];
  switch (type) {
    case packetType.transferPages:
      return rows(transferHeader, transferRange, transferHeader.count);
    case packetType.gpaDirect:
      return rows(directHeader, directRange, directHeader.count);
    default:
      return [];
  }
}

function messageOf(protocol: Protocol, type: number, bytes: number): Layout | undefined {
  if (protocol === 'vstor') return vstor;
  if (type === nvspType.sendRndisPacket) return sendPacket;
  return bytes <= receiveComplete.bytes ? receiveComplete : sendComplete;
}
