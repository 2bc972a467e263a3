/**
 * What one virtual machine is asked to do: a schedule says when, a source makes the requests, and here is known when
 * each began and what became of it.
 */
import type { BlockLayer } from '../guest/block-layer.ts';
import type { GuestEvents } from '../guest/guest.ts';
import type { NetworkStack } from '../guest/network-stack.ts';
import type { Flow } from '../host/flow.ts';
import type { Wire } from '../host/host.ts';
import type { Machine } from '../host/machine.ts';
import type { Peer } from '../host/pipeline.ts';
import type { Requests } from '../host/requests.ts';
import type { Tracer } from '../host/tracer.ts';
import type { Ways } from '../host/ways.ts';
import type { GuestMemory } from '../memory/guest-memory.ts';
import type { Load } from '../vocabulary/scenario.ts';
import type { DomainId } from '../vocabulary/trace.ts';
import { BlockSource } from './block-source.ts';
import { FrameSource } from './frame-source.ts';
import type { Latencies } from './latencies.ts';
import { Schedule } from './schedule.ts';
import type { Source } from './source.ts';

/** What takes the requests: a network stack, or the wire of its host; or a block layer. */
export type Target =
  | {
      readonly kind: 'network';
      readonly host: Wire;
      readonly stack: NetworkStack;
      readonly largestSend: number | undefined;
    }
  | { readonly kind: 'storage'; readonly layer: BlockLayer };

interface Parts {
  readonly load: Load;
  /** Number of its first request among those of all virtual machines, from 1. */
  readonly first: number;
  readonly seed: number;
  readonly target: Target;
  readonly machine: Machine;
  readonly ways: Ways;
  readonly tracer: Tracer;
  readonly requests: Requests;
  readonly latencies: Latencies;
  readonly memory: GuestMemory;
  readonly processors: number;
  /** Hears how many requests have just been asked for. */
  readonly asked?: (requests: number) => void;
}

/** How far a workload has come: requests asked for, those that the guest completed, and those lost on their way. */
export interface Progress {
  readonly asked: number;
  readonly completed: number;
  readonly lost: number;
}

export class Workload implements GuestEvents {
  private readonly parts: Parts;
  private readonly schedule: Schedule;
  private readonly source: Source;
  /** When each request began, by its place among those of this virtual machine; -1 for one that was lost. */
  private readonly began: Float64Array;
  private lost = 0;

  constructor(parts: Parts) {
    this.parts = parts;
    this.began = new Float64Array(parts.load.count);
    const { target } = parts;
    this.source =
      target.kind === 'network'
        ? new FrameSource({ ...parts, ...target, lost: (flow, domain) => this.lose(flow, domain) })
        : new BlockSource({ ...parts, ...target });
    this.schedule = new Schedule({ ...parts, ask: (index, count) => this.ask(index, count) });
  }

  /** What is at the other end of the wire. */
  get peer(): Peer {
    return this.source;
  }

  get progress(): Progress {
    const { asked, over } = this.schedule;
    return { asked, completed: over - this.lost, lost: this.lost };
  }

  start(): void {
    this.schedule.start();
  }

  /** Asks for nothing more. */
  stop(): void {
    this.schedule.stop();
  }

  completed(request: number): void {
    const { machine, latencies, first } = this.parts;
    latencies.add(machine.simulation.now - this.began[request - first]!);
    this.over(request);
  }

  private ask(index: number, count: number): void {
    const { machine, first, asked } = this.parts;
    this.began.fill(machine.simulation.now, index, index + count);
    this.source.ask(first + index, count);
    asked?.(count);
  }

  private lose(flow: Flow, domain: DomainId): void {
    const index = flow.request - this.parts.first;
    if (this.began[index]! < 0) return;
    this.began[index] = -1;
    this.lost++;
    this.parts.tracer.request(flow, 'lost', domain);
    this.over(flow.request);
  }

  private over(request: number): void {
    this.parts.requests.end(request);
    this.source.release(request);
    this.schedule.end();
  }
}
