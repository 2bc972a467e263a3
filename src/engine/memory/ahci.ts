/** Registers, command list, command table and frames of an AHCI port, shared by its driver and its device model. */
import type { InterruptMode } from './interrupt.ts';
import { field, layout } from './layout.ts';
import { flag, mappedRegisters, type Register, type RegisterField } from './register.ts';

const register = mappedRegisters('ahci', 'AHCI 1.3.1, 3');

/** Commands that a port holds: one bit each in SACT and CI. */
export const slotCount = 32;

const slots: readonly RegisterField[] = Array.from({ length: slotCount }, (_, slot) =>
  flag(slot, `slot ${slot}`, 'a command stands in this slot'),
);

/** Events of a port, in P0.IS and P0.IE. */
export const portEvent = {
  /** A register frame from the device: the end of a command that is not queued. */
  registerFrame: 1 << 0,
  /** A set-device-bits frame: the end of queued commands. */
  setDeviceBits: 1 << 3,
} as const;

const portEvents: readonly RegisterField[] = [
  flag(0, 'DHRS', 'register frame received from the device'),
  flag(1, 'PSS', 'PIO set-up frame received'),
  flag(2, 'DSS', 'DMA set-up frame received'),
  flag(3, 'SDBS', 'set-device-bits frame received'),
  flag(5, 'DPS', 'descriptor with the interrupt bit processed'),
  flag(30, 'TFES', 'task file error'),
];

export const registers = {
  globalControl: register('GHC', 'global control', 0x04, [
    flag(1, 'IE', 'interrupts enabled'),
    flag(31, 'AE', 'AHCI enabled'),
  ]),
  interruptStatus: register('IS', 'interrupt status', 0x08, [
    flag(0, 'IPS0', 'port 0 has a pending interrupt'),
  ]),
  commandList: register('P0.CLB', 'command list base', 0x100),
  receivedFrames: register('P0.FB', 'received frames base', 0x108),
  portInterruptStatus: register('P0.IS', 'port interrupt status', 0x110, portEvents),
  portInterruptEnable: register('P0.IE', 'port interrupt enable', 0x114, portEvents),
  portCommand: register('P0.CMD', 'port command and status', 0x118, [
    flag(0, 'ST', 'the port takes commands'),
    flag(4, 'FRE', 'the port stores received frames'),
  ]),
  active: register('P0.SACT', 'active queued commands', 0x134, slots),
  commandIssue: register('P0.CI', 'command issue', 0x138, slots, true),
} as const satisfies Record<string, Register>;

export const globalControl = { interrupts: 0x2, ahci: 0x8000_0000 } as const;
export const portCommand = { start: 0x1, receiveFrames: 0x10 } as const;
/** The only port that has a disk, as a bit of IS. */
export const portBit = 1;

/** Whether each port interrupts for itself: by a message of its own, or by a vector of MSI-X. */
export const hasPortVectors = (interrupts: InterruptMode): boolean =>
  interrupts === 'msi-per-port' || interrupts === 'msix';

/** Command header, one for each slot of the command list (AHCI 1.3.1, 4.2.2). */
export const commandHeader = layout('Command header', 32, {
  options: field(0, 4, 'DW0', 'frame length in dwords; direction; descriptors', 'driver'),
  transferred: field(4, 4, 'PRDBC', 'bytes moved', 'both'),
  table: field(8, 8, 'CTBA', 'address of the command table', 'driver'),
  reserved: field(16, 16, 'reserved', 'unused'),
});
export const writesToDisk = 1 << 6;

/** Command table: the frame for the disk, then the physical region descriptors (AHCI 1.3.1, 4.2.3). */
export const commandTable = layout('Command table', 0x80, {
  frame: field(0x00, 64, 'CFIS', 'the frame for the disk', 'driver'),
  packet: field(0x40, 16, 'ACMD', 'packet command: unused', 'driver'),
  reserved: field(0x50, 48, 'reserved', 'unused'),
});
/** Descriptors that Linux has in each table (AHCI_MAX_SG). */
const maxRegions = 168;

/** A physical region descriptor; it holds the length less one. */
export const region = layout('Region descriptor', 16, {
  address: field(0, 8, 'DBA', 'address of the data', 'driver'),
  reserved: field(8, 4, 'reserved', 'unused'),
  lengthLessOne: field(12, 4, 'DBC', 'length less one; interrupt bit', 'driver'),
});
export const commandTableBytes = commandTable.bytes + region.bytes * maxRegions;

/** Register frame from host to device (Serial ATA 3, 10.5.5). */
export const hostFrame = layout('Register frame to the disk', 20, {
  type: field(0, 1, 'FIS type', '0x27', 'driver'),
  flags: field(1, 1, 'C', 'bit 7: the frame carries a command', 'driver'),
  command: field(2, 1, 'command', '0x60 read, 0x61 write, 0xe7 flush', 'driver'),
  features: field(3, 1, 'features', 'sectors of a queued command', 'driver'),
  lba: field(4, 3, 'LBA', 'sector, lower bits', 'driver'),
  device: field(7, 1, 'device', 'the address is a sector number', 'driver'),
  lbaUpper: field(8, 3, 'LBA (exp)', 'sector, upper bits', 'driver'),
  featuresUpper: field(11, 1, 'features (exp)', 'sectors, upper bits', 'driver'),
  count: field(12, 2, 'count', 'tag of a queued command', 'driver'),
  isochronous: field(14, 1, 'ICC', 'unused', 'driver'),
  control: field(15, 1, 'control', 'unused', 'driver'),
  reserved: field(16, 4, 'reserved', 'unused', 'driver'),
});
export const hostFrameType = 0x27;
/** The frame carries a command. */
export const isCommand = 0x80;

/** ATA commands (ACS-3, 7). */
export const ataCommand = {
  readQueued: 0x60,
  writeQueued: 0x61,
  flush: 0xe7,
  flushExtended: 0xea,
} as const;

/** Where received frames lie (AHCI 1.3.1, 4.2.1). */
export const received = layout(
  'Received frames',
  256,
  {
    dmaSetUp: field(0x00, 28, 'DSFIS', 'DMA set-up frame', 'device'),
    pioSetUp: field(0x20, 20, 'PSFIS', 'PIO set-up frame', 'device'),
    registerFrame: field(0x40, 20, 'RFIS', 'register frame: a command has ended', 'device'),
    setDeviceBits: field(
      0x58,
      8,
      'SDBFIS',
      'set-device-bits frame: queued commands are done',
      'device',
    ),
    unknown: field(0x60, 64, 'UFIS', 'unknown frame', 'device'),
  },
  { registerFrame: 'device', setDeviceBits: 'device' },
);
/** What is in them. */
export const receivedFrame = {
  registerType: 0x34,
  setDeviceBitsType: 0xa1,
  /** The frame asks for an interrupt. */
  interrupt: 0x40,
  /** Status of a drive that is ready and has no error. */
  ready: 0x50,
} as const;

export const sectorBytes = 512;
export const pageBytes = 4096;
