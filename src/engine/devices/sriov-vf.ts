/**
 * A virtual function of the Intel 82599 (SR-IOV), given to one guest. Models: one queue pair with advanced
 * descriptors, status write-back on request, context descriptors for large sends, MSI-X with causes that clear
 * and mask themselves as the message goes out (VTEIAC, VTEIAM), the least interval between messages (VTEITR).
 * Leaves out: the mailbox to the physical function and its vector, write-back in batches (WTHRESH), several
 * queues and RSS, VLANs, IPsec, the card's own switch.
 * Checked against: tests/engine/devices/sriov-vf; registers and descriptors as the Linux driver uses them.
 */
import type { GuestMemory } from '../memory/guest-memory.ts';
import type { Register } from '../memory/register.ts';
import {
  descriptorBytes,
  receiveBits,
  receiveDescriptor,
  registerBytes,
  registers,
  throttle,
  transmitBits,
  transmitDescriptor,
  transmitStatus,
  vectorValid,
} from '../memory/sriov-vf.ts';
import {
  type DeviceEntry,
  type DeviceHost,
  type DeviceModel,
  type IncomingFrame,
  paddedBytes,
  type Transfer,
} from './device.ts';

class VirtualFunction implements DeviceModel {
  private readonly host: DeviceHost;
  private readonly memory: GuestMemory;
  private readonly values = new Uint32Array(registerBytes / 4);
  private causes = 0;
  private mask = 0;
  private transmitHead = 0;
  private receiveHead = 0;
  /** The interval after the last message has not passed. */
  private throttled = false;
  private readonly intervalPassed = (): void => {
    this.throttled = false;
    this.interrupt();
  };

  constructor(host: DeviceHost) {
    this.host = host;
    this.memory = host.memory;
  }

  read(register: Register): number {
    switch (register) {
      case registers.interruptCause: {
        const { causes } = this;
        this.causes = 0;
        return causes;
      }
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
        return this.interrupt();
      case registers.interruptMaskClear:
        this.mask &= ~value;
        return;
      default:
        this.values[register.offset >> 2] = value;
        if (register === registers.transmitTail) this.host.schedule();
    }
  }

  take(): Transfer | undefined {
    let bytes = 0;
    let payload = 0;
    while (this.transmitHead !== this.value(registers.transmitTail)) {
      const at = this.value(registers.transmitBase) + this.transmitHead * descriptorBytes;
      this.transmitHead = this.next(this.transmitHead, registers.transmitLength);
      const command = this.memory.read32(at + transmitDescriptor.command);
      if ((command & transmitBits.typeMask) === transmitBits.contextType) continue;
      bytes += command & transmitBits.lengthMask;
      payload ||= this.memory.payloadAt(at);
      if (command & transmitBits.endOfPacket) return { kind: 'send', payload, bytes, token: at };
    }
    return undefined;
  }

  finished(frame: Transfer): void {
    const command = this.memory.read32(frame.token + transmitDescriptor.command);
    if ((command & transmitBits.reportStatus) === 0) return;
    this.memory.write32(frame.token + transmitStatus, transmitBits.done);
    this.raise(this.value(registers.vectorMap) >>> 8);
  }

  hasBuffer(_frame: IncomingFrame, ahead: number): boolean {
    const size = this.value(registers.receiveLength) / descriptorBytes;
    return (this.value(registers.receiveTail) - this.receiveHead + size) % size > ahead;
  }

  deliver(frame: IncomingFrame): boolean {
    if (!this.hasBuffer(frame, 0)) return false;
    const at = this.value(registers.receiveBase) + this.receiveHead * descriptorBytes;
    this.memory.putPayload(this.memory.read64(at + receiveDescriptor.address), frame.payload);
    this.memory.write64(at, 0);
    this.memory.write16(at + receiveDescriptor.length, paddedBytes(frame));
    const status = receiveBits.done | receiveBits.endOfPacket;
    this.memory.write32(at + receiveDescriptor.status, status);
    this.receiveHead = this.next(this.receiveHead, registers.receiveLength);
    this.raise(this.value(registers.vectorMap));
    return true;
  }

  /** A queue's cause, by its entry of the vector map. */
  private raise(entry: number): void {
    if ((entry & vectorValid) === 0) return;
    this.causes |= 1 << (entry & 0x1f);
    this.interrupt();
  }

  /** The message goes out when its cause is enabled and the interval has passed. */
  private interrupt(): void {
    const pending = this.causes & this.mask;
    if (pending === 0 || this.throttled) return;
    const vector = 31 - Math.clz32(pending & -pending);
    const bit = 1 << vector;
    this.causes &= ~(bit & this.value(registers.autoClear));
    this.mask &= ~(bit & this.value(registers.autoMask));
    const interval =
      (this.value(registers.interruptThrottle) & throttle.intervalMask) *
      throttle.nanosecondsPerStep;
    if (interval > 0) {
      this.throttled = true;
      this.host.after(interval, this.intervalPassed);
    }
    this.host.fire(vector);
  }

  private next(index: number, length: Register): number {
    return (index + 1) % (this.value(length) / descriptorBytes);
  }

  private value(register: Register): number {
    return this.values[register.offset >> 2]!;
  }
}

export const sriovVf: DeviceEntry = {
  id: 'sriov-vf',
  title: 'SR-IOV virtual function',
  kind: 'network',
  class: 'passthrough',
  registers: Object.values(registers),
  variants: ['82599'],
  interrupts: ['msix'],
  memoryBytes: 1 << 17,
  missedCounter: 'rx_no_dma_resources (physical function)',
  create: (host) => new VirtualFunction(host),
};
