/**
 * Messages between netvsc and NetVSP: NVSP in the ring, RNDIS in the send and receive buffers
 * (Linux hyperv_net.h, OpenVMM netvsp). All fields little endian.
 */
import type { GuestMemory } from './guest-memory.ts';
import { pageBytes } from './vmbus-ring.ts';

export const nvspType = { sendRndisPacket: 107, sendRndisPacketComplete: 108 } as const;
export const nvspStatusSuccess = 1;
/** Length of an NVSP message since version 6.1. */
export const nvspBytes = 40;
export const channelTypeData = 0;
/** In place of a section: the data stands in ranges of guest memory. */
export const noSection = 0xffff_ffff;

/** Buffers: send sections of this size in 1 MiB, receive sub-allocations in 16 MiB, chosen by the host. */
export const buffers = {
  sendBytes: 1 << 20,
  sectionBytes: 6144,
  receiveBytes: 16 << 20,
  /** 256 + MTU + 36, as OpenVMM chooses it. */
  subAllocationBytes: 256 + 1500 + 36,
  receiveId: 0xcafe,
} as const;

/** Each ring: control page and data, in pages. */
export const ringPages = 128;

const rndisPacketMessage = 1;
export const rndisHeaderBytes = 44;
/** One per-packet-info element: 12 bytes and a 4-byte value, here the checksum offload. */
export const perPacketInfoBytes = 16;
const checksumInfo = 0;
/** Offsets in an RNDIS packet message count from the first offset field. */
const offsetsCountFrom = 8;

/** What the guest puts in front of a frame: RNDIS header and one element of per-packet info. */
export const sendOverheadBytes = rndisHeaderBytes + perPacketInfoBytes;

export function nvspMessage(type: number, ...words: readonly number[]): Uint8Array {
  return littleEndian(nvspBytes, [type, ...words]);
}

/** An acknowledgement of received packets is cut to its two words. */
export const receiveCompletion = (): Uint8Array =>
  littleEndian(8, [nvspType.sendRndisPacketComplete, nvspStatusSuccess]);

/** Header of a transfer-page packet with one range. */
export const transferPageHeader = (offset: number, bytes: number): Uint8Array =>
  littleEndian(16, [buffers.receiveId, 1, bytes, offset]);

/** Header of a GPA-direct packet: one page buffer of length, offset and page number for each range. */
export function gpaDirectHeader(
  ranges: readonly { readonly at: number; readonly bytes: number }[],
): Uint8Array {
  const words = ranges.flatMap(({ at, bytes }) => [
    bytes,
    at % pageBytes,
    Math.floor(at / pageBytes),
    0,
  ]);
  return littleEndian(8 + 16 * ranges.length, [0, ranges.length, ...words]);
}

/** Where a range of a GPA-direct header begins. */
export const rangeAt = (header: Uint8Array, index: number): number =>
  wordAt(header, 8 + 16 * index + 8) * pageBytes + wordAt(header, 8 + 16 * index + 4);

export const wordAt = (bytes: Uint8Array, offset: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset).getUint32(offset, true);

/** Writes the RNDIS header of a frame, with per-packet info where the guest sends. */
export function writeRndisPacket(
  memory: GuestMemory,
  at: number,
  frameBytes: number,
  infoBytes: number,
): void {
  const dataOffset = rndisHeaderBytes + infoBytes - offsetsCountFrom;
  const infoOffset = infoBytes === 0 ? 0 : rndisHeaderBytes - offsetsCountFrom;
  const words = [
    rndisPacketMessage,
    rndisHeaderBytes + infoBytes + frameBytes,
    dataOffset,
    frameBytes,
    0,
    0,
    0,
    infoOffset,
    infoBytes,
    0,
    0,
  ];
  const info = infoBytes === 0 ? [] : [perPacketInfoBytes, checksumInfo, 12, 0];
  [...words, ...info].forEach((word, index) => memory.write32(at + 4 * index, word));
}

/** Length of the frame that an RNDIS packet message carries. */
export const rndisFrameBytes = (memory: GuestMemory, at: number): number => memory.read32(at + 12);

function littleEndian(bytes: number, words: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(bytes));
  words.forEach((word, index) => view.setUint32(4 * index, word, true));
  return new Uint8Array(view.buffer);
}
