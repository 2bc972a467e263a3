/**
 * Registers, shared structures and descriptors of vmxnet3, shared by its driver and its device
 * model.
 */
import { field, layout } from './layout.ts';
import { flag, mappedRegisters, type Register, type RegisterField } from './register.ts';

const spec = 'Linux vmxnet3_defs.h';
const ring = mappedRegisters('vmxnet3-b0', spec);
const control = mappedRegisters('vmxnet3-b1', spec);

const index: readonly RegisterField[] = [
  { at: 0, bits: 12, name: 'index', meaning: 'next descriptor to fill' },
];

/** Queue pairs of a device before version 6 (VMXNET3_DEVICE_DEFAULT_TX_QUEUES and _RX_QUEUES). */
export const mostQueues = 8;
/** Where the registers of queue or vector 0 stand; those of the next one are 8 bytes behind (VMXNET3_REG_ALIGN). */
export const queueRegisterAt = {
  interruptMask: 0x000,
  transmitProducer: 0x600,
  receiveProducer: 0x800,
  receiveProducer2: 0xa00,
} as const;
const registersApart = 8;
const queueMask = (mostQueues - 1) * registersApart;

/** Which queue or vector the offset of its register belongs to, and the offset of the same one of queue 0. */
export const queueOf = (offset: number): number => (offset & queueMask) / registersApart;
export const withoutQueue = (offset: number): number => offset & ~queueMask;

/** The registers of a queue pair, and of the vector with its number. */
function queueRegisters(queue: number) {
  const at = (which: keyof typeof queueRegisterAt): number =>
    queueRegisterAt[which] + queue * registersApart;
  const titled = (title: string, what = 'queue'): string =>
    queue === 0 ? title : `${title} of ${what} ${queue}`;
  return {
    interruptMask: ring(`IMR${queue}`, titled('interrupt mask', 'vector'), at('interruptMask'), [
      flag(0, 'MASK', `vector ${queue} is masked`),
    ]),
    transmitProducer: ring(
      `TXPROD${queue}`,
      titled('transmit producer'),
      at('transmitProducer'),
      index,
      true,
    ),
    receiveProducer: ring(
      `RXPROD${queue}`,
      titled('receive producer'),
      at('receiveProducer'),
      index,
      true,
    ),
    receiveProducer2: ring(
      `RXPROD2_${queue}`,
      titled('producer of the second receive ring'),
      at('receiveProducer2'),
      index,
      true,
    ),
  } as const satisfies Record<string, Register>;
}
export const registersOfQueue = Array.from({ length: mostQueues }, (_, queue) =>
  queueRegisters(queue),
);

export const registers = {
  ...registersOfQueue[0]!,
  sharedLow: control('DSAL', 'shared area address, low', 0x10),
  sharedHigh: control('DSAH', 'shared area address, high', 0x18),
  command: control('CMD', 'command', 0x20),
  interruptCause: control('ICR', 'interrupt cause', 0x38, [
    flag(0, 'INT', 'the device has interrupted'),
  ]),
  eventCause: control('ECR', 'event cause', 0x40),
} as const satisfies Record<string, Register>;

export const command = { activate: 0xcafe_0000, interruptConfiguration: 0xf00d_0008 } as const;

/** Answer to the question for the interrupt configuration: type in the low bits, then who masks a vector. */
export const maskMode = { at: 2, automatic: 0, active: 1 } as const;

/** DriverShared: what the guest points DSAL at. */
export const shared = layout('DriverShared', 256, {
  magic: field(0, 4, 'magic', '0xbabefee1', 'driver'),
  queueDescriptors: field(40, 8, 'queueDescPA', 'address of the queue descriptors', 'driver'),
  transmitQueues: field(62, 1, 'numTxQueues', 'transmit queues', 'driver'),
  receiveQueues: field(63, 1, 'numRxQueues', 'receive queues', 'driver'),
  autoMask: field(80, 1, 'autoMask', '1: the device masks a vector itself', 'driver'),
});
export const magic = 0xbabe_fee1;

/** Descriptors of all transmit queues stand in front of those of all receive queues. */
export const queueBytes = 256;
export const transmitQueue = layout('Transmit queue descriptor', queueBytes, {
  deferred: field(0, 4, 'txNumDeferred', 'packets since the last doorbell', 'driver'),
  threshold: field(4, 4, 'txThreshold', 'packets at which the doorbell is rung', 'device'),
  ring: field(16, 8, 'txRingBasePA', 'address of the transmit ring', 'driver'),
  dataRing: field(24, 8, 'dataRingBasePA', 'address of the data ring', 'driver'),
  completionRing: field(32, 8, 'compRingBasePA', 'address of the completion ring', 'driver'),
  ringSize: field(56, 4, 'txRingSize', 'descriptors in the ring', 'driver'),
  vector: field(72, 1, 'intrIdx', 'vector of the queue', 'driver'),
});
export const receiveQueue = layout('Receive queue descriptor', queueBytes, {
  updateProducer: field(0, 1, 'updateRxProd', '1: the device wants the producer index', 'device'),
  ring: field(16, 8, 'rxRingBasePA[0]', 'address of the receive ring', 'driver'),
  completionRing: field(32, 8, 'compRingBasePA', 'address of the completion ring', 'driver'),
  dataRing: field(48, 8, 'rxDataRingBasePA', 'since version 3: slots for short frames', 'driver'),
  ringSize: field(56, 4, 'rxRingSize[0]', 'descriptors in the ring', 'driver'),
  completionSize: field(64, 4, 'compRingSize', 'entries of the completion ring', 'driver'),
  vector: field(72, 1, 'intrIdx', 'vector of the queue', 'driver'),
  dataSlotBytes: field(74, 2, 'rxDataRingDescSize', 'bytes of a slot', 'driver'),
});

/** All descriptors are 16 bytes. */
export const descriptorBytes = 16;

/** A transmit or receive descriptor. */
export const descriptor = layout(
  'Descriptor',
  descriptorBytes,
  {
    address: field(0, 8, 'addr', 'address of the data or buffer', 'driver'),
    word2: field(8, 4, 'len, gen', 'length; generation; segment size', 'driver'),
    word3: field(12, 4, 'flags', 'headers, offload, end of packet, completion wanted', 'driver'),
  },
  { word2: 'driver' },
);

/** An entry of a completion ring. */
export const completionEntry = layout(
  'Completion',
  descriptorBytes,
  {
    index: field(0, 4, 'index', 'descriptor that is done; start and end of the packet', 'device'),
    word1: field(4, 4, 'hash', 'hash of the packet: unused', 'device'),
    length: field(8, 4, 'len', 'bytes received', 'device'),
    word3: field(12, 4, 'type, gen', 'type; generation in the top bit', 'device'),
  },
  { word3: 'device' },
);

export const transmitDescriptor = {
  /** A length of 0 means 16 KiB. */
  lengthMask: 0x3fff,
  mostBytes: 1 << 14,
  generationAt: 14,
  /** In word 2: size of a segment, where the offload mode says TSO. */
  segmentBytesAt: 18,
  headerBytesMask: 0x3ff,
  segment: 3 << 10,
  endOfPacket: 1 << 12,
  completionRequested: 1 << 13,
} as const;

export const receiveDescriptor = { lengthMask: 0x3fff, generationAt: 31 } as const;

export const completion = {
  indexMask: 0xfff,
  /** Which ring the frame stands in: the queue's first, its second, or (version 3) its data ring. */
  ringAt: 16,
  ringMask: 0x3ff,
  dataRing: 2,
  endOfPacket: 1 << 14,
  startOfPacket: 1 << 15,
  generationAt: 31,
  typeReceive: 3 << 24,
} as const;

/** Ring sizes of the Linux driver, and the size of a slot in the data ring. */
export const rings = {
  transmit: 512,
  receive: 1024,
  /** Entries of the second receive ring, which the completion ring has room for too. */
  secondReceive: 512,
  dataSlotBytes: 128,
  bufferBytes: 1536,
  align: 512,
} as const;

/**
 * What a device can do beside the basics: `active` leaves masking to the guest's handler, `update` asks for the
 * receive producer index, `v3` copies short frames into a receive data ring.
 */
export const variants = ['v1', 'v1-active', 'v1-update', 'v3'] as const;
