/**
 * Registers, the page of ring indexes and the descriptors of VMware's paravirtual SCSI adapter, shared by
 * its driver and its device model (Linux drivers/scsi/vmw_pvscsi.h).
 */
import { flag, mappedRegisters, type Register, type RegisterField } from './register.ts';

const register = mappedRegisters('pvscsi-io', 'Linux vmw_pvscsi.h');

const interruptFields: readonly RegisterField[] = [
  flag(0, 'CMPL_0', 'requests have been completed'),
  flag(1, 'CMPL_1', 'requests have been completed'),
  flag(2, 'MSG_0', 'a message has been written'),
  flag(3, 'MSG_1', 'a message has been written'),
];

/** Each class of registers has a page of its own, so that a hypervisor may treat it in its own way. */
export const registers = {
  command: register('COMMAND', 0x0),
  commandData: register('COMMAND_DATA', 0x4),
  commandStatus: register('COMMAND_STATUS', 0x8),
  interruptStatus: register('INTR_STATUS', 0x100c, interruptFields),
  interruptMask: register('INTR_MASK', 0x2010, interruptFields),
  kickOther: register('KICK_NON_RW_IO', 0x3014, [], true),
  kickReadWrite: register('KICK_RW_IO', 0x4018, [], true),
} as const satisfies Record<string, Register>;

/** Interrupts for completed requests. */
export const completionInterrupts = 0x3;
/** The one that is used. */
export const completionInterrupt = 0x1;

export const command = { adapterReset: 1, setUpRings: 3, setUpRequestCallThreshold: 10 } as const;
/** COMMAND_STATUS of a command that the device does not have. */
export const notSupported = 0xffff_ffff;

/** The descriptor of SETUP_RINGS: 528 bytes, written word by word. Pages are numbers of 64 bits. */
export const setUpRings = {
  words: 132,
  requestPages: 0,
  completionPages: 1,
  stateWord: 2,
  requestRingWord: 4,
  completionRingWord: 68,
  maximumPages: 32,
} as const;
export const setUpThresholdWords = 1;

/** The page of indexes. They run freely through 32 bits; the size of a ring masks them. */
export const ringsState = {
  requestProducer: 0,
  requestConsumer: 4,
  requestSizeLog2: 8,
  completionProducer: 12,
  completionConsumer: 16,
  completionSizeLog2: 20,
  requestCallThreshold: 24,
} as const;

export const requestDescriptor = {
  bytes: 128,
  context: 0,
  dataAddress: 8,
  dataLength: 16,
  senseAddress: 24,
  senseLength: 32,
  flags: 36,
  commandBlock: 40,
  commandBlockLength: 56,
  unit: 57,
  tag: 65,
  bus: 66,
  target: 67,
  processorHint: 68,
} as const;

export const requestFlags = {
  segmentList: 1 << 0,
  noData: 1 << 2,
  toHost: 1 << 3,
  toDevice: 1 << 4,
} as const;

/** Requests may be carried out in any order. */
export const simpleTag = 0x20;

export const completionDescriptor = {
  bytes: 32,
  context: 0,
  dataLength: 8,
  senseLength: 16,
  hostStatus: 20,
  scsiStatus: 22,
} as const;

/** An element of a list of segments; a list fills half a page and lies within one. */
export const segment = { bytes: 16, address: 0, length: 8, flags: 12 } as const;

export const pageBytes = 4096;
export const requestsPerPage = pageBytes / requestDescriptor.bytes;
export const completionsPerPage = pageBytes / completionDescriptor.bytes;
/** Pages of each ring that Linux sets up for up to 16 targets. */
export const ringPages = 8;
export const requests = ringPages * requestsPerPage;
export const senseBytes = 96;
