/**
 * Goal: rings are as long as a request asks, as far as the real driver allows, and what is too long to allow is refused
 * with the reason. Method: a guest whose first interrupt is lost takes nothing, so its ring fills to the end.
 */
import { expect, test } from 'vitest';
import { drivers } from '#engine/drivers/index.ts';
import type { RingLimit } from '#engine/drivers/driver.ts';
import { architectures, runRequest, scenarioFor } from '#engine/execute.ts';
import { keyOf, ScenarioError } from '#engine/index.ts';

const limits = drivers.flatMap((driver) => (driver.kind === 'network' ? [driver] : []));
const homeOf = (device: string): string =>
  architectures.find(({ devices }) => Object.hasOwn(devices, device))!.id;
const settable = limits.flatMap(({ id, device, rings }) =>
  Object.entries(rings)
    .filter(([, { min, max }]) => min < max)
    .map(([ring, limit]) => ({ id, device, ring, limit })),
);

const asked = (device: string, rings: Record<string, number>, more: object = {}) => ({
  architecture: homeOf(device),
  device,
  rings,
  ...more,
});

/** Lengths that a driver allows: its ends, and one between them. */
const lengthsOf = ({ min, max, step }: RingLimit): readonly number[] => {
  const between = typeof step === 'number' ? min + 3 * step : 2 * min;
  return [between, step === 'power of two' ? max : max - (max % (step ?? 1))];
};

test.each(settable.filter(({ ring }) => ring === 'receive'))(
  '$id: the receive ring holds what it is set to',
  ({ device, limit }) => {
    const taken = (size: number | undefined): number => {
      const rings = size === undefined ? {} : { receive: size };
      const count = 2 * (size ?? limit.usual) + 64;
      const load = { operation: 'rx', bytes: 60, count, rate: 200_000, window: 0 };
      const faults = ['lost-interrupt=1'];
      const parameters = { 'kvm.tap-queue': 64 };
      const { totals, outcome } = runRequest(asked(device, rings, { ...load, faults, parameters }));
      const keeps = ['virtio-net', 'virtio-net-mmio'].includes(device) && homeOf(device) === 'kvm';
      const kept = keeps ? 64 : 0;
      return outcome[0]!.requested - totals.lost - kept;
    };
    const [between] = lengthsOf(limit) as [number];
    // A ring of the host keeps an entry back, or room to complete what the guest sends.
    expect(taken(between)).toBeLessThanOrEqual(between);
    expect(taken(between)).toBeGreaterThan(0.9 * between - 2);
  },
);

test.each(settable)('$id: a $ring ring of any allowed length carries frames', (row) => {
  for (const size of lengthsOf(row.limit)) {
    const load = { operation: 'echo', count: 40, pattern: 'burst', queueDepth: 4 };
    const run = runRequest(asked(row.device, { [row.ring]: size }, load));
    expect(run.outcome[0]).toMatchObject({ completed: 40, undone: 0, lost: 0 });
  }
});

test.each(settable)('$id: a $ring ring beyond its limits is refused', ({ device, ring, limit }) => {
  const { min, max, step } = limit;
  const wrong = [min - 1, max + 1, ...(step === undefined ? [] : [min + 1])];
  for (const size of wrong)
    expect(() => scenarioFor(asked(device, { [ring]: size }))).toThrow(
      new RegExp(`^the ${ring} ring of .* from ${min} to ${max} \\(.*\\), not '${size}'$`),
    );
});

test.each([
  [
    'dec21140',
    { receive: 64 },
    "linux-tulip has a receive ring of 128 entries (a constant of the driver): leave out ring 'receive=64'",
  ],
  [
    'pvscsi',
    { transmit: 64 },
    "ring is for network adapters: leave out ring 'transmit=64' for linux-pvscsi, or set queue-depth",
  ],
  ['e1000', { rx: 64 }, "unknown ring 'rx': use transmit, receive"],
])('%s: %j is refused', (device, rings, message) => {
  const request = { architecture: 'hyper-v', device, rings };
  const architecture = device === 'dec21140' ? 'hyper-v' : 'esxi';
  expect(() => scenarioFor({ ...request, architecture })).toThrow(new ScenarioError(message));
});

test('a ring of its usual length changes nothing', () => {
  const request = { architecture: 'esxi', device: 'vmxnet3' };
  expect(scenarioFor({ ...request, rings: { transmit: 512 } })).toEqual(scenarioFor(request));
  expect(keyOf({ ...request, rings: {} })).toBe(keyOf(request));
});

test('a shorter transmit ring stops the queue more often, and each stop is ended', () => {
  const load = { operation: 'tx', count: 2000, pattern: 'burst', window: 0 };
  const stopsOf = (transmit: number) =>
    runRequest({ architecture: 'esxi', device: 'sriov-vf', ...load, rings: { transmit } }).totals
      .queueStops;
  const short = stopsOf(128);
  expect(short.stops).toBeGreaterThan(stopsOf(1024).stops);
  expect(short.stops).toBe(short.wakes);
  expect(short.counters).toEqual({ stops: null, wakes: 'tx_restart_queue' });
});

test('commands that wait for a tag are stops too', () => {
  const { queueStops } = runRequest({
    architecture: 'hyper-v',
    device: 'ide-dma',
    operation: 'read',
    count: 10,
    pattern: 'burst',
  }).totals;
  expect(queueStops).toEqual({ stops: 9, wakes: 9, counters: { stops: null, wakes: null } });
});
