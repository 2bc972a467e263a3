/**
 * Large sends: the guest hands over one long TCP frame, and the device (or the wire behind it) cuts it into
 * segments. What every driver and device of a network card agrees on.
 */

/** Longest frame that goes out as it is: MTU of 1500 and the Ethernet header. */
export const plainFrameBytes = 1514;
/** Longest frame that a driver takes for segmentation (GSO_MAX_SIZE). */
export const largeFrameBytes = 65_536;

/** Where the headers of a segmented frame begin and end: Ethernet, IPv4, TCP with time stamps. */
export const networkHeaderAt = 14;
export const transportHeaderAt = 34;
export const segmentHeaderBytes = 66;
/** Data in each segment (MSS): the MTU without IP and TCP headers. */
export const segmentBytes = 1448;

/** Checksum fields, from the start of the transport header. */
export const checksumAt = { udp: 6, tcp: 16 } as const;

/** Whether a frame needs segmentation. */
export const isLarge = (frameBytes: number): boolean => frameBytes > plainFrameBytes;

/** Segments that a large frame becomes; 1 for any other. */
export const segmentsOf = (frameBytes: number): number =>
  isLarge(frameBytes) ? Math.ceil((frameBytes - segmentHeaderBytes) / segmentBytes) : 1;

/** Bytes of all the frames that one becomes on the wire: each segment has headers of its own. */
export const wireBytesOf = (frameBytes: number): number =>
  frameBytes + (segmentsOf(frameBytes) - 1) * segmentHeaderBytes;
