/** What to run: plain data, complete, and the only input of `simulate`. */
import type { InterruptMode } from './memory/interrupt.ts';
import type { Overrides } from './parameters/parameter.ts';
import type { Phase } from './trace.ts';

/** Transmit and receive, as the guest sees them. */
export type Operation = 'tx' | 'rx';

/** Spaced: each request waits for the one before it and an idle gap. Burst: all at once. */
export type Pattern = 'spaced' | 'burst';

/** Every field is part of the answer: the same scenario gives the same run, byte for byte. */
export interface Scenario {
  readonly v: 1;
  readonly seed: number;
  readonly parameters: Overrides;
  readonly platform: { readonly architecture: string };
  readonly subject: { readonly kind: 'io'; readonly vms: readonly [VmSpec] };
}

/** One virtual machine: its device, the driver that the guest runs, and what it is asked to do. */
export interface VmSpec {
  readonly device: string;
  readonly driver: string;
  /** Chip variant of the device model. */
  readonly variant: string;
  readonly interrupts: InterruptMode;
  readonly load: Load;
}

export interface Load {
  readonly operation: Operation;
  readonly count: number;
  /** Length of each frame without its check sequence. */
  readonly bytes: number;
  readonly pattern: Pattern;
}

/** Bounds of a load, and what a scenario has when it does not say. */
export const loadLimits = {
  count: { min: 1, max: 1000, usual: 1 },
  bytes: { min: 60, max: 1514, usual: 1514 },
} as const;

export const operations: readonly Operation[] = ['tx', 'rx'];
export const patterns: readonly Pattern[] = ['spaced', 'burst'];

/** The phases of an operation, in the order in which a request passes them. */
export const phasesOf: Readonly<Record<Operation, readonly Phase[]>> = {
  tx: ['submit', 'notify', 'cross', 'process', 'drive', 'device', 'complete', 'interrupt'],
  rx: ['device', 'drive', 'cross', 'process', 'complete', 'interrupt'],
};
