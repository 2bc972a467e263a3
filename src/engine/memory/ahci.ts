/** Registers, command list, command table and frames of an AHCI port, shared by its driver and its device model. */
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
  globalControl: register('GHC', 0x04, [
    flag(1, 'IE', 'interrupts enabled'),
    flag(31, 'AE', 'AHCI enabled'),
  ]),
  interruptStatus: register('IS', 0x08, [flag(0, 'IPS0', 'port 0 has a pending interrupt')]),
  commandList: register('P0.CLB', 0x100),
  receivedFrames: register('P0.FB', 0x108),
  portInterruptStatus: register('P0.IS', 0x110, portEvents),
  portInterruptEnable: register('P0.IE', 0x114, portEvents),
  portCommand: register('P0.CMD', 0x118, [
    flag(0, 'ST', 'the port takes commands'),
    flag(4, 'FRE', 'the port stores received frames'),
  ]),
  active: register('P0.SACT', 0x134, slots),
  commandIssue: register('P0.CI', 0x138, slots, true),
} as const satisfies Record<string, Register>;

export const globalControl = { interrupts: 0x2, ahci: 0x8000_0000 } as const;
export const portCommand = { start: 0x1, receiveFrames: 0x10 } as const;
/** The only port that has a disk, as a bit of IS. */
export const portBit = 1;

/** Command header, one for each slot of the command list (AHCI 1.3.1, 4.2.2). */
export const commandHeader = {
  bytes: 32,
  /** Length of the command frame in dwords, the direction, and the number of descriptors in the upper half. */
  options: 0,
  write: 1 << 6,
  transferred: 4,
  table: 8,
} as const;

/** Command table: the frame for the disk, then the physical region descriptors (AHCI 1.3.1, 4.2.3). */
export const commandTable = {
  frame: 0,
  regions: 0x80,
  regionBytes: 16,
  /** Descriptors that Linux has in each table (AHCI_MAX_SG). */
  maxRegions: 168,
} as const;
export const commandTableBytes =
  commandTable.regions + commandTable.regionBytes * commandTable.maxRegions;

/** A physical region descriptor; it holds the length less one. */
export const region = { address: 0, lengthLessOne: 12 } as const;

/** Register frame from host to device (Serial ATA 3, 10.5.5): offsets of its bytes. */
export const hostFrame = {
  type: 0x27,
  dwords: 5,
  /** The frame carries a command. */
  isCommand: 0x80,
  flags: 1,
  command: 2,
  features: 3,
  lba: 4,
  device: 7,
  lbaUpper: 8,
  featuresUpper: 11,
  count: 12,
  control: 15,
} as const;

/** ATA commands (ACS-3, 7). */
export const ataCommand = {
  readQueued: 0x60,
  writeQueued: 0x61,
  flush: 0xe7,
  flushExtended: 0xea,
} as const;

/** Where received frames lie (AHCI 1.3.1, 4.2.1), and what is in them. */
export const received = {
  bytes: 256,
  registerFrame: 0x40,
  setDeviceBits: 0x58,
  registerType: 0x34,
  setDeviceBitsType: 0xa1,
  /** The frame asks for an interrupt. */
  interrupt: 0x40,
  /** Status of a drive that is ready and has no error. */
  ready: 0x50,
} as const;

export const sectorBytes = 512;
export const pageBytes = 4096;
