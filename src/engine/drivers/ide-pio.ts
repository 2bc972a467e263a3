/**
 * The Linux libata driver of a PIIX IDE disk without DMA (libata.dma=0; ata_piix.c, libata-sff.c, Linux
 * 6.1). Models: READ and WRITE MULTIPLE with an interrupt for each block of 16 sectors, a string
 * instruction for each sector, the first block of a write sent by polling, the status reads after each
 * block and after the last, 48-bit commands where a transfer needs them, cache flush, the fixed waits.
 * Leaves out: errors and their recovery, the second channel, interrupts that are not its own. The first
 * block of a write follows at once here; in Linux a work queue sends it.
 * Submission holds the port's lock with interrupts off; a kernel that lets the handler in between loses
 * nothing, but makes its accesses in another order.
 * Checked against: tests/engine/devices/ide, which has the recorded sequences.
 */
import { commands, multipleSectors, registers, sectorBytes } from '../memory/ide.ts';
import type {
  BlockCommand,
  Driver,
  GuestKernel,
  StorageDriver,
  StorageDriverEntry,
} from './driver.ts';
import { activities, libataLimits, Taskfile } from './ide-taskfile.ts';

const codes = {
  read: commands.readMultiple,
  readExt: commands.readMultipleExt,
  write: commands.writeMultiple,
  writeExt: commands.writeMultipleExt,
} as const;

const noTag = -1;
const wordsPerSector = sectorBytes / registers.data.size;

class LibataPio implements StorageDriver {
  private readonly kernel: GuestKernel;
  private readonly taskfile: Taskfile;
  /** The one command that the channel holds. */
  private tag = noTag;
  private writes = false;
  /** Sectors of it that have not gone through the data register. */
  private sectorsLeft = 0;

  constructor(kernel: GuestKernel) {
    this.kernel = kernel;
    this.taskfile = new Taskfile(kernel, codes);
  }

  *open(): Driver {
    yield* this.taskfile.open();
  }

  hasRoom(): boolean {
    return this.tag === noTag;
  }

  *submit(command: BlockCommand): Driver {
    this.tag = command.tag;
    this.writes = command.kind === 'write';
    this.sectorsLeft = command.bytes / sectorBytes;
    this.kernel.disableInterrupts();
    yield this.kernel.work(activities.prepare);
    if (command.kind === 'flush') yield* this.taskfile.flush();
    else yield* this.transfer(command);
    this.kernel.enableInterrupts();
  }

  private *transfer(command: BlockCommand): Driver {
    const code = yield* this.taskfile.load(command);
    yield* this.taskfile.issue(code);
    if (!this.writes) return;
    yield* this.taskfile.waitNotBusy();
    yield* this.moveBlock();
  }

  *interrupt(): Driver {
    if (this.tag === noTag) return;
    if (!(yield* this.taskfile.acknowledge())) return;
    if (this.sectorsLeft > 0) {
      yield* this.moveBlock();
      // A block of a write has its interrupt to come; a read is over with its last block.
      if (this.writes || this.sectorsLeft > 0) return;
      yield* this.taskfile.waitIdle();
    }
    const done = this.tag;
    this.tag = noTag;
    yield* this.taskfile.complete(done);
  }

  private *moveBlock(): Driver {
    const { kernel } = this;
    const sectors = Math.min(this.sectorsLeft, multipleSectors);
    this.sectorsLeft -= sectors;
    for (let sector = 0; sector < sectors; sector++) {
      yield this.writes
        ? kernel.writeString(registers.data, wordsPerSector)
        : kernel.readString(registers.data, wordsPerSector);
    }
    yield kernel.read(registers.alternateStatus);
  }
}

export const idePio: StorageDriverEntry = {
  id: 'libata-pio',
  title: 'Linux libata, PIO',
  device: 'ide-pio',
  kind: 'storage',
  limits: libataLimits,
  create: (kernel) => new LibataPio(kernel),
};
