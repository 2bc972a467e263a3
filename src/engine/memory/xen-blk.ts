/**
 * Requests and responses between blkfront and blkback, byte for byte as on x86-64 (xen/interface/io/blkif.h).
 * A direct request lists up to 11 segments, each a granted page and the sectors used of it; an indirect one
 * names granted pages that hold such lists.
 */

export const operation = {
  read: 0,
  write: 1,
  writeBarrier: 2,
  flushDiskCache: 3,
  discard: 5,
  indirect: 6,
} as const;

/** A direct request, 112 bytes with all its segments. */
export const request = {
  operation: 0,
  segmentCount: 1,
  handle: 2,
  id: 8,
  sector: 16,
  segments: 24,
  bytes: 112,
} as const;

/** An indirect request: its operation is `operation.indirect`, and the real one stands behind it. */
export const indirectRequest = {
  operation: 1,
  segmentCount: 2,
  id: 8,
  sector: 16,
  handle: 24,
  references: 28,
} as const;

/** First and last sector count from the start of the page. */
export const segment = { reference: 0, firstSector: 4, lastSector: 5, bytes: 8 } as const;
/** Segments in a direct request (BLKIF_MAX_SEGMENTS_PER_REQUEST). */
export const directSegments = 11;
/** Segments that Linux puts into an indirect request where the back end allows as many (max_indirect_segments). */
export const indirectSegments = 32;

export const response = { id: 0, operation: 8, status: 10, bytes: 16 } as const;
export const statusOkay = 0;

/** Rings that Linux opens for one disk, one for each processor up to this many (max_queues). */
export const mostRings = 4;
/** The event that a ring's channel raises in the guest. */
export const eventOf = (ring: number): number => ring + 1;
export const sectorBytes = 512;
