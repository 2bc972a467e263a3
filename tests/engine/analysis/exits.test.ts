/** Exits by reason: each exit and hypercall of the guest has one, as its register or its interrupt has it. */
import { describe, expect, test } from 'vitest';
import { architectures, runRequest } from '#engine/execute.ts';
import { exitRowsOf, type Request } from '#engine/index.ts';
import { offered } from '../../support/requests.ts';

const exitsOf = (architecture: string, device: string, operation: string, count = 1) => {
  const run = runRequest({ architecture, device, operation, count, pattern: 'burst' });
  return Object.fromEntries(exitRowsOf(run).map(({ reason, count: times }) => [reason, times]));
};

/** Exits and hypercalls of the guest, and those that have a reason, of one request and of some at once. */
function expectReasons(request: Request): void {
  for (const count of [1, 9]) {
    const { totals } = runRequest({ ...request, count, pattern: 'burst' });
    const all = Object.values(totals.exits).reduce((sum, times) => sum + times, 0);
    expect(all).toBe(totals.vmExits['guest']! + totals.hypercalls['guest']!);
  }
}

const chosen = architectures.flatMap(({ id, policies = [] }) =>
  policies.flatMap(({ id: policy, devices, choices }) =>
    choices.map((choice) => ({ architecture: id, policy, choice: choice.id, devices })),
  ),
);

describe('exits by reason', () => {
  test.each(offered)('$architecture $device $operation: each has one', (request) => {
    expectReasons(request);
  });

  test.each(chosen)('$architecture $policy=$choice: each has one', (row) => {
    const { architecture, policy, choice, devices } = row;
    for (const device of devices)
      expectReasons({ architecture, device, policies: { [policy]: choice } });
  });

  test('a register in memory is a misconfigured page, one at a port an instruction', () => {
    expect(exitsOf('esxi', 'e1000', 'tx')).toEqual({ EPT_MISCONFIG: 6, EOI_INDUCED: 1 });
    expect(exitsOf('hyper-v', 'ide-dma', 'read')).toEqual({ IO_INSTRUCTION: 26 });
    expect(exitsOf('hyper-v', 'dec21140', 'tx')).toEqual({ IO_INSTRUCTION: 5, EOI_INDUCED: 1 });
  });

  test('a signal of a ring is a hypercall', () => {
    expect(exitsOf('hyper-v', 'netvsc', 'tx')).toEqual({ VMCALL: 1 });
  });

  test('without a virtual APIC each end of an interrupt writes a register of the processor', () => {
    expect(exitsOf('hosted', 'e1000', 'tx')).toMatchObject({ MSR_WRITE: 1 });
  });

  test('a string instruction leaves once', () => {
    const { totals } = runRequest({ architecture: 'hyper-v', device: 'ide-pio', bytes: 4096 });
    expect(totals.exits.IO_INSTRUCTION).toBeLessThan(
      totals.accesses.reads + totals.accesses.writes,
    );
  });

  test('rates are of simulated time', () => {
    const run = runRequest({
      architecture: 'kvm',
      device: 'virtio-net',
      count: 50,
      pattern: 'burst',
    });
    for (const { count, perSecond } of exitRowsOf(run))
      expect(perSecond).toBeCloseTo((count * 1e9) / run.statistics.endNs, 6);
  });
});
