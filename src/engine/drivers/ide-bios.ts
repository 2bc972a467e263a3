/**
 * A BIOS that reads and writes its IDE disk by polling, one sector a command (SeaBIOS src/hw/ata.c without
 * DMA). Models: interrupts off at the drive for each command, the selection and its checks, 48-bit commands
 * where the sector number needs them, a string instruction of 16-bit words for each sector, status reads
 * until the drive is not busy.
 * Leaves out: DMA, several sectors in a command, reset, errors, time limits. A flush does nothing, since
 * INT 13h has no function for it.
 * Checked against: tests/engine/devices/ide; no recording exists, the sequence is derived from the source.
 */
import {
  commands,
  control,
  device,
  lbaByte,
  registers,
  sectorBytes,
  status,
} from '../memory/ide.ts';
import type { Activity } from '../vocabulary/trace.ts';
import {
  type BlockCommand,
  type BlockLimits,
  type Driver,
  driverWork,
  type GuestKernel,
  type StorageDriver,
  type StorageDriverEntry,
} from './driver.ts';
import { statusWait } from './ide-taskfile.ts';

/** INT 13h moves at most 127 sectors a call (EDD 3.0), which is 15 whole pages. */
export const int13Limits: BlockLimits = { maxSectors: 120, maxSegments: 15, queueDepth: 1 };

const source = 'seabios-ata';
const activities = {
  pause: {
    sentence: 'The BIOS waits 400 ns for the drive to show its status',
    evidence: 'documented',
    source,
    prices: statusWait,
  },
  yields: {
    sentence: 'The drive is busy: the BIOS lets its other threads run, then asks again',
    evidence: 'documented',
    source,
    prices: driverWork,
  },
} as const satisfies Record<string, Activity>;

const wordsPerSector = sectorBytes / registers.data16.size;
const interruptsOff = control.always | control.noInterrupts;
const shortSectors = 2 ** 28;

class PolledBios implements StorageDriver {
  private readonly kernel: GuestKernel;

  constructor(kernel: GuestKernel) {
    this.kernel = kernel;
  }

  *open(): Driver {
    yield this.kernel.write(registers.control, control.always);
  }

  hasRoom(): boolean {
    return true;
  }

  *submit({ kind, sector, bytes, tag }: BlockCommand): Driver {
    const sectors = bytes / sectorBytes;
    for (let each = 0; each < sectors; each++) yield* this.move(sector + each, kind === 'write');
    this.kernel.completed(tag);
  }

  /** Interrupts are off at the drive while a command runs. */
  *interrupt(): Driver {}

  private *move(sector: number, writes: boolean): Driver {
    const { kernel } = this;
    yield kernel.write(registers.control, interruptsOff);
    yield* this.send(sector, writes);
    yield kernel.work(activities.pause);
    yield* this.waitNotBusy();
    yield writes
      ? kernel.writeString(registers.data16, wordsPerSector)
      : kernel.readString(registers.data16, wordsPerSector);
    yield kernel.read(registers.alternateStatus);
    yield* this.waitNotBusy();
    yield kernel.write(registers.control, control.always);
  }

  private *send(sector: number, writes: boolean): Driver {
    const { kernel } = this;
    const wide = sector + 1 >= shortSectors;
    yield* this.waitNotBusy();
    yield kernel.read(registers.device);
    const high = wide ? 0 : lbaByte(sector, 3);
    yield kernel.write(registers.device, device.always | device.lba | high);
    if (wide) yield* this.loadAddress(0, sector, 3);
    yield* this.loadAddress(1, sector, 0);
    const code = writes ? commands.writeSectors : commands.readSectors;
    const wideCode = writes ? commands.writeSectorsExt : commands.readSectorsExt;
    yield kernel.write(registers.command, wide ? wideCode : code);
  }

  private *loadAddress(sectors: number, lba: number, byte: number): Driver {
    const { kernel } = this;
    yield kernel.write(registers.feature, 0);
    yield kernel.write(registers.sectors, sectors);
    yield kernel.write(registers.lbaLow, lbaByte(lba, byte));
    yield kernel.write(registers.lbaMid, lbaByte(lba, byte + 1));
    yield kernel.write(registers.lbaHigh, lbaByte(lba, byte + 2));
  }

  private *waitNotBusy(): Driver {
    while ((yield this.kernel.read(registers.status)) & status.busy) {
      yield this.kernel.work(activities.yields);
    }
  }
}

export const ideBios: StorageDriverEntry = {
  id: 'bios-pio',
  title: 'BIOS, polled PIO',
  device: 'ide-pio',
  kind: 'storage',
  limits: int13Limits,
  create: (kernel) => new PolledBios(kernel),
};
