/** Asks the guest or the wire of one virtual machine for the scenario's requests: spaced, as fast as they go, or at random. */
import type { GuestFrame } from './drivers/driver.ts';
import { type BlockLayer, type BlockRequest, pageBytes, sectorBytes } from './guest/block-layer.ts';
import type { GuestEvents } from './guest/guest.ts';
import type { NetworkStack } from './guest/network-stack.ts';
import type { Host } from './host/host.ts';
import type { Machine } from './host/machine.ts';
import type { Peer } from './host/pipeline.ts';
import type { Requests } from './host/requests.ts';
import type { Ways } from './host/ways.ts';
import type { GuestMemory } from './memory/guest-memory.ts';
import { type Random, seededRandom } from './random.ts';
import type { Load } from './scenario.ts';
import type { Activity } from './trace.ts';
import { type Flow, fork, type Tracer } from './tracer.ts';
import { duration } from './units.ts';
import type { Way } from './way.ts';

/** Largest frame without check sequence, and its Ethernet, IP and UDP headers: larger messages travel in several. */
export const largestFrame = 1514;
const headerBytes = 42;
const smallestFrame = 60;

/** First block of the workload, and how far apart requests are that are asked for at once: nothing is merged. */
const firstSector = 2048;
const sectorsApart = 24;
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
}

/** How the workload hands its requests to what stands above the driver. */
type Ask = (requests: readonly number[]) => void;

export class Workload implements GuestEvents, Peer {
  private readonly parts: Parts;
  private readonly load: Load;
  private readonly random: Random;
  /** When each request began, by its number within this virtual machine. */
  private readonly began: Float64Array;
  private readonly answering: Way;
  /** Buffers that are free to be used again, and those in use by request. */
  private readonly spare: number[][] = [];
  private readonly buffers = new Map<number, number[]>();
  /** Frames of an echo that have not yet left, where it has several. */
  private readonly framesToSend = new Map<number, number>();
  private ask!: Ask;
  private arrive!: Ask;
  private asked = 0;
  private done = 0;

  constructor(parts: Parts) {
    this.parts = parts;
    this.load = parts.load;
    this.random = seededRandom(parts.seed + parts.vm);
    this.began = new Float64Array(parts.load.count);
    const { domain, actor } = parts.ways.place('network-card') ?? parts.ways.model;
    this.answering = parts.machine.counts.way([
      { body: { kind: 'work' }, domain, actor, activity: answers },
    ]);
  }

  /** Begins to ask a guest's network stack. */
  startNetwork(host: Host, stack: NetworkStack): void {
    this.arrive = (requests) => this.arriveAt(host, stack, requests);
    this.ask =
      this.load.operation === 'rx' ? this.arrive : (requests) => this.send(stack, requests);
    this.start();
  }

  /** Begins to ask a guest's block layer. */
  startStorage(layer: BlockLayer): void {
    this.ask = (requests) => layer.submit(requests.map((request) => this.blockRequest(request)));
    this.start();
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
    for (;;) {
      const next = Math.min(batch, count - this.asked, queueDepth);
      if (next === 0 || this.asked - this.done + next > queueDepth) return;
      this.askFor(next);
    }
  }

  private arriveLater(): void {
    const { count, batch, ratePerSecond } = this.load;
    if (this.asked >= count) return;
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
    const first = this.asked;
    this.asked = Math.min(this.load.count, first + most);
    const base = this.parts.vm * this.load.count + 1;
    const requests = Array.from({ length: this.asked - first }, (_, index) => {
      this.began[first + index] = this.parts.machine.simulation.now;
      return base + first + index;
    });
    this.ask(requests);
  }

  private in(ns: number, action: () => void): void {
    this.parts.machine.simulation.in(duration(ns), action);
  }

  completed(request: number): void {
    const { machine, latencies, requests, vm } = this.parts;
    const index = request - 1 - vm * this.load.count;
    latencies.add(machine.simulation.now - this.began[index]!);
    requests.end(request);
    this.recycle(request);
    this.over();
  }

  // --- frames ---------------------------------------------------------------------------------------

  private send(stack: NetworkStack, requests: readonly number[]): void {
    const sizes = this.framesOf(Math.max(largestFrame, this.parts.largestSend));
    const frames = requests.flatMap((request) => {
      this.begin(stack, request, sizes);
      if (this.load.operation === 'echo') this.framesToSend.set(request, sizes.length);
      const buffers = this.buffersFor(request, sizes.length, this.parts.largestSend);
      const cpu = request % this.parts.processors;
      return sizes.map((bytes, index): GuestFrame => ({
        payload: request,
        bytes,
        buffer: buffers[index]!,
        cpu,
      }));
    });
    stack.send(frames, this.load.batch > 1);
  }

  private begin(stack: NetworkStack, request: number, sizes: readonly number[]): void {
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    const twice = this.load.operation === 'echo' ? this.framesOf(largestFrame) : [];
    this.parts.requests.begin(request, bytes + twice.reduce((sum, size) => sum + size, 0));
    const last = this.load.operation === 'echo' ? twice : sizes;
    stack.expect(request, last.length);
  }

  /** The peer at the other end of the wire gets a frame: of an echo it answers the last one. */
  sent(request: number, flow: Flow): void {
    const left = this.framesToSend.get(request);
    if (left === undefined) return;
    if (left > 1) {
      this.framesToSend.set(request, left - 1);
      return;
    }
    this.framesToSend.delete(request);
    const answer = fork(flow, 'answer');
    this.parts.tracer.walk(answer, this.answering, 0, () => {
      this.parts.requests.submittedBy(request, answer);
      this.arrive([request]);
    });
  }

  private arriveAt(host: Host, stack: NetworkStack, requests: readonly number[]): void {
    const sizes = this.framesOf(largestFrame);
    for (const request of requests) {
      const isAnswer = this.load.operation === 'echo';
      if (!isAnswer) this.begin(stack, request, sizes);
      const cause = isAnswer ? this.parts.requests.submission(request)! : -1;
      const flow: Flow = { request, phase: isAnswer ? 'answer' : 'device', cause };
      const domain = isAnswer ? '' : 'hardware';
      if (!isAnswer) this.parts.tracer.request(flow, 'submitted', domain);
      for (const bytes of sizes)
        host.arrive({ payload: request, bytes }, fork(flow), (from) => this.lost(from, request));
    }
  }

  /** The guest had no buffer for it. */
  private lost(flow: Flow, request: number): void {
    this.parts.tracer.request(flow, 'lost', 'guest');
    this.parts.requests.end(request);
    this.recycle(request);
    this.over();
  }

  /** Lengths of the frames that carry one request: one frame, or as many as its data need. */
  private framesOf(largest: number): readonly number[] {
    const { bytes } = this.load;
    if (bytes <= largest) return [bytes];
    const most = largest - headerBytes;
    const data = bytes - headerBytes;
    return Array.from({ length: Math.ceil(data / most) }, (_, index) => {
      const rest = Math.min(most, data - index * most);
      return Math.max(smallestFrame, rest + headerBytes);
    });
  }

  // --- blocks ---------------------------------------------------------------------------------------

  private blockRequest(request: number): BlockRequest {
    const { operation } = this.load;
    const kind = operation === 'write' || operation === 'flush' ? operation : 'read';
    const bytes = kind === 'flush' ? 0 : this.load.bytes;
    this.parts.requests.begin(request, bytes);
    const pages = this.buffersFor(request, Math.ceil(bytes / pageBytes), pageBytes);
    const apart = Math.max(sectorsApart, Math.ceil(bytes / sectorBytes / 8) * 8);
    const sector = firstSector + ((request - 1) % wraps) * apart;
    return { payload: request, kind, sector, bytes, pages, cpu: request % this.parts.processors };
  }

  // --- buffers --------------------------------------------------------------------------------------

  /** Buffers of a request; pages of one are not contiguous, so that each is a segment of its own. */
  private buffersFor(request: number, count: number, bytes: number): readonly number[] {
    const fresh = (): number[] =>
      Array.from({ length: count }, () => this.parts.memory.reserve(2 * bytes, pageBytes));
    const buffers = this.spare.pop() ?? fresh();
    this.buffers.set(request, buffers);
    return buffers;
  }

  private recycle(request: number): void {
    const buffers = this.buffers.get(request);
    if (buffers === undefined) return;
    this.buffers.delete(request);
    this.spare.push(buffers);
  }
}
