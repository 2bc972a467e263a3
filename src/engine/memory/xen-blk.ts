/**
 * Requests and responses between blkfront and blkback, byte for byte as on x86-64 (xen/interface/io/blkif.h).
 * A direct request lists up to 11 segments, each a granted page and the sectors used of it; an indirect one
 * names granted pages that hold such lists.
 */
import { field, layout } from './layout.ts';

export const operation = {
  read: 0,
  write: 1,
  writeBarrier: 2,
  flushDiskCache: 3,
  discard: 5,
  indirect: 6,
} as const;

/** A direct request, 112 bytes with all its segments. */
export const request = layout('Block request', 112, {
  operation: field(0, 1, 'operation', '0 read, 1 write, 3 flush, 6 indirect', 'driver'),
  segmentCount: field(1, 1, 'nr_segments', 'segments that follow', 'driver'),
  handle: field(2, 2, 'handle', 'which disk', 'driver'),
  padding: field(4, 4, 'pad', 'unused'),
  id: field(8, 8, 'id', 'the driver’s number; the response repeats it', 'driver'),
  sector: field(16, 8, 'sector_number', 'first sector of 512 bytes', 'driver'),
  segments: field(24, 88, 'seg', 'segments: page and sectors used of it', 'driver'),
});

/** An indirect request: its operation is `operation.indirect`, and the real one stands behind it. */
export const indirectRequest = layout('Indirect block request', 64, {
  indirect: field(0, 1, 'operation', '6 indirect', 'driver'),
  operation: field(1, 1, 'indirect_op', '0 read, 1 write', 'driver'),
  segmentCount: field(2, 2, 'nr_segments', 'segments in the pages named', 'driver'),
  padding: field(4, 4, 'pad', 'unused'),
  id: field(8, 8, 'id', 'the driver’s number; the response repeats it', 'driver'),
  sector: field(16, 8, 'sector_number', 'first sector of 512 bytes', 'driver'),
  handle: field(24, 4, 'handle', 'which disk', 'driver'),
  references: field(
    28,
    32,
    'indirect_grefs',
    'grant references of the pages with segments',
    'driver',
  ),
});

/** First and last sector count from the start of the page. */
export const segment = layout('Segment', 8, {
  reference: field(0, 4, 'gref', 'grant reference of the page', 'driver'),
  firstSector: field(4, 1, 'first_sect', 'first sector used of the page', 'driver'),
  lastSector: field(5, 1, 'last_sect', 'last sector used of the page', 'driver'),
  padding: field(6, 2, 'pad', 'unused'),
});
/** Segments in a direct request (BLKIF_MAX_SEGMENTS_PER_REQUEST). */
export const directSegments = 11;
/** Segments that Linux puts into an indirect request where the back end allows as many (max_indirect_segments). */
export const indirectSegments = 32;

export const response = layout('Block response', 16, {
  id: field(0, 8, 'id', 'which request is done', 'device'),
  operation: field(8, 1, 'operation', 'repeated from the request', 'device'),
  padding: field(9, 1, 'pad', 'unused'),
  status: field(10, 2, 'status', '0 is success', 'device'),
  reserved: field(12, 4, 'tail pad', 'unused'),
});
export const statusOkay = 0;

/** Rings that Linux opens for one disk, one for each processor up to this many (max_queues). */
export const mostRings = 4;
/** The event that a ring's channel raises in the guest. */
export const eventOf = (ring: number): number => ring + 1;
export const sectorBytes = 512;
