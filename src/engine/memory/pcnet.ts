/**
 * Registers and descriptors of the AMD PCnet-PCI II (Am79C970A), shared by its driver and its
 * device model.
 */
import { field, layout } from './layout.ts';
import { flag, type Register } from './register.ts';

const register = (name: string, title: string, offset: number): Register => ({
  name,
  title,
  label: name,
  region: 'pcnet-io',
  space: 'ports',
  offset,
  size: 2,
  doorbell: false,
  fields: [],
  spec: 'Linux pcnet32.c; AMD Am79C970A data sheet',
});

const transmitDemand = 1 << 3;

/** Numbers of the control and status registers. */
export const csr = { status: 0, initLow: 1, initHigh: 2, masks: 3 } as const;

const behindData = {
  [csr.status]: { label: 'CSR0', title: 'controller status' },
  [csr.initLow]: { label: 'CSR1', title: 'initialization block address, low' },
  [csr.initHigh]: { label: 'CSR2', title: 'initialization block address, high' },
  [csr.masks]: { label: 'CSR3', title: 'interrupt masks and deferral' },
};

/** Control and status registers are reached in two accesses: their number goes to RAP, their value through RDP. */
export const registers = {
  data: {
    ...register('RDP', 'register data port', 0x10),
    doorbell: true,
    doorbellBits: transmitDemand,
    leadsTo: { selector: 'RAP', registers: behindData },
    fields: [
      flag(3, 'TDMD', 'in CSR0: transmit demand'),
      flag(6, 'IENA', 'in CSR0: interrupts enabled'),
      flag(7, 'INTR', 'in CSR0: interrupt pending'),
      flag(9, 'TINT', 'in CSR0: a frame has been sent'),
      flag(10, 'RINT', 'in CSR0: a frame has been received'),
      flag(12, 'MISS', 'in CSR0: a frame was missed'),
      flag(15, 'ERR', 'in CSR0: an error, such as a missed frame'),
    ],
  },
  address: register('RAP', 'register address port', 0x12),
} as const satisfies Record<string, Register>;

/** Bits of CSR0. */
export const status = {
  initialize: 1 << 0,
  start: 1 << 1,
  stop: 1 << 2,
  transmitDemand,
  transmitOn: 1 << 4,
  receiveOn: 1 << 5,
  interruptEnable: 1 << 6,
  interrupt: 1 << 7,
  initialized: 1 << 8,
  transmitted: 1 << 9,
  received: 1 << 10,
  missed: 1 << 12,
  error: 1 << 15,
} as const;

/** Descriptors of 16 bytes (software style 2): buffer, length and status, two words that the model ignores. */
export const descriptor = layout(
  'Descriptor',
  16,
  {
    buffer: field(0, 4, 'base', 'address of the buffer', 'driver'),
    length: field(4, 2, 'length', 'length of the buffer, below zero', 'driver'),
    status: field(6, 2, 'status', 'the top bit is set while the device owns it', 'both'),
    message: field(8, 4, 'msg_length', 'bytes received, check sequence included', 'device'),
    reserved: field(12, 4, 'reserved', 'unused'),
  },
  { status: 'both' },
);
export const descriptorStatus = { owned: 0x8000, start: 0x0200, end: 0x0100 } as const;

/** The initialization block: mode and ring lengths, addresses, receive ring, transmit ring. */
export const initBlock = layout('Initialization block', 28, {
  mode: field(0, 2, 'mode', 'mode: 0 is normal', 'driver'),
  lengths: field(2, 2, 'tlen_rlen', 'lengths of the rings, as powers of two', 'driver'),
  station: field(4, 6, 'phys_addr', 'the station’s address', 'driver'),
  reserved: field(10, 2, 'reserved', 'unused', 'driver'),
  filter: field(12, 8, 'filter', 'multicast filter', 'driver'),
  receiveRing: field(20, 4, 'rx_ring', 'address of the receive ring', 'driver'),
  transmitRing: field(24, 4, 'tx_ring', 'address of the transmit ring', 'driver'),
});

/** Where the powers of two of both rings stand in their field, and their mask. */
export const ringLengths = { transmitAt: 12, receiveAt: 4, mask: 0xf } as const;

/** Ring sizes of the Linux driver and its buffer length. */
export const rings = { transmit: 16, receive: 32, bufferBytes: 1544 } as const;
