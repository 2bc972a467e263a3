/**
 * The Linux libata driver of a PIIX IDE disk with bus-master DMA (ata_piix.c, libata-sff.c, Linux 6.1).
 * Models: every register access of a read, a write and a cache flush, the table of regions, 48-bit
 * commands where a transfer needs them, the handler that stops the bus master and acknowledges, the fixed
 * waits of the code.
 * Leaves out: errors and their recovery, the second channel, interrupts that are not its own.
 * Submission holds the port's lock with interrupts off; a kernel that lets the handler in between loses
 * nothing, but makes its accesses in another order.
 * Checked against: tests/engine/devices/ide, which has the recorded sequences.
 */
import type { GuestMemory } from '../memory/guest-memory.ts';
import {
  busMaster,
  commands,
  prd,
  prdTableBytes,
  registers,
  writePrdTable,
} from '../memory/ide.ts';
import type {
  BlockCommand,
  Driver,
  GuestKernel,
  StorageDriver,
  StorageDriverEntry,
} from './driver.ts';
import { activities, direction, libataLimits, Taskfile } from './ide-taskfile.ts';

const codes = {
  read: commands.readDma,
  readExt: commands.readDmaExt,
  write: commands.writeDma,
  writeExt: commands.writeDmaExt,
} as const;

const noTag = -1;

class LibataDma implements StorageDriver {
  private readonly kernel: GuestKernel;
  private readonly memory: GuestMemory;
  private readonly taskfile: Taskfile;
  private table = 0;
  /** The one command that the channel holds. */
  private tag = noTag;
  private movesData = false;

  constructor(kernel: GuestKernel) {
    this.kernel = kernel;
    this.memory = kernel.memory;
    this.taskfile = new Taskfile(kernel, codes);
  }

  *open(): Driver {
    this.table = this.memory.layOut(
      prd,
      'table of regions',
      prdTableBytes / prd.bytes,
      prdTableBytes,
    );
    yield* this.taskfile.open();
    // The kernel has read the partition table when the disk came up, and BM_CMD keeps the direction.
    yield this.kernel.write(registers.busCommand, direction(0, true));
  }

  hasRoom(): boolean {
    return this.tag === noTag;
  }

  *submit(command: BlockCommand): Driver {
    this.tag = command.tag;
    this.movesData = command.kind !== 'flush';
    this.kernel.disableInterrupts();
    yield this.kernel.work(activities.prepare);
    if (this.movesData) yield* this.transfer(command);
    else yield* this.taskfile.flush();
    this.kernel.enableInterrupts();
  }

  *interrupt(): Driver {
    if (this.tag === noTag) return;
    if (this.movesData && !(yield* this.stop())) return;
    if (!(yield* this.taskfile.acknowledge())) return;
    const done = this.tag;
    this.tag = noTag;
    yield* this.taskfile.complete(done);
  }

  private *transfer(command: BlockCommand): Driver {
    const { kernel, memory, table } = this;
    memory.putPayload(table, command.payload);
    const entries = writePrdTable(memory, table, command.pages, command.bytes);
    yield kernel.work(activities.fill, entries);
    const code = yield* this.taskfile.load(command);
    yield kernel.write(registers.busTable, table);
    const before = yield kernel.read(registers.busCommand);
    yield kernel.write(registers.busCommand, direction(before, command.kind === 'read'));
    yield* this.taskfile.issue(code);
    const ready = yield kernel.read(registers.busCommand);
    yield kernel.write(registers.busCommand, ready | busMaster.start);
  }

  /** Stops the bus master; false when the interrupt is not from it. */
  private *stop(): Driver<boolean> {
    const { kernel } = this;
    const shown = yield kernel.read(registers.busStatus);
    if ((shown & busMaster.interrupt) === 0) return false;
    const started = yield kernel.read(registers.busCommand);
    yield kernel.write(registers.busCommand, started & ~busMaster.start);
    yield kernel.read(registers.alternateStatus);
    return true;
  }
}

export const ideDma: StorageDriverEntry = {
  id: 'libata-dma',
  title: 'Linux libata, bus-master DMA',
  device: 'ide-dma',
  kind: 'storage',
  limits: libataLimits,
  create: (kernel) => new LibataDma(kernel),
};
