/** What a device model is, and all that it may touch. */
import type { GuestMemory } from '../memory/guest-memory.ts';
import type { InterruptMode } from '../memory/interrupt.ts';
import type { Register } from '../memory/register.ts';
import type { ChannelOffer } from '../memory/channel.ts';

/**
 * Emulated: imitates a device that exists as hardware. Paravirtual: made for virtual machines, with few
 * registers or none and shared memory instead. Passthrough: the hardware itself, given to one guest.
 */
export type DeviceClass = 'emulated' | 'paravirtual' | 'passthrough';

/** What a device serves: frames, or blocks of a disk. */
export type DeviceKind = 'network' | 'storage';

/** What a guest asks a device to move: a frame out, blocks in or out, or the disk's cache to its medium. */
export type TransferKind = 'send' | 'read' | 'write' | 'flush';

/** One transfer, as the device model found it in guest memory or in its registers. */
export interface Transfer {
  readonly kind: TransferKind;
  /**
   * The request whose data stands in the buffer, or whose command in the descriptor; 0 where nothing in
   * memory says so, and then it is the request of the access that asked for it.
   */
  readonly payload: number;
  /** Length of the data: a frame without its check sequence, or whole sectors; 0 for a flush. */
  readonly bytes: number;
  /** The device's own mark, handed back to `finished`. */
  readonly token: number;
  /** Entries of a shared ring that it takes; one where the device does not say. */
  readonly entries?: number;
  /**
   * Pages of the guest that the device's side has to map before it moves the data and to unmap after it, where it
   * reaches them through a grant table. A device that does not say has those that the data fills.
   */
  readonly maps?: number;
  readonly unmaps?: number;
  /** Calls on a page that only lists those: to map it, and to unmap it at once unless it stays; none usually. */
  readonly listCalls?: number;
}

/** A frame on its way in. */
export interface IncomingFrame {
  readonly payload: number;
  readonly bytes: number;
  /** Number of its flow, from 0 and 0 where absent: where there are several queues, one flow uses one of them. */
  readonly flow?: number;
}

/** Length of the shortest Ethernet frame without its check sequence, in bytes (Linux’s ETH_ZLEN). */
const shortestFrame = 60;

/**
 * Bytes of an incoming frame as an adapter for a wire receives it: a shorter one comes padded. A device of shared
 * memory alone hands it on as it is (QEMU pads for every adapter but virtio-net, which sets do_not_pad).
 */
export const paddedBytes = ({ bytes }: IncomingFrame): number => Math.max(bytes, shortestFrame);

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
  /** Keeps the access that is being served open: the guest waits until `answer` ends it. */
  defer(): void;
  answer(): void;
  /** Says whether frames from the wire come to this device, of two that stand beside each other. */
  steerFrames(here: boolean): void;
  /** Calls back after so many nanoseconds: a device's own timer. */
  after(nanoseconds: number, action: () => void): void;
}

export interface DeviceModel {
  /** A read of a register, side effects included. */
  read(register: Register): number;
  write(register: Register, value: number): void;
  /** The next transfer the guest has handed over, or undefined when there is none to take now. */
  take(): Transfer | undefined;
  /**
   * The frame has left, or the disk is done: write back its status and say so to the guest. `more` says that another
   * end follows at once, so that the device may announce both together.
   */
  finished(transfer: Transfer, more?: boolean): void;
  /**
   * Whether the guest offers a buffer for a frame, behind so many frames that are on their way into buffers. It changes
   * nothing. Network devices only, as the two that follow.
   */
  hasBuffer?(frame: IncomingFrame, ahead: number): boolean;
  /**
   * Puts a frame into the guest's buffers; false when the guest offers none, and then the frame is missed. `more` says
   * that the host already has another one for this guest, so that the device may announce both together.
   */
  deliver?(frame: IncomingFrame, more?: boolean): boolean;
  /** A frame finds no buffer: what the device makes of that. Devices that make nothing of it do not have this. */
  miss?(more: boolean): void;
  /** Announces frames that wait for another one to come; devices that let none wait do not have this. */
  flush?(): void;
  /**
   * The host keeps a frame for which there is no buffer: the driver is asked to tell of new ones. A device whose driver
   * does not tell of them does not have this, and its host keeps nothing.
   */
  awaitBuffer?(): void;
  /** A channel of shared rings is opened; devices without one do not have this. */
  open?(offer: ChannelOffer): void;
}

/** What a scenario chooses about a device. */
export interface DeviceOptions {
  readonly variant: string;
  readonly interrupts: InterruptMode;
  /** Packets a vmxnet3 guest collects before it rings; requests a PVSCSI guest has outstanding without ringing. */
  readonly doorbellThreshold: number;
  /** Transfers under way from which on the guest is not asked to announce more; never where absent. */
  readonly quietFrom?: number;
  /** Nanoseconds for which a drained ring is looked at before the guest is asked to announce more. */
  readonly pollsFor?: number;
}

/** One line of the list of devices. */
export interface DeviceEntry {
  readonly id: string;
  readonly title: string;
  readonly kind: DeviceKind;
  readonly class: DeviceClass;
  readonly registers: readonly Register[];
  /** Chip variants, the default first. */
  readonly variants: readonly string[];
  /** Interrupt modes, the default first. */
  readonly interrupts: readonly InterruptMode[];
  /** Guest memory that its driver needs, in bytes. */
  readonly memoryBytes: number;
  /** Device of channels that stands beside it, driven by the same driver, and goes on alone when it is taken away. */
  readonly standby?: string;
  /** The counter in which frames show up that found no buffer of the guest; network devices only. */
  readonly missedCounter?: string;
  create(host: DeviceHost, options: DeviceOptions): DeviceModel;
}
