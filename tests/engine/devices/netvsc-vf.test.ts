/**
 * Goal: netvsc uses the virtual function while there is one and goes on without it. Method: runs on Hyper-V with and
 * without its removal, at any time and under any load, and the message that switches the data path byte for byte.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { netvsc as device } from '#engine/devices/netvsc.ts';
import { LinuxNetvsc } from '#engine/drivers/netvsc.ts';
import { runRequest, scenarioFor } from '#engine/execute.ts';
import type { Request, Run } from '#engine/index.ts';
import { GuestMemory } from '#engine/memory/guest-memory.ts';
import { dataPath, wordAt } from '#engine/memory/nvsp.ts';
import { pageBytes, VmbusRing } from '#engine/memory/vmbus-ring.ts';
import { DirectKernel, RecordingHost } from '../../support/device-bench.ts';

const run = (more: Partial<Request> = {}): Run =>
  runRequest({ architecture: 'hyper-v', device: 'netvsc-vf', ...more });
const removed = { faults: ['virtual-function'] } as const;
/** Copies of frames, which only the synthetic adapter makes. */
const copies = ({ totals }: Run): number => totals.copies;

describe('with its virtual function', () => {
  test.each(['tx', 'rx', 'echo'])('%s is as with the virtual function alone', (operation) => {
    const alone = runRequest({ architecture: 'hyper-v', device: 'sriov-vf', operation }).totals;
    const { totals } = run({ operation });
    for (const key of ['accesses', 'vmExits', 'hypercalls', 'interrupts', 'copies'] as const)
      expect(totals[key]).toEqual(alone[key]);
    expect(totals.latencyNs.default).toBeGreaterThan(alone.latencyNs.default);
  });
});

describe('without it', () => {
  test.each(['tx', 'rx', 'echo'])(
    '%s goes on through VMBus, and every request is done',
    (operation) => {
      const load = { operation, count: 400, rate: 20_000 };
      const outcome = run({ ...load, ...removed }).outcome[0]!;
      expect(outcome).toMatchObject({ state: 'degraded', completed: 400, undone: 0, lost: 0 });
      expect(outcome.path).toContain('root kernel');
      expect(copies(run(load))).toBe(0);
      const after = copies(run({ ...load, ...removed }));
      const synthetic = copies(runRequest({ architecture: 'hyper-v', device: 'netvsc', ...load }));
      expect(after).toBeGreaterThan(synthetic / 3);
      expect(after).toBeLessThan((2 * synthetic) / 3);
    },
  );

  test('from the beginning on, frames cost what they cost on netvsc', () => {
    const load = { count: 40, operation: 'tx' } as const;
    const late = { ...load, faults: ['virtual-function@0'] };
    const synthetic = runRequest({ architecture: 'hyper-v', device: 'netvsc', ...load }).totals;
    // The first frame is on its way to the virtual function when that is taken away.
    expect(copies(run(late))).toBe(synthetic.copies - 1);
  });

  test('the switch is one message and its completion, and goes with no request', () => {
    const { trace } = run({ count: 4, ...removed });
    const switching = trace.filter(({ activity }) =>
      /data path|which path/.test(activity.sentence),
    );
    expect(switching.map(({ kind, request }) => [kind, request])).toEqual([
      ['ring', 0],
      ['work', 0],
    ]);
  });

  test('at any time and under any load, nothing is left undone', () => {
    const anyLoad = fc.record({
      operation: fc.constantFrom('tx', 'rx', 'echo'),
      pattern: fc.constantFrom('spaced', 'burst', 'open'),
      count: fc.integer({ min: 1, max: 200 }),
      batch: fc.integer({ min: 1, max: 8 }),
      processors: fc.integer({ min: 1, max: 4 }),
      flows: fc.integer({ min: 1, max: 4 }),
      bytes: fc.integer({ min: 60, max: 1514 }),
      seed: fc.nat(),
    });
    const anyTime = fc.nat({ max: 300_000 });
    fc.assert(
      fc.property(anyLoad, anyTime, (load, at) => {
        const { outcome, ended } = run({ ...load, faults: [`virtual-function@${at}`] });
        expect(ended).toBe('idle');
        expect(outcome[0]!.undone).toBe(0);
        expect(outcome[0]!.completed + outcome[0]!.lost).toBe(load.count);
      }),
      { numRuns: 60 },
    );
  });

  test('a machine whose run was over before is unaffected, and so are all others', () => {
    expect(run({ vms: 2, count: 8, ...removed }).outcome.map(({ state }) => state)).toEqual([
      'degraded',
      'unaffected',
    ]);
  });

  test('is refused where there is nothing beside the device, and takes no value', () => {
    const asked = { architecture: 'hyper-v', device: 'sriov-vf', ...removed };
    expect(() => scenarioFor(asked)).toThrow("unknown fault 'virtual-function'");
    const valued = { ...asked, device: 'netvsc-vf', faults: ['virtual-function=3'] };
    expect(() => scenarioFor(valued)).toThrow("leave out '=3'");
  });
});

test('the message: NVSP 129 with the path; the host steers frames and completes it without a payload', () => {
  const memory = new GuestMemory(device.memoryBytes);
  const host = new RecordingHost(memory);
  const kernel = new DirectKernel(memory, 'vmbus');
  const vsp = device.create(host, { variant: '', interrupts: 'vmbus', doorbellThreshold: 1 });
  const rings: number[] = [];
  kernel.device = {
    ...vsp,
    read: () => 0,
    write: () => {},
    take: () => undefined,
    finished: () => {},
    open: (offer) => {
      rings.push(...offer.rings);
      vsp.open!(offer);
    },
  };
  const vsc = new LinuxNetvsc(kernel);
  kernel.run(vsc.open());
  const [toHost, toGuest] = rings.map((at) => new VmbusRing(memory, at, 128 * pageBytes));
  kernel.run(vsc.switchDataPath(dataPath.synthetic));
  const sent = toHost!.read()!;
  expect([sent.type, sent.flags, wordAt(sent.payload, 0), wordAt(sent.payload, 4)]).toEqual([
    6, 1, 129, 0,
  ]);
  expect(kernel.signals).toEqual(['to host']);
  expect(vsp.take()).toBeUndefined();
  expect(host.steered).toEqual([true]);
  const completion = toGuest!.read()!;
  expect([completion.type, completion.transaction]).toEqual([0xb, sent.transaction]);
  expect(toGuest!.used).toBe(24);
  kernel.run(vsc.interrupt(1));
  expect(kernel.run(vsc.poll(64))).toBe(false);
  expect(kernel.reaped).toEqual([]);
});
