/** Registers and descriptors of the Intel 82545EM, shared by its driver and its device model. */
import { field, layout } from './layout.ts';
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
  status: register('STATUS', 'device status', 0x0008, [
    flag(0, 'FD', 'full duplex'),
    flag(1, 'LU', 'link up'),
    { at: 6, bits: 2, name: 'SPEED', meaning: 'link speed: 2 is 1000 Mb/s' },
  ]),
  interruptCause: register('ICR', 'interrupt cause', 0x00c0, causes),
  interruptThrottle: register('ITR', 'interrupt throttle', 0x00c4, [
    { at: 0, bits: 16, name: 'INTERVAL', meaning: 'least time between interrupts, in 256 ns' },
  ]),
  interruptMaskSet: register('IMS', 'interrupt mask set', 0x00d0, causes),
  interruptMaskClear: register('IMC', 'interrupt mask clear', 0x00d8, causes),
  receiveBase: register('RDBAL', 'receive ring base', 0x2800),
  receiveLength: register('RDLEN', 'receive ring length', 0x2808),
  receiveHead: register('RDH', 'receive head', 0x2810, index),
  receiveTail: register('RDT', 'receive tail', 0x2818, index, true),
  receiveDelay: register('RDTR', 'receive delay timer', 0x2820),
  receiveAbsoluteDelay: register('RADV', 'receive absolute delay timer', 0x282c),
  transmitBase: register('TDBAL', 'transmit ring base', 0x3800),
  transmitLength: register('TDLEN', 'transmit ring length', 0x3808),
  transmitHead: register('TDH', 'transmit head', 0x3810, index),
  transmitTail: register('TDT', 'transmit tail', 0x3818, index, true),
  transmitDelay: register('TIDV', 'transmit delay timer', 0x3820),
  transmitAbsoluteDelay: register('TADV', 'transmit absolute delay timer', 0x382c),
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

export const transmitDescriptor = layout(
  'Transmit descriptor',
  descriptorBytes,
  {
    address: field(0, 8, 'BUFFER', 'address of the data', 'driver'),
    command: field(8, 4, 'LENGTH, DTYP, DCMD', 'length; type; command in the top byte', 'driver'),
    status: field(12, 1, 'STA', 'bit 0: the device is done with it', 'both'),
    options: field(13, 1, 'POPTS', 'checksums to insert', 'both'),
    special: field(14, 2, 'SPECIAL', 'VLAN: unused', 'both'),
  },
  { status: 'device' },
);

export const transmitBits = {
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
export const contextDescriptor = layout('Context descriptor', descriptorBytes, {
  ip: field(0, 4, 'IPCSS, IPCSO, IPCSE', 'checksum of the IP header: start, place, end', 'driver'),
  transport: field(
    4,
    4,
    'TUCSS, TUCSO, TUCSE',
    'checksum of TCP or UDP: start, place, end',
    'driver',
  ),
  command: field(8, 4, 'PAYLEN, DTYP, TUCMD', 'data of a large send; type; command', 'driver'),
  segmentation: field(12, 4, 'STA, HDRLEN, MSS', 'status; headers; data of each segment', 'driver'),
});

export const contextBits = {
  isTcp: 0x0100_0000,
  isIp4: 0x0200_0000,
} as const;

export const receiveDescriptor = layout(
  'Receive descriptor',
  descriptorBytes,
  {
    address: field(0, 8, 'BUFFER', 'address of the buffer', 'driver'),
    length: field(8, 2, 'LENGTH', 'bytes received, check sequence included', 'device'),
    checksum: field(10, 2, 'CHECKSUM', 'checksum of the packet: unused', 'device'),
    status: field(12, 1, 'STA', 'bit 0: a frame is there; bit 1: it ends here', 'both'),
    errors: field(13, 1, 'ERR', 'errors', 'device'),
    special: field(14, 2, 'SPECIAL', 'VLAN: unused', 'device'),
  },
  { status: 'device' },
);

export const receiveBits = { done: 1, endOfPacket: 2 } as const;

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
