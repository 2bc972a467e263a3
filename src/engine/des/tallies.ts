/**
 * Counts who is at each of some places and for how long, over a window that can begin anew. Sums are of whole
 * nanoseconds, so they are exact up to 2^53. A network extends this rather than holding it, and its fields are
 * declared, so that they are born with their value: counting is half of what a run does, and each detour shows.
 */
import { between, type Duration, type Instant } from '../vocabulary/units.ts';

/** What was counted at a place in a window of time. */
export interface Statistics {
  readonly id: string;
  readonly window: Duration;
  readonly arrived: number;
  readonly completed: number;
  /** Turned away by a full station, before they entered it; of a route, those who had to leave it for that. */
  readonly blocked: number;
  /** Number there, averaged over time. */
  readonly meanNumber: number;
  /** From arrival to departure. */
  readonly meanResponseNs: number;
  /** From arrival to the beginning of service. */
  readonly meanWaitingNs: number;
  /** Share of the servers' time that was spent on customers. */
  readonly utilization: number;
  readonly throughputPerSecond: number;
}

/** A place that is counted: `servers` of those there are in service, the rest waits. */
export interface Place {
  readonly id: string;
  readonly servers: number;
}

export class Tallies {
  /** Who is there now, by place. */
  declare protected readonly number: Int32Array;
  declare private readonly places: readonly Place[];
  declare protected readonly servers: Int32Array;
  declare private readonly completed: Float64Array;
  declare private readonly blocked: Float64Array;
  /** When `number` last changed. */
  declare private readonly since: Float64Array;
  /** Number x time, of all who are there and of those in service; time of all stays and of all waiting. */
  declare private readonly area: Float64Array;
  declare private readonly busy: Float64Array;
  declare private readonly stays: Float64Array;
  declare private readonly waits: Float64Array;
  declare private windowBegan: Instant;
  /** `number` at the beginning of the window. */
  declare private numberThen: Int32Array;

  constructor(places: readonly Place[], now: Instant) {
    const column = (): Float64Array => new Float64Array(places.length);
    this.places = places;
    this.number = new Int32Array(places.length);
    this.servers = Int32Array.from(places, ({ servers }) => servers);
    this.completed = column();
    this.blocked = column();
    this.since = column().fill(now);
    this.area = column();
    this.busy = column();
    this.stays = column();
    this.waits = column();
    this.windowBegan = now;
    this.numberThen = this.number.slice();
  }

  /** Somebody comes (`by` is 1) or goes (-1). */
  protected change(place: number, by: number, now: number): void {
    const number = this.number[place]!;
    const servers = this.servers[place]!;
    const passed = now - this.since[place]!;
    this.number[place] = number + by;
    this.since[place] = now;
    this.area[place]! += number * passed;
    this.busy[place]! += (number < servers ? number : servers) * passed;
  }

  /** Who goes was served, and had been there for so long. */
  protected complete(place: number, stay: number): void {
    this.stays[place]! += stay;
    this.completed[place]! += 1;
  }

  /** Somebody's service begins after waiting for so long. */
  protected beginService(place: number, wait: number): void {
    this.waits[place]! += wait;
  }

  /** Somebody is turned away, or goes without having been served. */
  protected turnAway(place: number): void {
    this.blocked[place]! += 1;
  }

  /** Forgets what was counted, not who is there: the end of a warm-up. */
  protected restartAt(now: Instant): void {
    const { completed, blocked, area, busy, stays, waits } = this;
    for (const column of [completed, blocked, area, busy, stays, waits]) column.fill(0);
    this.since.fill(now);
    this.windowBegan = now;
    this.numberThen = this.number.slice();
  }

  /** What was counted since the last restart. */
  protected readPlace(place: number, now: Instant): Statistics {
    this.change(place, 0, now);
    const { id, servers } = this.places[place]!;
    const window = between(this.windowBegan, now);
    const completed = this.completed[place]!;
    const serving = (number: number): number => Math.min(number, servers);
    const then = this.numberThen[place]!;
    const number = this.number[place]!;
    const started = completed + serving(number) - serving(then);
    return {
      id,
      window,
      arrived: completed + number - then,
      completed,
      blocked: this.blocked[place]!,
      meanNumber: this.area[place]! / window,
      meanResponseNs: this.stays[place]! / completed,
      meanWaitingNs: this.waits[place]! / started,
      utilization: this.busy[place]! / (servers * window),
      throughputPerSecond: (completed / window) * 1e9,
    };
  }
}
