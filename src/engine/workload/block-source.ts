/**
 * Block requests for the guest's block layer. Those that can be out at once lie apart, so that nothing is merged;
 * requests that come one at a time follow each other on the disk.
 */
import type { BlockLayer, BlockRequest } from '../guest/block-layer.ts';
import type { Requests } from '../host/requests.ts';
import { pageBytes, sectorBytes } from '../memory/block.ts';
import type { GuestMemory } from '../memory/guest-memory.ts';
import type { Load } from '../vocabulary/scenario.ts';
import { Buffers } from './buffers.ts';
import type { Source } from './source.ts';

/** First block of the workload, how far apart requests are at least, and what lies between large ones. */
const firstSector = 2048;
const sectorsApart = 24;
const gapSectors = 16;
/** Requests after which the workload begins again at its first block. */
const wraps = 100_000;

export class BlockSource implements Source {
  private readonly layer: BlockLayer;
  private readonly requests: Requests;
  private readonly processors: number;
  private readonly kind: BlockRequest['kind'];
  /** Of each request. */
  private readonly bytes: number;
  private readonly sectors: number;
  private readonly buffers: Buffers;

  constructor(parts: {
    load: Load;
    /** Number of the first request. */
    first: number;
    layer: BlockLayer;
    requests: Requests;
    memory: GuestMemory;
    processors: number;
  }) {
    const { load, first, memory } = parts;
    const { operation } = load;
    this.layer = parts.layer;
    this.requests = parts.requests;
    this.processors = parts.processors;
    this.kind = operation === 'write' || operation === 'flush' ? operation : 'read';
    this.bytes = this.kind === 'flush' ? 0 : load.bytes;
    this.sectors = sectorsBetween(load, this.bytes);
    const count = Math.ceil(this.bytes / pageBytes);
    this.buffers = new Buffers({ memory, first, count, bytes: pageBytes });
  }

  ask(first: number, count: number): void {
    const all: BlockRequest[] = [];
    for (let request = first; request < first + count; request++) all.push(this.request(request));
    this.layer.submit(all);
  }

  release(request: number): void {
    this.buffers.release(request);
  }

  private request(request: number): BlockRequest {
    const { kind, bytes } = this;
    this.requests.begin(request, bytes);
    const pages = this.buffers.take(request);
    const sector = firstSector + ((request - 1) % wraps) * this.sectors;
    return { payload: request, kind, sector, bytes, pages, tag: 0, cpu: request % this.processors };
  }
}

/** How far the next request is from one of so many bytes. */
function sectorsBetween({ pattern, batch, queueDepth }: Load, bytes: number): number {
  const single = batch === 1 && (pattern === 'spaced' || (pattern === 'burst' && queueDepth === 1));
  const sectors = bytes / sectorBytes;
  return single ? sectors : Math.max(sectorsApart, sectors + gapSectors);
}
