/**
 * Actors that do one thing at a time: a kernel context, a thread, a device. They sleep when they have nothing to do
 * and must be woken; while one is awake, new work waits its turn and needs no waking.
 */
import type { ServerStatistics } from '../vocabulary/results.ts';
import { between, type Instant } from '../vocabulary/units.ts';
import { Queue } from './queue.ts';
import type { Action, Simulation } from './simulation.ts';

/** A piece of work: does what it does and calls `done` when the actor is free again. */
export type Job = (done: Action) => void;

export class Server {
  private readonly id: string;
  private readonly servers: number;
  private readonly simulation: Simulation;
  private readonly waiting = new Queue<Job>();
  private working = 0;
  private number = 0;
  private since = 0;
  private busyArea = 0;
  private numberArea = 0;
  private jobs = 0;
  private wakes = 0;
  /** Sums of the instants of all arrivals and departures: their difference is the sum of all stays. */
  private arrivals = 0;
  private departures = 0;
  private readonly free = (): void => this.next(true);

  constructor(id: string, simulation: Simulation, servers = 1) {
    this.id = id;
    this.simulation = simulation;
    this.servers = servers;
  }

  /**
   * Gives an actor a job. True when one slept: it wakes, and whoever asked calls `awake` when what that takes is over.
   */
  post(job: Job): boolean {
    this.account();
    this.number++;
    this.arrivals += this.simulation.now;
    this.waiting.push(job);
    if (this.working === this.servers) return false;
    this.working++;
    this.wakes++;
    return true;
  }

  /** An actor that slept is awake and begins. */
  readonly awake = (): void => this.next(false);

  private next(done: boolean): void {
    this.account();
    if (done) {
      this.number--;
      this.jobs++;
      this.departures += this.simulation.now;
    }
    const job = this.waiting.shift();
    if (job === undefined) this.working--;
    else job(this.free);
  }

  private account(): void {
    const { now } = this.simulation;
    const passed = now - this.since;
    this.numberArea += this.number * passed;
    this.busyArea += this.working * passed;
    this.since = now;
  }

  /** What was counted since the run began. The mean stay is right once all jobs are done.*/
  statistics(began: Instant): ServerStatistics {
    this.account();
    const window = between(began, this.simulation.now);
    return {
      id: this.id,
      servers: this.servers,
      jobs: this.jobs,
      wakes: this.wakes,
      utilization: window === 0 ? 0 : this.busyArea / (this.servers * window),
      meanNumber: window === 0 ? 0 : this.numberArea / window,
      meanStayNs: this.jobs === 0 ? 0 : (this.departures - this.arrivals) / this.jobs,
    };
  }
}
