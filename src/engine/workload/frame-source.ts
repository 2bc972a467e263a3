/**
 * Frames for the guest's network stack, from the wire, or both: of an echo the peer at the other end answers. A message
 * that is larger than a frame travels in several.
 */
import { guestQueue, type NetworkStack } from '../guest/network-stack.ts';
import { begin, type Flow, fork } from '../host/flow.ts';
import type { Lost } from '../host/arrivals.ts';
import type { Wire } from '../host/host.ts';
import type { Machine } from '../host/machine.ts';
import type { Requests } from '../host/requests.ts';
import type { Tracer } from '../host/tracer.ts';
import type { Way } from '../host/way.ts';
import type { Ways } from '../host/ways.ts';
import type { GuestMemory } from '../memory/guest-memory.ts';
import type { Load } from '../vocabulary/scenario.ts';
import type { Activity } from '../vocabulary/trace.ts';
import { Buffers } from './buffers.ts';
import type { Source } from './source.ts';

/** Largest frame without check sequence, and its Ethernet, IP and UDP headers. */
const largestFrame = 1514;
const headerBytes = 42;
const smallestFrame = 60;

const answers: Activity = {
  sentence: 'The peer at the other end answers',
  evidence: 'assumed',
  prices: [{ parameter: 'peer-answer', per: 'once' }],
};

export class FrameSource implements Source {
  private readonly load: Load;
  private readonly first: number;
  private readonly host: Wire;
  private readonly stack: NetworkStack;
  private readonly tracer: Tracer;
  private readonly requests: Requests;
  private readonly machine: Machine;
  private readonly buffers: Buffers;
  private readonly answering: Way;
  /** Lengths of the frames that carry a request out and in. */
  private readonly sizesOut: readonly number[];
  private readonly sizesIn: readonly number[];
  /** Bytes of a request, and frames of it that the guest waits for. */
  private readonly bytes: number;
  private readonly frames: number;
  /** Frames of an echo that have not yet left. */
  private readonly framesToSend = new Map<number, number>();
  /** The guest had no buffer for a frame of a request, or nobody took the frame. */
  private readonly lost: Lost;

  constructor(parts: {
    load: Load;
    /** Number of the first request. */
    first: number;
    host: Wire;
    stack: NetworkStack;
    machine: Machine;
    ways: Ways;
    tracer: Tracer;
    requests: Requests;
    memory: GuestMemory;
    /** Largest frame that the driver takes: it segments what is larger than one on the wire. */
    largestSend: number | undefined;
    lost: Lost;
  }) {
    const { load, first, ways, memory, stack } = parts;
    const largestSend = parts.largestSend ?? largestFrame;
    this.load = load;
    this.first = first;
    this.host = parts.host;
    this.stack = stack;
    this.tracer = parts.tracer;
    this.requests = parts.requests;
    this.sizesOut = framesOf(load.bytes, Math.max(largestFrame, largestSend));
    this.sizesIn = framesOf(load.bytes, largestFrame);
    const count = this.sizesOut.length;
    this.buffers = new Buffers({ memory, first, count, bytes: largestSend });
    const goesOut = load.operation !== 'rx';
    const comesIn = load.operation !== 'tx';
    this.bytes = (goesOut ? sum(this.sizesOut) : 0) + (comesIn ? sum(this.sizesIn) : 0);
    this.frames = comesIn ? this.sizesIn.length : this.sizesOut.length;
    this.lost = (flow, domain) => {
      stack.forget(flow.request);
      parts.lost(flow, domain);
    };
    this.machine = parts.machine;
    const { domain, actor } = ways.place('network-card') ?? ways.model;
    this.answering = parts.machine.counts.way([
      { body: { kind: 'work' }, domain, actor, activity: answers },
    ]);
  }

  ask(first: number, count: number): void {
    if (this.load.operation === 'rx') this.receive(first, count);
    else this.send(first, count);
  }

  release(request: number): void {
    this.buffers.release(request);
  }

  private receive(first: number, count: number): void {
    for (let request = first; request < first + count; request++) {
      this.begin(request);
      const flow = begin(request, 'device');
      this.tracer.request(flow, 'submitted', 'hardware');
      this.arrive(flow);
    }
  }

  private send(first: number, count: number): void {
    const { sizesOut: sizes, stack } = this;
    const { operation } = this.load;
    const asList = this.load.sentAs === 'list';
    const end = first + Math.min(count, this.roomFor);
    for (let request = first; request < end; request++) {
      this.begin(request);
      if (operation === 'echo') this.framesToSend.set(request, sizes.length);
      const buffers = this.buffers.take(request);
      const flow = this.flowOf(request);
      for (let index = 0; index < sizes.length; index++) {
        const frame = { payload: request, bytes: sizes[index]!, buffer: buffers[index]!, flow };
        const isLast = request === end - 1 && index === sizes.length - 1;
        const begins = index === 0;
        const nextIsAlike = index < sizes.length - 1 || this.flowOf(request + 1) === flow;
        const more = asList && !isLast && nextIsAlike;
        stack.add({ frame, begins, more, follows: !begins || request > first });
      }
    }
    stack.send();
    for (let request = end; request < first + count; request++) this.drop(request);
  }

  /**
   * Requests that the guest's queue takes whole. One sender alone waits until it does, as a socket does whose send
   * buffer is full; of requests that come at random from many, those that find it full are dropped.
   */
  private get roomFor(): number {
    if (this.load.pattern !== 'open') return Infinity;
    const free = this.machine.prices.value('guest-queue') - this.stack.queued;
    return Math.floor(free / this.sizesOut.length);
  }

  private drop(request: number): void {
    this.begin(request);
    const flow = begin(request, 'submit');
    this.tracer.request(flow, 'submitted', 'guest');
    this.machine.counts.drops.count(guestQueue, 'guest', this.sizesOut.length);
    this.lost(flow, 'guest');
  }

  /** A batch belongs to one flow, and so to one queue; the next batch is the next flow's. */
  private flowOf(request: number): number {
    const { batch, flows } = this.load;
    return Math.floor((request - this.first) / batch) % flows;
  }

  private begin(request: number): void {
    this.requests.begin(request, this.bytes);
    this.stack.expect(request, this.frames);
  }

  /** The frames of a request arrive from the wire. */
  private arrive(flow: Flow): void {
    const payload = flow.request;
    const number = this.flowOf(payload);
    for (const bytes of this.sizesIn)
      this.host.arrive({ payload, bytes, flow: number }, fork(flow), this.lost);
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
    this.tracer.walk(answer, this.answering, 0, () => this.arrive(answer));
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
