/**
 * Queues whose means are known exactly: what simulated figures are held against. Times are in one unit of the
 * caller's choice and rates are per that unit. Formulas: Kleinrock, Queueing Systems 1 (1975); Harchol-Balter,
 * Performance Modeling and Design of Computer Systems (2013); closed networks: Reiser and Lavenberg, JACM 27 (1980).
 */
import type { Distribution } from '../des/distribution.ts';

/** What is known of a service time: E[S] and E[S²]. */
export interface Moments {
  readonly mean: number;
  readonly meanSquare: number;
}

/** Means of a queue in its long run. */
export interface QueueMeans {
  /** Share of the servers' time that is spent on customers. */
  readonly utilization: number;
  /** Time in line, and the number there. */
  readonly waiting: number;
  readonly waitingNumber: number;
  /** Time from arrival to departure, and the number there. */
  readonly response: number;
  readonly number: number;
}

/** A queue that turns away who comes when it is full. */
export interface LimitedQueueMeans extends QueueMeans {
  /** Share of arrivals that are turned away. */
  readonly blocked: number;
  /** Customers that are served, per unit of time. */
  readonly throughput: number;
}

export interface ClosedNetworkMeans {
  readonly throughput: number;
  /** Once through all stations, without the thinking. */
  readonly response: number;
  readonly stations: readonly {
    readonly utilization: number;
    readonly response: number;
    readonly number: number;
  }[];
}

export function momentsOf(distribution: Distribution): Moments {
  switch (distribution.kind) {
    case 'deterministic':
      return { mean: distribution.mean, meanSquare: distribution.mean * distribution.mean };
    case 'exponential':
      return { mean: distribution.mean, meanSquare: 2 * distribution.mean * distribution.mean };
    case 'bimodal': {
      const { short, long, longShare } = distribution;
      const mix = (a: number, b: number) => (1 - longShare) * a + longShare * b;
      return { mean: mix(short, long), meanSquare: mix(short * short, long * long) };
    }
  }
}

/**
 * M/G/1, one server with any service time (Pollaczek and Khinchine). With exponential service it is
 * M/M/1, with a fixed one M/D/1.
 */
export function singleServerQueue(arrivalRate: number, service: Moments): QueueMeans {
  const utilization = arrivalRate * service.mean;
  mustBeStable(utilization);
  const waiting = (arrivalRate * service.meanSquare) / (2 * (1 - utilization));
  return meansOf(arrivalRate, service.mean, utilization, waiting);
}

/** M/M/c: several servers, exponential service, one line. */
export function manyServerQueue(
  arrivalRate: number,
  serviceMean: number,
  servers: number,
): QueueMeans {
  const offered = arrivalRate * serviceMean;
  const utilization = offered / servers;
  mustBeStable(utilization);
  const waiting = (erlangC(offered, servers) * serviceMean) / (servers * (1 - utilization));
  return meansOf(arrivalRate, serviceMean, utilization, waiting);
}

/** Share of arrivals that find all servers busy and go, for `offered` servers' worth of work. */
export function erlangB(offered: number, servers: number): number {
  let blocked = 1;
  for (let count = 1; count <= servers; count++)
    blocked = (offered * blocked) / (count + offered * blocked);
  return blocked;
}

/** Share of arrivals that find all servers busy and wait. */
export function erlangC(offered: number, servers: number): number {
  const blocked = erlangB(offered, servers);
  return blocked / (1 - (offered / servers) * (1 - blocked));
}

/** M/M/1/K: one server, exponential service, at most `capacity` customers there. Stable under any load. */
export function limitedQueue(
  arrivalRate: number,
  serviceMean: number,
  capacity: number,
): LimitedQueueMeans {
  const ratio = arrivalRate * serviceMean;
  // Weights of 0, 1, ... customers: a sum has no trouble where the textbook's quotient is 0/0.
  let weight = 1;
  let weights = 1;
  let number = 0;
  for (let count = 1; count <= capacity; count++) {
    weight *= ratio;
    weights += weight;
    number += count * weight;
  }
  const blocked = weight / weights;
  const throughput = arrivalRate * (1 - blocked);
  const response = number / weights / throughput;
  const means = meansOf(throughput, serviceMean, throughput * serviceMean, response - serviceMean);
  return { ...means, blocked, throughput };
}

/** Waiting times in an M/G/1 whose classes go before one another, the first one first, without interrupting. */
export function priorityWaiting(
  classes: readonly { readonly arrivalRate: number; readonly service: Moments }[],
): number[] {
  const residual = classes.reduce(
    (sum, { arrivalRate, service }) => sum + (arrivalRate * service.meanSquare) / 2,
    0,
  );
  let before = 0;
  return classes.map(({ arrivalRate, service }) => {
    const withThese = before + arrivalRate * service.mean;
    mustBeStable(withThese);
    const waiting = residual / ((1 - before) * (1 - withThese));
    before = withThese;
    return waiting;
  });
}

/**
 * Waiting time in an M/G/1 whose server goes away whenever nobody is there, and looks again when it comes back
 * (multiple vacations): a back end that polls, or that sleeps.
 */
export const vacationWaiting = (arrivalRate: number, service: Moments, vacation: Moments): number =>
  singleServerQueue(arrivalRate, service).waiting + vacation.meanSquare / (2 * vacation.mean);

/**
 * What a window gathers that begins with a packet and ends with one interrupt for all, of packets
 * that come at random.
 */
export function coalescingMeans(arrivalRate: number, window: number) {
  const batch = 1 + arrivalRate * window;
  return {
    batch,
    interruptRate: arrivalRate / batch,
    /** Of a packet, until its interrupt. */
    delay: (window * (1 + (arrivalRate * window) / 2)) / batch,
  };
}

/** Packets per unit of time when there are always enough: each costs something, and each batch once more. */
export const batchedRate = (packet: number, batch: number, packetsInBatch: number): number =>
  1 / (packet + batch / packetsInBatch);

/**
 * Exact mean value analysis of a closed network of stations with exponential service, of one server each where
 * `servers` does not say: `demands` is the time that a customer needs of each station once through, without waiting.
 */
export function closedNetworkMeans(
  demands: readonly number[],
  customers: number,
  think = 0,
  servers: readonly number[] = demands.map(() => 1),
): ClosedNetworkMeans {
  const stations = demands.map((demand, station) => new ClosedStation(demand, servers[station]!));
  let responses = [...demands];
  let throughput = 0;
  for (let count = 1; count <= customers; count++) {
    responses = stations.map((station) => station.response());
    throughput = count / (think + sum(responses));
    for (const [index, station] of stations.entries()) station.admit(throughput, responses[index]!);
  }
  return {
    throughput,
    response: sum(responses),
    stations: stations.map(({ number }, station) => ({
      utilization: (throughput * demands[station]!) / servers[station]!,
      response: responses[station]!,
      number,
    })),
  };
}

/** A station of a closed network, as it is with one customer after the other. */
class ClosedStation {
  /** Customers there, on average. */
  number = 0;
  private readonly demand: number;
  private readonly servers: number;
  /** Probabilities that 0, 1, ... customers are there, as long as that leaves a server idle. */
  private idle: readonly number[];

  constructor(demand: number, servers: number) {
    this.demand = demand;
    this.servers = servers;
    this.idle = Array.from({ length: servers }, (_, there) => (there === 0 ? 1 : 0));
  }

  /** Time there of one customer more, who finds what the network with one less has on average. */
  response(): number {
    const spared = sum(this.idle.map((share, there) => (this.servers - 1 - there) * share));
    return (this.demand / this.servers) * (1 + this.number + spared);
  }

  /** That customer is there as well, and the network goes so fast. */
  admit(throughput: number, response: number): void {
    const busy = throughput * this.demand;
    const before = this.idle;
    const some = before.slice(1).map((_, index) => (busy / (index + 1)) * before[index]!);
    const rest = sum(some.map((share, index) => (this.servers - 1 - index) * share));
    this.idle = [1 - (busy + rest) / this.servers, ...some];
    this.number = throughput * response;
  }
}

const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);

/** The rest follows from the waiting time by Little's law. */
function meansOf(
  rate: number,
  serviceMean: number,
  utilization: number,
  waiting: number,
): QueueMeans {
  const response = waiting + serviceMean;
  return {
    utilization,
    waiting,
    waitingNumber: rate * waiting,
    response,
    number: rate * response,
  };
}

function mustBeStable(utilization: number): void {
  if (utilization >= 1)
    throw new RangeError(
      `a queue has a long run only if its utilization is under 1, and this one is ${utilization}`,
    );
}
