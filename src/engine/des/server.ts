/**
 * One actor that does one thing at a time: a kernel context, a thread, a device. It sleeps when it has
 * nothing to do and must be woken; while it is awake, new work waits its turn and needs no waking.
 */
import type { Action } from './simulation.ts';

/** A piece of work: does what it does and calls `done` when the actor is free again. */
export type Job = (done: Action) => void;

export class Server {
  private readonly waiting: Job[] = [];
  private busy = false;

  get asleep(): boolean {
    return !this.busy;
  }

  /** Gives the actor a job; `wake` is what it takes to wake it, and runs only if it sleeps. */
  post(job: Job, wake: Job): void {
    this.waiting.push(job);
    if (this.busy) return;
    this.busy = true;
    wake(() => this.next());
  }

  private next(): void {
    const job = this.waiting.shift();
    if (job === undefined) this.busy = false;
    else job(() => this.next());
  }
}
