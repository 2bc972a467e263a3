/**
 * Messages between storvsc and StorVSP, byte for byte: the 64 bytes of `vstor_packet` since Windows 8, the
 * SCSI request in it, and the list of page numbers in front of it (Linux storvsc_drv.c, OpenVMM
 * storvsp_protocol). All fields little endian but those of the SCSI command.
 */
import type { GuestMemory } from './guest-memory.ts';
import { field, layout } from './layout.ts';
import { commandBlockBytes, type DiskCommand, writeCommandBlock } from './scsi.ts';
import {
  completionRequested,
  directHeader,
  directRange,
  packetBytes,
  packetType,
  type PacketView,
  pageBytes,
  pageNumberBytes,
  type VmbusRing,
} from './vmbus-ring.ts';

export const operation = {
  completeIo: 1,
  executeSrb: 3,
  createSubChannels: 13,
} as const;

/** A vstor_packet; the SCSI request (vmscsi_request) begins at `length`. */
export const vstor = layout('Storage packet', 64, {
  operation: field(0, 4, 'operation', '1 complete I/O, 3 execute SRB'),
  flags: field(4, 4, 'flags', 'bit 0: a completion is wanted'),
  status: field(8, 4, 'status', '0 is success'),
  length: field(12, 2, 'length', 'length of the SCSI request'),
  srbStatus: field(14, 1, 'srb_status', '1 is success'),
  scsiStatus: field(15, 1, 'scsi_status', 'status of the disk'),
  address: field(16, 4, 'port, path, target, lun', 'which disk, a byte each'),
  cdbLength: field(20, 1, 'cdb_length', 'length of the SCSI command'),
  senseLength: field(21, 1, 'sense_info_length', 'room for sense data'),
  dataIn: field(22, 1, 'data_in', '0 write, 1 read, 2 no data'),
  reserved1: field(23, 1, 'reserved', 'unused'),
  transferLength: field(24, 4, 'data_transfer_length', 'bytes of data'),
  cdb: field(28, 20, 'cdb', 'the SCSI command; sense data in a completion'),
  reserved2: field(48, 2, 'reserve', 'unused'),
  queueTag: field(50, 1, 'queue_tag', 'all ones: untagged'),
  queueAction: field(51, 1, 'queue_action', '0x20 simple: in any order'),
  srbFlags: field(52, 4, 'srb_flags', 'direction and queueing'),
  timeOut: field(56, 4, 'time_out_value', 'seconds that the disk may take'),
  sortKey: field(60, 4, 'queue_sort_ey', 'order in the queue: unused'),
});
export const scsiRequestBytes = vstor.bytes - vstor.length;
/** Direction of the data in `dataIn`. */
export const direction = { write: 0, read: 1, none: 2 } as const;
export const srbFlags = {
  queueActionEnable: 0x2,
  disableSynchronousTransfer: 0x8,
  dataIn: 0x40,
  dataOut: 0x80,
  noQueueFreeze: 0x100,
} as const;
/** Flags of every request to a disk that takes tagged commands. */
const usualFlags =
  srbFlags.disableSynchronousTransfer | srbFlags.queueActionEnable | srbFlags.noQueueFreeze;
export const srbStatusSuccess = 1;
export const senseBytes = 20;
const timeOutSeconds = 60;
const untagged = 0xff;
const simpleTag = 0x20;

/** Each ring: control page and data. */
export const ringBytes = 128 << 10;
/** What the host says it takes in one request (OpenVMM; Linux takes what it is told). */
export const maxTransferBytes = 256 << 10;
/** One entry more than pages, for data that begins inside a page. */
export const maxSegments = maxTransferBytes / pageBytes + 1;

/** Length of the GPA-direct header of one range with so many page numbers; without data there is none. */
export const rangeHeaderBytes = (pages: number): number =>
  pages === 0 ? 0 : directHeader.bytes + directRange.page + pageNumberBytes * pages;
export const requestBytes = (pages: number): number =>
  packetBytes(rangeHeaderBytes(pages), vstor.bytes);
export const completionBytes = packetBytes(0, vstor.bytes);

// --- channels ----------------------------------------------------------------------------------------

/** Virtual processors to a sub-channel, as Linux takes hosts to offer them (storvsc_vcpus_per_sub_channel). */
const processorsPerSubChannel = 4;
/** Virtual processors to a channel in guests that run Windows, and the most channels there. */
const windows = { processorsPerChannel: 16, most: 16 } as const;

/** Sub-channels that Linux counts on when it sizes its queue. */
export const expectedSubChannels = (processors: number): number =>
  Math.floor((processors - 1) / processorsPerSubChannel);

/** Sub-channels that Linux asks for: what the host offers, but no more channels than processors. */
export const subChannels = (
  processors: number,
  offered = expectedSubChannels(processors),
): number => Math.min(processors - 1, offered);

/** Channels that Windows opens by default. */
export const windowsChannels = (processors: number): number =>
  Math.min(windows.most, Math.ceil(processors / windows.processorsPerChannel));

/** Linux keeps so much of its rings unused when it sizes its queue and when it looks for a channel, in percent. */
export const lowWaterPercent = 10;
/** Pages that Linux reckons with for the usual request (MAX_PAGE_BUFFER_COUNT). */
const usualPages = 32;

/** Commands that Linux gives the device at a time (can_queue). */
export function queueDepth(processors: number): number {
  const perChannel = Math.floor((ringBytes - pageBytes) / requestBytes(usualPages));
  const channels = expectedSubChannels(processors) + 1;
  return Math.floor((perChannel * channels * (100 - lowWaterPercent)) / 100);
}

/** Requests of the scheduler that a disk with one hardware queue gets (nr_requests). */
const schedulerRequests = 256;
/** Commands to one disk at a time (cmd_per_lun). */
const mostToDisk = 2048;

/**
 * Commands that can be out to a disk: Linux makes a hardware queue for each processor, and only a single one has a
 * scheduler, whose requests are fewer than the commands that the rings take.
 */
export const blockDepth = (processors: number): number =>
  Math.min(queueDepth(processors), processors === 1 ? schedulerRequests : mostToDisk);

// --- packets -----------------------------------------------------------------------------------------

/** What a request says: one disk command and the pages of its data. */
export interface StorageRequest extends DiskCommand {
  readonly pages: readonly number[];
}

const commandBlock = layout('SCSI command', commandBlockBytes, {
  block: field(0, commandBlockBytes, 'cdb', 'the SCSI command', 'driver'),
});

/** Where the SCSI layer leaves a command for the driver, which copies it into the ring. */
export class CommandBlock {
  private readonly memory: GuestMemory;
  private readonly at: number;

  constructor(memory: GuestMemory) {
    this.memory = memory;
    this.at = memory.layOut(commandBlock, 'SCSI command', 1);
  }

  /** Builds a command, with zeros behind it, and returns its length. */
  fill(command: DiskCommand): number {
    for (let offset = 0; offset < commandBlockBytes; offset += 4)
      this.memory.write32(this.at + offset, 0);
    return writeCommandBlock(this.memory, this.at, command);
  }

  word(offset: number): number {
    return this.memory.read32(this.at + offset);
  }
}

/**
 * Begins the packet of a request whose SCSI command the driver has at `commandBlock`, and fills it; returns
 * where its vstor_packet stands.
 */
export function putRequest(
  ring: VmbusRing,
  transaction: number,
  request: StorageRequest,
  command: CommandBlock,
): number {
  const { bytes, pages } = request;
  const headerBytes = rangeHeaderBytes(pages.length);
  const type = headerBytes === 0 ? packetType.inBand : packetType.gpaDirect;
  const header = ring.begin(type, completionRequested, transaction, headerBytes, vstor.bytes);
  if (headerBytes > 0) {
    ring.putWord(header + directHeader.reserved, 0);
    ring.putWord(header + directHeader.count, 1);
    putPages(ring, header + directHeader.bytes, bytes, pages);
  }
  putVstorPacket(ring, header + headerBytes, request, command);
  return header + headerBytes;
}

/** The only range of a request, with all its page numbers. */
function putPages(ring: VmbusRing, range: number, bytes: number, pages: readonly number[]): void {
  ring.putWord(range + directRange.length, bytes);
  ring.putWord(range + directRange.offset, pages[0]! % pageBytes);
  for (let index = 0; index < pages.length; index++) {
    const at = range + directRange.page + pageNumberBytes * index;
    ring.putWord(at, Math.floor(pages[index]! / pageBytes));
    ring.putWord(at + 4, 0);
  }
}

function putVstorPacket(
  ring: VmbusRing,
  at: number,
  request: StorageRequest,
  command: CommandBlock,
): void {
  const { kind, bytes } = request;
  const dataIn = kind === 'flush' ? direction.none : direction[kind];
  const way = kind === 'flush' ? 0 : kind === 'read' ? srbFlags.dataIn : srbFlags.dataOut;
  const commandBytes = command.fill(request);
  ring.putWord(at + vstor.operation, operation.executeSrb);
  ring.putWord(at + vstor.flags, completionRequested);
  ring.putWord(at + vstor.status, 0);
  ring.putWord(at + vstor.length, scsiRequestBytes);
  ring.putWord(at + vstor.address, 0);
  ring.putWord(at + vstor.cdbLength, commandBytes | (senseBytes << 8) | (dataIn << 16));
  ring.putWord(at + vstor.transferLength, bytes);
  for (let offset = 0; offset < commandBlockBytes; offset += 4)
    ring.putWord(at + vstor.cdb + offset, command.word(offset));
  ring.putWord(at + vstor.cdb + commandBlockBytes, 0);
  ring.putWord(at + vstor.reserved2, (untagged << 16) | (simpleTag << 24));
  ring.putWord(at + vstor.srbFlags, usualFlags | way);
  ring.putWord(at + vstor.timeOut, timeOutSeconds);
  ring.putWord(at + vstor.sortKey, 0);
}

/** SCSI operation code of the request in a packet. */
export const commandOf = (ring: VmbusRing, packet: PacketView): number =>
  ring.byte(packet.payload + vstor.cdb);

/** Length of the data that the request in a packet moves. */
export const transferLengthOf = (ring: VmbusRing, packet: PacketView): number =>
  ring.word(packet.payload + vstor.transferLength);

/** Begins the packet of a completion and fills it. */
export function putCompletion(ring: VmbusRing, transaction: number, bytes: number): void {
  const at = ring.begin(packetType.completion, 0, transaction, 0, vstor.bytes);
  for (let offset = 0; offset < vstor.bytes; offset += 4) ring.putWord(at + offset, 0);
  ring.putWord(at + vstor.operation, operation.completeIo);
  ring.putWord(at + vstor.length, scsiRequestBytes | (srbStatusSuccess << 16));
  ring.putWord(at + vstor.transferLength, bytes);
}
