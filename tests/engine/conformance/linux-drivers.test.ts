/**
 * Goal: the engine makes the register accesses that real Linux drivers made. Method: each recorded
 * case is run on `reference` and compared access by access; then the same request on every product
 * that offers the device.
 */
import { describe, expect, test } from 'vitest';
import recorded from '../../data/linux-driver-traces.json' with { type: 'json' };
import { accessesOf, architectures, devicesOf, type Request, runRequest } from '#engine/index.ts';

const devices: Readonly<Record<string, string>> = {
  'tulip-21143': 'dec21140',
  'e1000-82545em': 'e1000',
  'vmxnet3-msix': 'vmxnet3',
  pcnet32: 'pcnet32',
  'virtio-net-msix': 'virtio-net',
};

interface Recorded {
  op: string;
  name?: string;
  size?: number;
  offset?: number;
  region?: string;
  value?: string;
}

/** Addresses and ring indices depend on the guest; everything else is protocol. */
const dependsOnGuest = new Set(['TDT', 'RDT', 'TXPROD0', 'RXPROD0']);

/** CSR0 of the PCnet keeps its transmit-demand bit, and the recorded guest had sent before it received. */
const remembered: Readonly<Record<string, number>> = { RDP: 0x8 };

const comparable = ({ op, region, name = '', offset, size, value }: Recorded) => {
  const history = op === 'read' ? (remembered[name] ?? 0) : 0;
  const known = dependsOnGuest.has(name) ? {} : { value: Number(value) & ~history };
  return { op, region, name, offset, size, ...known };
};

const accesses = (all: readonly Recorded[]) =>
  all.filter(({ op }) => op !== 'interrupt').map(comparable);

const offered = new Set(architectures.flatMap(devicesOf).map(({ id }) => id));
const cases = recorded.cases.filter((one) => offered.has(devices[one.case]!));

const requestFor = (one: (typeof cases)[number], architecture: string): Request => ({
  architecture,
  device: devices[one.case]!,
  operation: one.workload.startsWith('rx') ? 'rx' : 'tx',
  bytes: 106,
  count: one.n,
});

test('there are recorded cases to replay', () => {
  expect(cases.length).toBeGreaterThanOrEqual(6);
});

describe.each(cases)('$case $workload', (one) => {
  const run = runRequest(requestFor(one, 'reference'));
  const byRequest = Map.groupBy(
    run.trace.filter(({ kind }) => kind === 'access'),
    ({ request }) => request,
  );

  test('every request makes the recorded accesses, in order', () => {
    const single = runRequest({ ...requestFor(one, 'reference'), count: 1 });
    expect(accesses(accessesOf(single))).toEqual(accesses(one.sequence));
    const expected = one.sequence.filter(({ op }) => op !== 'interrupt').length;
    const made = Array.from({ length: one.n }, (_, index) => byRequest.get(index + 1)?.length ?? 0);
    expect(made).toEqual(new Array(one.n).fill(expected));
  });

  test('one interrupt and one end of interrupt a request', () => {
    expect(run.totals.interrupts['guest']).toBe(one.n * one.steady.interruptsRaised);
    expect(run.totals.endsOfInterrupt).toBe(one.n * one.apicPerInterrupt.eoiWrites);
  });

  test.each(
    architectures
      .filter((a) => devicesOf(a).some(({ id }) => id === devices[one.case]))
      .map(({ id }) => id),
  )('an isolated request on %s makes the same accesses', (architecture) => {
    const on = (where: string) => accessesOf(runRequest({ ...requestFor(one, where), count: 1 }));
    const names = (list: ReturnType<typeof on>) =>
      list.flatMap((a) => (a.op === 'interrupt' ? [] : [`${a.op} ${a.name}`]));
    expect(names(on(architecture))).toEqual(names(on('reference')));
  });
});
