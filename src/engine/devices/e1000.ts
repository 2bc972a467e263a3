/**
 * Intel 82545EM, the E1000 adapter of ESXi. Models: both descriptor rings with head and tail, packets without data
 * (null descriptors), status write-back on request, cause and mask registers with read-to-clear, the level-triggered
 * interrupt, frames for segmentation, interrupt mitigation as QEMU has it: the first interrupt goes out at
 * once, the next one not before the shortest of TADV, RADV and ITR has passed, 128 us at the least; the warning
 * that no more than half of the receive descriptors are left (RXDMT0, with the threshold that Linux chooses).
 * Leaves out: relative delay timers (TIDV, RDTR), statistics, EEPROM, PHY, multicast filters.
 * Checked against: tests/engine/conformance, tests/engine/devices/e1000. Register semantics follow QEMU's
 * model, null descriptors the 8254x manual (3.3.3); ESXi's own is not public.
 */
import {
  cause,
  delayUnit,
  descriptorBytes,
  receiveBits,
  receiveDescriptor,
  registers,
  throttleUnit,
  transmitBits,
  transmitDescriptor,
} from '../memory/e1000.ts';
import type { GuestMemory } from '../memory/guest-memory.ts';
import type { Register } from '../memory/register.ts';
import {
  type DeviceEntry,
  type DeviceHost,
  type DeviceModel,
  type IncomingFrame,
  paddedBytes,
  type Transfer,
} from './device.ts';

/** Full duplex, link up, 1000 Mb/s, and the bits that the recorded device has set beside them. */
const linkStatus = 0x8008_0783;

/** A received length includes the check sequence. */
const checkSequenceBytes = 4;

/** No more than 7813 interrupts a second, in units of ITR: QEMU takes it from the specification. */
const leastThrottle = 500;
/** The registers end here. */
const registerBytes = 0x4000;

class E1000 implements DeviceModel {
  private readonly host: DeviceHost;
  private readonly memory: GuestMemory;
  private readonly values = new Uint32Array(registerBytes / 4);
  private causes = 0;
  private mask = 0;
  /** Frames taken from the ring that have not left yet. */
  private inFlight = 0;
  private transmitHead = 0;
  private receiveHead = 0;
  private raised = false;
  /** The interval after the last interrupt has not passed. */
  private throttled = false;
  /** A frame whose interrupt may be delayed has been sent since the last interrupt. */
  private mayDelay = false;
  private readonly intervalPassed = (): void => {
    this.throttled = false;
    this.updateInterrupt();
  };

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
        this.values[register.offset >> 2] = value;
        return this.host.schedule();
      default:
        this.values[register.offset >> 2] = value;
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
      const length = command & transmitBits.lengthMask;
      bytes += length;
      if (length > 0) payload ||= this.memory.payloadAt(at);
      if ((command & transmitBits.endOfPacket) === 0) continue;
      this.inFlight++;
      if (command & transmitBits.delayInterrupt) this.mayDelay = true;
      const transfer: Transfer = { kind: 'send', payload, bytes, token: at };
      if (bytes > 0) return transfer;
      // A packet without data goes nowhere, and is reported like any other.
      this.finished(transfer);
    }
    return undefined;
  }

  finished(frame: Transfer): void {
    const command = this.memory.read32(frame.token + transmitDescriptor.command);
    if (command & transmitBits.reportStatus) {
      this.memory.write32(frame.token + transmitDescriptor.status, transmitBits.done);
      this.causes |= cause.transmitWrittenBack;
    }
    this.inFlight--;
    const empty = this.inFlight === 0 && this.transmitHead === this.value(registers.transmitTail);
    if (empty) this.causes |= cause.transmitQueueEmpty;
    this.updateInterrupt();
  }

  hasBuffer(_frame: IncomingFrame, ahead: number): boolean {
    return this.receiveDescriptorsLeft() > ahead;
  }

  miss(): void {
    this.causes |= cause.receiveOverrun;
    this.updateInterrupt();
  }

  /** The driver writes RDT for new buffers in any case. */
  awaitBuffer(): void {}

  deliver(frame: IncomingFrame): boolean {
    if (!this.hasBuffer(frame, 0)) {
      this.miss();
      return false;
    }
    const at = this.value(registers.receiveBase) + this.receiveHead * descriptorBytes;
    this.memory.putPayload(this.memory.read64(at + receiveDescriptor.address), frame.payload);
    const length = paddedBytes(frame) + checkSequenceBytes;
    this.memory.write16(at + receiveDescriptor.length, length);
    this.memory.write8(at + receiveDescriptor.status, receiveBits.done | receiveBits.endOfPacket);
    this.receiveHead = this.next(this.receiveHead, registers.receiveLength);
    this.causes |= cause.received;
    if (this.receiveDescriptorsLow()) this.causes |= cause.receiveDescriptorsLow;
    this.updateInterrupt();
    return true;
  }

  private receiveDescriptorsLeft(): number {
    const size = this.value(registers.receiveLength) / descriptorBytes;
    return (this.value(registers.receiveTail) - this.receiveHead + size) % size;
  }

  private receiveDescriptorsLow(): boolean {
    return (
      this.receiveDescriptorsLeft() <= this.value(registers.receiveLength) / descriptorBytes / 2
    );
  }

  private next(index: number, length: Register): number {
    return (index + 1) % (this.value(length) / descriptorBytes);
  }

  private value(register: Register): number {
    return this.values[register.offset >> 2]!;
  }

  /** The line falls at once; it rises no earlier than the interval after its last rise allows. */
  private updateInterrupt(): void {
    const pending = this.causes & this.mask;
    if (!this.raised && pending !== 0) {
      if (this.throttled) return;
      this.throttled = true;
      this.host.after(this.interval(pending), this.intervalPassed);
      this.mayDelay = false;
    }
    this.raised = pending !== 0;
    this.host.setInterruptLine(this.raised);
  }

  /** The shortest of the timers that are set for what is pending, in nanoseconds. */
  private interval(pending: number): number {
    const perDelay = delayUnit / throttleUnit;
    const sent = pending & (cause.transmitWrittenBack | cause.transmitQueueEmpty);
    let shortest = 0;
    if (this.mayDelay && sent)
      shortest = shorter(shortest, this.value(registers.transmitAbsoluteDelay) * perDelay);
    if (pending & cause.received && this.value(registers.receiveDelay) > 0)
      shortest = shorter(shortest, this.value(registers.receiveAbsoluteDelay) * perDelay);
    shortest = shorter(shortest, this.value(registers.interruptThrottle) & 0xffff);
    return Math.max(leastThrottle, shortest) * throttleUnit;
  }
}

/** A timer of 0 is not set. */
const shorter = (shortest: number, timer: number): number =>
  timer > 0 && (shortest === 0 || timer < shortest) ? timer : shortest;

/** A context descriptor carries offload settings and no data. */
const isContext = (command: number): boolean =>
  (command & transmitBits.extended) !== 0 && (command & transmitBits.data) === 0;

export const e1000: DeviceEntry = {
  id: 'e1000',
  title: 'e1000 82545EM',
  kind: 'network',
  class: 'emulated',
  registers: Object.values(registers),
  variants: ['82545em'],
  interrupts: ['intx'],
  memoryBytes: 1 << 17,
  missedCounter: 'rx_missed_errors',
  create: (host) => new E1000(host),
};
