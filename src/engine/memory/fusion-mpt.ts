/**
 * Registers, request frames, replies and scatter-gather elements of LSI's Fusion-MPT (MPI 1.5), shared by
 * driver and device model (Linux drivers/message/fusion/lsi/mpi.h, mpi_init.h, mpi_ioc.h; QEMU hw/scsi/mpi.h).
 */
import { field, layout } from './layout.ts';
import { flag, mappedRegisters, type Register } from './register.ts';

const register = mappedRegisters('mptsas-mmio', 'Linux lsi/mpi.h');

export const registers = {
  doorbell: register('DOORBELL', 'doorbell', 0x00, [
    { at: 28, bits: 4, name: 'STATE', meaning: 'state of the controller' },
  ]),
  interruptStatus: register('HOST_INTERRUPT_STATUS', 'interrupt status', 0x30, [
    flag(0, 'DOORBELL', 'the controller has written its doorbell'),
    flag(3, 'REPLY', 'replies are posted'),
  ]),
  interruptMask: register('HOST_INTERRUPT_MASK', 'interrupt mask', 0x34, [
    flag(0, 'DIM', 'doorbell interrupts are masked'),
    flag(3, 'RIM', 'reply interrupts are masked'),
  ]),
  requestFifo: register(
    'REQUEST_FIFO',
    'request queue',
    0x40,
    [
      { at: 0, bits: 2, name: 'BLOCKS', meaning: '32-byte blocks of the frame in use, modulo 4' },
      { at: 2, bits: 30, name: 'FRAME', meaning: 'address of the request frame' },
    ],
    true,
  ),
  replyFifo: register('REPLY_FIFO', 'reply queue', 0x44, [
    flag(31, 'A', 'an address of a reply frame, halved, and not a context'),
  ]),
} as const satisfies Record<string, Register>;

/** What REPLY_FIFO answers when nothing is posted. */
export const noReply = 0xffff_ffff;
export const addressReply = 0x8000_0000;
/** Low bits of what REQUEST_FIFO takes; frames begin at multiples of 128. */
export const blockCountMask = 3;

export const interruptStatus = { reply: 1 << 3 } as const;
export const interruptMask = { doorbell: 1 << 0, reply: 1 << 3 } as const;

/** State of the controller in DOORBELL. */
export const state = { ready: 0x1000_0000, operational: 0x2000_0000 } as const;

/** A message handed over through DOORBELL: this word with the number of words that follow, then those. */
export const handshake = { function: 0x42, functionAt: 24, wordsAt: 16 } as const;

export const messageFunction = { scsiIo: 0x00, iocInit: 0x02 } as const;

/** The message that makes the controller operational, and the words of it that are not zero. */
export const iocInit = {
  words: 11,
  /** WhoInit (host driver) and function. */
  word0: (messageFunction.iocInit << 24) | 0x04,
  /** MaxDevices 1, MaxBuses 1. */
  word1: 0x0001_0100,
  replyFrameSizeWord: 3,
  versionWord: 10,
  version: 0x0105,
} as const;

/** A SCSI I/O request; scatter-gather elements follow in the same frame. */
export const request = layout('SCSI I/O request frame', 128, {
  target: field(0x00, 1, 'TargetID', 'target on the bus', 'driver'),
  bus: field(0x01, 1, 'Bus', 'bus: 0', 'driver'),
  chainOffset: field(
    0x02,
    1,
    'ChainOffset',
    'the chain element’s place, in words; 0: none',
    'driver',
  ),
  function: field(0x03, 1, 'Function', '0 is SCSI I/O', 'driver'),
  commandBlockLength: field(0x04, 1, 'CDBLength', 'length of the SCSI command', 'driver'),
  senseLength: field(0x05, 1, 'SenseBufferLength', 'room for sense data', 'driver'),
  reserved: field(0x06, 1, 'Reserved', 'unused', 'driver'),
  flags: field(0x07, 1, 'MsgFlags', 'bit 0: the sense buffer has a 64-bit address', 'driver'),
  context: field(0x08, 4, 'MsgContext', 'the driver’s number; a reply repeats it', 'driver'),
  unit: field(0x0c, 8, 'LUN', 'which disk', 'driver'),
  control: field(0x14, 4, 'Control', 'direction and queueing', 'driver'),
  commandBlock: field(0x18, 16, 'CDB', 'the SCSI command', 'driver'),
  dataLength: field(0x28, 4, 'DataLength', 'length of the data', 'driver'),
  senseAddress: field(0x2c, 4, 'SenseBufferLowAddr', 'address for sense data', 'driver'),
  segments: field(0x30, 80, 'SGL', 'scatter-gather elements', 'driver'),
});

/** MsgFlags: the sense buffer has an address of 64 bits. */
export const senseWidth64 = 1;
/** Data direction in Control; requests are simply queued (task attribute 0). */
export const control = { noData: 0, write: 0x0100_0000, read: 0x0200_0000 } as const;

/** Scatter-gather elements with 64-bit addresses: flags and length, then the address. */
export const element = layout('Scatter-gather element', 12, {
  flagsLength: field(0, 4, 'FlagsLength', 'kind and flags; length of the data', 'driver'),
  address: field(4, 8, 'Address', 'address of the data, or of the next buffer', 'driver'),
});
/** A buffer that a list goes on in: ten elements. */
export const chainBuffer = layout('Chain buffer', 128, {
  segments: field(0, 10 * element.bytes, 'SGL', 'scatter-gather elements', 'driver'),
});
export const elementFlags = {
  last: 0x8000_0000,
  endOfBuffer: 0x4000_0000,
  typeMask: 0x3000_0000,
  simple: 0x1000_0000,
  chain: 0x3000_0000,
  hostToController: 0x0400_0000,
  address64: 0x0200_0000,
  endOfList: 0x0100_0000,
  lengthMask: 0x00ff_ffff,
  /** In a chain element: where in the next buffer its own chain element stands, in words. */
  nextOffsetAt: 16,
  nextOffsetMask: 0xff,
} as const;

/** A reply frame to a SCSI I/O request that did not simply succeed. */
export const reply = layout('SCSI I/O reply frame', 36, {
  target: field(0x00, 1, 'TargetID', 'target on the bus', 'device'),
  bus: field(0x01, 1, 'Bus', 'bus: 0', 'device'),
  messageLength: field(0x02, 1, 'MsgLength', 'length of the frame, in words', 'device'),
  function: field(0x03, 1, 'Function', '0 is SCSI I/O', 'device'),
  lengths: field(0x04, 4, 'CDBLength to MsgFlags', 'repeated from the request', 'device'),
  context: field(0x08, 4, 'MsgContext', 'which request is done', 'device'),
  scsiStatus: field(0x0c, 1, 'SCSIStatus', 'status of the disk', 'device'),
  scsiState: field(0x0d, 1, 'SCSIState', 'whether there is sense data', 'device'),
  controllerStatus: field(0x0e, 2, 'IOCStatus', 'status of the controller', 'device'),
  log: field(0x10, 4, 'IOCLogInfo', 'for the log', 'device'),
  transferred: field(0x14, 4, 'TransferCount', 'bytes moved', 'device'),
  senseLength: field(0x18, 4, 'SenseCount', 'bytes of sense data', 'device'),
  response: field(0x1c, 4, 'ResponseInfo', 'of the disk’s protocol', 'device'),
  tag: field(0x20, 4, 'TaskTag', 'tag of the command', 'device'),
});
export const replyWords = reply.bytes / 4;

/**
 * Sizes with which the Linux driver runs an SAS1068: request frames and chain buffers of 128 bytes, and as
 * many requests as QEMU's controller gives credits.
 */
export const sizes = {
  frameBytes: 128,
  requestFrames: 128,
  replyFrames: 128,
  replyFrameBytes: 80,
  senseBytes: 64,
  /** 15 for each of 127 commands: enough for 128 segments, and one more (initChainBuffers). */
  chainBuffers: 15 * 127,
  /** The controller fetches frames in blocks of this size, as a power of two. */
  blockShift: 5,
} as const;
