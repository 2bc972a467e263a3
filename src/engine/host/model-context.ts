/** The device model's own context, where completions and frames reach it from another domain. */
import { type Job, Server } from '../des/server.ts';
import type { Action } from '../des/simulation.ts';
import type { Flow } from './flow.ts';
import type { Machine } from './machine.ts';
import type { Tracer } from './tracer.ts';
import type { Inward } from './ways.ts';

export class ModelContext {
  readonly server: Server;
  private readonly tracer: Tracer;

  constructor({ machine, tracer, name }: { machine: Machine; tracer: Tracer; name: string }) {
    this.server = new Server(`${name}device model`, machine.simulation);
    this.tracer = tracer;
  }

  /** Gives it a job of a flow; whoever hands over is then done. */
  handOver(flow: Flow, inward: Inward, done: Action, job: Job): void {
    const slept = this.server.post(job);
    if (slept) this.tracer.walk(flow, inward.handOver(), 0, this.server.awake);
    done();
  }
}
