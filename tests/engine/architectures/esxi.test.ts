/**
 * Goal: storage and network are served in the VMkernel, the rest in the VMX, as VMware says. Method: domains on the
 * way of a request and counts, against the published rule and backtraces.
 */
import { describe, expect, test } from 'vitest';
import { runRequest } from '#engine/execute.ts';
import { type Request, stepsOf } from '#engine/index.ts';

const run = (device: string, request: Partial<Request> = {}) =>
  runRequest({ architecture: 'esxi', device, ...request });
const domains = (device: string, request: Partial<Request> = {}) =>
  [...new Set(stepsOf(run(device, request)).map(({ domain }) => domain))].sort();

describe.each(['pvscsi', 'lsi-sas1068', 'ahci', 'nvme'])('%s', (device) => {
  test.each(['read', 'write', 'flush'])(
    '%s: served inside the exit by the VMkernel, which wakes nobody and copies nothing',
    (operation) => {
      const { wakeUps, copies, vmExits, accesses } = run(device, { operation }).totals;
      expect([wakeUps, copies]).toEqual([0, 0]);
      expect(domains(device, { operation })).toEqual(['guest', 'hardware', 'vmkernel', 'vmm']);
      const edges = device === 'lsi-sas1068' ? 1 : 0;
      expect(vmExits['guest']).toBe(accesses.reads + accesses.writes + edges);
    },
  );
});

test('IDE is served in the VMX: two switches of context for each access, and one to complete', () => {
  const { accesses, wakeUps, vmExits } = run('ide-dma', { operation: 'read' }).totals;
  const all = accesses.reads + accesses.writes;
  expect(all).toBe(26);
  expect([vmExits['guest'], wakeUps]).toEqual([all, 2 * all + 1]);
  expect(domains('ide-dma', { operation: 'read' })).toContain('vmx');
});

test('a completion pays for the interrupt to the monitor’s processor, once for those found together', () => {
  const time = (parameters: Request['parameters'] = {}) =>
    run('pvscsi', { operation: 'read', parameters }).totals.latencyNs.default;
  expect(time() - time({ 'esxi.completion-ipi': 0 })).toBe(Math.round(4300 / 3));
});

test('below the request-call threshold the guest does not ring, and the VMkernel looks at the ring', () => {
  const of = (threshold: number) =>
    run('pvscsi', {
      operation: 'read',
      count: 16,
      batch: 16,
      parameters: { 'esxi.request-call-threshold': threshold },
    }).totals;
  expect(of(1).doorbells).toBe(16);
  expect(of(4).doorbells).toBeLessThan(16);
  expect(of(4).requests).toBe(16);
  const one = run('pvscsi', {
    operation: 'read',
    parameters: { 'esxi.request-call-threshold': 4 },
  });
  expect(one.totals.doorbells).toBe(0);
  expect(stepsOf(one).map(({ sentence }) => sentence)).toContainEqual(
    expect.stringContaining('The VMkernel looks at the ring unasked'),
  );
});

test('thresholds of requests and of packets are apart', () => {
  const doorbells = (
    device: string,
    parameter: 'esxi.request-call-threshold' | 'esxi.transmit-threshold',
  ) => run(device, { count: 8, batch: 8, parameters: { [parameter]: 4 } }).totals.doorbells;
  expect(doorbells('vmxnet3', 'esxi.request-call-threshold')).toBe(
    run('vmxnet3', { count: 8, batch: 8 }).totals.doorbells,
  );
  expect(doorbells('vmxnet3', 'esxi.transmit-threshold')).toBeLessThan(8);
  expect(doorbells('pvscsi', 'esxi.transmit-threshold')).toBe(8);
});

test('a virtual function takes no exit; its messages go through VMkernel and monitor', () => {
  for (const operation of ['tx', 'rx']) {
    const { vmExits, copies, wakeUps } = run('sriov-vf', { operation }).totals;
    expect([vmExits['guest'], copies, wakeUps]).toEqual([0, 0, 0]);
    expect(domains('sriov-vf', { operation })).toEqual(['guest', 'hardware', 'vmkernel', 'vmm']);
  }
});
