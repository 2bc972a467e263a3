/**
 * DEC/Intel 21140 and 21143, the legacy network adapter of Hyper-V. Models: the two descriptor
 * lists, as rings and chained, frames over several buffers, descriptors that carry no frame (empty ones and setup
 * frames), transmit poll demand, suspension of the transmit process with TU, TI on request, RI and
 * RU on receive, write-one-to-clear status with its summary bits, the level-triggered interrupt.
 * Leaves out: the filter that a setup frame fills, received frames over several buffers, reset, SROM and MII, the
 * general-purpose timer, and the effect of interrupt mitigation (CSR11 keeps what is written). Checked against:
 * tests/engine/conformance, tests/engine/devices/dec21140. Descriptors follow the 21143 hardware reference manual,
 * 4.2, and QEMU (hw/net/tulip.c).
 */
import type { GuestMemory } from '../memory/guest-memory.ts';
import type { Register } from '../memory/register.ts';
import {
  carriedNothing,
  owned,
  receiveDescriptor,
  receiveStatus,
  registers,
  status,
  transmitControl,
  transmitDescriptor,
} from '../memory/tulip.ts';
import {
  type DeviceEntry,
  type DeviceHost,
  type DeviceModel,
  type IncomingFrame,
  paddedBytes,
  type Transfer,
} from './device.ts';

/** Bytes of the check sequence, which the length of a received frame includes. */
const checkSequenceBytes = 4;

const normalCauses = status.transmitted | status.noTransmitBuffer | status.received;
const abnormalCauses = status.transmitStopped | status.noReceiveBuffer | status.receiveStopped;
const clearable = 0x0001_ffff;
const reserved = 0xf000_0000;

const transmitProcess = { fetching: 1, readingBuffer: 3, suspended: 6 } as const;
const receiveProcess = { waiting: 3, suspended: 4 } as const;

/** Bits that lead on to the next descriptor; they stand at the same places in both lists. */
const { endOfRing, chained } = transmitControl;
const { control: controlAt, buffer2: secondAddressAt } = transmitDescriptor;
/** Words between two descriptors of a ring (DSL). */
const skipAt = 2;
const skipMask = 0x1f;

class Dec21140 implements DeviceModel {
  private readonly host: DeviceHost;
  private readonly memory: GuestMemory;
  private readonly csr = new Map<Register, number>();
  private causes = 0;
  private transmitState: number = transmitProcess.suspended;
  private receiveState: number = receiveProcess.waiting;
  /** Addresses of the next descriptors. */
  private transmitAt = 0;
  private receiveAt = 0;
  /** What of a frame stood in descriptors so far, where its last one has not been handed over. */
  private bytes = 0;
  private payload = 0;
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
      case registers.receiveRing:
        this.csr.set(register, value);
        this.receiveAt = value;
        return;
      case registers.transmitRing:
        this.csr.set(register, value);
        this.transmitAt = value;
        return;
      default:
        this.csr.set(register, value);
        return this.updateInterrupt();
    }
  }

  take(): Transfer | undefined {
    if (this.transmitState === transmitProcess.readingBuffer) return undefined;
    for (let at = this.transmitAt; this.isOwned(at); at = this.transmitAt) {
      const control = this.memory.read32(at + controlAt);
      this.transmitAt = this.next(at, control, registers.transmitRing);
      if (this.endsFrame(at, control)) return this.whole(at);
    }
    this.suspendTransmit();
    return undefined;
  }

  finished(frame: Transfer): void {
    this.transmitState = transmitProcess.fetching;
    this.close(frame.token, this.memory.read32(frame.token + controlAt), 0);
    this.host.schedule();
  }

  hasBuffer(_frame: IncomingFrame, ahead: number): boolean {
    let at = this.receiveAt;
    for (let left = ahead; left > 0; left--) at = this.nextReceive(at);
    return this.isOwned(at);
  }

  miss(): void {
    this.receiveState = receiveProcess.suspended;
    this.missed = Math.min(this.missed + 1, 0xffff);
    this.raise(status.noReceiveBuffer);
  }

  deliver(frame: IncomingFrame): boolean {
    const at = this.receiveAt;
    if (!this.isOwned(at)) {
      this.miss();
      return false;
    }
    this.receiveState = receiveProcess.waiting;
    const length = paddedBytes(frame) + checkSequenceBytes;
    this.memory.putPayload(this.memory.read32(at + receiveDescriptor.buffer1), frame.payload);
    const written = (length << receiveStatus.lengthAt) | receiveStatus.first | receiveStatus.last;
    this.memory.write32(at + receiveDescriptor.status, written);
    this.receiveAt = this.nextReceive(at);
    this.raise(status.received);
    return true;
  }

  /**
   * Reads a transmit descriptor. True when a frame ends in it: it is closed when the frame has left. Any other one is
   * closed here, and is no transfer: a part of a frame, a setup frame, one without data.
   */
  private endsFrame(at: number, control: number): boolean {
    if (control & transmitControl.setup) {
      this.close(at, control, carriedNothing);
      return false;
    }
    if (control & transmitControl.first) this.forgetFrame();
    const bytes = bytesOf(control);
    this.bytes += bytes;
    if (bytes > 0) this.payload ||= this.memory.payloadAt(at);
    if (control & transmitControl.last && this.bytes > 0) return true;
    this.close(at, control, bytes > 0 ? 0 : carriedNothing);
    return false;
  }

  /** The frame that ends in the descriptor. */
  private whole(at: number): Transfer {
    const { payload, bytes } = this;
    this.forgetFrame();
    this.transmitState = transmitProcess.readingBuffer;
    return { kind: 'send', payload, bytes, token: at };
  }

  private forgetFrame(): void {
    this.bytes = 0;
    this.payload = 0;
  }

  /** Gives a transmit descriptor back to the driver. */
  private close(at: number, control: number, result: number): void {
    this.memory.write32(at + transmitDescriptor.status, result);
    if (control & transmitControl.interruptOnCompletion) this.raise(status.transmitted);
  }

  private isOwned(at: number): boolean {
    return (this.memory.read32(at + transmitDescriptor.status) & owned) !== 0;
  }

  private nextReceive(at: number): number {
    const control = this.memory.read32(at + receiveDescriptor.control);
    return this.next(at, control, registers.receiveRing);
  }

  /** The descriptor after this one in its list. */
  private next(at: number, control: number, base: Register): number {
    if (control & endOfRing) return this.value(base);
    if (control & chained) return this.memory.read32(at + secondAddressAt);
    const skipped = (this.value(registers.busMode) >>> skipAt) & skipMask;
    return at + transmitDescriptor.bytes + 4 * skipped;
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

/** Data in the buffers of a transmit descriptor; a chained one has no second buffer. */
function bytesOf(control: number): number {
  const { lengthMask, secondLengthAt } = transmitControl;
  const second = control & chained ? 0 : (control >>> secondLengthAt) & lengthMask;
  return (control & lengthMask) + second;
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
  missedCounter: 'rx_missed_errors',
  create: (host) => new Dec21140(host),
};
