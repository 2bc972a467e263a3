/** What a device model is, and all that it may touch. */
import type { GuestMemory } from '../memory/guest-memory.ts';
import type { InterruptMode } from '../memory/interrupt.ts';
import type { Register } from '../memory/register.ts';
import type { ChannelOffer } from '../memory/vmbus-ring.ts';

/**
 * Emulated: imitates a device that exists as hardware. Paravirtual: made for virtual machines, with few
 * registers or none and shared memory instead.
 */
export type DeviceClass = 'emulated' | 'paravirtual';

/** A frame on its way out, as the device model found it in guest memory. */
export interface OutgoingFrame {
  /** Which payload stands in the buffer. */
  readonly payload: number;
  /** Length without check sequence. */
  readonly bytes: number;
  /** The device's own mark, handed back to `transmitted`. */
  readonly token: number;
}

/** A frame on its way in. */
export interface IncomingFrame {
  readonly payload: number;
  readonly bytes: number;
}

/** The device's side of the machine. Devices compute; what it costs to reach them is not their concern. */
export interface DeviceHost {
  readonly memory: GuestMemory;
  /** Drives the level-triggered pin. */
  setInterruptLine(raised: boolean): void;
  /** Sends an edge: an MSI-X vector, or an event flag of a VMBus channel. */
  fire(vector: number): void;
  /** A ring to the guest was written without an interrupt, because its rule needs none. */
  hold(): void;
  /** Asks for `take` to be called, now or when the worker that runs it gets to it. */
  schedule(): void;
}

export interface DeviceModel {
  /** A read of a register, side effects included. */
  read(register: Register): number;
  write(register: Register, value: number): void;
  /** The next frame the guest has handed over, or undefined when there is none to take now. */
  take(): OutgoingFrame | undefined;
  /** The frame has left: write back its status and say so to the guest. */
  transmitted(frame: OutgoingFrame): void;
  /** Puts a frame into the guest's buffers; false when the guest offers none. */
  deliver(frame: IncomingFrame): boolean;
  /** A VMBus channel is opened; devices without one do not have this. */
  open?(offer: ChannelOffer): void;
}

/** What a scenario chooses about a device. */
export interface DeviceOptions {
  readonly variant: string;
  readonly interrupts: InterruptMode;
  /** Packets a vmxnet3 guest collects before it rings. */
  readonly transmitThreshold: number;
}

/** One line of the list of devices. */
export interface DeviceEntry {
  readonly id: string;
  readonly title: string;
  readonly class: DeviceClass;
  readonly registers: readonly Register[];
  /** Chip variants, the default first. */
  readonly variants: readonly string[];
  /** Interrupt modes, the default first. */
  readonly interrupts: readonly InterruptMode[];
  /** Guest memory that its driver needs, in bytes. */
  readonly memoryBytes: number;
  create(host: DeviceHost, options: DeviceOptions): DeviceModel;
}
