/** Goal: the formulas give the textbook values. Method: tables, as printed in the cost dossier, to its digits. */
import { expect, test } from 'vitest';
import {
  batchedRate,
  closedNetworkMeans,
  coalescingMeans,
  erlangB,
  erlangC,
  limitedQueue,
  manyServerQueue,
  momentsOf,
  priorityWaiting,
  singleServerQueue,
  vacationWaiting,
} from '#engine/analysis/queueing.ts';
import type { Distribution } from '#engine/des/distribution.ts';
import { duration } from '#engine/vocabulary/units.ts';

const exponential: Distribution = { kind: 'exponential', mean: duration(1) };
const fixed: Distribution = { kind: 'deterministic', mean: duration(1) };
const slowExits: Distribution = {
  kind: 'bimodal',
  short: duration(0.5),
  long: duration(5.5),
  longShare: 0.1,
};

test('M/M/1 at rate 0.8', () => {
  const queue = singleServerQueue(0.8, momentsOf(exponential));
  expect(queue.utilization).toBeCloseTo(0.8, 12);
  expect(queue.number).toBeCloseTo(4, 12);
  expect(queue.response).toBeCloseTo(5, 12);
  expect(queue.waiting).toBeCloseTo(4, 12);
  expect(queue.waitingNumber).toBeCloseTo(3.2, 12);
});

test.each([
  ['M/D/1', 0.5, fixed, 0.5],
  ['M/D/1', 0.8, fixed, 2],
  ['M/D/1', 0.9, fixed, 4.5],
  ['M/G/1 with rare slow exits', 0.7, slowExits, 3.7917],
])('%s at rate %f waits', (_, rate, service, waiting) => {
  expect(singleServerQueue(rate, momentsOf(service)).waiting).toBeCloseTo(waiting, 4);
});

test('the moments of rare slow exits', () => {
  const { mean, meanSquare } = momentsOf(slowExits);
  expect(mean).toBeCloseTo(1, 12);
  expect(meanSquare).toBeCloseTo(3.25, 12);
});

test.each([
  [1, 0.8, 4],
  [2, 0.71111, 1.77778],
  [4, 0.59643, 0.74554],
  [8, 0.45764, 0.28603],
])('M/M/%i at utilization 0.8', (servers, all, waiting) => {
  expect(erlangC(0.8 * servers, servers)).toBeCloseTo(all, 5);
  const queue = manyServerQueue(0.8 * servers, 1, servers);
  expect(queue.waiting).toBeCloseTo(waiting, 5);
  expect(queue.utilization).toBeCloseTo(0.8, 12);
});

test('Erlang B is what M/M/1/1 turns away', () => {
  expect(erlangB(0.8, 1)).toBeCloseTo(limitedQueue(0.8, 1, 1).blocked, 12);
  expect(erlangB(0.8, 0)).toBe(1);
});

test('M/M/1/10 at ratio 0.8', () => {
  const queue = limitedQueue(0.8, 1, 10);
  expect(queue.blocked).toBeCloseTo(0.023493, 6);
  expect(queue.utilization).toBeCloseTo(0.8 * (1 - 0.023493), 6);
});

test('M/M/1/10 at ratio 1 has all numbers alike', () => {
  const queue = limitedQueue(1, 1, 10);
  expect(queue.blocked).toBeCloseTo(1 / 11, 12);
  expect(queue.number).toBeCloseTo(5, 12);
});

test('M/M/1/K with much room is M/M/1', () => {
  expect(limitedQueue(0.8, 1, 300).response).toBeCloseTo(5, 9);
});

test('two priorities', () => {
  const like = { arrivalRate: 0.4, service: momentsOf(exponential) };
  const [first, second] = priorityWaiting([like, like]);
  expect(first).toBeCloseTo(1.3333, 4);
  expect(second).toBeCloseTo(6.6667, 4);
});

test.each([
  [1, 0, 0.025, 40],
  [4, 0, 0.03903, 102.48],
  [16, 0, 0.04, 400],
  [8, 50, 0.03957, 152.15],
])('closed network of 25, 10 and 5 us with %i customers that think %i us', (n, think, x, r) => {
  const network = closedNetworkMeans([25, 10, 5], n, think);
  expect(network.throughput).toBeCloseTo(x, 5);
  expect(network.response).toBeCloseTo(r, 1);
  expect(network.stations[0]!.utilization).toBeCloseTo(network.throughput * 25, 12);
});

test('where four customers are', () => {
  const { stations } = closedNetworkMeans([25, 10, 5], 4);
  const numbers = stations.map(({ number }) => Number(number.toFixed(3)));
  expect(numbers).toEqual([3.162, 0.6, 0.239]);
});

test('a queue that grows for ever has no means', () => {
  expect(() => singleServerQueue(1, momentsOf(exponential))).toThrow(/under 1, and this one is 1/);
});

// By the probabilities of 0 to 4 customers there: 16, 32, 24, 12 and 3 parts of 87.
test('four customers that think for 2 before two servers of 1', () => {
  const network = closedNetworkMeans([1], 4, 2, [2]);
  expect(network.throughput).toBeCloseTo(110 / 87, 12);
  expect(network.stations[0]!.number).toBeCloseTo(128 / 87, 12);
  expect(network.stations[0]!.utilization).toBeCloseTo(55 / 87, 12);
});

// By the product form, summed over all ways in which eight customers can stand.
test('eight customers between four servers of 25 and one each of 10 and 5', () => {
  const { throughput, stations } = closedNetworkMeans([25, 10, 5], 8, 0, [4, 1, 1]);
  expect(throughput).toBeCloseTo(0.09609633, 8);
  const numbers = stations.map(({ number }) => Number(number.toFixed(6)));
  expect(numbers).toEqual([2.675451, 4.44939, 0.875159]);
});

test('a server that looks every 2 makes M/M/1 at rate 0.8 wait for 1 more, at random times for 2 more', () => {
  const vacation = (kind: 'deterministic' | 'exponential') =>
    vacationWaiting(0.8, momentsOf(exponential), momentsOf({ kind, mean: duration(2) }));
  expect(vacation('deterministic')).toBeCloseTo(5, 12);
  expect(vacation('exponential')).toBeCloseTo(6, 12);
});

test('a window of 10 at rate 0.3 gathers 4 packets, of which each waits 6.25', () => {
  const { batch, interruptRate, delay } = coalescingMeans(0.3, 10);
  expect(batch).toBeCloseTo(4, 12);
  expect(interruptRate).toBeCloseTo(0.075, 12);
  expect(delay).toBeCloseTo(6.25, 12);
});

test('sixteen in a batch that costs 8, at 1 each, are two in three of what single ones at 1 would be', () => {
  expect(batchedRate(1, 8, 16)).toBeCloseTo(2 / 3, 12);
  expect(batchedRate(1, 8, 1)).toBeCloseTo(1 / 9, 12);
});
