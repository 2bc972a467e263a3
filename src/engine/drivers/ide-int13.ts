/**
 * The disk service of Hyper-V's BIOS: a block in memory describes the whole request, and one 32-bit write
 * to a port of the emulated IDE controller hands it over. The write returns when the disk is done, so that
 * there is no interrupt and nothing to poll.
 * Models: the block byte for byte, its table of regions, 48-bit commands where a request needs them.
 * Leaves out: optical drives, errors (the block then holds the status). A flush does nothing, since INT 13h
 * has no function for it.
 * Checked against: tests/engine/devices/ide. The BIOS itself is not public; block and port follow OpenVMM
 * (vm/devices/storage/ide).
 */
import type { GuestMemory } from '../memory/guest-memory.ts';
import {
  commands,
  device,
  int13,
  lbaByte,
  prd,
  prdTableBytes,
  registers,
  sectorBytes,
  writePrdTable,
} from '../memory/ide.ts';
import type { Activity } from '../vocabulary/trace.ts';
import {
  type BlockCommand,
  type Driver,
  driverWork,
  type GuestKernel,
  ringEntry,
  type StorageDriver,
  type StorageDriverEntry,
} from './driver.ts';
import { int13Limits } from './ide-bios.ts';

const source = 'openvmm-ide-device';
const activities = {
  fill: {
    sentence: 'The BIOS describes the whole request in a block and a table of regions',
    evidence: 'inferred',
    source,
    prices: [...driverWork, ...ringEntry],
  },
} as const satisfies Record<string, Activity>;

const shortSectors = 2 ** 28;

class EnlightenedBios implements StorageDriver {
  private readonly kernel: GuestKernel;
  private readonly memory: GuestMemory;
  private block = 0;
  private table = 0;

  constructor(kernel: GuestKernel) {
    this.kernel = kernel;
    this.memory = kernel.memory;
  }

  *open(): Driver {
    this.table = this.memory.layOut(
      prd,
      'table of regions',
      prdTableBytes / prd.bytes,
      prdTableBytes,
    );
    this.block = this.memory.layOut(int13, 'enlightened request', 1);
  }

  hasRoom(): boolean {
    return true;
  }

  *submit(command: BlockCommand): Driver {
    if (command.kind !== 'flush') {
      const entries = this.fill(command);
      yield this.kernel.work(activities.fill, entries);
      yield this.kernel.write(registers.enlightened, this.block);
    }
    this.kernel.completed(command.tag);
  }

  /** The device keeps interrupts off while it serves a request. */
  *interrupt(): Driver {}

  private fill({ kind, sector, bytes, pages, payload }: BlockCommand): number {
    const { memory, block, table } = this;
    const sectors = bytes / sectorBytes;
    const wide = sectors > 256 || sector + sectors > shortSectors;
    const code = kind === 'read' ? commands.readDma : commands.writeDma;
    const wideCode = kind === 'read' ? commands.readDmaExt : commands.writeDmaExt;
    const high = wide ? 0 : lbaByte(sector, 3);
    memory.putPayload(block, payload);
    memory.write8(block + int13.command, wide ? wideCode : code);
    memory.write8(block + int13.device, device.always | device.lba | high);
    memory.write8(block + int13.result, 0);
    memory.write32(block + int13.lbaLow, sector % 2 ** 32);
    memory.write16(block + int13.lbaHigh, Math.floor(sector / 2 ** 32));
    memory.write16(block + int13.sectors, sectors);
    memory.write32(block + int13.byteCount, bytes);
    memory.write32(block + int13.table, table);
    return writePrdTable(memory, table, pages, bytes);
  }
}

export const ideInt13: StorageDriverEntry = {
  id: 'enlightened-int13',
  title: 'Hyper-V BIOS, enlightened INT 13h',
  device: 'ide-dma',
  variants: ['piix4-hyper-v'],
  kind: 'storage',
  limits: int13Limits,
  create: (kernel) => new EnlightenedBios(kernel),
};
