/**
 * The back end of one device: the worker that takes ring work, unless that is done inside the access, and what wakes
 * it.
 */
import { Server } from '../des/server.ts';
import type { Action } from '../des/simulation.ts';
import type { Bay, RingWork } from './bay.ts';
import { type Flow, fork, forkLater, resumeAs } from './flow.ts';
import type { Machine } from './machine.ts';
import type { Pipeline } from './pipeline.ts';
import type { Tracer } from './tracer.ts';
import type { Way } from './way.ts';
import type { Ways } from './ways.ts';

export class BackEnd implements RingWork {
  readonly worker: Server;
  private readonly ways: Ways;
  private readonly tracer: Tracer;
  private readonly bay: Bay;
  private readonly pipeline: Pipeline;
  private looking = false;

  constructor(parts: {
    machine: Machine;
    ways: Ways;
    tracer: Tracer;
    bay: Bay;
    pipeline: Pipeline;
    name: string;
  }) {
    this.ways = parts.ways;
    this.tracer = parts.tracer;
    this.bay = parts.bay;
    this.pipeline = parts.pipeline;
    this.worker = new Server(`${parts.name}back end`, parts.machine.simulation);
  }

  take(flow: Flow, done: Action): void {
    const { interrupts } = this.bay;
    if (this.ways.placement.runs === 'inside')
      return interrupts.inject(flow, () => this.takeInside(flow, done));
    this.wake(fork(flow, flow.phase === 'notify' ? 'cross' : flow.phase), this.ways.wake());
    interrupts.inject(flow, done);
  }

  /** Ring work inside the access: its flow goes on where that ends, and stands where it began meanwhile. */
  private takeInside(flow: Flow, done: Action): void {
    const batch = fork(flow);
    this.pipeline.takeAll(batch, () => {
      resumeAs(flow, batch);
      done();
    });
  }

  /** The worker learns by this way that there is work; one that is awake finds it by itself. */
  wake(flow: Flow, way: Way): void {
    if (this.bay.isGone) return;
    const slept = this.worker.post((done) => this.pipeline.takeAll(flow, done));
    if (slept) this.tracer.walk(flow, way, 0, this.worker.awake);
  }

  /** The guest has touched its device: it may have offered buffers for frames. */
  touched(): void {
    this.pipeline.retry();
  }

  /** Ring work that was not announced is found when the device's side next looks, if it looks at all. */
  look(flow: Flow): void {
    if (this.ways.placement.looks === undefined || this.looking || this.bay.isGone) return;
    this.looking = true;
    const found = forkLater(flow, 'cross');
    this.tracer.walk(found, this.ways.looks(), 0, () => {
      this.looking = false;
      this.wake(found, this.ways.nothing());
    });
  }
}
