/** What can go wrong in a run, and what it does to each virtual machine. Plain data. */

/** Of parts and devices that each virtual machine has for itself, a fault takes those of the first one. */
export type Fault =
  | {
      readonly kind: 'crash';
      /** The word of a part: one of `sharedParts`, or one of the architecture's own. */
      readonly part: string;
      readonly at: FaultTime;
      /** What has failed is started again, if it can be; else it stays as it is. */
      readonly restarts?: true;
    }
  | { readonly kind: 'integration-services-removed'; readonly at: FaultTime }
  /** The device is taken away in good order, and the one that stands beside it goes on. */
  | { readonly kind: 'virtual-function-removed'; readonly at: FaultTime }
  /** The interrupt of that number, counted from 1, never reaches the guest. */
  | { readonly kind: 'lost-interrupt'; readonly number: number }
  /** The back end takes nothing for so long, so that the ring in front of it fills. */
  | { readonly kind: 'ring-full'; readonly nanoseconds: number; readonly at: FaultTime };

/**
 * Nanoseconds from the beginning of the run; null for when half of the first virtual machine’s requests have been
 * asked for.
 */
export type FaultTime = number | null;
