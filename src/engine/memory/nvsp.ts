/**
 * Messages between netvsc and NetVSP: NVSP in the ring, RNDIS in the send and receive buffers
 * (Linux hyperv_net.h, OpenVMM netvsp). All fields little endian, written and read in place.
 */
import type { GuestMemory } from './guest-memory.ts';
import { isLarge, segmentBytes, transportHeaderAt } from './segmentation.ts';
import { pageBytes, type VmbusRing } from './vmbus-ring.ts';

export const nvspType = { sendRndisPacket: 107, sendRndisPacketComplete: 108 } as const;
export const nvspStatusSuccess = 1;
/** Length of an NVSP message since version 6.1; an acknowledgement of received packets is cut to two words. */
export const nvspBytes = 40;
export const receiveCompletionBytes = 8;
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
export const sectionCount = Math.floor(buffers.sendBytes / buffers.sectionBytes);

/** Several RNDIS messages share a section: at most so many, each padded to this alignment. */
export const aggregation = { mostFrames: 8, align: 8 } as const;

/** Each ring: control page and data, in pages. */
export const ringPages = 128;
/** Channels that Linux 6.1 opens at most (VRSS_CHANNEL_DEFAULT). */
export const mostChannels = 8;

/** Headers that stand in the ring between descriptor and message. */
export const transferHeaderBytes = (ranges: number): number => 8 + 8 * ranges;
/** Frames that Linux takes in one packet of transfer pages (NETVSC_XFER_HEADER_SIZE and the inbound limit). */
export const mostRanges = 375;
export const directHeaderBytes = (ranges: number): number => 8 + 16 * ranges;

const rndisPacketMessage = 1;
export const rndisHeaderBytes = 44;
/** One per-packet-info element: 12 bytes and a 4-byte value. */
export const perPacketInfoBytes = 16;
const info = { checksum: 0, largeSend: 2, hash: 8 } as const;
/** Offsets in an RNDIS packet message count from the first offset field. */
const offsetsCountFrom = 8;
const rndis = {
  type: 0,
  messageBytes: 4,
  dataOffset: 8,
  dataBytes: 12,
  infoOffset: 28,
  infoBytes: 32,
} as const;
/** IPv4, UDP checksum to be computed, and where the transport header begins. */
const checksumValue = 1 | (1 << 3) | (transportHeaderAt << 16);
/** Segment size, where the TCP header begins, and version 2 of the offload. */
const largeSendValue = segmentBytes | (transportHeaderAt << 20) | (1 << 30);

/** What the guest puts in front of a frame: RNDIS header, checksum or large send, and a hash with several queues. */
export const sendOverheadBytes = (withHash: boolean): number =>
  rndisHeaderBytes + perPacketInfoBytes * (withHash ? 2 : 1);

/** Puts an NVSP message into the packet that was begun, at the index of its payload. */
export function putMessage(
  ring: VmbusRing,
  index: number,
  type: number,
  first: number,
  second = 0,
  third = 0,
): void {
  ring.putWord(index, type);
  ring.putWord(index + 4, first);
  ring.putWord(index + 8, second);
  ring.putWord(index + 12, third);
  for (let word = 16; word < nvspBytes; word += 4) ring.putWord(index + word, 0);
}

/** Puts the acknowledgement of a received packet. */
export function putReceiveCompletion(ring: VmbusRing, index: number): void {
  ring.putWord(index, nvspType.sendRndisPacketComplete);
  ring.putWord(index + 4, nvspStatusSuccess);
}

/** Puts the header of a transfer-page packet, without its ranges. */
export function putTransferHeader(ring: VmbusRing, index: number, ranges: number): void {
  ring.putWord(index, buffers.receiveId);
  ring.putWord(index + 4, ranges);
}

/** Puts one range of a transfer-page packet: where in the receive buffer a frame stands, and how long it is. */
export function putTransferRange(
  ring: VmbusRing,
  header: number,
  number: number,
  offset: number,
  bytes: number,
): void {
  const index = header + transferHeaderBytes(number);
  ring.putWord(index, bytes);
  ring.putWord(index + 4, offset);
}

/** Ranges of a transfer-page packet, and where in the receive buffer one of them stands. */
export const transferRanges = (ring: VmbusRing, header: number): number => ring.word(header + 4);
export const transferOffset = (ring: VmbusRing, header: number, number: number): number =>
  ring.word(header + transferHeaderBytes(number) + 4);

/** Puts one page buffer of a GPA-direct header: length, offset in the page, number of the page. */
export function putRange(
  ring: VmbusRing,
  header: number,
  number: number,
  at: number,
  bytes: number,
): void {
  const index = header + directHeaderBytes(number);
  ring.putWord(index, bytes);
  ring.putWord(index + 4, at % pageBytes);
  ring.putWord(index + 8, Math.floor(at / pageBytes));
  ring.putWord(index + 12, 0);
}

/** Where the first range of a GPA-direct header begins. */
export const firstRange = (ring: VmbusRing, header: number): number =>
  ring.word(header + directHeaderBytes(0) + 8) * pageBytes +
  ring.word(header + directHeaderBytes(0) + 4);

export const wordAt = (bytes: Uint8Array, offset: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset).getUint32(offset, true);

/** Writes the RNDIS header of a frame from the host. */
export function writeReceiveHeader(memory: GuestMemory, at: number, frameBytes: number): void {
  writeHeader(memory, at, rndisHeaderBytes + frameBytes, frameBytes, 0);
}

/** Writes the RNDIS header of a frame from the guest, padded at its end, with per-packet info. */
export function writeSendHeader(
  memory: GuestMemory,
  at: number,
  frameBytes: number,
  withHash: boolean,
  padding: number,
): void {
  const overhead = sendOverheadBytes(withHash);
  writeHeader(memory, at, overhead + frameBytes + padding, frameBytes, overhead - rndisHeaderBytes);
  const element = at + rndisHeaderBytes;
  if (withHash) writeInfo(memory, element, info.hash, 0);
  const last = withHash ? element + perPacketInfoBytes : element;
  if (isLarge(frameBytes)) writeInfo(memory, last, info.largeSend, largeSendValue);
  else writeInfo(memory, last, info.checksum, checksumValue);
}

/** Length of the frame that an RNDIS packet message carries, and of the message. */
export const rndisFrameBytes = (memory: GuestMemory, at: number): number =>
  memory.read32(at + rndis.dataBytes);
export const rndisMessageBytes = (memory: GuestMemory, at: number): number =>
  memory.read32(at + rndis.messageBytes);

function writeHeader(
  memory: GuestMemory,
  at: number,
  messageBytes: number,
  frameBytes: number,
  infoBytes: number,
): void {
  memory.write32(at + rndis.type, rndisPacketMessage);
  memory.write32(at + rndis.messageBytes, messageBytes);
  memory.write32(at + rndis.dataOffset, rndisHeaderBytes + infoBytes - offsetsCountFrom);
  memory.write32(at + rndis.dataBytes, frameBytes);
  // No out-of-band data.
  memory.write32(at + 16, 0);
  memory.write32(at + 20, 0);
  memory.write32(at + 24, 0);
  memory.write32(at + rndis.infoOffset, infoBytes === 0 ? 0 : rndisHeaderBytes - offsetsCountFrom);
  memory.write32(at + rndis.infoBytes, infoBytes);
  memory.write32(at + 36, 0);
  memory.write32(at + 40, 0);
}

function writeInfo(memory: GuestMemory, at: number, type: number, value: number): void {
  memory.write32(at, perPacketInfoBytes);
  memory.write32(at + 4, type);
  memory.write32(at + 8, 12);
  memory.write32(at + 12, value);
}
