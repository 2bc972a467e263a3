/**
 * Goal: a placement that no product uses has a price too. Method: every move that is not refused, on every device, runs
 * to its end with each event after its cause; and the moves that turn one design into another, in words.
 */
import { describe, expect, test } from 'vitest';
import { works } from '#engine/architectures/roles.ts';
import { assumed } from '#engine/architectures/rows.ts';
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
import {
  type Move,
  operationsOf,
  pathSteps,
  type Request,
  type Role,
  stepsOf,
  withArticle,
} from '#engine/index.ts';

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

describe('what a moved role does is said without the name of the place that it has left', () => {
  const doneBy = (id: string, role: Role, to: string): string[] => {
    const architecture = architectures.find((each) => each.id === id)!;
    const { placement } = withMoved(architecture, [{ role, to }]);
    const places = Object.values(placement).flatMap(({ places: all }) => all[role] ?? []);
    const there = places.filter(({ domain }) => domain === to);
    expect(there.map(({ actor }) => actor)).toContain(
      `${role} in ${withArticle(domainOf(id, to))}`,
    );
    const doings = there.flatMap(({ does }) => Object.values(does).flat());
    expect(doings.every(({ activity }) => activity.evidence === 'assumed')).toBe(true);
    return [...new Set(doings.map(({ activity }) => activity.sentence))].toSorted();
  };
  const domainOf = (id: string, domain: string) =>
    architectures.find((each) => each.id === id)!.domains.find((each) => each.id === domain)!;

  test.each<[string, Role, string, string[]]>([
    [
      'hyper-v',
      'device-model',
      'hypervisor',
      [
        'A processor copies {bytes} bytes',
        'The device model reads an entry of the shared ring',
        'The device model writes an entry of the shared ring',
        'the device model reports it as done',
        'the device model serves the {op} {register}',
        'the device model takes the command',
        'the device model takes the frame',
      ],
    ],
    ['hyper-v', 'virtual-switch', 'hypervisor', ['the virtual switch forwards the frame']],
    [
      'hyper-v',
      'storage-stack',
      'hypervisor',
      [
        'the storage stack completes the command',
        'the storage stack finds the blocks on the physical disk',
      ],
    ],
    [
      'hyper-v',
      'physical-driver',
      'hypervisor',
      [
        'the physical driver posts the frame to the network card',
        'the physical driver reaps the completion',
        'the physical driver starts the command',
        'the physical driver takes the frame from its ring',
      ],
    ],
  ])('%s, its %s in %s', (id, role, to, sentences) => {
    expect(doneBy(id, role, to)).toEqual(sentences);
  });

  test('also where it works on a frame that arrives, which no product’s device model does', () => {
    const esxi = architectures.find(({ id }) => id === 'esxi')!;
    const known = esxi.placement['emulated']!;
    const model = known.places['device-model']!;
    const receive = [works('The VMkernel gives the frame to the guest', assumed())];
    const places = { ...known.places, 'device-model': { ...model, does: { receive } } };
    const changed = { ...esxi, placement: { emulated: { ...known, places } } };
    const { placement } = withMoved(changed, [{ role: 'device-model', to: 'vmx' }]);
    const does = placement['emulated']!.places['device-model']!.does.receive!;
    expect(does.map(({ activity }) => activity.sentence)).toEqual([
      'the device model passes the frame to the guest',
    ]);
  });

  test('a worker that is woken for its rings is woken where it is now, and looks at them there', () => {
    const esxi = architectures.find(({ id }) => id === 'esxi')!;
    const { wake, looks } = withMoved(esxi, [{ role: 'device-model', to: 'vmx' }]).placement[
      'paravirtual'
    ]!;
    expect(wake).toMatchObject({ from: 'vmx', to: 'vmx', sentence: 'A worker in VMX wakes' });
    expect(looks!.sentence).toBe('The device model looks at the ring unasked');
    expect([wake!.evidence, looks!.evidence]).toEqual(['assumed', 'assumed']);
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
