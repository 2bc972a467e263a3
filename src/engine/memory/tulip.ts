/**
 * Registers and descriptors of the DEC/Intel 2114x, shared by its drivers and its device model. Linux takes the ports
 * of the chip, not its memory, unless it is built otherwise (TULIP_BAR).
 */
import { field, layout } from './layout.ts';
import { flag, type Register, type RegisterField } from './register.ts';

const csr = (
  number: number,
  recorded: string,
  title: string,
  fields: readonly RegisterField[],
  doorbell = false,
): Register => ({
  name: `CSR${number}(${recorded})`,
  title,
  label: `CSR${number}`,
  region: 'tulip-io',
  space: 'ports',
  offset: 8 * number,
  size: 4,
  doorbell,
  fields,
  spec: 'Linux tulip.h; QEMU hw/net/tulip.h',
});

/** Status bits of CSR5, and enable bits of CSR7 at the same places. */
export const status = {
  transmitted: 1 << 0,
  transmitStopped: 1 << 1,
  noTransmitBuffer: 1 << 2,
  received: 1 << 6,
  noReceiveBuffer: 1 << 7,
  receiveStopped: 1 << 8,
  abnormal: 1 << 15,
  normal: 1 << 16,
} as const;

const causes: readonly RegisterField[] = [
  flag(0, 'TI', 'transmit interrupt: a frame that asked for it has left'),
  flag(1, 'TPS', 'transmit process stopped'),
  flag(2, 'TU', 'transmit buffer unavailable: the next descriptor is not the device’s'),
  flag(3, 'TJT', 'transmit jabber timeout'),
  flag(5, 'UNF', 'transmit underflow'),
  flag(6, 'RI', 'receive interrupt: a frame has been received'),
  flag(7, 'RU', 'receive buffer unavailable'),
  flag(8, 'RPS', 'receive process stopped'),
  flag(9, 'RWT', 'receive watchdog timeout'),
  flag(11, 'GTE', 'general-purpose timer expired'),
  flag(13, 'FBE', 'fatal bus error'),
  flag(15, 'AIS', 'abnormal interrupt summary'),
  flag(16, 'NIS', 'normal interrupt summary'),
];

export const registers = {
  busMode: csr(0, 'BusMode', 'bus mode', [
    flag(0, 'SWR', 'software reset'),
    { at: 2, bits: 5, name: 'DSL', meaning: 'words of 32 bits between two descriptors of a ring' },
  ]),
  transmitPoll: csr(1, 'TxPoll', 'transmit poll demand', [], true),
  receivePoll: csr(2, 'RxPoll', 'receive poll demand', [], true),
  receiveRing: csr(3, 'RxRingAddr', 'receive list base', []),
  transmitRing: csr(4, 'TxRingAddr', 'transmit list base', []),
  status: csr(5, 'Status', 'status', [
    ...causes,
    { at: 17, bits: 3, name: 'RS', meaning: 'receive process: 3 waits for a frame, 4 suspended' },
    {
      at: 20,
      bits: 3,
      name: 'TS',
      meaning: 'transmit process: 1 fetches, 3 reads a buffer, 6 suspended',
    },
  ]),
  operationMode: csr(6, 'OpMode', 'operation mode', [
    flag(1, 'SR', 'start receive'),
    flag(13, 'ST', 'start transmit'),
  ]),
  interruptEnable: csr(7, 'IntrEn', 'interrupt enable', causes),
  missedFrames: csr(8, 'Missed', 'missed frames', [
    { at: 0, bits: 16, name: 'MFC', meaning: 'frames missed' },
    flag(16, 'MFO', 'counter overflow'),
  ]),
  mitigation: csr(11, 'Timer', 'interrupt mitigation', [
    { at: 17, bits: 3, name: 'NRP', meaning: 'received frames before an interrupt' },
    { at: 20, bits: 4, name: 'RT', meaning: 'receive timer' },
  ]),
} as const satisfies Record<string, Register>;

/** Chips: what the driver enables, and whether it can moderate interrupts. */
export const chips = {
  '21140': { enabled: 0x0001_ebef, hasMitigation: false },
  '21143': { enabled: 0x0801_fbff, hasMitigation: true },
} as const;
export type Chip = keyof typeof chips;

const descriptorOf = (title: string, prefix: string, buffer: string) =>
  layout(
    title,
    16,
    {
      status: field(
        0,
        4,
        `${prefix}0`,
        'status; the top bit is set while the device owns it',
        'both',
      ),
      control: field(4, 4, `${prefix}1`, 'control bits and lengths of the buffers', 'driver'),
      buffer1: field(8, 4, `${prefix}2`, `address of the ${buffer}`, 'driver'),
      buffer2: field(
        12,
        4,
        `${prefix}3`,
        'address of a second buffer, or of the next descriptor: unused by Linux',
        'driver',
      ),
    },
    { status: 'both' },
  );

/** Four words of 32 bits; the same for both directions but for their names. */
export const transmitDescriptor = descriptorOf('Transmit descriptor', 'TDES', 'frame');
export const receiveDescriptor = descriptorOf('Receive descriptor', 'RDES', 'buffer');
/** The device may use the descriptor while this bit of its status is set. */
export const owned = 0x8000_0000;

export const transmitControl = {
  interruptOnCompletion: 0x8000_0000,
  last: 0x4000_0000,
  first: 0x2000_0000,
  /** The buffer is no frame: it holds the addresses that the chip lets through. */
  setup: 0x0800_0000,
  endOfRing: 0x0200_0000,
  /** The second address is that of the next descriptor, not of a buffer. */
  chained: 0x0100_0000,
  lengthMask: 0x7ff,
  secondLengthAt: 11,
} as const;

/** Status of a descriptor that carried no part of a frame, once the chip is done with it. */
export const carriedNothing = 0x7fff_ffff;

export const receiveStatus = { first: 0x200, last: 0x100, lengthAt: 16 } as const;
export const receiveControl = { endOfRing: 0x0200_0000, lengthMask: 0x7ff } as const;

/** Ring sizes and buffer length of the Linux driver. */
export const rings = { transmit: 32, receive: 128, bufferBytes: 1536 } as const;
