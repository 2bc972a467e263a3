/**
 * Messages between netvsc and NetVSP: NVSP in the ring, RNDIS in the send and receive buffers
 * (Linux hyperv_net.h, OpenVMM netvsp). All fields little endian, written and read in place.
 */
import type { GuestMemory } from './guest-memory.ts';
import { field, layout } from './layout.ts';
import { isLarge, segmentBytes, transportHeaderAt } from './segmentation.ts';
import {
  directHeader,
  directRange,
  pageBytes,
  pageNumberBytes,
  transferHeader,
  transferRange,
  type VmbusRing,
} from './vmbus-ring.ts';

export const nvspType = {
  sendRndisPacket: 107,
  sendRndisPacketComplete: 108,
  switchDataPath: 129,
} as const;
export const nvspStatusSuccess = 1;
/** An RNDIS message for the other side, since version 6.1. */
export const sendPacket = layout('NVSP: send RNDIS packet', 40, {
  type: field(0, 4, 'msg_type', '107'),
  channelType: field(4, 4, 'channel_type', '0 data, 1 control'),
  section: field(8, 4, 'send_buf_section_index', 'section of the send buffer; all ones for none'),
  sectionBytes: field(12, 4, 'send_buf_section_size', 'bytes of the section in use'),
  padding: field(16, 24, 'padding', 'unused'),
});
/** The answer to it. */
export const sendComplete = layout('NVSP: send RNDIS packet complete', 40, {
  type: field(0, 4, 'msg_type', '108'),
  status: field(4, 4, 'status', '1 is success'),
  padding: field(8, 32, 'padding', 'unused'),
});
/** An acknowledgement of received packets is cut to two words. */
export const receiveComplete = layout('NVSP: send RNDIS packet complete', 8, {
  type: field(0, 4, 'msg_type', '108'),
  status: field(4, 4, 'status', '1 is success'),
});
/** Which path frames take from now on; the completion that answers it has no payload. */
export const switchDataPath = layout('NVSP: switch data path', 40, {
  type: field(0, 4, 'msg_type', '129'),
  path: field(4, 4, 'active_datapath', '0 synthetic, 1 virtual function'),
  padding: field(8, 32, 'padding', 'unused'),
});
export const dataPath = { synthetic: 0, virtualFunction: 1 } as const;
export type DataPath = (typeof dataPath)[keyof typeof dataPath];
export const nvspBytes = sendPacket.bytes;
export const receiveCompletionBytes = receiveComplete.bytes;
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
export const transferHeaderBytes = (ranges: number): number =>
  transferHeader.bytes + transferRange.bytes * ranges;
/** Frames that Linux takes in one packet of transfer pages (NETVSC_XFER_HEADER_SIZE and the inbound limit). */
export const mostRanges = 375;
/** Bytes of a range of guest memory in a packet: where it begins, and a number for each page that it touches. */
export const rangeBytes = (at: number, bytes: number): number =>
  directRange.page + pageNumberBytes * Math.ceil(((at % pageBytes) + bytes) / pageBytes);

const rndisPacketMessage = 1;
const info = { checksum: 0, largeSend: 2, hash: 8 } as const;
/** Offsets in an RNDIS packet message count from the first offset field. */
const offsetsCountFrom = 8;
const rndis = layout('RNDIS packet message', 44, {
  type: field(0, 4, 'ndis_msg_type', '1 is a packet'),
  messageBytes: field(4, 4, 'msg_len', 'length of the message, frame and padding included'),
  dataOffset: field(8, 4, 'data_offset', 'where the frame begins, counted from here'),
  dataBytes: field(12, 4, 'data_len', 'length of the frame'),
  otherOffset: field(16, 4, 'oob_data_offset', 'out-of-band data: none'),
  otherBytes: field(20, 4, 'oob_data_len', 'out-of-band data: none'),
  otherCount: field(24, 4, 'num_oob_data_elements', 'out-of-band data: none'),
  infoOffset: field(28, 4, 'per_pkt_info_offset', 'where per-packet info begins'),
  infoBytes: field(32, 4, 'per_pkt_info_len', 'length of all per-packet info'),
  handle: field(36, 4, 'vc_handle', 'unused'),
  reserved: field(40, 4, 'reserved', 'unused'),
});
/** One element with a 4-byte value; there may be a second one behind it. */
const perPacketInfo = layout('Per-packet info', 16, {
  size: field(0, 4, 'size', 'length of the element'),
  type: field(4, 4, 'type', '0 checksum, 2 large send, 8 hash'),
  valueOffset: field(8, 4, 'ppi_offset', 'where its value begins'),
  value: field(12, 4, 'value', 'what the device is to do with the frame'),
});
export const rndisHeaderBytes = rndis.bytes;
export const perPacketInfoBytes = perPacketInfo.bytes;
/** A stretch that begins with an RNDIS message: header and up to two elements of per-packet info, then the rest. */
const messageIn = (title: string, bytes: number) => {
  const known = rndis.bytes + 2 * perPacketInfo.bytes;
  const rest = { rest: field(known, bytes - known, 'data', 'frame, and further messages') };
  return layout(title, bytes, {
    ...Object.fromEntries(rndis.fields.map((row) => [`${row.offset}`, row])),
    ...infoRows(rndis.bytes, 'first '),
    ...infoRows(rndis.bytes + perPacketInfo.bytes, 'second '),
    ...(bytes > known ? rest : {}),
  });
};
/** Slot for the header of a frame that is sent by reference; it lies in one page. */
export const headerSlot = messageIn('RNDIS message', 128);
export const sendSection = messageIn('Send buffer section', buffers.sectionBytes);
export const receivePart = messageIn('Part of the receive buffer', buffers.subAllocationBytes);

function infoRows(start: number, prefix: string) {
  return Object.fromEntries(
    perPacketInfo.fields.map((row) => [
      `${start + row.offset}`,
      { ...row, offset: start + row.offset, name: prefix + row.name },
    ]),
  );
}
/** IPv4, UDP checksum to be computed, and where the transport header begins. */
const checksumValue = 1 | (1 << 3) | (transportHeaderAt << 16);
/** Segment size, where the TCP header begins, and version 2 of the offload. */
const largeSendValue = segmentBytes | (transportHeaderAt << 20) | (1 << 30);

/** What the guest puts in front of a frame: RNDIS header, checksum or large send, and a hash with several queues. */
export const sendOverheadBytes = (withHash: boolean): number =>
  rndisHeaderBytes + perPacketInfoBytes * (withHash ? 2 : 1);

/** Puts the message with a frame, or with those of a section, at the index of the payload of the packet begun. */
export function putSendPacket(
  ring: VmbusRing,
  index: number,
  section: number,
  sectionBytes = 0,
): void {
  ring.putWord(index + sendPacket.type, nvspType.sendRndisPacket);
  ring.putWord(index + sendPacket.channelType, channelTypeData);
  ring.putWord(index + sendPacket.section, section);
  ring.putWord(index + sendPacket.sectionBytes, sectionBytes);
  clear(ring, index + sendPacket.padding, index + sendPacket.bytes);
}

/** Puts the message that switches the data path. */
export function putSwitchDataPath(ring: VmbusRing, index: number, path: DataPath): void {
  ring.putWord(index + switchDataPath.type, nvspType.switchDataPath);
  ring.putWord(index + switchDataPath.path, path);
  clear(ring, index + switchDataPath.padding, index + switchDataPath.bytes);
}

/** The path that a packet switches to; undefined where it is another message. */
export const switchedPath = (ring: VmbusRing, payload: number): number | undefined =>
  ring.word(payload + switchDataPath.type) === nvspType.switchDataPath
    ? ring.word(payload + switchDataPath.path)
    : undefined;

/** Puts the answer to a message with frames. */
export function putSendComplete(ring: VmbusRing, index: number): void {
  ring.putWord(index + sendComplete.type, nvspType.sendRndisPacketComplete);
  ring.putWord(index + sendComplete.status, nvspStatusSuccess);
  clear(ring, index + sendComplete.padding, index + sendComplete.bytes);
}

function clear(ring: VmbusRing, from: number, to: number): void {
  for (let index = from; index < to; index += 4) ring.putWord(index, 0);
}

/** Puts the acknowledgement of a received packet. */
export function putReceiveCompletion(ring: VmbusRing, index: number): void {
  ring.putWord(index + receiveComplete.type, nvspType.sendRndisPacketComplete);
  ring.putWord(index + receiveComplete.status, nvspStatusSuccess);
}

/** Puts the header of a transfer-page packet, without its ranges. */
export function putTransferHeader(ring: VmbusRing, index: number, ranges: number): void {
  ring.putWord(index + transferHeader.pages, buffers.receiveId);
  ring.putWord(index + transferHeader.count, ranges);
}

/**
 * Puts one range of a transfer-page packet: the part of the receive buffer that a frame stands in, in its full length
 * (OpenVMM, process_endpoint_rx); the RNDIS message there says how long the frame is.
 */
export function putTransferRange(
  ring: VmbusRing,
  header: number,
  number: number,
  part: number,
): void {
  const index = header + transferHeaderBytes(number);
  ring.putWord(index + transferRange.length, buffers.subAllocationBytes);
  ring.putWord(index + transferRange.offset, part * buffers.subAllocationBytes);
}

/** Ranges of a transfer-page packet, and where in the receive buffer one of them stands. */
export const transferRanges = (ring: VmbusRing, header: number): number =>
  ring.word(header + transferHeader.count);
export const transferOffset = (ring: VmbusRing, header: number, number: number): number =>
  ring.word(header + transferHeaderBytes(number) + transferRange.offset);

/** Puts the header of a packet that points into guest memory; returns the index of its first range. */
export function putDirectHeader(ring: VmbusRing, index: number, ranges: number): number {
  ring.putWord(index + directHeader.reserved, 0);
  ring.putWord(index + directHeader.count, ranges);
  return index + directHeader.bytes;
}

/**
 * Puts one range of a GPA-direct header: length, offset in its first page, numbers of all its pages
 * (netvsc_build_mpb_array). Returns the index of the next range.
 */
export function putRange(ring: VmbusRing, index: number, at: number, bytes: number): number {
  ring.putWord(index + directRange.length, bytes);
  ring.putWord(index + directRange.offset, at % pageBytes);
  const end = index + rangeBytes(at, bytes);
  let page = Math.floor(at / pageBytes);
  for (let next = index + directRange.page; next < end; next += pageNumberBytes, page++) {
    ring.putWord(next, page);
    ring.putWord(next + 4, 0);
  }
  return end;
}

/** Where the first range of a GPA-direct header begins. */
export const firstRange = (ring: VmbusRing, header: number): number =>
  ring.word(header + directHeader.bytes + directRange.page) * pageBytes +
  ring.word(header + directHeader.bytes + directRange.offset);

/** Section of the send buffer that a message names, and how much of it is in use. */
export const sectionOf = (ring: VmbusRing, payload: number): number =>
  ring.word(payload + sendPacket.section);
export const sectionBytesOf = (ring: VmbusRing, payload: number): number =>
  ring.word(payload + sendPacket.sectionBytes);

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
  memory.write32(at + rndis.otherOffset, 0);
  memory.write32(at + rndis.otherBytes, 0);
  memory.write32(at + rndis.otherCount, 0);
  memory.write32(at + rndis.infoOffset, infoBytes === 0 ? 0 : rndisHeaderBytes - offsetsCountFrom);
  memory.write32(at + rndis.infoBytes, infoBytes);
  memory.write32(at + rndis.handle, 0);
  memory.write32(at + rndis.reserved, 0);
}

function writeInfo(memory: GuestMemory, at: number, type: number, value: number): void {
  memory.write32(at + perPacketInfo.size, perPacketInfo.bytes);
  memory.write32(at + perPacketInfo.type, type);
  memory.write32(at + perPacketInfo.valueOffset, perPacketInfo.value);
  memory.write32(at + perPacketInfo.value, value);
}
