/**
 * Goal: a placement that no product uses has a price too. Method: every move that is not refused, on every device, runs
 * to its end with each event after its cause; and the moves that turn one design into another, in words.
 */
import { describe, expect, test } from 'vitest';
import {
  architectures,
  devicesOf,
  movable,
  refusal,
  runRequest,
  runScenario,
  scenarioFor,
  schedulersOf,
  withMoved,
} from '#engine/execute.ts';
import { type Move, operationsOf, pathSteps, type Request, stepsOf } from '#engine/index.ts';

const every = architectures.flatMap((architecture) =>
  movable.flatMap((role) =>
    architecture.domains
      .map(({ id }): Move => ({ role, to: id }))
      .filter((move) => refusal(architecture, move) === undefined)
      .map((move) => ({ architecture, move })),
  ),
);

test.each(every.map(({ architecture, move }) => ({ id: architecture.id, ...move, architecture })))(
  '$id, its $role in $to: every device works',
  ({ architecture, role, to }) => {
    for (const device of devicesOf(architecture))
      for (const operation of operationsOf[device.kind]) {
        const request = { architecture: architecture.id, device: device.id, operation };
        const { trace, totals } = runRequest({ ...request, count: 3, moves: [{ role, to }] });
        expect([totals.requests, totals.lost]).toEqual([3, 0]);
        const done = trace.filter((e) => e.kind === 'request' && e.state === 'completed');
        expect(done).toHaveLength(3);
        for (const { id, cause } of trace) expect(cause).toBeLessThan(id);
      }
  },
);

test('moves and schedulers go together', () => {
  for (const { architecture, move } of every)
    for (const scheduler of schedulersOf(architecture))
      for (const device of devicesOf(architecture)) {
        const request = { architecture: architecture.id, device: device.id, scheduler };
        const { totals } = runRequest({ ...request, count: 8, batch: 4, moves: [move] });
        expect(totals.requests).toBe(8);
      }
});

const moved = (request: Request, role: string, to: string) =>
  runRequest({ ...request, moves: [{ role, to }] });
const visits = (request: Request): string[] => {
  const path = pathSteps(stepsOf(runRequest(request)), 1);
  return path
    .filter((step, index) => step.domain !== path[index - 1]?.domain)
    .map(({ domain, mechanism }) =>
      mechanism === 'work' || mechanism === 'copy' ? domain : `${mechanism} ${domain}`,
    );
};

describe('the other design', () => {
  test('Hyper-V with its drivers in the hypervisor: the root partition calls down for each frame', () => {
    const request = { architecture: 'hyper-v', device: 'netvsc' };
    const moves = [{ role: 'physical-driver', to: 'hypervisor' }];
    expect(visits({ ...request, moves })).toEqual([
      'guest',
      'hypercall hypervisor',
      'interrupt root',
      'hypercall hypervisor',
      'call hardware',
      'interrupt hypervisor',
      'interrupt root',
      'hypercall hypervisor',
      'interrupt guest',
    ]);
    const usual = runRequest(request).totals;
    const other = moved(request, 'physical-driver', 'hypervisor').totals;
    expect([usual.lineCrossings, other.lineCrossings]).toEqual([5, 6]);
    expect(other.hypercalls['root']).toBe(usual.hypercalls['root']! + 1);
  });

  test('ESXi with its drivers in a process: a world is woken for each frame, both ways', () => {
    const request = { architecture: 'esxi', device: 'vmxnet3' };
    const usual = runRequest(request).totals;
    const other = moved(request, 'physical-driver', 'vmx').totals;
    expect(other.wakeUps - usual.wakeUps).toBe(2);
    expect(other.lineCrossings).toBeGreaterThan(usual.lineCrossings);
    expect(other.latencyNs.default).toBeGreaterThan(usual.latencyNs.default);
  });

  test('device models in the process make an emulated device of ESXi as far away as one of Hyper-V', () => {
    const request = { architecture: 'esxi', device: 'e1000' };
    const usual = runRequest(request).totals;
    const other = moved(request, 'device-model', 'vmx').totals;
    expect(other.vmExits).toEqual(usual.vmExits);
    expect(other.wakeUps).toBeGreaterThan(usual.wakeUps + 2 * 6 - 2);
  });

  test('what no product does is assumed, and nothing names the place that the role has left', () => {
    const run = moved(
      { architecture: 'hyper-v', device: 'netvsc' },
      'physical-driver',
      'hypervisor',
    );
    const driver = stepsOf(run).filter(({ sentence }) => /physical driver/i.test(sentence));
    expect(driver.length).toBeGreaterThan(0);
    for (const { domain, evidence, sentence } of driver) {
      expect([domain, evidence]).toEqual(['hypervisor', 'assumed']);
      expect(sentence).not.toContain('root partition posts');
    }
  });
});

test('no moves leave an architecture as it is, and a role that stays costs nothing', () => {
  for (const architecture of architectures) expect(withMoved(architecture, [])).toBe(architecture);
  const request = { architecture: 'hyper-v', device: 'netvsc' };
  const stays = moved(request, 'physical-driver', 'root');
  expect(stays.totals).toEqual(runRequest(request).totals);
});

test('moves are part of the scenario, and it runs the same from its data', () => {
  const request = {
    architecture: 'esxi',
    device: 'pvscsi',
    moves: [{ role: 'storage-stack', to: 'vmx' }],
  };
  const scenario = scenarioFor(request);
  expect(scenario.platform.moves).toEqual(request.moves);
  const again = runScenario(structuredClone(scenario));
  expect(JSON.stringify(again)).toBe(JSON.stringify(runRequest(request)));
  expect(scenarioFor({ architecture: 'esxi', device: 'pvscsi' }).platform.moves).toEqual([]);
});
