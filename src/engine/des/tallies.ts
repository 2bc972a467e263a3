/**
 * Counts who is at each of some places and for how long, over a window that can begin anew. Sums are of whole
 * nanoseconds, so they are exact up to 2^53. All stand in one table, since this is most of what a run does.
 */
import { between, duration, type Duration, type Instant } from '../units.ts';

/** What was counted at a place since its window began. */
export interface Statistics {
  readonly id: string;
  readonly window: Duration;
  readonly arrived: number;
  readonly completed: number;
  /** Turned away by a full station; of a route, also those that had to leave it on the way. */
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

/** What a place's row holds. */
const since = 0;
const area = 1;
const busy = 2;
const stays = 3;
const waited = 4;
const arrived = 5;
const started = 6;
const completed = 7;
const blocked = 8;
const columns = 9;

export class Tallies {
  /** Who is there now, by place. */
  readonly number: Int32Array;
  private readonly places: readonly Place[];
  private readonly servers: Int32Array;
  private readonly table: Float64Array;
  private began: Instant;

  constructor(places: readonly Place[], now: Instant) {
    this.places = places;
    this.number = new Int32Array(places.length);
    this.servers = Int32Array.from(places, ({ servers }) => servers);
    this.table = new Float64Array(places.length * columns);
    this.began = now;
    this.restart(now);
  }

  enter(place: number, now: Instant): void {
    this.passTime(place, now);
    this.number[place]! += 1;
    this.table[place * columns + arrived]! += 1;
  }

  /** The service of somebody begins who came at `entered`. */
  start(place: number, entered: Instant, now: Instant): void {
    this.table[place * columns + waited]! += between(entered, now);
    this.table[place * columns + started]! += 1;
  }

  leave(place: number, entered: Instant, now: Instant): void {
    this.passTime(place, now);
    this.number[place]! -= 1;
    this.table[place * columns + stays]! += between(entered, now);
    this.table[place * columns + completed]! += 1;
  }

  /** Turns away somebody who has not entered. */
  refuse(place: number): void {
    this.table[place * columns + blocked]! += 1;
  }

  /** Somebody leaves who was not served to the end. */
  abandon(place: number, now: Instant): void {
    this.passTime(place, now);
    this.number[place]! -= 1;
    this.refuse(place);
  }

  /** Forgets what was counted, not who is there: the end of a warm-up. */
  restart(now: Instant): void {
    this.began = now;
    this.table.fill(0);
    this.places.forEach((_, place) => (this.table[place * columns + since] = now));
  }

  /** What was counted since the last restart. */
  read(place: number, now: Instant): Statistics {
    this.passTime(place, now);
    const { id, servers } = this.places[place]!;
    const window = duration(between(this.began, now));
    const of = (column: number): number => this.table[place * columns + column]!;
    return {
      id,
      window,
      arrived: of(arrived),
      completed: of(completed),
      blocked: of(blocked),
      meanNumber: of(area) / window,
      meanResponseNs: of(stays) / of(completed),
      meanWaitingNs: of(waited) / of(started),
      utilization: of(busy) / (servers * window),
      throughputPerSecond: (of(completed) / window) * 1e9,
    };
  }

  private passTime(place: number, now: Instant): void {
    const { table } = this;
    const row = place * columns;
    const number = this.number[place]!;
    const servers = this.servers[place]!;
    const passed = now - table[row + since]!;
    table[row + since] = now;
    table[row + area]! += number * passed;
    table[row + busy]! += (number < servers ? number : servers) * passed;
  }
}
