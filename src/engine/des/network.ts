/**
 * A network of stations: loads send customers along routes from station to station. An open load sends a new one
 * every so often; a closed one has a fixed number, each of which thinks and begins again. Flat events and tables
 * of numbers only: what is known of a customer, a stop or a place stands in arrays, by its number.
 */
import type { Random } from '../random.ts';
import { duration } from '../vocabulary/units.ts';
import { type Distribution, Sampler } from './distribution.ts';
import { doubled } from './doubled.ts';
import { Lines } from './lines.ts';
import type { Handler, Simulation } from './simulation.ts';
import { type Statistics, Tallies } from './tallies.ts';

export interface NetworkSpec {
  readonly stations: readonly Station[];
  readonly loads: readonly Load[];
}

/** Some servers and a line before them, first come first served. */
export interface Station {
  readonly id: string;
  readonly servers: number;
  readonly service: Distribution;
  /** The most customers there at once, waiting or in service; who comes then is turned away. */
  readonly capacity?: number;
}

export type Load = OpenLoad | ClosedLoad;

/** Customers from outside, who come `gap` apart and leave at the end of the route. */
export interface OpenLoad extends Route {
  readonly kind: 'open';
  readonly gap: Distribution;
}

/** Always the same customers; one that is through thinks, if there is anything to think, and begins again. */
export interface ClosedLoad extends Route {
  readonly kind: 'closed';
  readonly customers: number;
  readonly think?: Distribution;
}

interface Route {
  readonly id: string;
  /** The stations to visit, in order; one may come more than once. */
  readonly stops: readonly string[];
  /** Before the customers of other loads in every line; who is being served is not interrupted. */
  readonly urgent?: boolean;
}

export interface NetworkStatistics {
  readonly stations: readonly Statistics[];
  /** Of each load, from the first station to the end of its route, without the thinking. */
  readonly routes: readonly Omit<Statistics, 'meanWaitingNs' | 'utilization'>[];
}

const nothing: Distribution = { kind: 'deterministic', mean: duration(0) };
const unlimited = 0x7fff_ffff;

/** What happens at an event is few large functions: calls between small ones would cost a tenth of the speed. */
export class Network extends Tallies implements Handler {
  declare private readonly simulation: Simulation;
  /** The stations are the first places, the routes of the loads the others. */
  declare private readonly firstRoute: number;
  declare private readonly open: Int32Array;
  declare private readonly lines: Lines;
  declare private readonly capacity: Int32Array;
  declare private readonly service: readonly Sampler[];
  /** The gaps of an open load, the thinking of a closed one. */
  declare private readonly pauses: readonly Sampler[];

  // All routes one after the other: the station of each stop, and after the last stop of a route ~load.
  declare private readonly stops: Int32Array;
  /** Of each stop: whether it is on an urgent route. */
  declare private readonly urgent: readonly boolean[];
  declare private readonly firstStop: Int32Array;

  // Codes: the end of service at each stop, then the end of thinking in each load, then an arrival.
  declare private readonly servedCode: number;
  declare private readonly begunCode: number;
  declare private readonly arrivedCode: number;

  private customers = 0;
  private readonly gone: number[] = [];
  // Of a customer: the stop where it is, when it came there, when it began its route.
  private stop = new Int32Array(64);
  private entered = new Float64Array(64);
  private began = new Float64Array(64);

  /** Builds the network and sets its loads going. */
  constructor({ stations, loads }: NetworkSpec, simulation: Simulation, random: Random) {
    super([...stations, ...loads.map(({ id }) => ({ id, servers: 0 }))], simulation.now);
    this.simulation = simulation;
    this.firstRoute = stations.length;
    this.open = Int32Array.from(loads, ({ kind }) => (kind === 'open' ? 1 : 0));
    this.capacity = Int32Array.from(stations, ({ capacity }) => capacity ?? unlimited);
    this.service = stations.map(({ service }) => new Sampler(service, random));
    this.pauses = loads.map((load) => new Sampler(pauseOf(load), random));
    this.lines = new Lines(stations.length);

    const routeStops = loads.map((load, index) => [...stationsOf(load, stations), ~index]);
    this.stops = Int32Array.from(routeStops.flat());
    this.urgent = loads.flatMap(({ urgent }, load) => routeStops[load]!.map(() => urgent === true));
    const lengths = routeStops.map(({ length }) => length);
    this.firstStop = Int32Array.from(lengths, (_, index) =>
      lengths.slice(0, index).reduce((sum, length) => sum + length, 0),
    );

    this.servedCode = simulation.reserve(this.stops.length + loads.length + 1, this);
    this.begunCode = this.servedCode + this.stops.length;
    this.arrivedCode = this.begunCode + loads.length;
    loads.forEach((load, index) => {
      if (load.kind === 'open') this.awaitArrival(index);
      else for (let count = 0; count < load.customers; count++) this.pause(index, this.create());
    });
  }

  on(code: number, payload: number): void {
    if (code < this.begunCode) this.served(code - this.servedCode, payload);
    else if (code < this.arrivedCode) this.begin(code - this.begunCode, payload);
    else {
      this.awaitArrival(payload);
      this.begin(payload, this.gone.pop() ?? this.create());
    }
  }

  /** Forgets what was counted, not who is where: the end of a warm-up. */
  restart(): void {
    this.restartAt(this.simulation.now);
  }

  /** What was counted since the last restart. */
  read(): NetworkStatistics {
    const { now } = this.simulation;
    const stations = this.service.map((_, station) => this.readPlace(station, now));
    const routes = this.pauses.map((_, load) => {
      const statistics = this.readPlace(this.firstRoute + load, now);
      // Who was turned away had entered the route, unlike the station.
      return { ...statistics, arrived: statistics.arrived + statistics.blocked };
    });
    return { stations, routes };
  }

  private awaitArrival(load: number): void {
    this.simulation.ask(this.pauses[load]!.draw(), this.arrivedCode, load);
  }

  private begin(load: number, customer: number): void {
    const { now } = this.simulation;
    this.began[customer] = now;
    this.change(this.firstRoute + load, 1, now);
    this.arrive(this.firstStop[load]!, customer);
  }

  private arrive(stop: number, customer: number): void {
    const { now } = this.simulation;
    const station = this.stops[stop]!;
    const there = this.number[station]!;
    if (there >= this.capacity[station]!) return this.refuse(stop, customer);
    this.change(station, 1, now);
    this.entered[customer] = now;
    if (there < this.servers[station]!) {
      this.simulation.ask(this.service[station]!.draw(), this.servedCode + stop, customer);
    } else {
      this.stop[customer] = stop;
      this.lines.push(station, this.urgent[stop]!, customer);
    }
  }

  private served(stop: number, customer: number): void {
    const { now } = this.simulation;
    const station = this.stops[stop]!;
    this.change(station, -1, now);
    this.complete(station, now - this.entered[customer]!);
    if (this.number[station]! >= this.servers[station]!) {
      const next = this.lines.shift(station);
      this.beginService(station, now - this.entered[next]!);
      this.simulation.ask(this.service[station]!.draw(), this.servedCode + this.stop[next]!, next);
    }
    const next = this.stops[stop + 1]!;
    if (next < 0) this.finish(~next, customer);
    else this.arrive(stop + 1, customer);
  }

  private finish(load: number, customer: number): void {
    const { now } = this.simulation;
    const route = this.firstRoute + load;
    this.change(route, -1, now);
    this.complete(route, now - this.began[customer]!);
    if (this.open[load] === 1) this.gone.push(customer);
    else this.pause(load, customer);
  }

  private pause(load: number, customer: number): void {
    const delay = this.pauses[load]!.draw();
    if (delay === 0) this.begin(load, customer);
    else this.simulation.ask(delay, this.begunCode + load, customer);
  }

  /** The station is full; the customer, of an open load, goes away. */
  private refuse(stop: number, customer: number): void {
    let last = stop;
    while (this.stops[last]! >= 0) last++;
    const route = this.firstRoute + ~this.stops[last]!;
    this.change(route, -1, this.simulation.now);
    this.turnAway(route);
    this.turnAway(this.stops[stop]!);
    this.gone.push(customer);
  }

  /** A new number for a customer. */
  private create(): number {
    if (this.customers === this.stop.length) this.grow();
    return this.customers++;
  }

  private grow(): void {
    this.stop = doubled(this.stop);
    this.entered = doubled(this.entered);
    this.began = doubled(this.began);
  }
}

function pauseOf(load: Load): Distribution {
  return load.kind === 'open' ? load.gap : (load.think ?? nothing);
}

/** The stations of a load's route, by number. */
function stationsOf(load: Load, stations: readonly Station[]): number[] {
  if (load.stops.length === 0) throw new RangeError(`load '${load.id}' visits no station`);
  return load.stops.map((id) => {
    const found = stations.findIndex((station) => station.id === id);
    const ids = stations.map((station) => station.id).join(', ');
    if (found < 0) throw new RangeError(`unknown station '${id}'; the network has: ${ids}`);
    const { capacity } = stations[found]!;
    if (load.kind === 'closed' && capacity !== undefined)
      throw new RangeError(
        `closed load '${load.id}' visits '${id}', which holds at most ${capacity}: whom it turns away ` +
          'would be lost; give the station no capacity',
      );
    return found;
  });
}
