/** Goal: a fault strikes when and where its words say, and the run around it stays whole. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Architecture, Placement } from '#engine/architectures/architecture.ts';
import { hyperV } from '#engine/architectures/hyper-v.ts';
import {
  architectures,
  driversOf,
  faultWords,
  runRequest,
  runScenario,
  scenarioFor,
} from '#engine/execute.ts';
import {
  operationsOf,
  type Request,
  type Run,
  ScenarioError,
  type VmOutcome,
  type VmState,
} from '#engine/index.ts';
import { type Parts, simulate } from '#engine/simulate.ts';
import { cells, smallBytes } from '../../support/requests.ts';
import { deviceOf, rekinded, situationOf } from '../../support/situations.ts';

describe('words', () => {
  const faultsOf = (device: string, ...faults: string[]) =>
    scenarioFor({ architecture: 'hyper-v', device, faults }).faults;

  test('name a part, when it crashes, and how much of a fault there is', () => {
    expect(
      faultsOf('netvsc', 'vsp', 'worker-process@20000', 'lost-interrupt=3', 'ring-full=500'),
    ).toEqual([
      { kind: 'crash', part: 'vsp', at: null },
      { kind: 'crash', part: 'worker-process', at: 20_000 },
      { kind: 'lost-interrupt', number: 3 },
      { kind: 'ring-full', nanoseconds: 500, at: null },
    ]);
    expect(faultsOf('dec21140', 'integration-services@9', 'lost-interrupt', 'ring-full')).toEqual([
      { kind: 'integration-services-removed', at: 9 },
      { kind: 'lost-interrupt', number: 1 },
      { kind: 'ring-full', nanoseconds: 1_000_000, at: null },
    ]);
  });

  const hyperVHas =
    'hyper-v has physical-driver, device-model, virtual-switch, storage-stack, vcpu-scheduler, management-agent, guest-kernel, vm-process, driver-kernel, hypervisor, vsp, worker-process, root-partition, integration-services, lost-interrupt, ring-full';
  test.each([
    ['hyper-v', 'netvsc', 'vmx', `unknown fault 'vmx': ${hyperVHas}`],
    [
      'esxi',
      'e1000',
      'vsp',
      "unknown fault 'vsp': esxi has physical-driver, device-model, virtual-switch, storage-stack, vcpu-scheduler, management-agent, guest-kernel, vm-process, monitor, driver-kernel, hypervisor, vmx, vmkernel, lost-interrupt, ring-full",
    ],
    [
      'native',
      'e1000',
      'physical-driver',
      "unknown fault 'physical-driver': native has lost-interrupt, ring-full",
    ],
    ['esxi', 'e1000', 'vmx=3', "vmx takes no value: leave out '=3', or say when with '@3'"],
    ['esxi', 'e1000', 'vmx=restart', "vmx cannot be started again by itself: leave out '=restart'"],
    [
      'xen',
      'xen-netfront',
      'driver-domain=7',
      "driver-domain takes no value: leave out '=7', or say when with '@7'",
    ],
    [
      'esxi',
      'e1000',
      'vmx@soon',
      "time of vmx must be a whole number from 0 to 1000000000000, not 'soon'",
    ],
    [
      'esxi',
      'e1000',
      'lost-interrupt=0',
      "lost-interrupt must be a whole number from 1 to 1000000, not '0'",
    ],
    [
      'esxi',
      'e1000',
      'lost-interrupt@7',
      "lost-interrupt is counted, not timed: use lost-interrupt=<number>, not '@7'",
    ],
  ])('%s %s: %s is refused', (architecture, device, fault, message) => {
    expect(() => scenarioFor({ architecture, device, faults: [fault] })).toThrow(
      new ScenarioError(message),
    );
  });
});

/** Requests that the trace says the guest is done with: those of the first virtual machine. */
const completedIn = ({ trace }: Run): number[] =>
  trace.flatMap((event) =>
    event.kind === 'request' && event.state === 'completed' ? [event.request] : [],
  );

const states = ({ outcome }: Run): VmState[] => outcome.map(({ state }) => state);

describe('a crash', () => {
  const load: Request = {
    architecture: 'esxi',
    device: 'e1000',
    count: 40,
    queueDepth: 4,
    vms: 3,
  };

  test('of a driver in the VMkernel ends everything, and what was under way stays undone', () => {
    const run = runRequest({ ...load, faults: ['physical-driver'] });
    expect(states(run)).toEqual(['lost', 'lost', 'lost']);
    for (const { requested, completed, undone } of run.outcome) {
      expect(undone).toBeGreaterThan(0);
      expect(completed).toBeLessThan(40);
      expect(completed + undone).toBe(requested);
    }
    // Up to four requests are asked for at one moment.
    expect(run.outcome[0]!.requested).toBeGreaterThanOrEqual(20);
    expect(run.outcome[0]!.requested).toBeLessThan(24);
  });

  test('of a role that was moved reaches as far as its new place', () => {
    const run = (to: string) =>
      runRequest({
        ...load,
        architecture: 'hyper-v',
        device: 'netvsc',
        moves: [{ role: 'device-model', to }],
        faults: ['device-model'],
      });
    expect(states(run('root'))).toEqual(['lost', 'lost', 'lost']);
    expect(states(run('hypervisor'))).toEqual(['lost', 'lost', 'lost']);
    expect(states(run('worker'))).toEqual(['lost', 'unaffected', 'unaffected']);
  });

  test('happens when it is told to', () => {
    const at = (time: string) =>
      runRequest({ ...load, faults: [`vmx@${time}`] }).outcome[0]!.requested;
    expect(at('0')).toBeLessThan(at('50000'));
    expect(at('50000')).toBeLessThan(at('150000'));
    expect(at('1000000000')).toBe(40);
  });

  test('of VMX takes one machine; the others do all they are asked to', () => {
    const run = runRequest({ ...load, faults: ['vmx'] });
    expect(states(run)).toEqual(['lost', 'unaffected', 'unaffected']);
    expect(run.outcome.map(({ completed }) => completed).slice(1)).toEqual([40, 40]);
  });

  test('of a management agent changes nothing but what is said of it', () => {
    const { outcome: spared, ...run } = runRequest({ ...load, faults: ['management-agent'] });
    const { outcome, ...usual } = runRequest(load);
    expect({ ...run, scenario: 0 }).toEqual({ ...usual, scenario: 0 });
    const counts = ({ requested, completed }: VmOutcome) => [requested, completed];
    expect(spared.map(counts)).toEqual(outcome.map(counts));
  });

  test('ends the work of what has failed', () => {
    const at = 30_000;
    const { trace } = runRequest({ ...load, vms: 1, faults: [`vmkernel@${at}`] });
    // A walk that had begun is written to its end, but nothing follows it.
    expect(trace.at(-1)!.until).toBeLessThan(at + 20_000);
  });
});

describe('a driver domain', () => {
  /** Hyper-V with a second root in which drivers live, both of them restartable. */
  const twin = (text: string): string => (text === 'root' ? 'second' : text);
  const roots = rekinded(hyperV, 'root', 'driver-domain');
  const disaggregated: Architecture = {
    ...roots,
    domains: [
      ...roots.domains,
      { ...roots.domains.find(({ id }) => id === 'root')!, id: 'second' },
    ],
    crossings: [
      ...roots.crossings,
      ...roots.crossings
        .filter(({ from, to }) => from === 'root' || to === 'root')
        .map((crossing) => ({ ...crossing, from: twin(crossing.from), to: twin(crossing.to) })),
    ],
  };
  const { placement, device } = situationOf(hyperV, 'netvsc');
  const second: Placement = {
    ...placement,
    places: Object.fromEntries(
      Object.entries(placement.places).map(([role, place]) => [
        role,
        { ...place, domain: twin(place.domain) },
      ]),
    ),
  };
  const parts = (where: Placement): Parts => ({
    device: deviceOf('netvsc'),
    driver: driversOf(deviceOf('netvsc'))[0]!,
    placement: where,
  });
  const usual = scenarioFor({
    architecture: 'hyper-v',
    device: 'netvsc',
    count: 40,
    queueDepth: 8,
    vms: 2,
    faults: ['physical-driver'],
  });
  const [spec] = usual.subject.vms;
  const run = simulate({ ...usual, subject: { kind: 'io', vms: [spec, spec] } }, disaggregated, [
    parts(placement),
    parts(second),
  ]);

  test('that fails pauses those who use it, and nobody else', () => {
    expect(device.kind).toBe('network');
    expect(states(run)).toEqual(['paused', 'paused', 'unaffected', 'unaffected']);
  });

  test('leaves the requests of its users undone; the others finish', () => {
    const [first, next, ...others] = run.outcome;
    expect(first!.undone).toBe(8);
    expect(next!.undone).toBe(8);
    for (const { requested, completed } of others) expect([requested, completed]).toEqual([40, 40]);
  });
});

describe('a driver domain that is started again', () => {
  const load: Request = {
    architecture: 'xen',
    device: 'xen-netfront',
    count: 600,
    queueDepth: 64,
    vms: 2,
    faults: ['driver-domain=restart@30000'],
  };

  test('makes its users wait, and loses nothing that they hand over', () => {
    const run = runRequest(load);
    expect(states(run)).toEqual(['degraded', 'degraded']);
    for (const { completed, lost } of run.outcome) expect([completed, lost]).toEqual([600, 0]);
    expect(run.outcome[0]!.why).toBe(
      'The driver domain is a domain that can be restarted by itself: when it fails, those whose I/O goes through it wait until it has been restarted, and nobody else. It was started again after 200000000 ns: what the guest handed over waited in the ring.',
    );
    const end = (request: Request) => runRequest(request).trace.at(-1)!.until;
    expect(end(load)).toBeGreaterThan(200_000_000);
    expect(end({ ...load, faults: [] })).toBeLessThan(200_000_000);
  });

  test('takes as long as its parameter says', () => {
    const parameters = { 'xen.driver-domain-restart': 140_000_000 };
    expect(runRequest({ ...load, parameters }).outcome[0]!.why).toContain('after 140000000 ns');
  });

  test('drops what arrives meanwhile', () => {
    const { queueDepth: _, ...open } = load;
    const [first] = runRequest({ ...open, operation: 'rx', rate: 10_000 }).outcome;
    expect(first).toMatchObject({ state: 'degraded' });
    expect(first!.lost).toBeGreaterThan(0);
    expect(first!.why).toContain(
      `${first!.lost} frames that arrived found no room and were dropped`,
    );
  });

  test('is not missed by those who do not use it', () => {
    const run = runRequest({ ...load, count: 4, faults: ['physical-driver=restart@500000000'] });
    expect(states(run)).toEqual(['unaffected', 'unaffected']);
    expect(run.outcome[0]!.why).toContain('meanwhile there was nothing to take');
  });

  test('is refused in a scenario where it cannot be', () => {
    const scenario = scenarioFor({ architecture: 'esxi', device: 'e1000', faults: ['vmx'] });
    const faults = scenario.faults.map((fault) => ({ ...fault, restarts: true as const }));
    expect(() => runScenario({ ...scenario, faults })).toThrow(
      new ScenarioError('vmx of esxi cannot be started again by itself: leave out its restart'),
    );
  });
});

describe('integration services that are removed', () => {
  const load: Request = {
    architecture: 'hyper-v',
    device: 'netvsc',
    count: 10,
    vms: 2,
    faults: ['integration-services'],
  };

  test('leave generation 1 the emulated adapter for its later requests', () => {
    const run = runRequest({ ...load, generation: 1 });
    const [first, second] = run.outcome;
    expect(first).toMatchObject({
      state: 'degraded',
      path: 'DEC 21140 (emulated), served in the domain “worker process”',
      requested: 10,
      completed: 10,
    });
    expect(second).toMatchObject({ state: 'unaffected', completed: 10 });
    expect(completedIn(run)).toHaveLength(5);
    const later = runScenario(first!.continues!);
    expect(later.world.device.id).toBe('dec21140');
    expect(completedIn(later)).toHaveLength(5);
    expect(later.totals.latencyNs.default).toBeGreaterThan(run.totals.latencyNs.default);
  });

  test('leave generation 2 nothing: what is under way is finished, and no more', () => {
    const [first] = runRequest({ ...load, generation: 2 }).outcome;
    expect(first).toMatchObject({ state: 'paused', requested: 5, completed: 5 });
    expect(first!.why).toContain('generation 2 has no emulated DEC 21140');
  });

  test('are not missed by an emulated adapter', () => {
    expect(states(runRequest({ ...load, device: 'dec21140' }))).toEqual([
      'unaffected',
      'unaffected',
    ]);
  });
});

describe('a lost interrupt', () => {
  test('stops a request that nobody else asks about', () => {
    const [first] = runRequest({
      architecture: 'esxi',
      device: 'e1000',
      count: 5,
      faults: ['lost-interrupt=2'],
    }).outcome;
    expect(first).toMatchObject({ state: 'paused', requested: 2, completed: 1, undone: 1 });
    expect(first!.why).toContain('5 s');
  });

  test('of a disk leaves the command to the timeout of the block layer', () => {
    const [first] = runRequest({
      architecture: 'native',
      device: 'nvme',
      operation: 'read',
      count: 3,
      faults: ['lost-interrupt'],
    }).outcome;
    expect(first).toMatchObject({ state: 'paused', completed: 0, undone: 1 });
    expect(first!.why).toContain('30 s');
  });

  test('is made good by the next one, where there is one', () => {
    const run = runRequest({
      architecture: 'native',
      device: 'nvme',
      operation: 'read',
      count: 30,
      queueDepth: 4,
      faults: ['lost-interrupt=3'],
    });
    expect(run.outcome[0]).toMatchObject({ state: 'degraded', completed: 30, undone: 0 });
    expect(run.outcome[0]!.why).toMatch(/with the next one, \d+ ns later/);
  });

  test('that never comes is none', () => {
    expect(
      states(runRequest({ architecture: 'esxi', device: 'e1000', faults: ['lost-interrupt=99'] })),
    ).toEqual(['unaffected']);
  });
});

describe('a back end that takes nothing', () => {
  const load = { architecture: 'esxi', device: 'e1000', count: 600, faults: ['ring-full=300000'] };

  test('lets the ring fill; the queue stops and goes on, and nothing is lost', () => {
    const [first] = runRequest({ ...load, pattern: 'burst' }).outcome;
    expect(first).toMatchObject({ state: 'degraded', completed: 600, lost: 0 });
    expect(first!.why).toContain('the ring was full');
  });

  test('drops the frames that arrive meanwhile', () => {
    const [first] = runRequest({ ...load, operation: 'rx', rate: 100_000 }).outcome;
    expect(first!.state).toBe('degraded');
    expect(first!.lost).toBeGreaterThan(10);
    expect(first!.completed + first!.lost).toBe(600);
  });

  test('is not noticed while there is nothing to take', () => {
    const run = runRequest({ ...load, count: 4, faults: ['ring-full=1000@500000'] });
    expect(states(run)).toEqual(['unaffected']);
  });
});

const faulty: fc.Arbitrary<Request> = fc
  .constantFrom(...cells)
  .chain(({ architecture, device }) => {
    const found = architectures.find(({ id }) => id === architecture)!;
    return fc
      .record({
        operation: fc.constantFrom(...operationsOf[device.kind]),
        pattern: fc.constantFrom('spaced', 'burst', 'open'),
        count: fc.integer({ min: 1, max: 24 }),
        batch: fc.integer({ min: 1, max: 4 }),
        vms: fc.integer({ min: 1, max: 4 }),
        seed: fc.nat(),
        word: fc.constantFrom(...faultWords(found, situationOf(found, device.id))),
        when: fc.constantFrom('', '@0', '@3000', '@30000', '@10030000'),
      })
      .map(({ word, when, ...load }) => ({
        ...load,
        architecture,
        device: device.id,
        bytes: smallBytes(load.operation),
        faults: [word === 'lost-interrupt' ? word : word + when],
      }));
  });

const law = (name: string, holds: (request: Request) => void): void =>
  test(name, () => fc.assert(fc.property(faulty, holds), { numRuns: 80 }));

describe('with any fault', () => {
  law('no request is done twice', (request) => {
    const done = completedIn(runRequest(request));
    expect(new Set(done).size).toBe(done.length);
  });

  law('what was asked for is completed, undone or lost, as the trace says', (request) => {
    const run = runRequest(request);
    expect(run.ended).toBe('idle');
    expect(run.outcome).toHaveLength(request.vms!);
    for (const { requested, completed, undone, lost } of run.outcome) {
      expect(completed + undone + lost).toBe(requested);
      expect(Math.min(completed, undone, lost)).toBeGreaterThanOrEqual(0);
      expect(requested).toBeLessThanOrEqual(request.count!);
    }
    if (run.outcome[0]!.continues === undefined)
      expect(completedIn(run)).toHaveLength(run.outcome[0]!.completed);
  });

  law('machines outside of its radius do all that they are asked to', (request) => {
    for (const { state, requested, undone } of runRequest(request).outcome)
      if (state === 'unaffected') expect([requested, undone]).toEqual([request.count, 0]);
  });

  law('the same scenario gives the same run', (request) => {
    expect(JSON.stringify(runRequest(request))).toBe(JSON.stringify(runRequest(request)));
  });
});
