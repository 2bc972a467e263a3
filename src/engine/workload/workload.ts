/**
 * Asks the guest or the wire of one virtual machine for the scenario's requests: spaced, as fast as they go, or at
 * random.
 */
import {
  type BlockLayer,
  type BlockRequest,
  pageBytes,
  sectorBytes,
} from '../guest/block-layer.ts';
import type { GuestEvents } from '../guest/guest.ts';
import type { NetworkStack } from '../guest/network-stack.ts';
import type { Host } from '../host/host.ts';
import type { Machine } from '../host/machine.ts';
import type { Peer } from '../host/pipeline.ts';
import type { Requests } from '../host/requests.ts';
import type { Ways } from '../host/ways.ts';
import type { GuestMemory } from '../memory/guest-memory.ts';
import { type Random, seededRandom } from '../random.ts';
import type { Load } from '../vocabulary/scenario.ts';
import type { Activity } from '../vocabulary/trace.ts';
import { begin, type Flow, fork } from '../host/flow.ts';
import type { Tracer } from '../host/tracer.ts';
import { duration } from '../vocabulary/units.ts';
import type { Way } from '../host/way.ts';

/** Largest frame without check sequence, and its Ethernet, IP and UDP headers: larger messages travel in several. */
export const largestFrame = 1514;
const headerBytes = 42;
const smallestFrame = 60;

/**
 * First block of the workload, how far apart requests are that can be out at once, and what lies between large ones:
 * nothing is merged. Requests that come one at a time follow each other on the disk.
 */
const firstSector = 2048;
const sectorsApart = 24;
const gapSectors = 16;
/** Requests after which the workload begins again at its first block. */
const wraps = 100_000;

const answers: Activity = {
  sentence: 'The peer at the other end answers',
  evidence: 'assumed',
  prices: [{ parameter: 'peer-answer', per: 'once' }],
};

/** Latencies of the requests that are done, in the order in which they were done. */
export class Latencies {
  private values = new Float64Array(1024);
  private used = 0;

  add(ns: number): void {
    if (this.used === this.values.length) {
      const larger = new Float64Array(2 * this.used);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.used++] = ns;
  }

  sorted(): Float64Array {
    return this.values.slice(0, this.used).sort();
  }
}

interface Parts {
  readonly load: Load;
  /** Number of the virtual machine among all, from 0. */
  readonly vm: number;
  readonly seed: number;
  readonly machine: Machine;
  readonly ways: Ways;
  readonly tracer: Tracer;
  readonly requests: Requests;
  readonly latencies: Latencies;
  readonly memory: GuestMemory;
  readonly processors: number;
  /** Largest frame that the driver takes: it segments what is larger than one on the wire. */
  readonly largestSend: number;
  /** Hears how many requests have just been asked for. */
  readonly asked?: (requests: number) => void;
}

/** How far a workload has come: requests asked for, those the guest is done with, and those lost on their way to it. */
export interface Progress {
  readonly asked: number;
  readonly completed: number;
  readonly lost: number;
}

/** Hands requests, numbered from `first`, to what stands above the driver. */
type Ask = (first: number, count: number) => void;

export class Workload implements GuestEvents, Peer {
  private readonly parts: Parts;
  private readonly load: Load;
  private readonly random: Random;
  /** When each request began, by its number within this virtual machine; -1 for one that was lost. */
  private readonly began: Float64Array;
  private readonly answering: Way;
  /** Buffers that are free to be used again, and those in use by the request's number within this virtual machine. */
  private readonly spare: number[][] = [];
  private readonly buffers: (number[] | undefined)[] = [];
  /** Frames of an echo that have not yet left, where it has several. */
  private readonly framesToSend = new Map<number, number>();
  /** Lengths of the frames that carry a request out and in, and their sums. */
  private readonly sizesOut: readonly number[];
  private readonly sizesIn: readonly number[];
  private readonly bytesOut: number;
  private readonly bytesIn: number;
  private ask!: Ask;
  /** The frames of a request arrive from the wire. */
  private arrive!: (flow: Flow) => void;
  /** The guest will not see a request whole. */
  private forget: (request: number) => void = () => {};
  private asked = 0;
  private done = 0;
  private dropped = 0;
  private stopped = false;

  constructor(parts: Parts) {
    this.parts = parts;
    this.load = parts.load;
    this.random = seededRandom(parts.seed + parts.vm);
    this.began = new Float64Array(parts.load.count);
    this.sizesOut = framesOf(parts.load.bytes, Math.max(largestFrame, parts.largestSend));
    this.sizesIn = framesOf(parts.load.bytes, largestFrame);
    this.bytesOut = sum(this.sizesOut);
    this.bytesIn = sum(this.sizesIn);
    const { domain, actor } = parts.ways.place('network-card') ?? parts.ways.model;
    this.answering = parts.machine.counts.way([
      { body: { kind: 'work' }, domain, actor, activity: answers },
    ]);
  }

  /** Begins to ask a guest's network stack. */
  startNetwork(host: Host, stack: NetworkStack): void {
    this.forget = (request) => stack.forget(request);
    this.arrive = (flow) => {
      for (const bytes of this.sizesIn)
        host.arrive({ payload: flow.request, bytes }, fork(flow), (from) => this.lost(from));
    };
    this.ask = this.load.operation === 'rx' ? this.receive(stack) : this.send(stack);
    this.start();
  }

  /** Begins to ask a guest's block layer. */
  startStorage(layer: BlockLayer): void {
    this.ask = (first, count) => {
      const requests: BlockRequest[] = [];
      for (let request = first; request < first + count; request++)
        requests.push(this.blockRequest(request));
      layer.submit(requests);
    };
    this.start();
  }

  /** Asks for nothing more. */
  stop(): void {
    this.stopped = true;
  }

  get progress(): Progress {
    return { asked: this.asked, completed: this.done - this.dropped, lost: this.dropped };
  }

  // --- when -----------------------------------------------------------------------------------------

  private start(): void {
    const { pattern, batch } = this.load;
    if (pattern === 'spaced') this.askFor(batch);
    else if (pattern === 'open') this.arriveLater();
    else this.fill();
  }

  /** Keeps as many requests under way as the queue depth allows. */
  private fill(): void {
    const { count, queueDepth, batch } = this.load;
    if (queueDepth === null) return this.askFor(count);
    while (!this.stopped) {
      const next = Math.min(batch, count - this.asked, queueDepth);
      if (next === 0 || this.asked - this.done + next > queueDepth) return;
      this.askFor(next);
    }
  }

  private arriveLater(): void {
    const { count, batch, ratePerSecond } = this.load;
    if (this.asked >= count || this.stopped) return;
    const mean = (batch * 1e9) / ratePerSecond!;
    this.in(Math.round(mean * this.random.exponential()), () => {
      this.askFor(batch);
      this.arriveLater();
    });
  }

  /** A request is over. Gaps differ a little by seed, so that nothing depends on how they line up. */
  private over(): void {
    this.done++;
    const { pattern, count, batch } = this.load;
    if (pattern === 'burst') return this.load.queueDepth === null ? undefined : this.fill();
    if (pattern === 'open' || this.done < this.asked || this.asked >= count) return;
    const gap = this.parts.machine.prices.value('idle-gap');
    const wait = gap + this.random.below(Math.max(1, Math.floor(gap / 10)));
    this.in(wait, () => this.askFor(batch));
  }

  private askFor(most: number): void {
    if (this.stopped) return;
    const before = this.asked;
    this.asked = Math.min(this.load.count, before + most);
    const { now } = this.parts.machine.simulation;
    for (let index = before; index < this.asked; index++) this.began[index] = now;
    this.ask(this.parts.vm * this.load.count + 1 + before, this.asked - before);
    this.parts.asked?.(this.asked - before);
  }

  private in(ns: number, action: () => void): void {
    this.parts.machine.simulation.in(duration(ns), action);
  }

  completed(request: number): void {
    const { machine, latencies, requests } = this.parts;
    latencies.add(machine.simulation.now - this.began[this.indexOf(request)]!);
    requests.end(request);
    this.recycle(request);
    this.over();
  }

  // --- frames ---------------------------------------------------------------------------------------

  private send(stack: NetworkStack): Ask {
    const sizes = this.sizesOut;
    const listed = this.load.batch > 1;
    return (first, count) => {
      for (let request = first; request < first + count; request++) {
        this.begin(stack, request, sizes);
        if (this.load.operation === 'echo') this.framesToSend.set(request, sizes.length);
        const buffers = this.buffersFor(request, sizes.length, this.parts.largestSend);
        const cpu = this.cpuOf(request);
        for (let index = 0; index < sizes.length; index++) {
          const frame = { payload: request, bytes: sizes[index]!, buffer: buffers[index]!, cpu };
          const isLast = request === first + count - 1 && index === sizes.length - 1;
          const begins = index === 0;
          stack.add({
            frame,
            begins,
            more:
              listed && !isLast && (index < sizes.length - 1 || this.cpuOf(request + 1) === cpu),
            follows: !begins || request > first,
          });
        }
      }
      stack.send();
    };
  }

  /** One call sends a batch from one processor, and so into one queue; the next batch is the next processor's. */
  private cpuOf(request: number): number {
    return Math.ceil(request / this.load.batch) % this.parts.processors;
  }

  private receive(stack: NetworkStack): Ask {
    return (first, count) => {
      for (let request = first; request < first + count; request++) {
        this.begin(stack, request, this.sizesIn);
        const flow = begin(request, 'device');
        this.parts.tracer.request(flow, 'submitted', 'hardware');
        this.arrive(flow);
      }
    };
  }

  private begin(stack: NetworkStack, request: number, sizes: readonly number[]): void {
    const { operation } = this.load;
    const bytes = operation === 'echo' ? this.bytesOut + this.bytesIn : this.bytesOf(sizes);
    this.parts.requests.begin(request, bytes);
    stack.expect(request, operation === 'echo' ? this.sizesIn.length : sizes.length);
  }

  private bytesOf(sizes: readonly number[]): number {
    return sizes === this.sizesIn ? this.bytesIn : this.bytesOut;
  }

  /** The peer at the other end of the wire gets a frame: of an echo it answers the last one. */
  sent(request: number, flow: Flow): void {
    if (this.load.operation !== 'echo') return;
    const left = this.framesToSend.get(request)!;
    if (left > 1) {
      this.framesToSend.set(request, left - 1);
      return;
    }
    this.framesToSend.delete(request);
    const answer = fork(flow, 'answer');
    this.parts.tracer.walk(answer, this.answering, 0, () => this.arrive(answer));
  }

  /** The guest had no buffer for a frame of it, or nobody took the frame. */
  private lost(flow: Flow): void {
    const { request } = flow;
    const index = this.indexOf(request);
    if (this.began[index]! < 0) return;
    this.began[index] = -1;
    this.dropped++;
    this.parts.tracer.request(flow, 'lost', 'guest');
    this.parts.requests.end(request);
    this.forget(request);
    this.recycle(request);
    this.over();
  }

  // --- blocks ---------------------------------------------------------------------------------------

  private blockRequest(request: number): BlockRequest {
    const { operation } = this.load;
    const kind = operation === 'write' || operation === 'flush' ? operation : 'read';
    const bytes = kind === 'flush' ? 0 : this.load.bytes;
    this.parts.requests.begin(request, bytes);
    const pages = this.buffersFor(request, Math.ceil(bytes / pageBytes), pageBytes);
    const sector = firstSector + ((request - 1) % wraps) * this.sectorsFor(bytes);
    const cpu = request % this.parts.processors;
    return { payload: request, kind, sector, bytes, pages, tag: 0, cpu };
  }

  /** How far the next request is from one of so many bytes. */
  private sectorsFor(bytes: number): number {
    const { pattern, batch, queueDepth } = this.load;
    const single =
      batch === 1 && (pattern === 'spaced' || (pattern === 'burst' && queueDepth === 1));
    const sectors = bytes / sectorBytes;
    return single ? sectors : Math.max(sectorsApart, sectors + gapSectors);
  }

  // --- buffers --------------------------------------------------------------------------------------

  /** Buffers of a request; pages of one are not contiguous, so that each is a segment of its own. */
  private buffersFor(request: number, count: number, bytes: number): readonly number[] {
    const buffers = this.spare.pop() ?? this.freshBuffers(count, bytes);
    this.buffers[this.indexOf(request)] = buffers;
    return buffers;
  }

  private freshBuffers(count: number, bytes: number): number[] {
    return Array.from({ length: count }, () => this.parts.memory.reserve(2 * bytes, pageBytes));
  }

  private recycle(request: number): void {
    const index = this.indexOf(request);
    const buffers = this.buffers[index];
    if (buffers === undefined) return;
    this.buffers[index] = undefined;
    this.spare.push(buffers);
  }

  private indexOf(request: number): number {
    return request - 1 - this.parts.vm * this.load.count;
  }
}

/** Lengths of the frames that carry so many bytes: one frame, or as many as its data need. */
function framesOf(bytes: number, largest: number): readonly number[] {
  if (bytes <= largest) return [bytes];
  const most = largest - headerBytes;
  const data = bytes - headerBytes;
  return Array.from({ length: Math.ceil(data / most) }, (_, index) => {
    const rest = Math.min(most, data - index * most);
    return Math.max(smallestFrame, rest + headerBytes);
  });
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
