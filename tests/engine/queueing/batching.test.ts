/**
 * Goal: back ends that poll, interrupts that wait for more and work that is done in batches behave as the textbook
 * says. Method: small models on the engine's clock and chance, two million events each after a warm-up of 200,000, cut
 * into 30 batches; the exact value lies within the 99 % confidence interval, which is narrow. The seed is fixed.
 */
import { describe, expect, test } from 'vitest';
import {
  batchedRate,
  coalescingMeans,
  momentsOf,
  singleServerQueue,
  vacationWaiting,
} from '#engine/analysis/queueing.ts';
import { type Distribution, Sampler } from '#engine/des/distribution.ts';
import { Queue } from '#engine/des/queue.ts';
import { Simulation } from '#engine/des/simulation.ts';
import { seededRandom } from '#engine/random.ts';
import { runRequest } from '#engine/execute.ts';
import {
  type Counted,
  events,
  expectExactly,
  exponential,
  fixed,
  inBatches,
  inUnits,
  slowExits,
  time,
} from './batches.ts';

interface Delays {
  /** Mean time in line, and the share of customers that were there for longer than was asked. */
  readonly waiting: number;
  readonly late: number;
}

/** One server; when nobody is there it sleeps until the next arrival, or is away for a time, again and again. */
class PollingServer implements Counted<Delays> {
  private readonly simulation: Simulation;
  private readonly service: Sampler;
  private readonly away: Sampler | undefined;
  private readonly limit: number;
  private readonly line = new Queue<number>();
  private idle = false;
  private served = 0;
  private waited = 0;
  private late = 0;

  constructor(parts: {
    simulation: Simulation;
    rate: number;
    service: Distribution;
    vacation?: Distribution;
    limit?: number;
  }) {
    const random = seededRandom(11);
    this.simulation = parts.simulation;
    this.service = new Sampler(parts.service, random);
    this.away = parts.vacation === undefined ? undefined : new Sampler(parts.vacation, random);
    this.limit = parts.limit ?? Infinity;
    arrive(parts.simulation, new Sampler(exponential(1 / parts.rate), random), () => this.arrive());
    this.look();
  }

  restart(): void {
    this.served = 0;
    this.waited = 0;
    this.late = 0;
  }

  read(): Delays {
    return { waiting: inUnits(this.waited / this.served), late: this.late / this.served };
  }

  private arrive(): void {
    this.line.push(this.simulation.now);
    if (!this.idle) return;
    this.idle = false;
    this.look();
  }

  private readonly look = (): void => {
    const came = this.line.shift();
    if (came === undefined) {
      if (this.away === undefined) this.idle = true;
      else this.simulation.in(this.away.draw(), this.look);
      return;
    }
    const takes = this.service.draw();
    this.served++;
    this.waited += this.simulation.now - came;
    if (inUnits(this.simulation.now + takes - came) > this.limit) this.late++;
    this.simulation.in(takes, this.look);
  };
}

/** Something happens at random, for ever. */
function arrive(simulation: Simulation, gap: Sampler, action: () => void): void {
  const next = (): void => {
    simulation.in(gap.draw(), next);
    action();
  };
  simulation.in(gap.draw(), next);
}

test.each<[string, number, Distribution, Distribution]>([
  ['M/M/1, away for fixed times', 0.8, exponential(1), fixed(2)],
  ['M/M/1, away for random times', 0.8, exponential(1), exponential(2)],
  ['M/D/1, away for random times', 0.5, fixed(1), exponential(5)],
  ['M/G/1 with rare slow exits, away for fixed times', 0.7, slowExits, fixed(3)],
])('%s', (_, rate, service, vacation) => {
  const simulation = new Simulation();
  const server = new PollingServer({ simulation, rate, service, vacation });
  const moments = (distribution: Distribution) => {
    const { mean, meanSquare } = momentsOf(distribution);
    return { mean: inUnits(mean), meanSquare: inUnits(inUnits(meanSquare)) };
  };
  expectExactly(
    inBatches(simulation, server, events).estimate(({ waiting }) => waiting),
    vacationWaiting(rate, moments(service), moments(vacation)),
  );
});

test('M/M/1 at rate 0.8: one customer in a hundred is there for longer than 23.03', () => {
  const simulation = new Simulation();
  const server = new PollingServer({
    simulation,
    rate: 0.8,
    service: exponential(1),
    limit: 23.0259,
  });
  const measured = inBatches(simulation, server, events);
  expectExactly(
    measured.estimate(({ waiting }) => waiting),
    singleServerQueue(0.8, { mean: 1, meanSquare: 2 }).waiting,
  );
  expectExactly(
    measured.estimate(({ late }) => late),
    0.01,
    0.3,
  );
});

interface Interrupts {
  readonly batch: number;
  readonly rate: number;
  readonly delay: number;
}

/** Packets at random; the first opens a window, at whose end one interrupt takes all. */
class Coalescer implements Counted<Interrupts> {
  private readonly simulation: Simulation;
  private readonly window: number;
  private since = 0;
  private waiting = 0;
  private arrivals = 0;
  private packets = 0;
  private interrupts = 0;
  private delays = 0;

  constructor(simulation: Simulation, rate: number, window: number) {
    this.simulation = simulation;
    this.window = window;
    const gap = new Sampler(exponential(1 / rate), seededRandom(12));
    arrive(simulation, gap, () => this.arrive());
  }

  restart(): void {
    this.since = this.simulation.now;
    this.packets = 0;
    this.interrupts = 0;
    this.delays = 0;
  }

  read(): Interrupts {
    return {
      batch: this.packets / this.interrupts,
      rate: this.interrupts / inUnits(this.simulation.now - this.since),
      delay: inUnits(this.delays) / this.packets,
    };
  }

  private arrive(): void {
    this.waiting++;
    this.arrivals += this.simulation.now;
    if (this.waiting === 1) this.simulation.in(time(this.window), () => this.interrupt());
  }

  private interrupt(): void {
    this.interrupts++;
    this.packets += this.waiting;
    this.delays += this.waiting * this.simulation.now - this.arrivals;
    this.waiting = 0;
    this.arrivals = 0;
  }
}

test.each([
  [0.05, 10],
  [0.3, 10],
  [2, 10],
])('coalescing: packets at rate %f gathered for %f', (rate, window) => {
  const simulation = new Simulation();
  const measured = inBatches(simulation, new Coalescer(simulation, rate, window), events);
  const exact = coalescingMeans(rate, window);
  expectExactly(
    measured.estimate(({ batch }) => batch),
    exact.batch,
    0.01,
  );
  expectExactly(
    measured.estimate((reading) => reading.rate),
    exact.interruptRate,
    0.01,
  );
  expectExactly(
    measured.estimate(({ delay }) => delay),
    exact.delay,
    0.01,
  );
});

describe('batch cost', () => {
  test.each([1, 4, 16])('a server that is never idle takes %i at a time', (packets) => {
    const simulation = new Simulation();
    const work = new Sampler(exponential(1), seededRandom(13));
    const overhead = new Sampler(exponential(8), seededRandom(14));
    let done = 0;
    let since = 0;
    const batch = (): void => {
      done += packets;
      let takes = overhead.draw() as number;
      for (let packet = 0; packet < packets; packet++) takes += work.draw();
      simulation.in(time(inUnits(takes)), batch);
    };
    batch();
    const model: Counted<number> = {
      restart: () => {
        done = 0;
        since = simulation.now;
      },
      read: () => done / inUnits(simulation.now - since),
    };
    expectExactly(
      inBatches(simulation, model, 300_000).estimate((rate) => rate),
      batchedRate(1, 8, packets),
      0.01,
    );
  });

  test('vmxnet3 with a threshold of n: an exit for each packet becomes one for n', () => {
    const exits = (threshold: number): number => {
      const { doorbells } = runRequest({
        architecture: 'esxi',
        device: 'vmxnet3',
        count: 480,
        pattern: 'burst',
        parameters: { 'esxi.transmit-threshold': threshold },
      }).totals;
      return doorbells / 480;
    };
    expect([1, 2, 4, 16].map(exits)).toEqual([1, 1 / 2, 1 / 4, 1 / 16]);
  });
});
