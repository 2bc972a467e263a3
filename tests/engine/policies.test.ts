/** What hosts are free to choose: each choice changes what it says it changes, and nothing it is silent of. */
import { describe, expect, test } from 'vitest';
import { architectures, devicesOf, policiesFor, runRequest, scenarioFor } from '#engine/execute.ts';
import { keyOf, operationsOf, type Request, requestsOf, type Run } from '#engine/index.ts';

const rows = architectures.flatMap((architecture) =>
  (architecture.policies ?? []).map((policy) => ({ architecture, policy })),
);
const concerned = rows.flatMap(({ architecture, policy }) =>
  policy.devices.flatMap((device) =>
    policy.choices.slice(1).map((choice) => ({
      architecture: architecture.id,
      device,
      policy: policy.id,
      choice: choice.id,
    })),
  ),
);

/** Loads under which a choice of any host shows: one request, some at once, many at a rate. */
const loads: readonly Omit<Request, 'architecture' | 'device'>[] = [
  {},
  { count: 64, pattern: 'burst', queueDepth: 16 },
  { count: 400, rate: 40_000, window: 0 },
];

const counted = ({ totals, statistics }: Run): unknown => [totals, statistics];

describe('the rows', () => {
  test('have names of their own, devices that are offered, and choices with different names', () => {
    for (const architecture of architectures) {
      const policies = architecture.policies ?? [];
      expect(new Set(policies.map(({ id }) => id)).size).toBe(policies.length);
      for (const { devices, choices } of policies) {
        for (const device of devices) expect(architecture.devices).toHaveProperty(device);
        expect(new Set(choices.map(({ id }) => id)).size).toBe(choices.length);
        expect(choices.length).toBeGreaterThan(1);
      }
    }
  });

  test.each(concerned)(
    '$architecture $device: $policy=$choice changes a count or a time',
    (row) => {
      const { architecture, device, policy, choice } = row;
      const entry = devicesOf(architectures.find(({ id }) => id === architecture)!).find(
        ({ id }) => id === device,
      )!;
      const differs = operationsOf[entry.kind].some((operation) =>
        loads.some((load) => {
          // What a host does for a device that stands beside another shows when it has to go on alone.
          const faults = entry.standby === undefined ? [] : ['virtual-function'];
          const asked = { architecture, device, operation, faults, ...load };
          const usual = runRequest(asked);
          const other = runRequest({ ...asked, policies: { [policy]: choice } });
          return JSON.stringify(counted(usual)) !== JSON.stringify(counted(other));
        }),
      );
      expect(differs).toBe(true);
    },
  );

  test.each(concerned)('$architecture $device: $policy=$choice completes every request', (row) => {
    const { architecture, device, policy, choice } = row;
    for (const load of loads) {
      const asked = { architecture, device, ...load, policies: { [policy]: choice } };
      const run = runRequest(asked);
      expect(run.ended).toBe('idle');
      expect(run.outcome[0]).toMatchObject({ completed: run.totals.requests });
    }
  });
});

describe('a request', () => {
  const netvsc = { architecture: 'hyper-v', device: 'netvsc' };
  const monitored = { ...netvsc, policies: { 'network-signals': 'monitor-page' } };

  test('that spells a default out runs what it runs without', () => {
    const spelt = { ...netvsc, policies: { 'network-signals': 'hypercall' } };
    expect(scenarioFor(spelt)).toEqual(scenarioFor(netvsc));
  });

  test('that chooses otherwise has another key; an empty choice has not', () => {
    expect(keyOf(monitored)).not.toBe(keyOf(netvsc));
    expect(keyOf({ ...netvsc, policies: {} })).toBe(keyOf(netvsc));
  });

  test('of a lane adds its choices to those that all lanes share', () => {
    const [request] = requestsOf({
      shared: { operation: 'tx', policies: { 'network-signals': 'monitor-page' } },
      lanes: [{ ...netvsc, policies: { 'network-quiet': 'nothing-under-way' } }],
    });
    expect(request!.policies).toEqual({
      'network-signals': 'monitor-page',
      'network-quiet': 'nothing-under-way',
    });
  });

  test('by a parameter that has become a policy says what it said', () => {
    const formerly = (value: number): Request => ({
      ...netvsc,
      parameters: { 'hyper-v.monitored-channel': value, 'vm-exit': 900 },
    });
    expect(scenarioFor(formerly(1)).platform.policies).toEqual(monitored.policies);
    expect(scenarioFor(formerly(0)).platform.policies).toEqual({});
    expect(scenarioFor(formerly(1)).parameters).toEqual({ 'vm-exit': 900 });
    expect(() => scenarioFor(formerly(2))).toThrow('a whole number from 0 to 1');
    const elsewhere = { ...formerly(1), device: 'storvsc' };
    expect(scenarioFor(elsewhere).platform.policies).toEqual({});
  });

  test.each([
    [
      { ...netvsc, policies: { pages: 'x' } },
      "unknown policy 'pages': hyper-v has network-signals",
    ],
    [{ ...netvsc, policies: { 'network-signals': 'x' } }, "'x': use hypercall, monitor-page"],
    [
      { architecture: 'native', device: 'e1000', policies: { 'network-signals': 'hypercall' } },
      'native leaves its host no choice',
    ],
    [
      { ...monitored, device: 'storvsc' },
      'changes nothing for storvsc: leave it out, or use netvsc',
    ],
  ])('is refused with the reason: %j', (request, message) => {
    expect(() => scenarioFor(request)).toThrow(message);
  });
});

describe('a run', () => {
  test('names every policy on which its numbers hang, and the choice', () => {
    for (const architecture of architectures)
      for (const { id: device } of devicesOf(architecture)) {
        const known = policiesFor(architecture, device);
        const { policies } = runRequest({ architecture: architecture.id, device }).world;
        expect(policies.map(({ id }) => id)).toEqual(known.map(({ id }) => id));
        for (const [index, { choice, choices }] of policies.entries()) {
          expect(choice.id).toBe(known[index]!.choices[0].id);
          expect(choices).toEqual(known[index]!.choices.map(({ id }) => id));
        }
      }
  });

  test('with a choice brings the values that belong to it; a value that is set counts before them', () => {
    const eight = {
      architecture: 'esxi',
      device: 'vmxnet3',
      policies: { 'transmit-threshold': 'eight' },
    };
    expect(scenarioFor(eight).parameters).toEqual({ 'esxi.transmit-threshold': 8 });
    const set = { ...eight, parameters: { 'esxi.transmit-threshold': 3 } };
    expect(scenarioFor(set).parameters).toEqual({ 'esxi.transmit-threshold': 3 });
  });
});

describe('Hyper-V', () => {
  const reads = {
    architecture: 'hyper-v',
    device: 'storvsc',
    count: 2000,
    rate: 20_000,
    window: 0,
  };
  const hypercalls = (request: Request): number => runRequest(request).totals.hypercalls['guest']!;

  test('a storage VSP that looks for itself is called half as often at 20,000 reads a second', () => {
    const quiet = { ...reads, policies: { 'disk-quiet': 'nothing-under-way' } };
    expect([hypercalls(reads), hypercalls(quiet)]).toEqual([1737, 894]);
  });

  test('at a queue depth of 2 it is called once', () => {
    const deep = { ...reads, rate: undefined, count: 400, queueDepth: 2, pattern: 'burst' };
    const { rate: _, ...load } = deep;
    expect(hypercalls(load)).toBeGreaterThan(100);
    expect(hypercalls({ ...load, policies: { 'disk-quiet': 'nothing-under-way' } })).toBe(1);
  });

  test('the monitor page is of the network channel alone', () => {
    const asked = { ...reads, parameters: { 'hyper-v.monitored-channel': 1 } };
    expect(hypercalls(asked)).toBe(hypercalls(reads));
  });
});

describe('ESXi', () => {
  const receives = (rate: number, choice?: string): Run =>
    runRequest({
      architecture: 'esxi',
      device: 'vmxnet3',
      operation: 'rx',
      count: 4000,
      rate,
      window: 0,
      ...(choice !== undefined && { policies: { 'network-coalescing': choice } }),
    });
  const interrupts = ({ totals }: Run): number => totals.interrupts['guest']!;

  test.each([50_000, 200_000])('interrupts at most 4,000 times a second at %d frames', (rate) => {
    const run = receives(rate);
    const seconds = 4000 / rate;
    expect(interrupts(run)).toBeLessThanOrEqual(4000 * seconds * 1.1 + 5);
    expect(interrupts(run)).toBeGreaterThan(4000 * seconds * 0.8);
    expect(interrupts(receives(rate, 'off'))).toBeGreaterThan(10 * interrupts(run));
  });

  test('a frame alone does not wait', () => {
    expect(receives(100).statistics.latencyNs.p50).toBe(
      receives(100, 'off').statistics.latencyNs.p50,
    );
  });

  test('by number, a frame alone waits for 4 ms, and 64 in a row do not', () => {
    const alone = runRequest({
      architecture: 'esxi',
      device: 'vmxnet3',
      operation: 'rx',
      policies: { 'network-coalescing': 'static' },
    });
    expect(alone.totals.latencyNs.default).toBeGreaterThan(4_000_000);
    expect(interrupts(receives(200_000, 'static'))).toBeLessThanOrEqual(4000 / 64 + 1);
  });
});

test('on Xen the guest acknowledges an event before its handler reads the ring', () => {
  const { trace } = runRequest({
    architecture: 'xen',
    device: 'xen-blkfront',
    policies: { 'event-acknowledgement': 'apic-eoi' },
  });
  const inGuest = trace.filter(({ domain, phase }) => domain === 'guest' && phase === 'interrupt');
  const acknowledged = inGuest.findIndex(({ kind }) => kind === 'end-of-interrupt');
  const read = inGuest.findIndex((event) => event.kind === 'ring' && event.op === 'consume');
  expect(acknowledged).toBeGreaterThanOrEqual(0);
  expect(read).toBeGreaterThan(acknowledged);
});
