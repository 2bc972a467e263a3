/**
 * Goal: who serves which device on Hyper-V, under which scheduler, and what a guest without integration services gets.
 * Method: counts that follow from the published structure, at the recorded numbers of register accesses.
 */
import { describe, expect, test } from 'vitest';
import { runRequest, scenarioFor } from '#engine/execute.ts';
import { type Request, ScenarioError, stepsOf } from '#engine/index.ts';

const run = (device: string, request: Partial<Request> = {}) =>
  runRequest({ architecture: 'hyper-v', device, ...request });
const totals = (device: string, request: Partial<Request> = {}) => run(device, request).totals;
const domains = (device: string, request: Partial<Request> = {}) =>
  new Set(stepsOf(run(device, request)).map(({ domain }) => domain));

describe('disks', () => {
  test('a read by IDE and DMA leaves the guest for each of its 26 accesses, and wakes the worker once more', () => {
    const { accesses, vmExits, wakeUps, hypercalls } = totals('ide-dma', { operation: 'read' });
    expect(accesses).toEqual({ reads: 13, writes: 13 });
    // The end of an edge-triggered interrupt needs no exit; the completion needs the worker process again.
    expect([vmExits['guest'], wakeUps, hypercalls['root']]).toEqual([26, 27, 27]);
  });

  test.each([
    ['ide-dma', 'read', 1, 'complete'],
    ['ide-dma', 'write', 1, 'process'],
    ['ide-dma', 'flush', 0, undefined],
    ['ide-pio', 'read', 0, undefined],
    ['ide-pio', 'write', 0, undefined],
    ['storvsc', 'read', 0, undefined],
    ['storvsc', 'write', 0, undefined],
  ])('%s %s: the host copies the data %i times, at %s', (device, operation, copies, phase) => {
    const steps = stepsOf(run(device, { operation }));
    const made = steps.filter(({ kind, domain }) => kind === 'copy' && domain !== 'guest');
    expect(made.map((step) => step.phase)).toEqual(phase === undefined ? [] : [phase]);
    expect(totals(device, { operation }).copies).toBe(copies);
  });

  test('the words of programmed I/O leave the guest by one exit for each string instruction', () => {
    const { vmExits, accesses } = totals('ide-pio', { operation: 'read' });
    expect(accesses.reads + accesses.writes).toBeGreaterThan(4096 / 4);
    expect(vmExits['guest']).toBeLessThan(60);
  });

  test('the firmware’s own port takes one exit for a request', () => {
    const { vmExits } = totals('ide-dma', { operation: 'read', driver: 'enlightened-int13' });
    expect(vmExits['guest']).toBe(1);
  });

  test('a synthetic disk takes one hypercall and no exit, and the worker process has no part in it', () => {
    for (const operation of ['read', 'write', 'flush']) {
      const { vmExits, hypercalls, wakeUps } = totals('storvsc', { operation });
      expect([vmExits['guest'], hypercalls['guest'], wakeUps]).toEqual([0, 1, 0]);
      expect(domains('storvsc', { operation })).not.toContain('worker');
    }
  });

  test('the IDE disk of a guest with integration services is a channel, on one processor the same', () => {
    const ofScsi = totals('storvsc', { operation: 'read', count: 40, pattern: 'burst' });
    const ofIde = totals('storvsc-ide', { operation: 'read', count: 40, pattern: 'burst' });
    expect(ofIde).toEqual(ofScsi);
    expect(totals('storvsc-ide', { operation: 'read' }).vmExits['guest']).toBe(0);
  });

  test.each([
    ['storvsc', 1, 256],
    ['storvsc', 4, 316],
    ['storvsc-ide', 4, 256],
  ])('to a slow disk, %s of %i processors has %i commands out', (device, processors, out) => {
    const slow = { operation: 'read', count: 400, pattern: 'burst', processors };
    const parameters = { 'disk-service': 10_000_000 };
    const { trace } = runRequest({ architecture: 'hyper-v', device, ...slow, parameters });
    const done = trace.findIndex((event) => event.kind === 'request' && event.state === 'served');
    const asked = trace
      .slice(0, done)
      .filter(({ domain, kind }) => domain === 'guest' && kind === 'ring');
    expect(asked).toHaveLength(out);
  });

  test('a pass-through disk costs neither NTFS nor the parser of the virtual disk', () => {
    const time = (parameters: Request['parameters']) =>
      totals('storvsc', { operation: 'read', ...(parameters && { parameters }) }).latencyNs.default;
    expect(time(undefined) - time({ 'hyper-v.virtual-disk': 0 })).toBe(3000);
  });
});

test('a virtual function bypasses the root partition: no exit, no hypercall, no step of its', () => {
  for (const operation of ['tx', 'rx']) {
    const { vmExits, hypercalls, copies } = totals('sriov-vf', { operation });
    expect([vmExits['guest'], hypercalls['guest'], copies]).toEqual([0, 0, 0]);
    expect([...domains('sriov-vf', { operation })].sort()).toEqual([
      'guest',
      'hardware',
      'hypervisor',
    ]);
  }
});

describe('schedulers', () => {
  const counts = (device: string, scheduler: string, operation: string) => {
    const { crossings, wakeUps, vmExits, hypercalls } = totals(device, { scheduler, operation });
    return { messages: crossings.message ?? 0, wakeUps, exits: vmExits['guest'], hypercalls };
  };

  test('core and classic differ in where virtual processors run, not in what an intercept does', () => {
    for (const device of ['dec21140', 'netvsc'])
      expect(counts(device, 'core', 'tx')).toEqual(counts(device, 'classic', 'tx'));
  });

  test('under the root scheduler an intercept is neither a message nor a thread to wake', () => {
    const core = counts('ide-dma', 'core', 'read');
    const root = counts('ide-dma', 'root', 'read');
    expect([core.messages, core.wakeUps]).toEqual([26, 27]);
    expect([root.messages, root.wakeUps]).toEqual([0, 1]);
    expect([root.exits, root.hypercalls]).toEqual([core.exits, core.hypercalls]);
  });

  test('the end of a level-triggered interrupt is a message under every scheduler', () => {
    // The worker process wakes for it, and for the frame that has been sent.
    const root = counts('dec21140', 'root', 'tx');
    expect([root.messages, root.wakeUps]).toEqual([1, 2]);
  });

  test('synthetic devices have no intercepts and cost the same', () => {
    const time = (scheduler: string) => totals('netvsc', { scheduler }).latencyNs;
    expect(time('root')).toEqual(time('core'));
  });
});

describe('generations and integration services', () => {
  const deviceOf = (request: Partial<Request>) =>
    scenarioFor({ architecture: 'hyper-v', device: 'netvsc', ...request }).subject.vms[0].device;

  test('the first generation has an emulated device to fall back on', () => {
    expect(deviceOf({ integrationServices: false })).toBe('dec21140');
    expect(deviceOf({ device: 'storvsc', integrationServices: false })).toBe('ide-dma');
    expect(deviceOf({ device: 'storvsc', generation: 2 })).toBe('storvsc');
    expect(deviceOf({ device: 'storvsc-ide' })).toBe('storvsc-ide');
    expect(deviceOf({ device: 'storvsc-ide', integrationServices: false })).toBe('ide-dma');
  });

  test.each([
    [
      { device: 'ide-dma', generation: 2 },
      'generation 2 has no ide-dma: use generation 1 or a synthetic device',
    ],
    [
      { device: 'storvsc-ide', generation: 2 },
      'generation 2 has no storvsc-ide: use generation 1 or a synthetic device',
    ],
    [
      { device: 'storvsc', generation: 2, integrationServices: false },
      'generation 2 has no ide-dma to stand in for storvsc without integration services: use generation 1 or switch the integration services on',
    ],
    [
      { device: 'sriov-vf', integrationServices: false },
      'without integration services nothing answers for sriov-vf: switch them on or use an emulated device',
    ],
  ])('%j is refused', (request, message) => {
    expect(() => deviceOf(request)).toThrow(new ScenarioError(message));
  });
});
