/** What can go wrong in a run. */

/** A part that can crash, by its role. */
export type CrashingPart =
  | 'physical-driver'
  | 'vsp'
  | 'device-model'
  | 'worker-process'
  | 'management-agent'
  | 'root-partition'
  | 'vmkernel'
  | 'hypervisor';

export type Fault =
  | { readonly kind: 'crash'; readonly part: CrashingPart }
  | { readonly kind: 'integration-services-removed' }
  /** The first interrupt of that number, counted from 1, never reaches the guest. */
  | { readonly kind: 'lost-interrupt'; readonly number: number }
  /** The back end takes nothing for so long, so that the ring in front of it fills. */
  | { readonly kind: 'ring-full'; readonly nanoseconds: number };
