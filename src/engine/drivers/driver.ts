/**
 * What a guest driver is. A driver is straight-line code that yields one operation at a time; each may
 * suspend the virtual processor. Ring arithmetic and guest memory are plain calls.
 */
import { pageBytes, sectorBytes } from '../memory/block.ts';
import type { GuestMemory } from '../memory/guest-memory.ts';
import type { InterruptMode } from '../memory/interrupt.ts';
import type { Register } from '../memory/register.ts';
import type { ChannelOffer } from '../memory/channel.ts';
import type { StopCounters } from '../vocabulary/results.ts';
import type { RingName, RingSizes } from '../vocabulary/scenario.ts';
import type { Activity, Price, RingId } from '../vocabulary/trace.ts';

/** One operation of guest code. The kernel reuses a single object, so it is read before the next yield. */
export interface Op {
  code: OpCode;
  register: Register;
  value: number;
  activity: Activity;
  bytes: number;
  entries: number;
  /** How often a string instruction repeats the access; 1 for a plain one. */
  times: number;
  ring: RingId;
  offer: ChannelOffer;
}

export type OpCode =
  | 'read'
  | 'write'
  | 'work'
  | 'copy'
  | 'publish'
  | 'consume'
  | 'hold'
  | 'signal'
  | 'open'
  | 'end-of-interrupt';

/** Guest code: yields operations, receives what a register read returned. */
export type Driver<Result = void> = Generator<Op, Result, number>;

/** What the number of a driver's queues hangs on. */
export type GuestSize = Pick<GuestKernel, 'processors' | 'interrupts'>;

/** The guest kernel as a driver sees it. */
export interface GuestKernel {
  readonly memory: GuestMemory;
  readonly interrupts: InterruptMode;
  /** Virtual processors of the guest. */
  readonly processors: number;
  /** Chip variant of the device. */
  readonly variant: string;
  /** Lengths of rings that an administrator has set. */
  readonly rings: RingSizes;

  read(register: Register): Op;
  write(register: Register, value: number): Op;
  /** A string instruction (REP INS, REP OUTS): `times` accesses to one register and one instruction. */
  readString(register: Register, times: number): Op;
  writeString(register: Register, times: number): Op;
  /** Time spent in the driver itself. */
  work(activity: Activity, entries?: number): Op;
  /** The processor moves payload from one buffer to another. */
  copy(activity: Activity, bytes: number): Op;
  /** Entries become visible in, or are read from, a ring in shared memory. */
  publish(ring: RingId, activity: Activity): Op;
  consume(ring: RingId, activity: Activity): Op;
  /** A notification that the ring's rule makes unnecessary. */
  hold(ring: RingId, activity: Activity): Op;
  /** Signals a channel: VMBus by hypercall or monitor page, Xen by event channel. */
  signal(ring: RingId, channel?: number): Op;
  /** Opens a channel; set-up only. */
  open(offer: ChannelOffer): Op;

  /**
   * No interrupt is taken until they are enabled again: spin_lock_irqsave around a submission. Code enables them as
   * the last thing before it returns; what is pending is taken there.
   */
  disableInterrupts(): void;
  enableInterrupts(): void;
  /** Asks for `poll` to run once the interrupt handler has returned (NAPI). */
  schedulePoll(): void;
  /** The driver has freed a transmitted frame. */
  transmitted(payload: number): void;
  /** The driver hands a received frame to the network stack. */
  received(payload: number): void;
  /** The driver hands a finished command back to the block layer, by its tag. */
  completed(tag: number): void;
}

/** What the kernel calls of any driver. */
export interface DeviceDriver {
  /** Sets the device up. Its accesses are not counted. */
  open(): Driver;
  /** Whether the driver takes another frame or command now. */
  hasRoom(): boolean;
  /** The interrupt handler; of which vector, where a device has several. */
  interrupt(vector: number): Driver;
  /** Deferred work (NAPI); true when it wants to be called again. Drivers that defer nothing have none. */
  poll?(budget: number): Driver<boolean>;
  /** The interrupt handler of the device that stands beside this one, where one does. */
  interruptOfStandby?(event: number): Driver;
  /** This device is about to be taken away: its driver goes on with the one beside it. */
  leave?(): Driver;
  /** Takes what stands in a queue without interrupts, for whoever polls it (blk-mq's poll). */
  pollQueue?(): Driver;
}

export interface NetworkDriver extends DeviceDriver {
  /** Sends one frame; `more` says that another one of its list follows at once (xmit_more). */
  transmit(frame: GuestFrame, more: boolean): Driver;
}

export interface StorageDriver extends DeviceDriver {
  /** Gives one command to the device; `last` says that no other follows at once (blk-mq's bd->last). */
  submit(command: BlockCommand, last: boolean): Driver;
}

/** A frame of the guest's network stack. */
export interface GuestFrame {
  readonly payload: number;
  readonly bytes: number;
  /** Guest-physical address of the packet buffer. */
  readonly buffer: number;
  /** Number of its flow (a connection), from 0: where there are several queues, one flow uses one of them. */
  readonly flow: number;
}

/** A command of the guest's block layer: never larger than the driver's limits. */
export interface BlockCommand {
  readonly payload: number;
  readonly kind: 'read' | 'write' | 'flush';
  /** First sector of 512 bytes. */
  readonly sector: number;
  /** Whole sectors; 0 for a flush. */
  readonly bytes: number;
  /** Guest-physical addresses of the data, a page each; the pages are not contiguous. */
  readonly pages: readonly number[];
  /** Number of the command among those the device may hold, from 0. */
  readonly tag: number;
  /** The processor that submits it, which chooses the channel where there are several. */
  readonly cpu: number;
}

/** What a driver tells the block layer it can take. */
export interface BlockLimits {
  /** Sectors of 512 bytes in one command. */
  readonly maxSectors: number;
  /** Pages in one command. */
  readonly maxSegments: number;
  /** Commands that the device holds at a time. */
  readonly queueDepth: number;
}

/** Largest command that a driver takes, where each page is a segment. */
export const mostBytes = ({ maxSectors, maxSegments }: BlockLimits): number =>
  Math.min(maxSectors * sectorBytes, maxSegments * pageBytes);

interface DriverIdentity {
  readonly id: string;
  /** Whose code it follows, for the note under every figure. */
  readonly title: string;
  /** The device it drives. */
  readonly device: string;
  readonly stopCounters?: StopCounters;
  /** Chip variants it needs; any, where it does not say. */
  readonly variants?: readonly string[];
}

/** One line of the list of drivers. */
export type DriverEntry = NetworkDriverEntry | StorageDriverEntry;

/** How long a ring is by itself, and what an administrator may make of it. */
export interface RingLimit {
  readonly usual: number;
  readonly min: number;
  readonly max: number;
  /** Lengths in between are multiples of this, or powers of two; any where absent. */
  readonly step?: number | 'power of two';
  /** What sets it, or why nothing does. */
  readonly how: string;
  /** Guest memory that an entry takes, in bytes. */
  readonly entryBytes: number;
}

export interface NetworkDriverEntry extends DriverIdentity {
  readonly kind: 'network';
  readonly rings: Readonly<Record<RingName, RingLimit>>;
  /** Pairs of such rings that it makes for a guest of so many processors; one where absent. */
  queuesFor?(processors: number): number;
  /** The longest frame it takes for the device to cut into segments, in bytes; without it, one MTU. */
  readonly largeSend?: number;
  create(kernel: GuestKernel): NetworkDriver;
}

export interface StorageDriverEntry extends DriverIdentity {
  readonly kind: 'storage';
  readonly limits: BlockLimits;
  /** Commands that the block layer lets out at a time, where that is not the driver's own depth. */
  depthFor?(guest: GuestSize): number;
  /** Whether its queue has no interrupts and is polled: for reads and writes of one command. */
  readonly polls?: boolean;
  create(kernel: GuestKernel): StorageDriver;
}

/** A ring that nobody can make longer or shorter. */
export const fixed = (usual: number, how: string): RingLimit => ({
  usual,
  min: usual,
  max: usual,
  how,
  entryBytes: 0,
});

/** Frames one poll may handle before it gives way (NAPI weight). */
export const pollBudget = 64;

/** Length of the Ethernet, IP and UDP headers of the workload's packets, in bytes. */
export const headerBytes = 42;

/** What a driver's own work, a copy and a ring entry cost. */
export const driverWork: readonly Price[] = [{ parameter: 'guest-driver-work', per: 'once' }];
export const ringEntry: readonly Price[] = [{ parameter: 'ring-entry', per: 'entry' }];
export const copyPrices: readonly Price[] = [
  { parameter: 'copy-start', per: 'once' },
  { parameter: 'copy-byte', per: 'byte' },
];

/** Rows that every driver shares. */
export const driverActivities = {
  read: {
    sentence: 'The guest reads {register}',
    evidence: 'documented',
    source: 'recorded-drivers',
    prices: [{ parameter: 'guest-register-access', per: 'once' }],
  },
  write: {
    sentence: 'The guest writes {value} to {register}',
    evidence: 'documented',
    source: 'recorded-drivers',
    prices: [{ parameter: 'guest-register-access', per: 'once' }],
  },
  readString: {
    sentence: 'The guest reads {register} {times} times by one string instruction',
    evidence: 'documented',
    source: 'recorded-drivers',
    prices: [{ parameter: 'guest-register-access', per: 'once' }],
  },
  writeString: {
    sentence: 'The guest writes {register} {times} times by one string instruction',
    evidence: 'documented',
    source: 'recorded-drivers',
    prices: [{ parameter: 'guest-register-access', per: 'once' }],
  },
  endOfInterrupt: {
    sentence: 'The guest signals end of interrupt',
    evidence: 'documented',
    source: 'recorded-drivers',
    prices: [{ parameter: 'guest-register-access', per: 'once' }],
  },
  handler: {
    sentence: 'the interrupt handler of {driver} starts',
    evidence: 'documented',
    source: 'linux-source',
    prices: [{ parameter: 'guest-interrupt-entry', per: 'once' }],
  },
  spin: {
    sentence:
      'The guest’s processor looks at the queue of {driver} until a completion stands there',
    evidence: 'documented',
    source: 'linux-source',
    prices: [],
  },
  poll: {
    sentence: 'The guest kernel starts the deferred poll of {driver}',
    evidence: 'documented',
    source: 'linux-source',
    prices: [{ parameter: 'guest-poll', per: 'once' }],
  },
} as const satisfies Record<string, Activity>;

/** Rows that drivers of disks have in common, with the source of each driver. */
export const commandActivities = (source: string) =>
  ({
    complete: {
      sentence: 'The driver hands the finished command back to the block layer',
      evidence: 'documented',
      source,
      prices: driverWork,
    },
  }) as const satisfies Record<string, Activity>;

/** Rows that network drivers have in common, with the source of each driver. */
export const frameActivities = (source: string) =>
  ({
    fill: {
      sentence: 'The guest’s driver fills a transmit descriptor',
      evidence: 'documented',
      source,
      prices: driverWork,
    },
    reap: {
      sentence: 'The driver frees the transmitted frame',
      evidence: 'documented',
      source,
      prices: driverWork,
    },
    receive: {
      sentence: 'The driver hands the received frame to the network stack',
      evidence: 'documented',
      source,
      prices: driverWork,
    },
    copyShort: {
      sentence: 'The driver copies the short frame of {bytes} bytes and keeps its buffer',
      evidence: 'documented',
      source,
      prices: copyPrices,
    },
  }) as const satisfies Record<string, Activity>;
