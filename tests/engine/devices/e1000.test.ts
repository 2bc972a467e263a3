/**
 * Goal: refill and interrupt accesses of the 82545EM. Method: received bursts on the reference
 * machine, in one poll.
 */
import { describe, expect, test } from 'vitest';
import { accessesOf, runRequest } from '#engine/index.ts';

const burst = (count: number, operation = 'rx') =>
  runRequest({ architecture: 'reference', device: 'e1000', operation, count, pattern: 'burst' });

describe('received frames in one poll: five accesses, and a tail write for every 16 buffers and for the rest', () => {
  test.each([
    [1, 6],
    [15, 6],
    [16, 6],
    [17, 7],
    [33, 8],
    [64, 9],
  ])('%i frames: %i accesses', (frames, expected) => {
    const { reads, writes } = burst(frames).totals.accesses;
    expect(reads + writes).toBe(expected);
  });
});

test('short frames are copied, check sequence included, up to 256 bytes', () => {
  const copied = (bytes: number) =>
    runRequest({ architecture: 'reference', device: 'e1000', operation: 'rx', bytes }).totals
      .bytesCopied;
  expect([copied(60), copied(252), copied(253)]).toEqual([64, 256, 0]);
});

test('a burst of transmitted frames rings once a frame', () => {
  const run = burst(5, 'tx');
  expect(
    accessesOf(run).filter((access) => access.op === 'write' && access.name === 'TDT'),
  ).toHaveLength(5);
  expect(run.totals.doorbells).toBe(5);
});

test('a burst longer than the ring waits for room and loses nothing', () => {
  const { totals } = runRequest({
    architecture: 'esxi',
    device: 'e1000',
    count: 400,
    pattern: 'burst',
  });
  expect([totals.requests, totals.lost, totals.doorbells]).toEqual([400, 0, 400]);
});
