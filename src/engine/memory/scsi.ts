/**
 * SCSI commands for disks, byte for byte and big endian, as Linux's disk driver builds them
 * (drivers/scsi/sd.c, Linux 6.1), for every adapter that carries SCSI.
 *
 * sd reads and writes with 10-byte commands (`use_10_for_rw`); with 16-byte ones when the transfer is longer
 * than 65,535 blocks or the disk has more than 2^32 blocks (`use_16_for_rw`). The disk's size is not known
 * here: it counts as small until a command reaches beyond block 2^32. A flush is SYNCHRONIZE CACHE(10) over
 * the whole disk, without data. Left out: 6- and 12-byte commands, FUA, protection information.
 */
import type { GuestMemory } from './guest-memory.ts';

export const operation = {
  read10: 0x28,
  write10: 0x2a,
  synchronizeCache10: 0x35,
  read16: 0x88,
  write16: 0x8a,
} as const;

/** Status of a finished command. */
export const status = { good: 0, checkCondition: 2 } as const;

/** The longest command block that an adapter's descriptor holds. */
export const commandBlockBytes = 16;
export const sectorBytes = 512;
/** The most blocks that a 10-byte command can name. */
const blocksOf10 = 0xffff;

export type DiskOperation = 'read' | 'write' | 'flush';

/** What the block layer asks of a disk. */
export interface DiskCommand {
  readonly kind: DiskOperation;
  /** First sector of 512 bytes. */
  readonly sector: number;
  readonly bytes: number;
}

/** Writes the command block of a command and returns its length; bytes behind it are left as they are. */
export function writeCommandBlock(memory: GuestMemory, at: number, command: DiskCommand): 10 | 16 {
  const { kind, sector } = command;
  const blocks = command.bytes / sectorBytes;
  if (kind === 'flush') return writeBlock10(memory, at, operation.synchronizeCache10, 0, 0);
  const reads = kind === 'read';
  if (sector + blocks <= 2 ** 32 && blocks <= blocksOf10) {
    return writeBlock10(memory, at, reads ? operation.read10 : operation.write10, sector, blocks);
  }
  return writeBlock16(memory, at, reads ? operation.read16 : operation.write16, sector, blocks);
}

/** What a command does by its operation code; undefined for one that no disk here knows. */
export function operationOf(code: number): DiskOperation | undefined {
  switch (code) {
    case operation.read10:
    case operation.read16:
      return 'read';
    case operation.write10:
    case operation.write16:
      return 'write';
    case operation.synchronizeCache10:
      return 'flush';
    default:
      return undefined;
  }
}

/** Operation, flags, 32-bit block address, group, 16-bit length, control. */
function writeBlock10(
  memory: GuestMemory,
  at: number,
  code: number,
  sector: number,
  blocks: number,
): 10 {
  memory.write16(at, code);
  memory.write32(at + 2, bigEndian(sector));
  memory.write8(at + 6, 0);
  memory.write16(at + 7, bigEndian(blocks) >>> 16);
  memory.write8(at + 9, 0);
  return 10;
}

/** Operation, flags, 64-bit block address, 32-bit length, group, control. */
function writeBlock16(
  memory: GuestMemory,
  at: number,
  code: number,
  sector: number,
  blocks: number,
): 16 {
  memory.write16(at, code);
  memory.write32(at + 2, bigEndian(Math.floor(sector / 2 ** 32)));
  memory.write32(at + 6, bigEndian(sector % 2 ** 32));
  memory.write32(at + 10, bigEndian(blocks));
  memory.write16(at + 14, 0);
  return 16;
}

/** The bytes of a 32-bit value in the other order. */
const bigEndian = (value: number): number =>
  ((value << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24)) >>> 0;
