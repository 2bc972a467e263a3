/**
 * The Linux AHCI driver (drivers/ata: libahci, libata-core, libata-sata; Linux 6.1), one port with a disk
 * that queues commands. Models: command header, frame and one region descriptor for each page; SACT
 * before CI for queued reads and writes, CI alone for a cache flush; the order of both interrupt handlers, the one
 * for all ports (ahci_single_level_irq_intr) and the one for a port with a vector of its own
 * (ahci_multi_irqs_intr_hard), and which register tells it what is still active; the rule that a command that is
 * not queued runs alone (ata_std_qc_defer): a flush waits until the queue has drained, and whatever comes after it
 * waits too. It is FLUSH CACHE, since the disk has fewer than 2^28 sectors (ATA_DFLAG_FLUSH_EXT).
 * Leaves out: errors, hot plug, link power management, port multipliers, FUA, discard.
 * Checked against: tests/engine/devices/ahci.
 */
import {
  ataCommand,
  commandHeader,
  commandTable,
  commandTableBytes,
  globalControl,
  hasPortVectors,
  hostFrame,
  hostFrameType,
  isCommand,
  pageBytes,
  portBit,
  portCommand,
  received,
  region,
  registers,
  sectorBytes,
  slotCount,
  writesToDisk,
} from '../memory/ahci.ts';
import type { GuestMemory } from '../memory/guest-memory.ts';
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

const limits: BlockLimits = { maxSectors: 256, maxSegments: 168, queueDepth: slotCount };

/** DEF_PORT_IRQ without PORT_IRQ_BAD_PMP. */
const enabledEvents = 0x7840_007f;
/** Bits of the device register: addresses are block numbers; and the bits that ATA has made obsolete. */
const lbaDevice = 0x40;
const obsoleteDevice = 0xa0;
const obsoleteControl = 0x08;
const none = -1;
const frameDwords = hostFrame.bytes / 4;

const source = 'linux-ahci';
const activities = {
  fill: {
    sentence: 'The driver builds command header, command frame and region descriptors',
    evidence: 'documented',
    source,
    prices: driverWork,
  },
  defer: {
    sentence: 'The driver keeps the flush back until the queued commands are done',
    evidence: 'documented',
    source,
    prices: [],
  },
  reap: {
    sentence: 'The driver hands the finished command to the block layer',
    evidence: 'documented',
    source,
    prices: driverWork,
  },
} as const satisfies Record<string, Activity>;

class LinuxAhci implements StorageDriver {
  private readonly kernel: GuestKernel;
  private readonly memory: GuestMemory;
  private readonly list: number;
  private readonly frames: number;
  private readonly tables: number;
  /** Slots of commands that the device has (qc_active), and of those the queued ones (sactive). */
  private active = 0;
  private queued = 0;
  /** Slot of a flush that waits for the queue to drain. */
  private deferred = none;

  constructor(kernel: GuestKernel) {
    this.kernel = kernel;
    this.memory = kernel.memory;
    const { memory } = kernel;
    this.list = memory.layOut(commandHeader, 'command list', slotCount, 1024);
    this.frames = memory.layOut(received, 'received frames', 1, 256);
    this.tables = memory.allocate(commandTableBytes * slotCount, 128);
    memory.declare(hostFrame, 'command frames', this.tables, slotCount, commandTableBytes);
    for (let slot = 0; slot < slotCount; slot++) {
      const regions = this.tables + commandTableBytes * slot + commandTable.bytes;
      memory.declare(region, `regions of slot ${slot}`, regions, limits.maxSegments);
    }
  }

  *open(): Driver {
    const { kernel } = this;
    yield kernel.write(registers.globalControl, globalControl.ahci | globalControl.interrupts);
    yield kernel.write(registers.commandList, this.list);
    yield kernel.write(registers.receivedFrames, this.frames);
    yield kernel.write(registers.portInterruptEnable, enabledEvents);
    yield kernel.write(registers.portCommand, portCommand.receiveFrames | portCommand.start);
  }

  /** A flush, waiting or under way, keeps everything else back. */
  hasRoom(): boolean {
    return this.deferred === none && this.active === this.queued;
  }

  *submit(command: BlockCommand): Driver {
    this.kernel.disableInterrupts();
    yield this.kernel.work(activities.fill);
    this.fill(command);
    if (command.kind !== 'flush') yield* this.issueQueued(command.tag);
    else if (this.active === 0) yield* this.issueAlone(command.tag);
    else {
      this.deferred = command.tag;
      yield this.kernel.work(activities.defer);
    }
    this.kernel.enableInterrupts();
  }

  *interrupt(): Driver {
    const { kernel } = this;
    const isShared = !hasPortVectors(kernel.interrupts);
    const ports = isShared ? yield kernel.read(registers.interruptStatus) : portBit;
    if (ports === 0) return;
    yield* this.reapPort();
    // The port's status is clear by now; IS is a latch and would be set again otherwise.
    if (isShared) yield kernel.write(registers.interruptStatus, ports);
    yield* this.issueDeferred();
  }

  private *reapPort(): Driver {
    const { kernel } = this;
    const events = yield kernel.read(registers.portInterruptStatus);
    yield kernel.write(registers.portInterruptStatus, events);
    // Both registers tell what is still active: SACT of queued commands, CI of others or when there is none.
    const register = this.queued === 0 ? registers.commandIssue : registers.active;
    const still = yield kernel.read(register);
    const done = this.active & ~still;
    this.active &= ~done;
    this.queued &= ~done;
    for (let tag = 0; tag < slotCount; tag++) {
      if ((done & bit(tag)) === 0) continue;
      yield kernel.work(activities.reap);
      kernel.completed(tag);
    }
  }

  private *issueDeferred(): Driver {
    if (this.deferred === none || this.active !== 0) return;
    const tag = this.deferred;
    this.deferred = none;
    yield* this.issueAlone(tag);
  }

  private *issueQueued(tag: number): Driver {
    this.active |= bit(tag);
    this.queued |= bit(tag);
    yield this.kernel.write(registers.active, bit(tag) >>> 0);
    yield this.kernel.write(registers.commandIssue, bit(tag) >>> 0);
  }

  private *issueAlone(tag: number): Driver {
    this.active |= bit(tag);
    yield this.kernel.write(registers.commandIssue, bit(tag) >>> 0);
  }

  private fill(command: BlockCommand): void {
    const { memory } = this;
    const header = this.list + commandHeader.bytes * command.tag;
    const table = this.tables + commandTableBytes * command.tag;
    const direction = command.kind === 'write' ? writesToDisk : 0;
    this.describe(command, table + commandTable.bytes);
    if (command.kind === 'flush') this.frame(table, ataCommand.flush, obsoleteDevice);
    else this.frameQueued(command, table);
    memory.write32(
      header + commandHeader.options,
      frameDwords | direction | (command.pages.length << 16),
    );
    memory.write32(header + commandHeader.transferred, 0);
    memory.write64(header + commandHeader.table, table);
    memory.putPayload(header, command.payload);
  }

  private describe({ pages, bytes }: BlockCommand, regions: number): void {
    let left = bytes;
    for (let index = 0; index < pages.length; index++) {
      const at = regions + region.bytes * index;
      const length = Math.min(left, pageBytes);
      this.memory.write64(at + region.address, pages[index]!);
      this.memory.write32(at + region.lengthLessOne, length - 1);
      left -= length;
    }
  }

  private frameQueued({ kind, bytes, sector, tag }: BlockCommand, at: number): void {
    const { memory } = this;
    const sectors = bytes / sectorBytes;
    this.frame(at, kind === 'read' ? ataCommand.readQueued : ataCommand.writeQueued, lbaDevice);
    memory.write8(at + hostFrame.features, sectors & 0xff);
    memory.write8(at + hostFrame.featuresUpper, sectors >> 8);
    memory.write8(at + hostFrame.count, tag << 3);
    for (let byte = 0, rest = sector; byte < 6; byte++, rest = Math.floor(rest / 0x100)) {
      const to = byte < 3 ? hostFrame.lba + byte : hostFrame.lbaUpper + byte - 3;
      memory.write8(at + to, rest % 0x100);
    }
  }

  /** A frame without block address and count. */
  private frame(at: number, command: number, device: number): void {
    const { memory } = this;
    for (let dword = 0; dword < frameDwords; dword++) memory.write32(at + 4 * dword, 0);
    memory.write8(at + hostFrame.type, hostFrameType);
    memory.write8(at + hostFrame.flags, isCommand);
    memory.write8(at + hostFrame.command, command);
    memory.write8(at + hostFrame.device, device);
    memory.write8(at + hostFrame.control, obsoleteControl);
  }
}

const bit = (slot: number): number => 1 << slot;

export const ahci: StorageDriverEntry = {
  id: 'linux-ahci',
  title: 'Linux ahci',
  device: 'ahci',
  kind: 'storage',
  limits,
  create: (kernel) => new LinuxAhci(kernel),
};
