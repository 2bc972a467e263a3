/**
 * The primary channel of a PIIX IDE controller with one disk, as one model: task file with the values
 * written before the last ones, PIO in blocks of one or 16 sectors, bus-master DMA over a table of
 * regions, cache flush, status bits at every read, the interrupt that reading STATUS acknowledges, nIEN,
 * write-1-clear bits of the bus master, and Hyper-V's port that takes a whole request in one write.
 * Leaves out: the second drive and channel, reset, IDENTIFY, errors of the disk, cylinders and heads,
 * task file results (sector number and count keep what was written), stopping a transfer half-way.
 * The drive is busy from the access that asks until the host has finished the transfer: a host that does so before the
 * guest looks again leaves it no BSY to see, as QEMU does with a quick read.
 * Checked against: tests/engine/devices/ide and ide-controller. Semantics follow QEMU (hw/ide/core.c, pci.c,
 * piix.c), the port OpenVMM; PIIX3 and PIIX4 do not differ here. Hyper-V's own model is not public; OpenVMM's shows
 * BSY with DSC alone and moves PIO data in larger steps.
 */
import type { GuestMemory } from '../memory/guest-memory.ts';
import {
  busMaster,
  commandBlock,
  commands,
  control,
  device,
  int13,
  irq,
  multipleSectors,
  prdBytes,
  registers,
  sectorBytes,
  status,
} from '../memory/ide.ts';
import type { Register } from '../memory/register.ts';
import type { DeviceEntry, DeviceHost, DeviceModel, Transfer, TransferKind } from './device.ts';

interface Shape {
  readonly kind: TransferKind;
  readonly dma: boolean;
  /** Whether sector count and number have the bytes written before the last ones, too. */
  readonly wide: boolean;
  /** Sectors of one block of data; 0 where no data goes through the data register. */
  readonly block: number;
}

const shape = (kind: TransferKind, dma: boolean, wide: boolean, block: number): Shape => ({
  kind,
  dma,
  wide,
  block,
});

const shapes: ReadonlyMap<number, Shape> = new Map([
  [commands.readSectors, shape('read', false, false, 1)],
  [commands.readSectorsExt, shape('read', false, true, 1)],
  [commands.readMultiple, shape('read', false, false, multipleSectors)],
  [commands.readMultipleExt, shape('read', false, true, multipleSectors)],
  [commands.readDma, shape('read', true, false, 0)],
  [commands.readDmaExt, shape('read', true, true, 0)],
  [commands.writeSectors, shape('write', false, false, 1)],
  [commands.writeSectorsExt, shape('write', false, true, 1)],
  [commands.writeMultiple, shape('write', false, false, multipleSectors)],
  [commands.writeMultipleExt, shape('write', false, true, multipleSectors)],
  [commands.writeDma, shape('write', true, false, 0)],
  [commands.writeDmaExt, shape('write', true, true, 0)],
  [commands.flushCache, shape('flush', false, false, 0)],
  [commands.flushCacheExt, shape('flush', false, true, 0)],
]);

/** What STATUS shows of a drive that waits for a command. */
const idle = status.ready | status.seekComplete;
/** Bits under which the task file cannot be written and no command is taken. */
const occupied = status.busy | status.dataRequest;
/** ERR/FEAT of a command that the drive does not know. */
const aborted = 0x04;
const none: Shape = shape('flush', false, false, 0);
const sectorsIndex = registers.sectors.offset - commandBlock;
const lbaLowIndex = registers.lbaLow.offset - commandBlock;

class PiixIde implements DeviceModel {
  private readonly host: DeviceHost;
  private readonly memory: GuestMemory;
  private readonly takesRequests: boolean;
  /** Task file by its distance from DATA: what was written last, and before that. */
  private readonly last = new Uint8Array(8);
  private readonly previous = new Uint8Array(8);
  private error = 0;
  private status: number = idle;
  private control = 0;
  private raised = false;
  private busCommand = 0;
  private busStatus = 0;
  private table = 0;
  private command = none;
  /** A DMA command and the start bit wait for each other. */
  private awaitsStart = false;
  /** Bytes that the table of the running DMA command describes. */
  private described = 0;
  /** Sectors of the command that have not gone to or come from the disk. */
  private sectorsLeft = 0;
  /** Bytes of the block that the guest has not moved through the data register. */
  private dataLeft = 0;
  /** Bytes of the disk's transfer, and whether it waits to be taken. */
  private moving = 0;
  private wanted = false;
  /** Address of the request block whose write is kept open; 0 for none. */
  private request = 0;
  private controlBefore = 0;

  constructor(host: DeviceHost, variant: string) {
    this.host = host;
    this.memory = host.memory;
    this.takesRequests = variant === 'piix4-hyper-v';
    this.last[registers.device.offset - commandBlock] = device.always;
  }

  read(register: Register): number {
    switch (register) {
      case registers.status:
        this.raised = false;
        return this.status;
      case registers.alternateStatus:
        return this.status;
      case registers.data:
      case registers.data16:
        return this.readData(register.size);
      case registers.busCommand:
        return this.busCommand;
      case registers.busStatus:
        return this.busStatus;
      case registers.busTable:
        return this.table;
      case registers.enlightened:
        return 0xffff_ffff;
      default:
        return this.readTaskFile(register.offset - commandBlock);
    }
  }

  write(register: Register, value: number): void {
    switch (register) {
      case registers.command:
        return this.execute(value);
      case registers.data:
      case registers.data16:
        return this.writeData(register.size);
      case registers.control:
        this.control = value;
        return;
      case registers.busCommand:
        return this.writeBusCommand(value);
      case registers.busStatus:
        this.writeBusStatus(value);
        return;
      case registers.busTable:
        this.table = value - (value % 4);
        return;
      case registers.enlightened:
        if (this.takesRequests) this.takeRequest(value);
        return;
      default:
        this.writeTaskFile(register.offset - commandBlock, value);
    }
  }

  take(): Transfer | undefined {
    if (!this.wanted) return undefined;
    this.wanted = false;
    return { kind: this.command.kind, payload: this.payload, bytes: this.moving, token: 0 };
  }

  finished(): void {
    if (this.command.dma) this.finishDma();
    else if (this.command.kind === 'read') this.offerBlock();
    else this.finishBlock();
    this.interrupt();
    if (this.request !== 0) this.finishRequest();
  }

  /** The table of a DMA command lies in memory, and a request block; other commands are in registers only. */
  private get payload(): number {
    if (this.request !== 0) return this.memory.payloadAt(this.request);
    return this.command.dma ? this.memory.payloadAt(this.table) : 0;
  }

  // --- task file ------------------------------------------------------------------------------------

  private readTaskFile(index: number): number {
    if (index === 1 && (this.control & control.previous) === 0) return this.error;
    return (this.control & control.previous ? this.previous : this.last)[index] ?? 0;
  }

  private writeTaskFile(index: number, value: number): void {
    if (this.status & occupied) return;
    this.control &= ~control.previous;
    if (registers.device.offset - commandBlock === index) {
      this.last[index] = value | device.always;
      return;
    }
    this.previous[index] = this.last[index]!;
    this.last[index] = value;
  }

  private execute(code: number): void {
    this.control &= ~control.previous;
    this.raised = false;
    if (this.status & occupied) return;
    const found = shapes.get(code);
    this.error = found === undefined ? aborted : 0;
    if (found === undefined) {
      this.status = status.ready | status.error;
      this.interrupt();
      return;
    }
    this.command = found;
    this.sectorsLeft = this.sectorCount(found);
    if (found.kind === 'flush') {
      this.status = status.ready | status.busy;
      this.ask(0);
    } else if (found.dma) {
      this.status = idle | status.dataRequest;
      this.awaitsStart = true;
      this.startDma();
    } else if (found.kind === 'read') this.readBlock();
    else this.openBlock();
  }

  /** A count of 0 stands for the largest. */
  private sectorCount({ kind, wide }: Shape): number {
    if (kind === 'flush') return 0;
    const low = this.last[sectorsIndex]!;
    if (!wide) return low || 0x100;
    return this.previous[sectorsIndex]! * 0x100 + low || 0x1_0000;
  }

  // --- data through the data register ---------------------------------------------------------------

  /** The next block of a read comes from the disk; after the last one the command is over. */
  private readBlock(): void {
    this.status = idle;
    if (this.sectorsLeft === 0) return;
    this.status |= status.busy;
    this.ask(this.blockBytes);
  }

  /** The disk has read a block: the guest may fetch it. */
  private offerBlock(): void {
    this.sectorsLeft -= this.moving / sectorBytes;
    this.dataLeft = this.moving;
    this.status = idle | status.dataRequest;
  }

  private readData(bytes: number): number {
    if (this.command.kind === 'read' && this.movesData(bytes)) this.readBlock();
    return 0;
  }

  /** The guest may give the next block of a write. */
  private openBlock(): void {
    this.dataLeft = this.blockBytes;
    this.status = idle | status.dataRequest;
  }

  private writeData(bytes: number): void {
    if (this.command.kind !== 'write' || !this.movesData(bytes)) return;
    this.status = idle | status.busy;
    this.ask(this.blockBytes);
  }

  /** The disk has written a block, or its cache to the medium. */
  private finishBlock(): void {
    this.sectorsLeft -= this.moving / sectorBytes;
    this.status = idle;
    if (this.sectorsLeft > 0) this.openBlock();
  }

  /** One access to the data register; whether it was the last of its block. */
  private movesData(bytes: number): boolean {
    if (this.dataLeft === 0 || this.command.dma) return false;
    this.dataLeft -= bytes;
    return this.dataLeft === 0;
  }

  private get blockBytes(): number {
    return Math.min(this.sectorsLeft, this.command.block) * sectorBytes;
  }

  private ask(bytes: number): void {
    this.moving = bytes;
    this.wanted = true;
    this.host.schedule();
  }

  private interrupt(): void {
    if (this.control & control.noInterrupts) return;
    this.busStatus |= busMaster.interrupt;
    if (this.raised) return;
    this.raised = true;
    this.host.fire(irq);
  }

  // --- bus master -----------------------------------------------------------------------------------

  private writeBusCommand(value: number): void {
    const starts = (value & ~this.busCommand & busMaster.start) !== 0;
    const stops = (this.busCommand & ~value & busMaster.start) !== 0;
    this.busCommand = value & (busMaster.start | busMaster.toMemory);
    if (stops) this.busStatus &= ~busMaster.active;
    if (!starts) return;
    this.busStatus |= busMaster.active;
    this.startDma();
  }

  /** Error and interrupt are cleared by writing them; the two bits for capable drives are the guest's. */
  private writeBusStatus(value: number): void {
    const cleared = busMaster.error | busMaster.interrupt;
    this.busStatus =
      (value & 0x60) | (this.busStatus & busMaster.active) | (this.busStatus & ~value & cleared);
  }

  /** Data moves when the drive has a command and the bus master is started, whichever comes first. */
  private startDma(): void {
    if (!this.awaitsStart || (this.busStatus & busMaster.active) === 0) return;
    this.awaitsStart = false;
    const bytes = this.sectorsLeft * sectorBytes;
    this.described = prdBytes(this.memory, this.table);
    if (this.described >= bytes) return this.ask(bytes);
    // A table shorter than the command ends it without data and without an interrupt.
    this.status = idle;
    this.busStatus &= ~busMaster.active;
  }

  /** A table longer than the command leaves the bus master active. */
  private finishDma(): void {
    this.sectorsLeft = 0;
    this.status = idle;
    if (this.described === this.moving) this.busStatus &= ~busMaster.active;
  }

  // --- Hyper-V's port -------------------------------------------------------------------------------

  /** The model writes the registers for the guest, and keeps the guest's write open until the disk is done. */
  private takeRequest(block: number): void {
    if (this.status & (occupied | status.error)) return;
    const { memory } = this;
    const code = memory.read8(block + int13.command);
    this.writeTaskFile(registers.device.offset - commandBlock, memory.read8(block + int13.device));
    this.table = memory.read32(block + int13.table);
    this.writeRequestAddress(block);
    this.controlBefore = this.control;
    this.control = control.noInterrupts;
    this.request = block;
    const reads = shapes.get(code)?.kind === 'read';
    this.writeBusCommand(busMaster.start | (reads ? busMaster.toMemory : 0));
    this.execute(code);
    if (this.wanted) this.host.defer();
    else this.endRequest();
  }

  private writeRequestAddress(block: number): void {
    const { memory } = this;
    const sectors = memory.read16(block + int13.sectors);
    this.writeTaskFile(sectorsIndex, sectors >>> 8);
    this.writeTaskFile(sectorsIndex, sectors & 0xff);
    for (let byte = 0; byte < 3; byte++) {
      const high = byte === 0 ? int13.lbaLow + 3 : int13.lbaHigh + byte - 1;
      this.writeTaskFile(lbaLowIndex + byte, memory.read8(block + high));
      this.writeTaskFile(lbaLowIndex + byte, memory.read8(block + int13.lbaLow + byte));
    }
  }

  private finishRequest(): void {
    this.endRequest();
    this.host.answer();
  }

  private endRequest(): void {
    this.writeBusCommand(0);
    this.raised = false;
    if (this.status & status.error) {
      this.memory.write8(this.request + int13.result, this.status);
    }
    this.control = this.controlBefore;
    this.request = 0;
  }
}

const common = {
  kind: 'storage',
  class: 'emulated',
  registers: Object.values(registers),
  variants: ['piix3', 'piix4', 'piix4-hyper-v'],
  interrupts: ['isa'],
  memoryBytes: 1 << 14,
  create: (host, options) => new PiixIde(host, options.variant),
} as const satisfies Omit<DeviceEntry, 'id' | 'title'>;

/** The controller driven by bus-master DMA. */
export const ideDma: DeviceEntry = {
  ...common,
  id: 'ide-dma',
  title: 'PIIX IDE, bus-master DMA',
};

/** The same controller driven by programmed I/O. */
export const idePio: DeviceEntry = { ...common, id: 'ide-pio', title: 'PIIX IDE, PIO' };
