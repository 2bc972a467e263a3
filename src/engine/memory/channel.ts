/** What a driver announces when it opens a channel: rings that both sides share, and buffers beside them. */
export interface ChannelOffer {
  /** Number of the channel among those of its device: the primary is 0. */
  readonly channel: number;
  /** Guest-physical addresses of the rings, in the order that the device's layout says. */
  readonly rings: readonly number[];
  /** Length of each ring in bytes, its header included. */
  readonly ringBytes: number;
  /** Shared buffers beside the rings, in the order that the device's layout says. */
  readonly buffers: readonly SharedBuffer[];
}

/** A stretch of guest memory that the device's side may use. */
export interface SharedBuffer {
  readonly at: number;
  readonly bytes: number;
}
