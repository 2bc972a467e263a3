/**
 * AMD PCnet-PCI II, the vlance adapter of ESXi. Models: access to control and status registers
 * through RAP and RDP, initialization block, both descriptor ringLengths, transmit demand, TINT and RINT
 * with their masks in CSR3, the level-triggered interrupt. The polling variant looks at its transmit ring with
 * every access to a register, as QEMU's does, and so sends before the demand is written.
 * Leaves out: bus configuration registers, chained buffers, loopback, PHY, the double-word mode.
 * Checked against: tests/engine/conformance. Semantics follow QEMU; ESXi's own device is not
 * public.
 */
import type { GuestMemory } from '../memory/guest-memory.ts';
import {
  csr,
  descriptor,
  descriptorStatus,
  initBlock,
  registers,
  ringLengths,
  status,
} from '../memory/pcnet.ts';
import type { Register } from '../memory/register.ts';
import {
  type DeviceEntry,
  type DeviceHost,
  type DeviceModel,
  type IncomingFrame,
  paddedBytes,
  type Transfer,
} from './device.ts';

const polling = 'am79c970a-polling';

/** Causes that CSR3 masks at the same bits. */
const causes = status.transmitted | status.received | status.missed | status.initialized;
/** Bytes of the check sequence, which a received length includes. */
const checkSequenceBytes = 4;

class Pcnet32 implements DeviceModel {
  private readonly host: DeviceHost;
  private readonly memory: GuestMemory;
  private readonly polls: boolean;
  private readonly values = new Map<number, number>();
  private selected = 0;
  private control: number = status.stop;
  private transmitSize = 0;
  private receiveSize = 0;
  private transmitRing = 0;
  private receiveRing = 0;
  private transmitIndex = 0;
  private receiveIndex = 0;
  private inFlight = 0;

  constructor(host: DeviceHost, variant: string) {
    this.host = host;
    this.memory = host.memory;
    this.polls = variant === polling;
  }

  read(register: Register): number {
    if (this.polls) this.host.schedule();
    if (register === registers.address) return this.selected;
    if (this.selected !== csr.status) return this.values.get(this.selected) ?? 0;
    const error = this.control & status.missed ? status.error : 0;
    return this.control | error | (this.interrupts ? status.interrupt : 0);
  }

  write(register: Register, value: number): void {
    if (this.polls) this.host.schedule();
    if (register === registers.address) {
      this.selected = value;
      return;
    }
    if (this.selected === csr.status) this.command(value);
    else this.values.set(this.selected, value);
    this.updateInterrupt();
  }

  take(): Transfer | undefined {
    const at = this.transmitDescriptor(this.inFlight);
    if (this.inFlight === this.transmitSize || !this.isOwned(at)) return undefined;
    this.inFlight++;
    const bytes = 0x1_0000 - this.memory.read16(at + descriptor.length);
    return {
      kind: 'send',
      payload: this.memory.payloadAt(at),
      bytes,
      token: at,
    };
  }

  finished(frame: Transfer): void {
    const at = frame.token + descriptor.status;
    this.memory.write16(at, this.memory.read16(at) & ~descriptorStatus.owned);
    this.transmitIndex = (this.transmitIndex + 1) % this.transmitSize;
    this.inFlight--;
    this.raise(status.transmitted);
  }

  hasBuffer(_frame: IncomingFrame, ahead: number): boolean {
    return this.isOwned(this.receiveDescriptor(ahead));
  }

  miss(): void {
    this.raise(status.missed);
  }

  deliver(frame: IncomingFrame): boolean {
    const at = this.receiveDescriptor(0);
    if (!this.isOwned(at)) {
      this.miss();
      return false;
    }
    this.memory.putPayload(this.memory.read32(at + descriptor.buffer), frame.payload);
    this.memory.write16(at + descriptor.status, descriptorStatus.start | descriptorStatus.end);
    this.memory.write32(at + descriptor.message, paddedBytes(frame) + checkSequenceBytes);
    this.receiveIndex = (this.receiveIndex + 1) % this.receiveSize;
    this.raise(status.received);
    return true;
  }

  /** CSR0: causes are cleared by writing them, enable is what is written, the rest starts things. */
  private command(value: number): void {
    this.control &= ~(value & causes);
    this.control = (this.control & ~status.interruptEnable) | (value & status.interruptEnable);
    if (value & status.initialize) this.initialize();
    if (value & status.start)
      this.control =
        (this.control & ~status.stop) | status.start | status.transmitOn | status.receiveOn;
    if (value & status.transmitDemand) {
      this.control |= status.transmitDemand;
      this.host.schedule();
    }
  }

  private initialize(): void {
    const at = (this.values.get(csr.initLow) ?? 0) | ((this.values.get(csr.initHigh) ?? 0) << 16);
    const lengths = this.memory.read16(at + initBlock.lengths);
    this.transmitSize = 1 << ((lengths >>> ringLengths.transmitAt) & ringLengths.mask);
    this.receiveSize = 1 << ((lengths >>> ringLengths.receiveAt) & ringLengths.mask);
    this.receiveRing = this.memory.read32(at + initBlock.receiveRing);
    this.transmitRing = this.memory.read32(at + initBlock.transmitRing);
    this.control = (this.control & ~status.stop) | status.initialize | status.initialized;
  }

  private isOwned(at: number): boolean {
    return (this.memory.read16(at + descriptor.status) & descriptorStatus.owned) !== 0;
  }

  private transmitDescriptor(ahead: number): number {
    return (
      this.transmitRing + ((this.transmitIndex + ahead) % this.transmitSize) * descriptor.bytes
    );
  }

  private receiveDescriptor(ahead: number): number {
    return this.receiveRing + ((this.receiveIndex + ahead) % this.receiveSize) * descriptor.bytes;
  }

  private raise(cause: number): void {
    this.control |= cause;
    this.updateInterrupt();
  }

  private get interrupts(): boolean {
    return (this.control & causes & ~(this.values.get(csr.masks) ?? 0)) !== 0;
  }

  private updateInterrupt(): void {
    this.host.setInterruptLine(this.interrupts && (this.control & status.interruptEnable) !== 0);
  }
}

export const pcnet32: DeviceEntry = {
  id: 'pcnet32',
  title: 'vlance (PCnet)',
  kind: 'network',
  class: 'emulated',
  registers: Object.values(registers),
  variants: ['am79c970a', polling],
  interrupts: ['intx'],
  memoryBytes: 1 << 17,
  missedCounter: 'rx_missed_errors',
  create: (host, { variant }) => new Pcnet32(host, variant),
};
