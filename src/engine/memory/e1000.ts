/** Registers and descriptors of the Intel 82545EM, shared by its driver and its device model. */
import { flag, mappedRegisters, type Register, type RegisterField } from './register.ts';

const register = mappedRegisters('e1000-mmio', 'Linux e1000_hw.h; DPDK e1000_regs.h');

export const cause = {
  transmitWrittenBack: 1 << 0,
  transmitQueueEmpty: 1 << 1,
  linkChanged: 1 << 2,
  receiveSequence: 1 << 3,
  receiveDescriptorsLow: 1 << 4,
  receiveOverrun: 1 << 6,
  received: 1 << 7,
} as const;

const causes: readonly RegisterField[] = [
  flag(0, 'TXDW', 'transmit descriptor written back'),
  flag(1, 'TXQE', 'transmit queue empty'),
  flag(2, 'LSC', 'link status change'),
  flag(3, 'RXSEQ', 'receive sequence error'),
  flag(4, 'RXDMT0', 'receive descriptors run low'),
  flag(6, 'RXO', 'receive overrun'),
  flag(7, 'RXT0', 'frame received'),
];

const index: readonly RegisterField[] = [{ at: 0, bits: 16, name: 'index', meaning: 'ring index' }];

export const registers = {
  status: register('STATUS', 0x0008, [
    flag(0, 'FD', 'full duplex'),
    flag(1, 'LU', 'link up'),
    { at: 6, bits: 2, name: 'SPEED', meaning: 'link speed: 2 is 1000 Mb/s' },
  ]),
  interruptCause: register('ICR', 0x00c0, causes),
  interruptThrottle: register('ITR', 0x00c4, [
    { at: 0, bits: 16, name: 'INTERVAL', meaning: 'least time between interrupts, in 256 ns' },
  ]),
  interruptMaskSet: register('IMS', 0x00d0, causes),
  interruptMaskClear: register('IMC', 0x00d8, causes),
  receiveBase: register('RDBAL', 0x2800),
  receiveLength: register('RDLEN', 0x2808),
  receiveHead: register('RDH', 0x2810, index),
  receiveTail: register('RDT', 0x2818, index, true),
  receiveDelay: register('RDTR', 0x2820),
  receiveAbsoluteDelay: register('RADV', 0x282c),
  transmitBase: register('TDBAL', 0x3800),
  transmitLength: register('TDLEN', 0x3808),
  transmitHead: register('TDH', 0x3810, index),
  transmitTail: register('TDT', 0x3818, index, true),
  transmitDelay: register('TIDV', 0x3820),
  transmitAbsoluteDelay: register('TADV', 0x382c),
} as const satisfies Record<string, Register>;

/** Causes that the Linux driver enables (IMS_ENABLE_MASK). */
export const enabledCauses =
  cause.received |
  cause.transmitWrittenBack |
  cause.receiveDescriptorsLow |
  cause.receiveSequence |
  cause.linkChanged;

/** Both kinds of descriptor are 16 bytes and begin with the address of a buffer. */
export const descriptorBytes = 16;

export const transmitDescriptor = {
  address: 0,
  /** Length in the low bits, command in the top byte. */
  command: 8,
  status: 12,
  lengthMask: 0xf_ffff,
  endOfPacket: 0x0100_0000,
  insertCheckSequence: 0x0200_0000,
  segment: 0x0400_0000,
  reportStatus: 0x0800_0000,
  extended: 0x2000_0000,
  /** The interrupt may wait for the delay timers (IDE). */
  delayInterrupt: 0x8000_0000,
  /** Descriptor type of an extended descriptor: 0 context, 1 data. */
  data: 0x0010_0000,
  /** In the status word of a data descriptor: checksums to insert (POPTS). */
  insertIpChecksum: 0x100,
  insertTransportChecksum: 0x200,
  done: 1,
} as const;

/** A context descriptor: where checksums begin and stand, and how long headers and segments are. */
export const contextDescriptor = {
  ip: 0,
  transport: 4,
  command: 8,
  /** Status, header length and segment size. */
  segmentation: 12,
  isTcp: 0x0100_0000,
  isIp4: 0x0200_0000,
} as const;

export const receiveDescriptor = {
  address: 0,
  length: 8,
  status: 12,
  done: 1,
  endOfPacket: 2,
} as const;

/** Ring sizes of the Linux driver, its buffer length, and how many buffers it returns at a time. */
export const rings = {
  transmit: 256,
  receive: 256,
  bufferBytes: 2048,
  returnedAtOnce: 16,
  /** Data of one transmit descriptor. */
  dataBytes: 4096,
} as const;

/** Units of the timers, in nanoseconds: of ITR, and of RADV and TADV. */
export const throttleUnit = 256;
export const delayUnit = 1024;
