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
 * M/G/1, one server with any service time (Pollaczek and Khinchine). With exponential service it is M/M/1, with a
 * fixed one M/D/1.
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
 * Exact mean value analysis of a closed network of single servers with exponential service: `demands` is the time
 * that a customer needs of each station once through, without waiting.
 */
export function closedNetworkMeans(
  demands: readonly number[],
  customers: number,
  think = 0,
): ClosedNetworkMeans {
  let numbers = demands.map(() => 0);
  let responses = [...demands];
  let throughput = 0;
  for (let count = 1; count <= customers; count++) {
    // Who arrives finds what the network with one customer less has on average.
    responses = demands.map((demand, station) => demand * (1 + numbers[station]!));
    throughput = count / (think + sum(responses));
    numbers = responses.map((response) => throughput * response);
  }
  return {
    throughput,
    response: sum(responses),
    stations: demands.map((demand, station) => ({
      utilization: throughput * demand,
      response: responses[station]!,
      number: numbers[station]!,
    })),
  };
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
