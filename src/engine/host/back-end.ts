/**
 * The back end of one device: the worker that takes ring work, unless that is done inside the access, and what wakes
 * it.
 */
import { Server } from '../des/server.ts';
import type { Action, Simulation } from '../des/simulation.ts';
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
  private readonly simulation: Simulation;
  /** How long it polls a ring that it has drained, and until when it does so now. */
  private readonly pollsFor: number;
  private pollsUntil = 0;

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
    const { simulation, prices } = parts.machine;
    const { pollsFor } = parts.ways.placement;
    this.simulation = simulation;
    this.pollsFor = pollsFor === undefined ? 0 : prices.value(pollsFor);
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
    const slept = this.worker.post((done) => this.pipeline.takeAll(flow, this.thenPolls(done)));
    if (slept) this.tracer.walk(flow, way, 0, this.worker.awake);
  }

  /** The guest has touched its device: it may have offered buffers for frames. */
  touched(): void {
    this.pipeline.retry();
  }

  private thenPolls(done: Action): Action {
    if (this.pollsFor === 0) return done;
    return () => {
      this.pollsUntil = this.simulation.now + this.pollsFor;
      done();
    };
  }

  /** Ring work that was not announced is found when the device's side next looks, if it looks at all. */
  look(flow: Flow): void {
    const { looks, pollsFor } = this.ways.placement;
    if (looks === undefined || this.looking || this.bay.isGone) return;
    if (pollsFor !== undefined && this.simulation.now > this.pollsUntil) return;
    this.looking = true;
    const found = forkLater(flow, 'cross');
    this.tracer.walk(found, this.ways.looks(), 0, () => {
      this.looking = false;
      this.wake(found, this.ways.nothing());
    });
  }
}
