/**
 * Registers, request frames, replies and scatter-gather elements of LSI's Fusion-MPT (MPI 1.5), shared by
 * driver and device model (Linux drivers/message/fusion/lsi/mpi.h, mpi_init.h, mpi_ioc.h; QEMU hw/scsi/mpi.h).
 */
import { flag, mappedRegisters, type Register } from './register.ts';

const register = mappedRegisters('mptsas-mmio', 'Linux lsi/mpi.h');

export const registers = {
  doorbell: register('DOORBELL', 0x00, [
    { at: 28, bits: 4, name: 'STATE', meaning: 'state of the controller' },
  ]),
  interruptStatus: register('HOST_INTERRUPT_STATUS', 0x30, [
    flag(0, 'DOORBELL', 'the controller has written its doorbell'),
    flag(3, 'REPLY', 'replies are posted'),
  ]),
  interruptMask: register('HOST_INTERRUPT_MASK', 0x34, [
    flag(0, 'DIM', 'doorbell interrupts are masked'),
    flag(3, 'RIM', 'reply interrupts are masked'),
  ]),
  requestFifo: register(
    'REQUEST_FIFO',
    0x40,
    [
      { at: 0, bits: 2, name: 'BLOCKS', meaning: '32-byte blocks of the frame in use, modulo 4' },
      { at: 2, bits: 30, name: 'FRAME', meaning: 'address of the request frame' },
    ],
    true,
  ),
  replyFifo: register('REPLY_FIFO', 0x44, [
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
export const request = {
  target: 0x00,
  bus: 0x01,
  /** Where in the frame the chain element stands, in words; 0 for none. */
  chainOffset: 0x02,
  function: 0x03,
  commandBlockLength: 0x04,
  senseLength: 0x05,
  reserved: 0x06,
  flags: 0x07,
  context: 0x08,
  unit: 0x0c,
  control: 0x14,
  commandBlock: 0x18,
  dataLength: 0x28,
  senseAddress: 0x2c,
  segments: 0x30,
} as const;

/** MsgFlags: the sense buffer has an address of 64 bits. */
export const senseWidth64 = 1;
/** Data direction in Control; requests are simply queued (task attribute 0). */
export const control = { noData: 0, write: 0x0100_0000, read: 0x0200_0000 } as const;

/** Scatter-gather elements with 64-bit addresses: flags and length, then the address. */
export const element = { bytes: 12, flagsLength: 0, address: 4 } as const;
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
export const reply = {
  words: 9,
  target: 0x00,
  bus: 0x01,
  messageLength: 0x02,
  function: 0x03,
  context: 0x08,
  scsiStatus: 0x0c,
} as const;

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
