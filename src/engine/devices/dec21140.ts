/**
 * DEC/Intel 21140 and 21143, the legacy network adapter of Hyper-V. Models: the two descriptor
 * rings, transmit poll demand, suspension of the transmit process with TU, TI on request, RI and
 * RU on receive, write-one-to-clear status with its summary bits, the level-triggered interrupt.
 * Leaves out: setup frames, chained descriptors, SROM and MII, the general-purpose timer, and the
 * effect of interrupt mitigation (CSR11 keeps what is written). Checked against:
 * tests/engine/conformance.
 */
import type { GuestMemory } from '../memory/guest-memory.ts';
import type { Register } from '../memory/register.ts';
import {
  owned,
  receiveControl,
  receiveDescriptor,
  receiveStatus,
  registers,
  status,
  transmitControl,
  transmitDescriptor,
} from '../memory/tulip.ts';
import type { DeviceEntry, DeviceHost, DeviceModel, IncomingFrame, Transfer } from './device.ts';

/** Bytes of the check sequence, which the length of a received frame includes. */
const checkSequenceBytes = 4;

const normalCauses = status.transmitted | status.noTransmitBuffer | status.received;
const abnormalCauses = status.transmitStopped | status.noReceiveBuffer | status.receiveStopped;
const clearable = 0x0001_ffff;
const reserved = 0xf000_0000;

const transmitProcess = { fetching: 1, readingBuffer: 3, suspended: 6 } as const;
const receiveProcess = { waiting: 3, suspended: 4 } as const;

class Dec21140 implements DeviceModel {
  private readonly host: DeviceHost;
  private readonly memory: GuestMemory;
  private readonly csr = new Map<Register, number>();
  private causes = 0;
  private transmitState: number = transmitProcess.suspended;
  private receiveState: number = receiveProcess.waiting;
  private transmitIndex = 0;
  private receiveIndex = 0;
  private missed = 0;

  constructor(host: DeviceHost) {
    this.host = host;
    this.memory = host.memory;
  }

  read(register: Register): number {
    switch (register) {
      case registers.status:
        return this.statusValue();
      case registers.missedFrames: {
        const value = 0xe000_0000 | this.missed;
        this.missed = 0;
        return value;
      }
      default:
        return this.csr.get(register) ?? 0;
    }
  }

  write(register: Register, value: number): void {
    switch (register) {
      case registers.status:
        this.causes &= ~(value & clearable);
        return this.updateInterrupt();
      case registers.transmitPoll:
        return this.pollTransmit();
      default:
        this.csr.set(register, value);
        return this.updateInterrupt();
    }
  }

  take(): Transfer | undefined {
    if (this.transmitState === transmitProcess.readingBuffer) return undefined;
    const at = this.transmitDescriptor();
    if ((this.memory.read32(at + transmitDescriptor.status) & owned) === 0) {
      this.suspendTransmit();
      return undefined;
    }
    this.transmitState = transmitProcess.readingBuffer;
    const control = this.memory.read32(at + transmitDescriptor.control);
    return {
      kind: 'send',
      payload: this.memory.payloadAt(at),
      bytes: control & transmitControl.lengthMask,
      token: at,
    };
  }

  finished(frame: Transfer): void {
    const control = this.memory.read32(frame.token + transmitDescriptor.control);
    this.memory.write32(frame.token + transmitDescriptor.status, 0);
    this.transmitIndex = control & transmitControl.endOfRing ? 0 : this.transmitIndex + 1;
    this.transmitState = transmitProcess.fetching;
    if (control & transmitControl.interruptOnCompletion) this.raise(status.transmitted);
    this.host.schedule();
  }

  deliver(frame: IncomingFrame): boolean {
    const at = this.value(registers.receiveRing) + this.receiveIndex * receiveDescriptor.bytes;
    if ((this.memory.read32(at + receiveDescriptor.status) & owned) === 0) {
      this.receiveState = receiveProcess.suspended;
      this.missed = Math.min(this.missed + 1, 0xffff);
      this.raise(status.noReceiveBuffer);
      return false;
    }
    this.receiveState = receiveProcess.waiting;
    const length = frame.bytes + checkSequenceBytes;
    this.memory.putPayload(this.memory.read32(at + receiveDescriptor.buffer1), frame.payload);
    const written = (length << receiveStatus.lengthAt) | receiveStatus.first | receiveStatus.last;
    this.memory.write32(at + receiveDescriptor.status, written);
    const control = this.memory.read32(at + receiveDescriptor.control);
    this.receiveIndex = control & receiveControl.endOfRing ? 0 : this.receiveIndex + 1;
    this.raise(status.received);
    return true;
  }

  /** A poll demand matters only to a suspended transmit process. */
  private pollTransmit(): void {
    if (this.transmitState !== transmitProcess.suspended) return;
    this.transmitState = transmitProcess.fetching;
    this.host.schedule();
  }

  private suspendTransmit(): void {
    if (this.transmitState === transmitProcess.suspended) return;
    this.transmitState = transmitProcess.suspended;
    this.raise(status.noTransmitBuffer);
  }

  private transmitDescriptor(): number {
    return this.value(registers.transmitRing) + this.transmitIndex * transmitDescriptor.bytes;
  }

  private value(register: Register): number {
    return this.csr.get(register) ?? 0;
  }

  private raise(cause: number): void {
    this.causes |= cause;
    this.updateInterrupt();
  }

  /** The summaries count only what is enabled, except that they read as causes are. */
  private summary(): number {
    const enabled = this.causes & this.value(registers.interruptEnable);
    return (
      (enabled & normalCauses ? status.normal : 0) |
      (enabled & abnormalCauses ? status.abnormal : 0)
    );
  }

  private statusValue(): number {
    return (
      reserved |
      (this.transmitState << 20) |
      (this.receiveState << 17) |
      this.summary() |
      this.causes
    );
  }

  private updateInterrupt(): void {
    const enabled = this.value(registers.interruptEnable);
    this.host.setInterruptLine((this.summary() & enabled) !== 0);
  }
}

export const dec21140: DeviceEntry = {
  id: 'dec21140',
  title: 'DEC 21140',
  kind: 'network',
  class: 'emulated',
  registers: Object.values(registers),
  variants: ['21140', '21143'],
  interrupts: ['intx'],
  memoryBytes: 1 << 17,
  create: (host) => new Dec21140(host),
};
