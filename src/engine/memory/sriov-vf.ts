/**
 * Registers and advanced descriptors of a virtual function of the Intel 82599, shared by its driver and its
 * device model. One queue pair, so the registers of queue and vector 0.
 */
import { field, layout } from './layout.ts';
import { flag, mappedRegisters, type Register, type RegisterField } from './register.ts';

const register = mappedRegisters('ixgbevf-mmio', 'Linux ixgbevf regs.h, defines.h');

const index: readonly RegisterField[] = [{ at: 0, bits: 16, name: 'index', meaning: 'ring index' }];
const vectors: readonly RegisterField[] = [
  flag(0, 'QUEUES', 'vector 0: both queues'),
  flag(1, 'OTHER', 'vector 1: mailbox and link'),
];

export const registers = {
  interruptCause: register('VTEICR', 'interrupt cause', 0x0100, vectors),
  interruptMaskSet: register('VTEIMS', 'interrupt mask set', 0x0108, vectors),
  interruptMaskClear: register('VTEIMC', 'interrupt mask clear', 0x010c, vectors),
  autoClear: register('VTEIAC', 'interrupt auto clear', 0x0110, vectors),
  autoMask: register('VTEIAM', 'interrupt auto mask', 0x0114, vectors),
  vectorMap: register('VTIVAR0', 'vector map', 0x0120, [
    { at: 0, bits: 7, name: 'RX', meaning: 'vector of the receive queue' },
    flag(7, 'RX_VALID', 'the receive queue has a vector'),
    { at: 8, bits: 7, name: 'TX', meaning: 'vector of the transmit queue' },
    flag(15, 'TX_VALID', 'the transmit queue has a vector'),
  ]),
  interruptThrottle: register('VTEITR0', 'interrupt throttle', 0x0820, [
    { at: 3, bits: 9, name: 'INTERVAL', meaning: 'least time between interrupts, in 2 us' },
    flag(31, 'CNT_WDIS', 'the counter goes on as it was'),
  ]),
  receiveBase: register('VFRDBAL', 'receive ring base', 0x1000),
  receiveLength: register('VFRDLEN', 'receive ring length', 0x1008),
  receiveHead: register('VFRDH', 'receive head', 0x1010, index),
  receiveTail: register('VFRDT', 'receive tail', 0x1018, index, true),
  transmitBase: register('VFTDBAL', 'transmit ring base', 0x2000),
  transmitLength: register('VFTDLEN', 'transmit ring length', 0x2008),
  transmitHead: register('VFTDH', 'transmit head', 0x2010, index),
  transmitTail: register('VFTDT', 'transmit tail', 0x2018, index, true),
} as const satisfies Record<string, Register>;

/** The function's registers end here. */
export const registerBytes = 0x4000;

/** Vector of the queue pair, and its bit in the interrupt registers. */
export const queueVector = 0;
export const vectorValid = 0x80;
export const throttle = {
  intervalMask: 0xff8,
  keepCounter: 0x8000_0000,
  /** The field counts units of 2 us from bit 3 on. */
  nanosecondsPerStep: 250,
} as const;

/** Both kinds of descriptor are 16 bytes. */
export const descriptorBytes = 16;

/** As the driver fills it: address, command with type and length, options. The device writes the status back. */
export const transmitDescriptor = layout(
  'Transmit descriptor',
  descriptorBytes,
  {
    address: field(0, 8, 'address', 'address of the data', 'driver'),
    command: field(8, 4, 'cmd_type_len', 'length; type; command in the top byte', 'driver'),
    options: field(
      12,
      4,
      'olinfo_status',
      'checksums and length; bit 0: the device is done',
      'both',
    ),
  },
  { options: 'device' },
);
/** The device writes the status where the options were. */
export const transmitStatus = transmitDescriptor.options;

export const transmitBits = {
  lengthMask: 0xffff,
  typeMask: 0x00f0_0000,
  contextType: 0x0020_0000,
  dataType: 0x0030_0000,
  endOfPacket: 0x0100_0000,
  insertCheckSequence: 0x0200_0000,
  reportStatus: 0x0800_0000,
  extended: 0x2000_0000,
  segment: 0x8000_0000,
  /** In the options: the context descriptor holds, checksums to insert, length of what is sent. */
  checkContext: 0x80,
  insertIpChecksum: 0x100,
  insertTransportChecksum: 0x200,
  payloadBytesAt: 14,
  done: 1,
} as const;

/** Where headers begin, and how long segments are. */
export const contextDescriptor = layout('Context descriptor', descriptorBytes, {
  lengths: field(0, 4, 'vlan_macip_lens', 'lengths of the Ethernet and IP headers', 'driver'),
  seed: field(4, 4, 'seqnum_seed', 'unused', 'driver'),
  command: field(8, 4, 'type_tucmd_mlhl', 'type; protocols', 'driver'),
  segmentation: field(12, 4, 'mss_l4len_idx', 'TCP header and data of each segment', 'driver'),
});

export const contextBits = {
  networkHeaderAt: 9,
  ip4: 0x400,
  tcp: 0x800,
  transportHeaderBytesAt: 8,
  segmentBytesAt: 16,
} as const;

/** The device's write-back covers the addresses: status, then length. */
export const receiveDescriptor = layout(
  'Receive descriptor',
  descriptorBytes,
  {
    address: field(0, 8, 'pkt_addr', 'address of the buffer; then packet type and hash', 'both'),
    status: field(8, 4, 'status_error', 'bit 0: a frame is there; bit 1: it ends here', 'device'),
    length: field(12, 2, 'length', 'bytes received', 'both'),
    tag: field(14, 2, 'vlan', 'VLAN: unused', 'device'),
  },
  { address: 'driver', status: 'device' },
);

export const receiveBits = { done: 1, endOfPacket: 2 } as const;

/** Ring sizes of the Linux driver, its buffers, and how many of them it returns at a time. */
export const rings = {
  transmit: 1024,
  receive: 512,
  bufferBytes: 2048,
  returnedAtOnce: 16,
  /** Data of one transmit descriptor. */
  dataBytes: 16_384,
} as const;
