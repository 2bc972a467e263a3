/**
 * An AHCI SATA controller with one disk that queues commands (NCQ), as the ICH9 has it. Models: command
 * list, command tables and received frames; queued commands, which leave CI when the disk has accepted
 * them and SACT when it is done; other commands, which hold CI and the port until their end; port and
 * controller interrupt status; a pin, a message of the controller, or a message or vector for each port, which is sent
 * when the port's status turns from no enabled event to one.
 * Leaves out: errors, resets, port multipliers, several disks, PIO and ATAPI, command completion
 * coalescing, the look into descriptors (what the data says and where it goes changes nothing).
 * Checked against: tests/engine/devices/ahci. Register semantics follow AHCI 1.3.1: IS is a latch that
 * a port with enabled events sets again (10.6.2), where QEMU works it out anew at every access. The ICH9 itself has no
 * vectors of MSI-X; other controllers have.
 */
import {
  ataCommand,
  commandHeader,
  commandTable,
  globalControl,
  hasPortVectors,
  hostFrame,
  portBit,
  portCommand,
  portEvent,
  received,
  receivedFrame,
  registers,
  sectorBytes,
  slotCount,
} from '../memory/ahci.ts';
import type { GuestMemory } from '../memory/guest-memory.ts';
import type { InterruptMode } from '../memory/interrupt.ts';
import type { Register } from '../memory/register.ts';
import type { DeviceEntry, DeviceHost, DeviceModel, Transfer, TransferKind } from './device.ts';

/** The only message of the controller, and that of its port 0. */
const message = 0;
/** No command that is not queued holds the port. */
const none = -1;

class Ahci implements DeviceModel {
  private readonly host: DeviceHost;
  private readonly memory: GuestMemory;
  private readonly interrupts: InterruptMode;
  private readonly values = new Map<Register, number>();
  private issued = 0;
  private active = 0;
  private portStatus = 0;
  private status = 0;
  /** The slot looked at last; the port goes round (AHCI 1.3.1, 5.3: pSlotLoc). */
  private last = slotCount - 1;
  private busy = none;

  constructor(host: DeviceHost, interrupts: InterruptMode) {
    this.host = host;
    this.memory = host.memory;
    this.interrupts = interrupts;
  }

  read(register: Register): number {
    switch (register) {
      case registers.interruptStatus:
        return this.status;
      case registers.portInterruptStatus:
        return this.portStatus;
      case registers.active:
        return this.active;
      case registers.commandIssue:
        return this.issued;
      default:
        return this.value(register);
    }
  }

  write(register: Register, value: number): void {
    switch (register) {
      case registers.interruptStatus:
        this.status &= ~value;
        return this.latch();
      case registers.portInterruptStatus:
        this.portStatus &= ~value;
        return;
      case registers.active:
        this.active |= value;
        return;
      case registers.commandIssue:
        if ((this.value(registers.portCommand) & portCommand.start) === 0) return;
        this.issued |= value;
        return this.host.schedule();
      default:
        this.values.set(register, value);
    }
  }

  take(): Transfer | undefined {
    const slot = this.busy === none ? this.nextSlot() : none;
    if (slot === none) return undefined;
    this.last = slot;
    const header = this.value(registers.commandList) + commandHeader.bytes * slot;
    const frame = this.memory.read64(header + commandHeader.table) + commandTable.frame;
    const kind = kindOf(this.memory.read8(frame + hostFrame.command));
    if (kind === 'flush') this.busy = slot;
    else this.issued &= ~bit(slot);
    const bytes = kind === 'flush' ? 0 : this.sectors(frame) * sectorBytes;
    return { kind, payload: this.memory.payloadAt(header), bytes, token: slot };
  }

  finished({ kind, token: slot }: Transfer): void {
    const had = this.hasEvents;
    if (kind === 'flush') this.endCommand();
    else this.endQueued(slot);
    if (hasPortVectors(this.interrupts) && !had && this.hasEvents && this.isEnabled)
      this.host.fire(message);
    this.latch();
  }

  /** A set-device-bits frame says which queued commands are done. */
  private endQueued(slot: number): void {
    const at = this.value(registers.receivedFrames) + received.setDeviceBits;
    this.receive(at, receivedFrame.setDeviceBitsType);
    this.memory.write32(at + 4, bit(slot));
    this.active &= ~bit(slot);
    this.portStatus |= portEvent.setDeviceBits;
  }

  /** A register frame ends the command that held the port; what was issued meanwhile comes next. */
  private endCommand(): void {
    this.receive(
      this.value(registers.receivedFrames) + received.registerFrame,
      receivedFrame.registerType,
    );
    this.issued &= ~bit(this.busy);
    this.busy = none;
    this.portStatus |= portEvent.registerFrame;
    if (this.issued !== 0) this.host.schedule();
  }

  private receive(at: number, type: number): void {
    this.memory.write8(at, type);
    this.memory.write8(at + 1, receivedFrame.interrupt);
    this.memory.write8(at + 2, receivedFrame.ready);
    this.memory.write8(at + 3, 0);
  }

  /** Sets IS where the port has enabled events; a bit that was clear sends the controller’s message. */
  private latch(): void {
    const before = this.status;
    if (this.hasEvents) this.status |= portBit;
    if (!this.isEnabled) return;
    if (this.interrupts === 'intx') this.host.setInterruptLine(this.status !== 0);
    else if (this.interrupts === 'msi' && before === 0 && this.status !== 0)
      this.host.fire(message);
  }

  /** Whether the port has events that its driver wants to hear of. */
  private get hasEvents(): boolean {
    return (this.portStatus & this.value(registers.portInterruptEnable)) !== 0;
  }

  private get isEnabled(): boolean {
    return (this.value(registers.globalControl) & globalControl.interrupts) !== 0;
  }

  private nextSlot(): number {
    for (let step = 1; step <= slotCount; step++) {
      const slot = (this.last + step) % slotCount;
      if ((this.issued & bit(slot)) !== 0) return slot;
    }
    return none;
  }

  /** Queued commands have their count in the features; 0 stands for 65,536. */
  private sectors(frame: number): number {
    const lower = this.memory.read8(frame + hostFrame.features);
    const upper = this.memory.read8(frame + hostFrame.featuresUpper);
    return upper * 0x100 + lower || 0x1_0000;
  }

  private value(register: Register): number {
    return this.values.get(register) ?? 0;
  }
}

const bit = (slot: number): number => 1 << slot;

function kindOf(command: number): TransferKind {
  switch (command) {
    case ataCommand.readQueued:
      return 'read';
    case ataCommand.writeQueued:
      return 'write';
    case ataCommand.flush:
    case ataCommand.flushExtended:
      return 'flush';
    default:
      throw new Error(`the disk has no ATA command 0x${command.toString(16)}`);
  }
}

export const ahci: DeviceEntry = {
  id: 'ahci',
  title: 'AHCI SATA',
  kind: 'storage',
  class: 'emulated',
  registers: Object.values(registers),
  variants: ['ich9'],
  interrupts: ['msi', 'msi-per-port', 'msix', 'intx'],
  memoryBytes: 1 << 17,
  create: (host, options) => new Ahci(host, options.interrupts),
};
