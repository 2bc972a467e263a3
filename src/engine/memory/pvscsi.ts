/**
 * Registers, the page of ring indexes and the descriptors of VMware's paravirtual SCSI adapter, shared by
 * its driver and its device model (Linux drivers/scsi/vmw_pvscsi.h).
 */
import { field, layout } from './layout.ts';
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
  command: register('COMMAND', 'command', 0x0),
  commandData: register('COMMAND_DATA', 'command data', 0x4),
  commandStatus: register('COMMAND_STATUS', 'command status', 0x8),
  interruptStatus: register('INTR_STATUS', 'interrupt status', 0x100c, interruptFields),
  interruptMask: register('INTR_MASK', 'interrupt mask', 0x2010, interruptFields),
  kickOther: register('KICK_NON_RW_IO', 'kick for other requests', 0x3014, [], true),
  kickReadWrite: register('KICK_RW_IO', 'kick for reads and writes', 0x4018, [], true),
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
export const ringsState = layout(
  'Page of indexes',
  4096,
  {
    requestProducer: field(0, 4, 'reqProdIdx', 'requests written', 'driver'),
    requestConsumer: field(4, 4, 'reqConsIdx', 'requests taken', 'device'),
    requestSizeLog2: field(8, 4, 'reqNumEntriesLog2', 'size, as a power of two', 'device'),
    completionProducer: field(12, 4, 'cmpProdIdx', 'completions written', 'device'),
    completionConsumer: field(16, 4, 'cmpConsIdx', 'completions taken', 'driver'),
    completionSizeLog2: field(20, 4, 'cmpNumEntriesLog2', 'size, as a power of two', 'device'),
    requestCallThreshold: field(24, 4, 'reqCallThreshold', 'requests at which to kick', 'device'),
  },
  { requestProducer: 'driver', completionProducer: 'device' },
);

export const requestDescriptor = layout('Request descriptor', 128, {
  context: field(0, 8, 'context', 'the driver’s number; a completion repeats it', 'driver'),
  dataAddress: field(8, 8, 'dataAddr', 'address of the data or of its list', 'driver'),
  dataLength: field(16, 8, 'dataLen', 'length of the data', 'driver'),
  senseAddress: field(24, 8, 'senseAddr', 'address for sense data', 'driver'),
  senseLength: field(32, 4, 'senseLen', 'room for sense data', 'driver'),
  flags: field(36, 4, 'flags', 'direction; whether there is a list', 'driver'),
  commandBlock: field(40, 16, 'cdb', 'the SCSI command', 'driver'),
  commandBlockLength: field(56, 1, 'cdbLen', 'length of the SCSI command', 'driver'),
  unit: field(57, 8, 'lun', 'which disk', 'driver'),
  tag: field(65, 1, 'tag', '0x20 simple: in any order', 'driver'),
  bus: field(66, 1, 'bus', 'bus: 0', 'driver'),
  target: field(67, 1, 'target', 'target on the bus', 'driver'),
  processorHint: field(68, 1, 'vcpuHint', 'processor that asked', 'driver'),
});

export const requestFlags = {
  segmentList: 1 << 0,
  noData: 1 << 2,
  toHost: 1 << 3,
  toDevice: 1 << 4,
} as const;

/** Requests may be carried out in any order. */
export const simpleTag = 0x20;

export const completionDescriptor = layout('Completion descriptor', 32, {
  context: field(0, 8, 'context', 'which request is done', 'device'),
  dataLength: field(8, 8, 'dataLen', 'bytes moved', 'device'),
  senseLength: field(16, 4, 'senseLen', 'bytes of sense data', 'device'),
  hostStatus: field(20, 2, 'hostStatus', 'status of the adapter', 'device'),
  scsiStatus: field(22, 2, 'scsiStatus', 'status of the disk', 'device'),
});

/** An element of a list of segments; a list fills half a page and lies within one. */
export const segment = layout('Segment', 16, {
  address: field(0, 8, 'addr', 'address of the data', 'driver'),
  length: field(8, 4, 'length', 'length of the data', 'driver'),
  flags: field(12, 4, 'flags', '1: the list goes on elsewhere', 'driver'),
});

export const pageBytes = 4096;
export const requestsPerPage = pageBytes / requestDescriptor.bytes;
export const completionsPerPage = pageBytes / completionDescriptor.bytes;
/** Pages of each ring that Linux sets up for up to 16 targets. */
export const ringPages = 8;
export const requests = ringPages * requestsPerPage;
export const senseBytes = 96;
