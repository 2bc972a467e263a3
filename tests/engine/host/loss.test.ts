/**
 * Goal: a frame that is lost was put nowhere in the guest, and cost only what was done up to there. Method: every
 * network adapter of every architecture, with frames lost for each reason there is.
 */
import { describe, expect, test } from 'vitest';
import { parameter, runRequest } from '#engine/execute.ts';
import type { Run, TraceEvent } from '#engine/index.ts';
import { cells } from '../../support/requests.ts';

const bytes = 1514;
const adapters = cells.filter(({ device }) => device.kind === 'network');
const rx = { operation: 'rx', bytes };

/** Why frames are lost: the device's side takes nothing for a while, or the guest never empties its ring. */
const reasons = {
  'a back end that takes nothing': {
    ...rx,
    count: 20,
    rate: 300_000,
    faults: ['ring-full=100000'],
  },
  'a guest that takes nothing': {
    ...rx,
    count: 12_000,
    rate: 200_000,
    faults: ['lost-interrupt=1'],
    window: 1_000_000,
  },
} as const;
const cases = Object.keys(reasons).flatMap((reason) =>
  adapters.map(({ architecture, device }) => ({ reason, architecture, device: device.id })),
);

/** Requests in a state, as the trace says. */
const inState = ({ trace }: Run, wanted: string): Set<number> =>
  new Set(
    trace.flatMap((event) =>
      event.kind === 'request' && event.state === wanted ? [event.request] : [],
    ),
  );

/** What a copy says that ends in the guest's memory. */
const intoGuest = ({ kind, activity }: TraceEvent): boolean =>
  kind === 'copy' && /guest|packet buffer/.test(activity.sentence);

/** Frames that the host keeps for a driver that would tell of buffers: its queue, full. */
function keptBy(architecture: string, device: string): number {
  if (!['virtio-net', 'virtio-net-mmio', 'e1000', 'xen-netfront'].includes(device)) return 0;
  if (architecture === 'kvm') return parameter('kvm.tap-queue').value;
  return architecture === 'xen' ? Math.floor(parameter('xen.netback-queue').value / bytes) : 0;
}

test.each(cases)('$architecture $device: with $reason', ({ reason, architecture, device }) => {
  const run = runRequest({ architecture, device, ...reasons[reason as keyof typeof reasons] });
  const lost = inState(run, 'lost');
  expect(lost.size).toBeGreaterThan(0);
  expect(run.totals.lost).toBe(lost.size);
  const ofLost = run.trace.filter(
    (event) => lost.has(event.request) && event.kind !== 'request' && event.phase === 'process',
  );
  expect(ofLost.filter(intoGuest)).toEqual([]);
  expect(ofLost.filter(({ kind }) => kind === 'ring')).toEqual([]);
  // Every frame that was not lost was put into the guest once: by a copy, or by the card itself.
  const served = inState(run, 'served');
  expect([...served].filter((request) => lost.has(request))).toEqual([]);
  const dropped = run.totals.drops.reduce((sum, { frames }) => sum + frames, 0);
  expect(dropped).toBe(lost.size);
  // What is neither waits in a queue of the host that keeps frames until the guest has a buffer.
  const kept = run.totals.requests - served.size - lost.size;
  expect(kept).toBe(reason === 'a guest that takes nothing' ? keptBy(architecture, device) : 0);
});

test('a lost frame is copied by nobody where the device model copies', () => {
  const { totals } = runRequest({
    architecture: 'esxi',
    device: 'vmxnet3',
    ...reasons['a back end that takes nothing'],
  });
  const delivered = totals.requests - totals.lost;
  expect(totals.lost).toBeGreaterThan(0);
  expect(totals.copies).toBe(delivered);
  expect(totals.bytesCopied).toBe(delivered * bytes);
});

describe('a queue has an end', () => {
  const load = { ...rx, bytes: 60, count: 6000, window: 0 };
  /** Many contexts of the physical driver pass on more than the guest takes. */
  const slowGuest = {
    rate: 4_000_000,
    parameters: { 'guest-driver-work': 500, 'driver-contexts': 8 },
  };
  const dropsOf = (architecture: string, device: string, more: object) =>
    runRequest({ architecture, device, ...load, ...more }).totals.drops;

  test('a physical driver that is too slow drops at its card, and its backlog is the ring', () => {
    const run = runRequest({ architecture: 'esxi', device: 'vmxnet3', ...load, rate: 3_000_000 });
    const [drop] = run.totals.drops;
    expect(run.totals.drops).toHaveLength(1);
    expect(drop).toMatchObject({
      place: 'receive ring of the network card',
      domain: 'hardware',
      counter: 'rx_missed_errors',
      frames: run.totals.lost,
    });
    expect(run.totals.lost).toBeGreaterThan(0);
    const driver = run.statistics.servers.find(({ id }) => id === 'physical driver')!;
    const waitsNs =
      (parameter('physical-ring').value + 2) * (driver.meanStayNs / driver.meanNumber);
    expect(run.statistics.latencyNs.max).toBeLessThan(2 * waitsNs);
  });

  test('a larger ring of the card drops fewer frames of a burst, and as many of an overload', () => {
    const lost = (ring: number, more: object) =>
      dropsOf('esxi', 'vmxnet3', { parameters: { 'physical-ring': ring }, ...more })[0]?.frames ??
      0;
    const burst = { pattern: 'burst', count: 2000 };
    expect(lost(512, burst)).toBeGreaterThan(lost(1024, burst));
    expect(lost(4096, burst)).toBe(0);
    const overload = { rate: 3_000_000, count: 40_000 };
    expect(lost(4096, overload)).toBeGreaterThan(0.7 * lost(512, overload));
  });

  test('a guest that is too slow for its host drops where its ring is', () => {
    expect(dropsOf('esxi', 'vmxnet3', slowGuest)).toMatchObject([
      { place: 'receive ring of the guest', domain: 'vmkernel', counter: 'pkts rx OOB' },
    ]);
  });

  test('frames that wait in the host for a buffer are delivered in their order', () => {
    const run = runRequest({ architecture: 'kvm', device: 'virtio-net', ...load, ...slowGuest });
    expect(run.totals.drops).toMatchObject([
      { place: 'queue of the tap device', domain: 'host-kernel', counter: 'tx_dropped (tap)' },
    ]);
    expect(run.outcome[0]!.undone).toBe(0);
  });

  test('requests at random that find the guest’s queue full are dropped; one sender waits', () => {
    const tx = { operation: 'tx', bytes: 1514, count: 8000 };
    expect(dropsOf('esxi', 'e1000', { ...tx, rate: 1_000_000 })).toMatchObject([
      { place: 'guest’s queue in front of its driver', domain: 'guest' },
    ]);
    expect(dropsOf('esxi', 'e1000', { ...tx, pattern: 'burst' })).toEqual([]);
  });
});

test('frames that waited for one that was dropped are announced when the back end goes on', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const load = { ...rx, count: 60, rate: 600_000, seed, window: 0 };
    const faults = ['ring-full=100000@150000'];
    const run = runRequest({ architecture: 'hyper-v', device: 'netvsc', ...load, faults });
    expect(run.outcome[0]!.undone, `seed ${seed}`).toBe(0);
  }
});

test('a batch of which the guest’s queue takes a part is announced with its last frame', () => {
  const load = {
    operation: 'tx',
    count: 300,
    rate: 2_000_000,
    batch: 4,
    sentAs: 'list',
    window: 0,
  };
  for (const { architecture, device } of adapters) {
    const request = { architecture, device: device.id, ...load, parameters: { 'guest-queue': 5 } };
    const run = runRequest(request);
    expect(run.totals.lost, request.device).toBeGreaterThan(0);
    expect(run.outcome[0]!.undone, `${architecture} ${request.device}`).toBe(0);
  }
});

test('rings that were set for a driver go with it', () => {
  const run = runRequest({
    architecture: 'hyper-v',
    device: 'netvsc',
    rings: { receive: 100 },
    count: 20,
    faults: ['integration-services'],
  });
  const { continues } = run.outcome[0]!;
  expect(continues?.subject.vms[0]).toMatchObject({ device: 'dec21140' });
  expect(continues?.subject.vms[0].rings).toBeUndefined();
});
