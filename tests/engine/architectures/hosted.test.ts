/** Goal: a hosted monitor goes through the host’s world for each access and each interrupt of a device. */
import { expect, test } from 'vitest';
import { runRequest } from '#engine/execute.ts';
import type { Request, Run } from '#engine/index.ts';

const onHost = (device: string, more: Partial<Request> = {}): Run =>
  runRequest({ architecture: 'hosted', device, ...more });

const worldSwitches = ({ trace }: Run): number =>
  trace.filter(({ costs }) => costs.some(({ parameter }) => parameter === 'hosted.world-switch'))
    .length;

test.each([
  ['pcnet32', 'tx'],
  ['pcnet32', 'rx'],
  ['e1000', 'tx'],
  ['e1000', 'rx'],
  ['ide-dma', 'read'],
  ['lsi-sas1068', 'write'],
])('%s %s: two world switches for each access, and two for the device’s interrupt', (...what) => {
  const [device, operation] = what;
  const run = onHost(device, { operation });
  const { reads, writes } = run.totals.accesses;
  expect(worldSwitches(run)).toBe(2 * (reads + writes) + 2);
});

test('the VMM serves the interrupt controller itself', () => {
  const run = onHost('pcnet32');
  const acknowledgement = run.trace.findIndex(({ kind }) => kind === 'end-of-interrupt');
  const next = run.trace
    .slice(acknowledgement + 1)
    .flatMap((event) => (event.kind === 'crossing' ? [event.domain] : []));
  expect(next.slice(0, 2)).toEqual(['vmm', 'guest']);
});

test('an interrupt of the card arrives in the VMM and is passed to the host by a world switch', () => {
  const { trace } = onHost('e1000', { operation: 'rx' });
  const ways = trace.flatMap((event) =>
    event.kind === 'crossing' ? [`${event.crossing} ${event.domain}`] : [],
  );
  expect(ways.slice(0, 3)).toEqual(['interrupt vmm', 'call host-kernel', 'wake-up vmapp']);
});

test('frames pass the host’s network stack: one copy out, two copies in', () => {
  expect(onHost('pcnet32').totals.copies).toBe(1);
  expect(onHost('pcnet32', { operation: 'rx' }).totals.copies).toBe(2);
});

test('no request is cheaper than on KVM, whose exits stay in one kernel', () => {
  for (const device of ['pcnet32', 'e1000', 'ide-dma', 'lsi-sas1068']) {
    const latency = (architecture: string): number =>
      runRequest({ architecture, device }).totals.latencyNs.default;
    expect(latency('hosted')).toBeGreaterThan(latency('kvm'));
  }
});
