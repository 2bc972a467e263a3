/** What can go wrong in a run, and what it does to each virtual machine. Plain data. */

/** Parts that can crash: some by their role, wherever it lives, some by their own domain. */
export const crashingParts = [
  'physical-driver',
  'vsp',
  'device-model',
  'worker-process',
  'vmx',
  'management-agent',
  'root-partition',
  'vmkernel',
  'hypervisor',
] as const;
export type CrashingPart = (typeof crashingParts)[number];

/** Of parts and devices that each virtual machine has for itself, a fault takes those of the first one. */
export type Fault =
  | { readonly kind: 'crash'; readonly part: CrashingPart; readonly at: FaultTime }
  | { readonly kind: 'integration-services-removed'; readonly at: FaultTime }
  /** The interrupt of that number, counted from 1, never reaches the guest. */
  | { readonly kind: 'lost-interrupt'; readonly number: number }
  /** The back end takes nothing for so long, so that the ring in front of it fills. */
  | { readonly kind: 'ring-full'; readonly nanoseconds: number; readonly at: FaultTime };

/** Nanoseconds from the beginning of the run; null for when half of the first virtual machine’s requests have been asked for. */
export type FaultTime = number | null;
