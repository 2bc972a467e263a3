/**
 * Goal: what holds in every queueing system holds here. Method: random networks, 200,000 events each after a warm-up;
 * the laws are about long runs, so a share of 3 % is left to those who are on their way when the window opens or closes
 * and, where services are drawn, to chance. The seed of the networks is fixed.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { momentsOf } from '#engine/analysis/queueing.ts';
import type { Distribution } from '#engine/des/distribution.ts';
import { type Load, Network, type NetworkSpec } from '#engine/des/network.ts';
import { Simulation } from '#engine/des/simulation.ts';
import type { Statistics } from '#engine/des/tallies.ts';
import { seededRandom } from '#engine/random.ts';
import { duration } from '#engine/vocabulary/units.ts';

const events = 200_000;
const settings = { numRuns: 40, seed: 20 };

const anyService = fc.oneof(
  fc.record({
    kind: fc.constantFrom('deterministic' as const, 'exponential' as const),
    mean: fc.integer({ min: 1_000, max: 20_000 }).map(duration),
  }),
  fc.constant({
    kind: 'bimodal' as const,
    short: duration(5_000),
    long: duration(55_000),
    longShare: 0.1,
  }),
);

const anyStations = fc.array(
  fc.record({ servers: fc.integer({ min: 1, max: 4 }), service: anyService }),
  { minLength: 1, maxLength: 4 },
);

/** A customer every 1 to 4 times as long as the busiest station needs for one: never more than 0.77 of it. */
const anyOpen = fc.record({
  kind: fc.constant('open' as const),
  slack: fc.double({ min: 1.3, max: 4, noNaN: true }),
});
const anyClosed = fc.record({
  kind: fc.constant('closed' as const),
  customers: fc.integer({ min: 1, max: 40 }),
  think: fc.integer({ min: 0, max: 50_000 }),
});

const exponential = (mean: number): Distribution => ({
  kind: 'exponential',
  mean: duration(Math.ceil(mean)),
});

const anyNetwork = fc
  .record({
    stations: anyStations,
    load: fc.oneof(anyOpen, anyClosed),
    urgent: fc.boolean(),
    twice: fc.boolean(),
  })
  .map(({ stations, load, urgent, twice }): NetworkSpec => {
    const named = stations.map((station, index) => ({ id: `station ${index}`, ...station }));
    const ids = named.map(({ id }) => id);
    const route = { stops: twice ? [...ids, ids[0]!] : ids, urgent };
    if (load.kind === 'closed') {
      const { kind, customers, think } = load;
      return {
        stations: named,
        loads: [{ id: 'closed', kind, customers, think: exponential(think), ...route }],
      };
    }
    const busiest = Math.max(
      ...named.map(({ id, servers, service }) => {
        const visits = route.stops.filter((stop) => stop === id).length;
        return (visits * momentsOf(service).mean) / servers;
      }),
    );
    const gap = exponential(busiest * load.slack * 2);
    const half: Load = { id: 'open', kind: 'open', gap, ...route };
    return { stations: named, loads: [half, { ...half, id: 'other', urgent: !urgent }] };
  });

function measured(spec: NetworkSpec) {
  const simulation = new Simulation();
  const network = new Network(spec, simulation, seededRandom(7));
  simulation.run(events / 10);
  network.restart();
  simulation.run(events);
  return network.read();
}

const expectNear = (found: number, expected: number) =>
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(0.03 * expected);

/** Mean number there = rate of those who leave x time that they were there. */
function expectLittle({ meanNumber, throughputPerSecond, meanResponseNs }: Statistics) {
  expectNear(meanNumber, (throughputPerSecond / 1e9) * meanResponseNs);
}

test('Little’s law holds at every station, in its line, and on every route', () => {
  fc.assert(
    fc.property(anyNetwork, (spec) => {
      const { stations, routes } = measured(spec);
      stations.forEach(expectLittle);
      stations.forEach((statistics, index) => {
        const { meanNumber, utilization, throughputPerSecond, meanWaitingNs } = statistics;
        const waiting = meanNumber - utilization * spec.stations[index]!.servers;
        const expected = (throughputPerSecond / 1e9) * meanWaitingNs;
        expect(Math.abs(waiting - expected)).toBeLessThanOrEqual(0.03 * meanNumber);
      });
      routes.forEach((route) => expectLittle(route as Statistics));
    }),
    settings,
  );
});

test('a station is busy for its throughput x mean service (utilization law)', () => {
  fc.assert(
    fc.property(anyNetwork, (spec) => {
      measured(spec).stations.forEach(({ utilization, throughputPerSecond }, index) => {
        const { servers, service } = spec.stations[index]!;
        expectNear(utilization, ((throughputPerSecond / 1e9) * momentsOf(service).mean) / servers);
      });
    }),
    settings,
  );
});

test('a station serves as often as routes visit it (forced flow law)', () => {
  fc.assert(
    fc.property(anyNetwork, (spec) => {
      const { stations, routes } = measured(spec);
      const through = routes.reduce((sum, { completed }) => sum + completed, 0);
      stations.forEach(({ id, completed }) => {
        const visits = spec.loads[0]!.stops.filter((stop) => stop === id).length;
        expectNear(completed, visits * through);
      });
    }),
    settings,
  );
});

test('the same seed gives the same run', () => {
  fc.assert(
    fc.property(anyNetwork, (spec) => {
      expect(measured(spec)).toEqual(measured(spec));
    }),
    { ...settings, numRuns: 5 },
  );
});

const station = {
  id: 'a',
  servers: 1,
  service: { kind: 'deterministic', mean: duration(10) },
} as const;
const build = (spec: NetworkSpec) => new Network(spec, new Simulation(), seededRandom(1));

test('a network that cannot be is refused with the reason', () => {
  const closed = { id: 'all', kind: 'closed', customers: 1 } as const;
  expect(() => build({ stations: [station], loads: [{ ...closed, stops: ['b'] }] })).toThrow(
    "unknown station 'b'; the network has: a",
  );
  expect(() => build({ stations: [station], loads: [{ ...closed, stops: [] }] })).toThrow(
    "load 'all' visits no station",
  );
  expect(() =>
    build({ stations: [{ ...station, capacity: 3 }], loads: [{ ...closed, stops: ['a'] }] }),
  ).toThrow("closed load 'all' visits 'a', which holds at most 3");
});

test('a full station turns away, and the customer leaves its route', () => {
  const simulation = new Simulation();
  const gap = { kind: 'deterministic', mean: duration(4) } as const;
  const network = new Network(
    {
      stations: [
        { ...station, id: 'first', servers: 9 },
        { ...station, id: 'second', capacity: 1 },
      ],
      loads: [{ id: 'all', kind: 'open', gap, stops: ['first', 'second'] }],
    },
    simulation,
    seededRandom(1),
  );
  simulation.run(400);
  const { stations, routes } = network.read();
  // One in three gets through: 10 for a service, and one comes every 4.
  expect(stations[1]!.blocked / stations[0]!.completed).toBeCloseTo(2 / 3, 1);
  expect(routes[0]!.blocked).toBe(stations[1]!.blocked);
  expect(routes[0]!.completed).toBe(stations[1]!.completed);
  expect(routes[0]!.arrived).toBe(stations[0]!.arrived);
});
