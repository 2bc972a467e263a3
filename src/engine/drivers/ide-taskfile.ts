/**
 * What the two libata drivers of an IDE channel share (drivers/ata/libata-sff.c, Linux 6.1): selecting the
 * drive, loading the task file, issuing a command, the status reads of the interrupt handler, and the
 * fixed waits before and after them.
 * Leaves out: a second drive, errors and their recovery, reset, polling for interrupts that got lost.
 * Checked against: tests/engine/devices/ide.
 */
import {
  busMaster,
  commands,
  control,
  device,
  lbaByte,
  registers,
  sectorBytes,
  status,
} from '../memory/ide.ts';
import type { Activity, Price } from '../vocabulary/trace.ts';
import {
  type BlockCommand,
  commandActivities,
  type BlockLimits,
  type Driver,
  driverWork,
  type GuestKernel,
  ringEntry,
} from './driver.ts';

const source = 'linux-libata';
/** Waits of a fixed time. */
export const statusWait: readonly Price[] = [{ parameter: 'ata-status-wait', per: 'once' }];
const busyWait: readonly Price[] = [{ parameter: 'ata-busy-wait', per: 'once' }];

export const activities = {
  prepare: {
    sentence: 'The guest’s driver translates the request into a task file',
    evidence: 'documented',
    source,
    prices: driverWork,
  },
  fill: {
    sentence: 'The driver fills the table of regions for the bus master',
    evidence: 'documented',
    source,
    prices: [...driverWork, ...ringEntry],
  },
  pause: {
    sentence: 'The driver waits 400 ns for the drive to show its status',
    evidence: 'documented',
    source,
    prices: statusWait,
  },
  poll: {
    sentence: 'The driver waits 10 µs before it asks whether the drive is free',
    evidence: 'documented',
    source,
    prices: busyWait,
  },
  ...commandActivities(source),
} as const satisfies Record<string, Activity>;

/** What Linux sets for a disk on this controller: 1280 KiB, and half the entries of its table. */
export const libataLimits: BlockLimits = { maxSectors: 2560, maxSegments: 128, queueDepth: 1 };

/** Status reads, 10 µs apart, after which Linux goes on all the same. */
const pollsAtMost = 1000;

/** Whether a transfer fits the 28-bit commands; the last number is left out, as in Linux. */
const fitsShort = (sector: number, sectors: number): boolean =>
  sector + sectors < 2 ** 28 - 1 && sectors <= 256;

/** The command codes for one way of moving data. */
export interface CommandCodes {
  readonly read: number;
  readonly readExt: number;
  readonly write: number;
  readonly writeExt: number;
}

/** The channel as libata uses it. */
export class Taskfile {
  private readonly kernel: GuestKernel;
  private readonly codes: CommandCodes;

  constructor(kernel: GuestKernel, codes: CommandCodes) {
    this.kernel = kernel;
    this.codes = codes;
  }

  /** Interrupts on, nothing pending. */
  *open(): Driver {
    yield this.kernel.write(registers.control, control.always);
    yield this.kernel.read(registers.status);
    yield* this.clearInterrupt();
  }

  /** Selects the drive and loads the registers of a read or write; returns the code to issue. */
  *load({ kind, sector, bytes }: BlockCommand): Driver<number> {
    const { kernel } = this;
    const sectors = bytes / sectorBytes;
    const short = fitsShort(sector, sectors);
    yield* this.select();
    if (!short) yield* this.loadAddress(0, sectors >>> 8, sector, 3);
    yield* this.loadAddress(0, sectors & 0xff, sector, 0);
    const high = short ? lbaByte(sector, 3) : 0;
    yield kernel.write(registers.device, device.always | device.lba | high);
    yield* this.waitIdle();
    if (kind === 'read') return short ? this.codes.read : this.codes.readExt;
    return short ? this.codes.write : this.codes.writeExt;
  }

  /**
   * A flush has no address: of the task file only DEVICE is written. Linux takes the 48-bit command only for a disk of
   * 2^28 sectors, 128 GiB, and more (ATA_DFLAG_FLUSH_EXT); the workload’s disk is smaller.
   */
  *flush(): Driver {
    yield* this.select();
    yield this.kernel.write(registers.device, device.always);
    yield* this.waitIdle();
    yield* this.issue(commands.flushCache);
  }

  *issue(code: number): Driver {
    yield this.kernel.write(registers.command, code);
    yield this.kernel.read(registers.alternateStatus);
    yield this.kernel.work(activities.pause);
  }

  /** The handler's look at the drive; false when it is busy, and the interrupt not its own. */
  *acknowledge(): Driver<boolean> {
    const shown = yield this.kernel.read(registers.alternateStatus);
    if (shown & status.busy) return false;
    yield this.kernel.read(registers.status);
    yield* this.clearInterrupt();
    return true;
  }

  /** Waits until the drive neither works nor wants data. */
  *waitIdle(): Driver {
    yield* this.waitFor(status.busy | status.dataRequest);
  }

  /** Waits until the drive has taken the command. */
  *waitNotBusy(): Driver {
    yield* this.waitFor(status.busy);
  }

  *complete(tag: number): Driver {
    yield this.kernel.work(activities.complete);
    this.kernel.completed(tag);
  }

  private *waitFor(bits: number): Driver {
    for (let polls = 0; polls < pollsAtMost; polls++) {
      yield this.kernel.work(activities.poll);
      const shown = yield this.kernel.read(registers.status);
      if ((shown & bits) === 0) return;
    }
  }

  private *select(): Driver {
    yield* this.waitIdle();
    yield this.kernel.write(registers.device, device.always);
    yield this.kernel.read(registers.alternateStatus);
    yield this.kernel.work(activities.pause);
    yield* this.waitIdle();
  }

  private *loadAddress(feature: number, sectors: number, lba: number, byte: number): Driver {
    yield this.kernel.write(registers.feature, feature);
    yield this.kernel.write(registers.sectors, sectors);
    yield this.kernel.write(registers.lbaLow, lbaByte(lba, byte));
    yield this.kernel.write(registers.lbaMid, lbaByte(lba, byte + 1));
    yield this.kernel.write(registers.lbaHigh, lbaByte(lba, byte + 2));
  }

  private *clearInterrupt(): Driver {
    const shown = yield this.kernel.read(registers.busStatus);
    yield this.kernel.write(registers.busStatus, shown);
  }
}

/** The bits of BM_CMD for a direction, not started. */
export const direction = (command: number, reads: boolean): number =>
  (command & ~(busMaster.start | busMaster.toMemory)) | (reads ? busMaster.toMemory : 0);
