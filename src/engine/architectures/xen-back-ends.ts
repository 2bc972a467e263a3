/**
 * What netback and blkback do beside the rings: hypercalls on grants, and the threads that they wake. A hypercall takes
 * a list of operations, so it is paid once a call and each operation by the page; netback makes one call for all frames
 * that it finds, blkback calls for each request, and maps at most as many pages at once as a direct request has.
 * Simplified: what a frame adds to a call that others have begun is paid where that frame is served; a thread unmaps up
 * to 64 frames at once, where Linux knows no limit. Checked against: tests/engine/architectures/xen-grants; Linux about
 * 5.17 (xen_blkbk_map, xen_blkbk_unmap_and_respond, xenvif_tx_action, xenvif_tx_dealloc_action, xenvif_rx_copy_flush).
 */
import type { ParameterId } from '../parameters/index.ts';
import type { Activity, Grounds, Price } from '../vocabulary/trace.ts';
import type { Doing } from './architecture.ts';
import { calls, commands, copies, data, type Extent, frames, wakesThread } from './roles.ts';
import * as row from './rows.ts';
import { documented } from './rows.ts';

export const netback = documented('linux-xen-netback');
export const blkback = documented('linux-xen-blkback');

/** Netback copies so much of a frame and maps the rest (XEN_NETBACK_TX_COPY_LEN). */
const copiedBytes = 128;

/** Frames that netback takes at once: the weight of its poll, and COPY_BATCH_SIZE of its receive thread. */
export const batch = 64;

/** Pages that blkback maps by one call (BLKIF_MAX_SEGMENTS_PER_REQUEST). */
const mappedAtOnce = 11;

const byPage = (...parameters: readonly ParameterId[]): readonly Price[] =>
  parameters.map((parameter) => ({ parameter, per: 'page' }));
const checks = byPage('xen.grant-operation');
const checksAndFlushes = byPage('xen.grant-operation', 'xen.grant-flush');

/** A hypercall on grants that a back end makes. */
const onGrants = (
  sentence: string,
  grounds: Grounds,
  operations: readonly Price[],
  more: Extent = {},
): Doing =>
  calls(
    'hypercall',
    'xen',
    {
      sentence,
      ...grounds,
      prices: [...row.once('xen.hypercall', 'xen.hypercall-return'), ...operations],
    },
    more,
  );

/** What a frame adds to the call that netback makes for several. */
const joining = (sentence: string, prices: readonly Price[]): Activity => ({
  sentence,
  ...netback,
  prices,
});

export const netbackTakes: readonly Doing[] = [
  onGrants('Netback copies the first 128 bytes by hypercall (GNTTABOP_copy)', netback, checks, {
    batched: true,
    pages: 1,
    joins: joining('The same hypercall copies the first 128 bytes of this frame', checks),
  }),
  onGrants(
    'Netback maps the rest of the frame by hypercall (GNTTABOP_map_grant_ref)',
    netback,
    checks,
    {
      batched: true,
      over: copiedBytes,
      joins: joining('The same hypercall maps the rest of this frame', checks),
    },
  ),
];

export const netbackGives: readonly Doing[] = [
  onGrants('Netback asks Xen to copy into the granted pages (GNTTABOP_copy)', netback, checks, {
    batched: true,
    joins: joining('Netback adds this frame to the list of the hypercall', checks),
  }),
  copies(
    'The hypercall has copied the frame of {bytes} bytes into a page of the front end',
    netback,
  ),
];

export const netbackUnmaps = onGrants(
  'Netback unmaps the frame by hypercall (GNTTABOP_unmap_grant_ref)',
  netback,
  checksAndFlushes,
  {
    for: frames,
    batched: true,
    over: copiedBytes,
    joins: joining('The same hypercall unmaps this frame', checksAndFlushes),
  },
);

/** The pages of a request, after the page that lists them where there is one. */
export const blkbackMaps: readonly Doing[] = [
  onGrants('Blkback maps the page that lists the segments, by hypercall', blkback, checks, {
    for: data,
    listCall: 1,
    pages: 1,
  }),
  onGrants(
    'Blkback unmaps the page that lists the segments, by hypercall',
    blkback,
    checksAndFlushes,
    { for: data, listCall: 2, pages: 1 },
  ),
  onGrants(
    'Blkback maps pages of the request by hypercall (GNTTABOP_map_grant_ref)',
    blkback,
    checks,
    { for: data, pagesAtOnce: mappedAtOnce },
  ),
];

/** At the end of each request Linux calls once, whether or not there is a page to unmap (gnttab_unmap_refs_async). */
export const blkbackKeeps = onGrants(
  'Blkback calls Xen to unmap what does not stay mapped: an empty list',
  blkback,
  [],
  { for: commands },
);
export const blkbackUnmaps: readonly Doing[] = [
  onGrants(
    'Blkback unmaps the pages of the request by hypercall (GNTTABOP_unmap_grant_ref)',
    blkback,
    checksAndFlushes,
    { for: data },
  ),
  { ...blkbackKeeps, for: ['flush'] },
];

const wakes = 'xen.thread-wake-up';
export const wakesBlkback = row.hop('wake-up', wakes)(
  'The event wakes blkback’s thread (xen_blkif_be_int)',
  blkback,
);
export const wakesReceiver = wakesThread(
  'The bridge wakes netback’s receive thread (xenvif_kick_thread)',
  netback,
  wakes,
  { batched: true },
);
export const wakesDealloc = wakesThread(
  'The end of the transfer wakes netback’s thread that unmaps (xenvif_zerocopy_callback)',
  netback,
  wakes,
  { for: frames, batched: true, over: copiedBytes },
);
