/** What to run: plain data, complete, and the only input of `simulate`. */
import type { DeviceKind } from '../devices/device.ts';
import type { Fault } from '../faults/fault.ts';
import type { InterruptMode } from '../memory/interrupt.ts';
import type { Overrides } from '../parameters/index.ts';
import type { ChosenPolicies } from './policy.ts';
import type { Move } from './role.ts';
import type { Phase } from './trace.ts';

/** What the workload asks for, as the guest sees it. An echo is a frame out and its answer in. */
export type Operation = 'tx' | 'rx' | 'echo' | 'read' | 'write' | 'flush';

/**
 * Spaced: each batch waits for the one before it and an idle gap. Burst: as fast as the queue depth allows.
 * Open: batches arrive at random, at a rate, whether or not those before are done.
 */
export type Pattern = 'spaced' | 'burst' | 'open';

/**
 * Calls: the driver hears of each frame alone, as of ordinary sends. List: it hears that more follow (xmit_more), as of
 * pktgen's bursts and of a large send that is segmented in software.
 */
export type SentAs = 'calls' | 'list';

/** Every field is part of the answer: the same scenario gives the same run, byte for byte. */
export interface Scenario {
  readonly v: 1;
  readonly seed: number;
  /** All of the trace, or its first so many events; counts and statistics are always complete. */
  readonly detail: 'full' | { readonly window: number };
  readonly parameters: Overrides;
  readonly faults: readonly Fault[];
  readonly platform: Platform;
  readonly subject: { readonly kind: 'io'; readonly vms: readonly [VmSpec, ...VmSpec[]] };
}

/**
 * The host: its architecture, which scheduler runs virtual processors, roles in other domains than it
 * has them in, and what it does where it is free to choose.
 */
export interface Platform {
  readonly architecture: string;
  readonly scheduler: string | null;
  readonly moves: readonly Move[];
  /** Choices of the host other than its defaults. */
  readonly policies: ChosenPolicies;
}

/** The rings of a network driver. */
export type RingName = 'transmit' | 'receive';
/** Entries of rings that are not as long as their driver makes them by itself. */
export type RingSizes = Readonly<Partial<Record<RingName, number>>>;

/** Virtual machines that are alike: their device, the driver that the guest runs, and what each is asked to do. */
export interface VmSpec {
  /** How many of them. */
  readonly count: number;
  /** Generation of the virtual machine, where the architecture has several; null where it has none. */
  readonly generation: 1 | 2 | null;
  /** Whether the guest has the drivers of paravirtual devices. */
  readonly integrationServices: boolean;
  /** Virtual processors: they choose queues and channels. One of them runs the driver. */
  readonly processors: number;
  readonly device: string;
  readonly driver: string;
  /** Chip variant of the device model. */
  readonly variant: string;
  readonly interrupts: InterruptMode;
  /** Where an administrator has set them. */
  readonly rings?: RingSizes;
  readonly load: Load;
}

export interface Load {
  readonly operation: Operation;
  /** Requests of each virtual machine. */
  readonly count: number;
  /** Length of each frame without its check sequence, or of each block request. */
  readonly bytes: number;
  readonly pattern: Pattern;
  /** Requests that are asked for at once, all in one flow. */
  readonly batch: number;
  /** How frames of a batch come to the driver: each by a call of its own, or all as one list. */
  readonly sentAs: SentAs;
  /** Flows (connections) that the batches take turns in; where a device has several queues, each flow uses one. */
  readonly flows: number;
  /** Requests that may be under way at a time; null for any number. */
  readonly queueDepth: number | null;
  /** Requests a second of each virtual machine, where they arrive at random. */
  readonly ratePerSecond: number | null;
}

interface Limit {
  readonly min: number;
  readonly max: number;
  readonly usual: number;
}

/** Bounds of a load, and what a scenario has when it does not say. */
export const loadLimits = {
  count: { min: 1, max: 1_000_000, usual: 1 },
  bytes: { min: 60, max: 1_048_576, usual: 1514 },
  batch: { min: 1, max: 1024, usual: 1 },
  flows: { min: 1, max: 1024, usual: 1 },
  queueDepth: { min: 1, max: 4096, usual: 1 },
  rate: { min: 1, max: 100_000_000, usual: 1000 },
  vms: { min: 1, max: 1024, usual: 1 },
  processors: { min: 1, max: 64, usual: 1 },
} as const satisfies Record<string, Limit>;

/** Bounds of the number that all chance of a run comes from. */
export const seedLimits: Limit = { min: 0, max: 0xffff_ffff, usual: 1 };

/** Sizes by what the device serves: frames, or blocks of whole sectors. */
export const sizeLimits: Readonly<Record<DeviceKind, Limit & { readonly multipleOf: number }>> = {
  network: { min: 60, max: 1_048_576, usual: 1514, multipleOf: 1 },
  storage: { min: 512, max: 1_048_576, usual: 4096, multipleOf: 512 },
};

/**
 * Requests up to which the whole trace is kept, and bytes that they may have together; above it, a window of it. A disk
 * that is read by its data register makes some 30,000 events for 1 MiB.
 */
export const fullTraceLimits = { requests: 1000, bytes: 16 * 1_048_576 } as const;
/** Events of that window. */
export const traceWindow = 20_000;

/** Operations of network adapters and of disks, the usual one first. */
export const operationsOf: Readonly<Record<DeviceKind, readonly Operation[]>> = {
  network: ['tx', 'rx', 'echo'],
  storage: ['read', 'write', 'flush'],
};
export const operations: readonly Operation[] = [...operationsOf.network, ...operationsOf.storage];
/** How batches are sent, the usual way first. */
export const waysToSend: readonly [SentAs, ...SentAs[]] = ['calls', 'list'];
export const patterns: readonly Pattern[] = ['spaced', 'burst', 'open'];

const outAndBack: readonly Phase[] = [
  'submit',
  'notify',
  'cross',
  'process',
  'drive',
  'device',
  'complete',
  'interrupt',
];

/** The phases of an operation, in the order in which a request passes them. */
export const phasesOf: Readonly<Record<Operation, readonly Phase[]>> = {
  tx: outAndBack,
  rx: ['device', 'drive', 'cross', 'process', 'complete', 'interrupt'],
  echo: outAndBack.flatMap((phase) => (phase === 'complete' ? ['answer', phase] : [phase])),
  read: outAndBack,
  write: outAndBack,
  flush: outAndBack,
};
