/**
 * Goal: a way that no product has goes by the kinds of domains, and has a price. Method: ways through a plain machine
 * whose table prices nothing, so that the bare processor's prices show; then the rows by which products override them.
 */
import { describe, expect, test } from 'vitest';
import type { Architecture, Crossing, Purpose } from '#engine/architectures/architecture.ts';
import { bareProcessor, wayByKinds } from '#engine/architectures/kinds.ts';
import { across, assumed, guest, hardware, hop } from '#engine/architectures/rows.ts';
import { idle } from '#engine/architectures/roles.ts';
import * as row from '#engine/architectures/rows.ts';
import type { Move } from '#engine/index.ts';
import { architectures, movable, refusal, withMoved } from '#engine/execute.ts';

const silent = (kind: Parameters<typeof hop>[0]) => hop(kind)('', assumed());

/** Two partitions and a process above a hypervisor; only that the root calls the hypervisor is in the table. */
const plain: Architecture = {
  id: 'plain',
  title: 'Plain',
  paravirtualName: 'paravirtual',
  hasHypervisor: true,
  domains: [
    guest('A guest.'),
    row.process('process', 'process', 'A process.'),
    row.kernel('root', 'root', 'A partition with control.'),
    {
      ...row.kernel('drivers', 'driver domain', 'A partition for drivers.'),
      kind: 'driver-domain',
    },
    row.hypervisor('base', 'hypervisor', 'The hypervisor.'),
    hardware('The devices.'),
  ],
  crossings: across('root', 'base', { resume: silent('hypercall') }),
  placement: {},
  endOfInterrupt: { level: 'trapped', edge: 'trapped', event: 'automatic' },
  devices: {},
};

/** A host whose kernel is no partition: it shares its processor mode with the hypervisor. */
const oneKernel: Architecture = { ...plain, crossings: [] };

const way = (architecture: Architecture, purpose: Purpose, from: string, to: string): string[] =>
  wayByKinds(architecture, purpose, from, to).map(
    (each) =>
      `${each.sentence} [${each.kind} ${each.to}: ${each.prices.map(({ parameter }) => parameter).join(' + ')}]`,
  );

describe('a way by kinds', () => {
  test.each<[string, Architecture, Purpose, string, string, string[]]>([
    [
      'from a process down to the hypervisor',
      plain,
      'hand-over',
      'process',
      'base',
      [
        'the process calls the root [call root: mode-switch]',
        'the root calls the hypervisor by hypercall [hypercall base: vm-exit + exit-handler]',
      ],
    ],
    [
      'and up again',
      plain,
      'hand-over',
      'base',
      'process',
      [
        'the hypervisor interrupts the root [interrupt root: interrupt-injection]',
        'A thread of the process wakes [wake-up process: thread-wake-up + mode-switch]',
      ],
    ],
    [
      'back to who called',
      plain,
      'hand-back',
      'base',
      'process',
      [
        'the hypervisor returns to the root [vm-entry root: vm-entry + exit-indirect]',
        'the root returns to the process [return process: ]',
      ],
    ],
    [
      'from one partition to another',
      plain,
      'hand-over',
      'drivers',
      'root',
      [
        'the driver domain calls the hypervisor by hypercall [hypercall base: vm-exit + exit-handler]',
        'the hypervisor interrupts the root [interrupt root: interrupt-injection]',
      ],
    ],
    [
      'from the hardware to a partition',
      plain,
      'device-interrupt',
      'hardware',
      'drivers',
      [
        'The device interrupts the hypervisor [interrupt base: physical-interrupt]',
        'the hypervisor interrupts the driver domain [interrupt drivers: interrupt-injection]',
      ],
    ],
    [
      'from a partition to its own device',
      plain,
      'hand-over',
      'drivers',
      'hardware',
      ['the driver domain reaches its own device [gate hardware: ]'],
    ],
    [
      'from the hypervisor to its own device',
      plain,
      'hand-over',
      'base',
      'hardware',
      ['the hypervisor reaches its own device [call hardware: ]'],
    ],
    [
      'between a host’s kernel and its hypervisor',
      oneKernel,
      'hand-over',
      'root',
      'base',
      ['the root calls the hypervisor [call base: ]'],
    ],
    [
      'and back',
      oneKernel,
      'hand-back',
      'root',
      'base',
      ['the root returns to the hypervisor [return base: ]'],
    ],
    [
      'to a kernel that is no partition',
      oneKernel,
      'access',
      'base',
      'root',
      ['the hypervisor calls the root [call root: ]'],
    ],
  ])('%s', (_, architecture, purpose, from, to, expected) => {
    expect(way(architecture, purpose, from, to)).toEqual(expected);
  });

  test('goes down to the hypervisor that schedules, where there are several', () => {
    const monitor = row.hypervisor('monitor', 'monitor', 'One a virtual machine.');
    const scheduled: Architecture = {
      ...plain,
      domains: [monitor, ...plain.domains],
      placement: {
        any: { runs: 'inside', places: { 'vcpu-scheduler': idle('base', 'scheduler') } },
      },
    };
    expect(way(scheduled, 'device-interrupt', 'hardware', 'base')).toEqual([
      'The device interrupts the hypervisor [interrupt base: physical-interrupt]',
    ]);
  });

  test('from a process goes to the kernel that it calls, where there are several', () => {
    const other = row.kernel('other', 'other kernel', 'Of other processes.');
    const several: Architecture = {
      ...plain,
      domains: [other, ...plain.domains],
      crossings: [...plain.crossings, ...across('process', 'root', { resume: silent('call') })],
    };
    expect(way(several, 'hand-over', 'process', 'root')).toEqual([
      'the process calls the root [call root: mode-switch]',
    ]);
  });

  test('is assumed, and made for its purpose only', () => {
    for (const each of wayByKinds(plain, 'hand-over', 'process', 'base'))
      expect(each).toMatchObject({ evidence: 'assumed', for: ['hand-over'] });
  });

  test('costs what the architecture’s own row says, the first that fits', () => {
    const priced: Architecture = {
      ...plain,
      pricesByKind: [
        { crossing: 'hypercall', from: 'driver-domain', prices: row.once('xen.hypercall') },
        { crossing: 'hypercall', prices: row.once('hyper-v.hypercall') },
        { crossing: 'interrupt', to: 'driver-domain', prices: row.once('xen.domain-switch') },
      ],
    };
    expect(way(priced, 'hand-over', 'drivers', 'base')).toEqual([
      'the driver domain calls the hypervisor by hypercall [hypercall base: xen.hypercall]',
    ]);
    expect(way(priced, 'hand-over', 'root', 'drivers')).toEqual([
      'the root calls the hypervisor by hypercall [hypercall base: hyper-v.hypercall]',
      'the hypervisor interrupts the driver domain [interrupt drivers: xen.domain-switch]',
    ]);
  });

  test('borrows from no product', () => {
    const borrowed = bareProcessor.flatMap(({ prices }) =>
      prices.filter(({ parameter }) => architectures.some(({ id }) => parameter.startsWith(id))),
    );
    expect(borrowed).toEqual([]);
  });
});

const priced = architectures.flatMap((architecture) =>
  (architecture.pricesByKind ?? []).map((each) => ({
    id: architecture.id,
    sort: [each.crossing, each.from, each.to].filter((word) => word !== undefined).join(' '),
    architecture,
    each,
  })),
);

/** What two moves at a time add to the crossings of an architecture. */
function addedBy(architecture: Architecture): Crossing[] {
  const moves = movable.flatMap((role) =>
    architecture.domains
      .map(({ id }): Move => ({ role, to: id }))
      .filter((move) => refusal(architecture, move) === undefined),
  );
  return moves.flatMap((one) =>
    moves
      .filter(({ role }) => role > one.role)
      .flatMap((other) => withMoved(architecture, [one, other]).crossings)
      .filter((crossing) => !architecture.crossings.includes(crossing)),
  );
}

test.each(priced)('$id pays its row of $sort in some move', ({ architecture, each }) => {
  const paid = addedBy(architecture).filter(({ prices }) => prices === each.prices);
  expect(paid.map(({ kind }) => kind)).toContain(each.crossing);
});
