/**
 * Intel 82545EM, the E1000 adapter of ESXi. Models: both descriptor rings with head and tail,
 * status write-back on request, cause and mask registers with read-to-clear, the level-triggered
 * interrupt.
 * Leaves out: interrupt throttling and delay timers, the warning of few receive descriptors
 * (RXDMT0), offloads, statistics, EEPROM, PHY, multicast filters.
 * Checked against: tests/engine/conformance. Register semantics follow QEMU's model; ESXi's own is
 * not public.
 */
import {
  cause,
  descriptorBytes,
  receiveDescriptor,
  registers,
  transmitDescriptor,
} from '../memory/e1000.ts';
import type { GuestMemory } from '../memory/guest-memory.ts';
import type { Register } from '../memory/register.ts';
import type { DeviceEntry, DeviceHost, DeviceModel, IncomingFrame, Transfer } from './device.ts';

/** Full duplex, link up, 1000 Mb/s, and the bits that the recorded device has set beside them. */
const linkStatus = 0x8008_0783;

/** A received length includes the check sequence. */
const checkSequenceBytes = 4;

class E1000 implements DeviceModel {
  private readonly host: DeviceHost;
  private readonly memory: GuestMemory;
  private readonly values = new Map<Register, number>();
  private causes = 0;
  private mask = 0;
  /** Frames taken from the ring that have not left yet. */
  private inFlight = 0;
  private transmitHead = 0;
  private receiveHead = 0;

  constructor(host: DeviceHost) {
    this.host = host;
    this.memory = host.memory;
  }

  read(register: Register): number {
    switch (register) {
      case registers.interruptCause: {
        const causes = this.causes;
        this.causes = 0;
        this.updateInterrupt();
        return causes;
      }
      case registers.status:
        return linkStatus;
      case registers.interruptMaskSet:
        return this.mask;
      case registers.transmitHead:
        return this.transmitHead;
      case registers.receiveHead:
        return this.receiveHead;
      default:
        return this.value(register);
    }
  }

  write(register: Register, value: number): void {
    switch (register) {
      case registers.interruptMaskSet:
        this.mask |= value;
        return this.updateInterrupt();
      case registers.interruptMaskClear:
        this.mask &= ~value;
        return this.updateInterrupt();
      case registers.transmitTail:
        this.values.set(register, value);
        return this.host.schedule();
      default:
        this.values.set(register, value);
    }
  }

  take(): Transfer | undefined {
    let bytes = 0;
    let payload = 0;
    while (this.transmitHead !== this.value(registers.transmitTail)) {
      const at = this.value(registers.transmitBase) + this.transmitHead * descriptorBytes;
      this.transmitHead = this.next(this.transmitHead, registers.transmitLength);
      const command = this.memory.read32(at + transmitDescriptor.command);
      if (isContext(command)) continue;
      bytes += command & transmitDescriptor.lengthMask;
      payload ||= this.memory.payloadAt(this.memory.read64(at + transmitDescriptor.address));
      if (command & transmitDescriptor.endOfPacket) {
        this.inFlight++;
        return { kind: 'send', payload, bytes, token: at };
      }
    }
    return undefined;
  }

  finished(frame: Transfer): void {
    const command = this.memory.read32(frame.token + transmitDescriptor.command);
    if (command & transmitDescriptor.reportStatus) {
      this.memory.write32(frame.token + transmitDescriptor.status, transmitDescriptor.done);
      this.causes |= cause.transmitWrittenBack;
    }
    this.inFlight--;
    const empty = this.inFlight === 0 && this.transmitHead === this.value(registers.transmitTail);
    if (empty) this.causes |= cause.transmitQueueEmpty;
    this.updateInterrupt();
  }

  deliver(frame: IncomingFrame): boolean {
    if (this.receiveHead === this.value(registers.receiveTail)) {
      this.causes |= cause.receiveOverrun;
      this.updateInterrupt();
      return false;
    }
    const at = this.value(registers.receiveBase) + this.receiveHead * descriptorBytes;
    this.memory.putPayload(this.memory.read64(at + receiveDescriptor.address), frame.payload);
    this.memory.write16(at + receiveDescriptor.length, frame.bytes + checkSequenceBytes);
    this.memory.write8(
      at + receiveDescriptor.status,
      receiveDescriptor.done | receiveDescriptor.endOfPacket,
    );
    this.receiveHead = this.next(this.receiveHead, registers.receiveLength);
    this.causes |= cause.received;
    this.updateInterrupt();
    return true;
  }

  private next(index: number, length: Register): number {
    return (index + 1) % (this.value(length) / descriptorBytes);
  }

  private value(register: Register): number {
    return this.values.get(register) ?? 0;
  }

  private updateInterrupt(): void {
    this.host.setInterruptLine((this.causes & this.mask) !== 0);
  }
}

/** A context descriptor carries offload settings and no data. */
const isContext = (command: number): boolean =>
  (command & transmitDescriptor.extended) !== 0 && (command & transmitDescriptor.data) === 0;

export const e1000: DeviceEntry = {
  id: 'e1000',
  title: 'e1000 82545EM',
  kind: 'network',
  class: 'emulated',
  registers: Object.values(registers),
  variants: ['82545em'],
  interrupts: ['intx'],
  memoryBytes: 1 << 17,
  create: (host) => new E1000(host),
};
