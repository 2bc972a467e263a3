/**
 * Registers, commands and memory layouts of the primary channel of a PIIX IDE controller with one disk,
 * shared by its drivers and its device model.
 */
import type { GuestMemory } from './guest-memory.ts';
import { field, layout } from './layout.ts';
import { flag, type Register } from './register.ts';

const ataSpec = 'ATA/ATAPI-7, volume 2';
const busMasterSpec = 'Programming Interface for Bus Master IDE Controller, 1.0';

/** First port of the command block; the other task file registers follow it. */
export const commandBlock = 0x1f0;

const port = (name: string, title: string, offset: number, size: 1 | 2 | 4 = 1): Register => ({
  name,
  title,
  label: name,
  region: 'ide',
  space: 'ports',
  offset,
  size,
  doorbell: false,
  fields: [],
  spec: ataSpec,
});

const statusFields = [
  flag(0, 'ERR', 'the command failed'),
  flag(3, 'DRQ', 'the drive wants to move data'),
  flag(4, 'DSC', 'the heads have settled'),
  flag(5, 'DF', 'the drive has a fault'),
  flag(6, 'DRDY', 'the drive takes commands'),
  flag(7, 'BSY', 'the drive is busy'),
];

export const registers = {
  /** Data as the Linux driver moves it, two words at a time. */
  data: port('DATA', 'data', commandBlock, 4),
  /** Data as a BIOS moves it. */
  data16: port('DATA16', 'data, 16 bits', commandBlock, 2),
  feature: port('ERR/FEAT', 'error and features', commandBlock + 1),
  sectors: port('NSECT', 'sector count', commandBlock + 2),
  lbaLow: port('LBAL', 'sector number, low', commandBlock + 3),
  lbaMid: port('LBAM', 'sector number, middle', commandBlock + 4),
  lbaHigh: port('LBAH', 'sector number, high', commandBlock + 5),
  device: {
    ...port('DEVICE', 'device', commandBlock + 6),
    fields: [
      { at: 0, bits: 4, name: 'LBA27:24', meaning: 'highest bits of a 28-bit sector number' },
      flag(4, 'DEV', 'the second drive of the channel'),
      flag(6, 'LBA', 'sectors are numbered, not counted by cylinder and head'),
    ],
  },
  /** Reading it acknowledges the interrupt. */
  status: { ...port('STATUS', 'status', commandBlock + 7), fields: statusFields },
  command: { ...port('COMMAND', 'command', commandBlock + 7), doorbell: true },
  /** The status again; reading it acknowledges nothing. */
  alternateStatus: { ...port('ALTSTATUS', 'alternate status', 0x3f6), fields: statusFields },
  control: {
    ...port('DEVCTL', 'device control', 0x3f6),
    fields: [
      flag(1, 'nIEN', 'no interrupts'),
      flag(2, 'SRST', 'reset'),
      flag(7, 'HOB', 'reads return the values written before the last ones'),
    ],
  },
  busCommand: {
    ...port('BM_CMD', 'bus master command', 0),
    region: 'piix-bmdma',
    spec: busMasterSpec,
    fields: [
      flag(0, 'START', 'the bus master moves data'),
      flag(3, 'RWCON', 'towards memory: the disk is read'),
    ],
  },
  busStatus: {
    ...port('BM_STATUS', 'bus master status', 2),
    region: 'piix-bmdma',
    spec: busMasterSpec,
    fields: [
      flag(0, 'ACTIVE', 'the bus master has not come to the end of its table'),
      flag(1, 'ERROR', 'the transfer failed; written to clear it'),
      flag(2, 'INTR', 'the drive has interrupted; written to clear it'),
    ],
  },
  busTable: {
    ...port('BM_PRDT', 'bus master table base', 4, 4),
    region: 'bmdma',
    spec: busMasterSpec,
  },
  /** Hyper-V only: the address of a whole request in one write. */
  enlightened: {
    ...port('ENLIGHTENED', 'enlightened request', 0x1e0, 4),
    doorbell: true,
    spec: 'OpenVMM vm/devices/storage/ide/src/lib.rs',
  },
} as const satisfies Record<string, Register>;

/** The interrupt line of the primary channel. */
export const irq = 14;

export const status = {
  error: 1 << 0,
  dataRequest: 1 << 3,
  seekComplete: 1 << 4,
  ready: 1 << 6,
  busy: 1 << 7,
} as const;

/** DEVICE of the first drive: two bits that are always one, and the choice of sector numbers. */
export const device = { always: 0xa0, lba: 0x40 } as const;

/** DEVCTL; bit 3 was the fourth head bit and is written as one ever since. */
export const control = { always: 0x08, noInterrupts: 0x02, previous: 0x80 } as const;

export const busMaster = {
  start: 0x01,
  toMemory: 0x08,
  active: 0x01,
  error: 0x02,
  interrupt: 0x04,
};

export const commands = {
  readSectors: 0x20,
  readSectorsExt: 0x24,
  readDmaExt: 0x25,
  readMultipleExt: 0x29,
  writeSectors: 0x30,
  writeSectorsExt: 0x34,
  writeDmaExt: 0x35,
  writeMultipleExt: 0x39,
  readMultiple: 0xc4,
  writeMultiple: 0xc5,
  readDma: 0xc8,
  writeDma: 0xca,
  flushCache: 0xe7,
  flushCacheExt: 0xea,
} as const;

export const sectorBytes = 512;
/** Sectors that READ and WRITE MULTIPLE move in one block, as the disk says when it is identified. */
export const multipleSectors = 16;

/** Byte `index` of a sector number, counted from the lowest; numbers have up to 48 bits. */
export const lbaByte = (sector: number, index: number): number =>
  Math.floor(sector / 2 ** (8 * index)) & 0xff;

/** A physical region descriptor: address, length of which 0 means 64 KiB, and the end of the table. */
export const prd = layout('Region descriptor', 8, {
  address: field(0, 4, 'base', 'address of the data', 'driver'),
  length: field(4, 4, 'count, EOT', 'length, 0 for 64 KiB; the top bit ends the table', 'driver'),
});
export const prdEnd = 0x8000_0000;
const longestRegion = 0x1_0000;
/** Bytes of the largest table that Linux makes, of 256 descriptors. */
export const prdTableBytes = 256 * prd.bytes;

const pageBytes = 4096;

/**
 * Fills a table with a transfer of so many bytes over pages, and returns the number of its entries. An
 * entry lies in one page, and does not cross a multiple of 64 KiB.
 */
export function writePrdTable(
  memory: GuestMemory,
  table: number,
  pages: readonly number[],
  bytes: number,
): number {
  let at = table;
  let left = bytes;
  for (const page of pages) {
    let address = page;
    for (let inPage = Math.min(left, pageBytes); inPage > 0;) {
      const length = Math.min(inPage, longestRegion - (address % longestRegion));
      memory.write32(at + prd.address, address);
      memory.write32(at + prd.length, length % longestRegion);
      at += prd.bytes;
      address += length;
      inPage -= length;
      left -= length;
    }
  }
  if (at > table) {
    const last = at - prd.bytes + prd.length;
    memory.write32(last, memory.read32(last) + prdEnd);
  }
  return (at - table) / prd.bytes;
}

/** Bytes that a table describes, up to its end; a table without one ends after 4 KiB. */
export function prdBytes(memory: GuestMemory, table: number): number {
  let bytes = 0;
  for (let at = table; at < table + pageBytes; at += prd.bytes) {
    const length = memory.read32(at + prd.length);
    bytes += length & 0xffff || longestRegion;
    if (length >= prdEnd) break;
  }
  return bytes;
}

/** Hyper-V's block for a whole request. */
export const int13 = layout('Enlightened request', 24, {
  command: field(0, 1, 'drive_command', 'ATA command', 'driver'),
  device: field(1, 1, 'device_head', 'which drive', 'driver'),
  flags: field(2, 1, 'flags', 'unused', 'driver'),
  result: field(3, 1, 'result_status', 'status of the drive', 'both'),
  lbaLow: field(4, 4, 'lba_low', 'sector, lower bits', 'driver'),
  lbaHigh: field(8, 2, 'lba_high', 'sector, upper bits', 'driver'),
  sectors: field(10, 2, 'block_count', 'sectors to move', 'driver'),
  byteCount: field(12, 4, 'byte_count', 'bytes to move', 'driver'),
  table: field(16, 4, 'data_buffer', 'address of the table of regions', 'driver'),
  reserved: field(20, 4, 'skip_bytes', 'unused', 'driver'),
});
