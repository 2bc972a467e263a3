/**
 * Goal: the engine makes the register accesses that real Linux drivers made. Method: each recorded
 * case is run on `reference` and compared access by access; then the same request on every product
 * that offers the device.
 */
import { describe, expect, test } from 'vitest';
import recorded from '../../data/linux-driver-traces.json' with { type: 'json' };
import { architectures, devicesOf, runRequest } from '#engine/execute.ts';
import { accessesOf, type Request } from '#engine/index.ts';
import { deviceOf } from './cases.ts';

interface Recorded {
  op: string;
  name?: string;
  size?: number;
  offset?: number;
  region?: string;
  value?: string;
  times?: number;
}

/** Addresses and ring indices depend on the guest; everything else is protocol. */
const dependsOnGuest = new Set([
  'TDT',
  'RDT',
  'TXPROD0',
  'RXPROD0',
  'LBAL',
  'LBAM',
  'LBAH',
  'BM_PRDT',
  'REQUEST_FIFO',
  'SQ1TDBL',
  'CQ1HDBL',
]);
/** Values with one bit a command slot: which slot is the guest's choice, how many is protocol. */
const slots = new Set(['P0.SACT', 'P0.CI']);

const comparable = ({ op, region, name = '', offset, size, value, times = 1 }: Recorded) => {
  const hidden = dependsOnGuest.has(name) || value === undefined;
  const shown = slots.has(name) ? ones(Number(value)) : Number(value);
  return { op, region, name, offset, size, times, ...(hidden ? {} : { value: shown }) };
};

const ones = (value: number): number => (value === 0 ? 0 : (value & 1) + ones(value >>> 1));

/** Network adapters interrupt at the access that was recorded; how soon a disk does depends on the disk. */
const comparables = (all: readonly Recorded[], kind: string) =>
  all.filter(({ op }) => op !== 'interrupt' || kind === 'net').map(comparable);

/** How many accesses there are, repetitions included. */
const times = (all: readonly { times?: number }[]): number =>
  all.reduce((sum, { times: often = 1 }) => sum + often, 0);

const { cases } = recorded;

const operations: Readonly<Record<string, string>> = { r: 'read', w: 'write', t: 'tx' };
const operationOf = (workload: string): string =>
  workload.startsWith('rx') ? 'rx' : operations[workload[0]!]!;

const requestFor = (one: (typeof cases)[number], architecture: string): Request => ({
  architecture,
  device: deviceOf(one.case),
  operation: operationOf(one.workload),
  bytes: one.class === 'net' ? 106 : 4096,
  count: one.n,
});

describe.each(cases)('$case $workload', (one) => {
  const run = runRequest(requestFor(one, 'reference'));
  const byRequest = Map.groupBy(
    run.trace.filter((event) => event.kind === 'access'),
    ({ request }) => request,
  );

  test('every request makes the recorded accesses, in order', () => {
    // The second of two: the recorded guests had made many before, and registers keep some of what was written.
    const two = accessesOf(runRequest({ ...requestFor(one, 'reference'), count: 2 }));
    const second = two.slice(two.length / 2);
    expect(comparables(second, one.class)).toEqual(comparables(one.sequence, one.class));
    const expected = times(one.sequence.filter(({ op }) => op !== 'interrupt'));
    const made = Array.from({ length: one.n }, (_, index) =>
      times((byRequest.get(index + 1) ?? []).map(({ access }) => access)),
    );
    expect(made).toEqual(new Array(one.n).fill(expected));
  });

  test('one interrupt and one end of interrupt a request', () => {
    expect(run.totals.interrupts['guest']).toBe(one.n * one.steady.interruptsRaised);
    expect(run.totals.endsOfInterrupt).toBe(one.n * one.apicPerInterrupt.eoiWrites);
  });

  test.each(
    architectures
      .filter((a) => devicesOf(a).some(({ id }) => id === deviceOf(one.case)))
      .map(({ id }) => id),
  )('an isolated request on %s makes the same accesses', (architecture) => {
    const on = (where: string) => accessesOf(runRequest({ ...requestFor(one, where), count: 1 }));
    const names = (list: ReturnType<typeof on>) =>
      list.flatMap((a) => (a.op === 'interrupt' ? [] : [`${a.op} ${a.name}`]));
    expect(names(on(architecture))).toEqual(names(on('reference')));
  });
});

describe('workloads whose counts follow from the recording and its caveats', () => {
  const interrupts = (device: string, load: Partial<Request>) =>
    runRequest({ architecture: 'reference', device, bytes: 106, ...load }).totals.interrupts;

  test.each(['dec21140', 'pcnet32', 'vmxnet3'])(
    '%s sends inside the doorbell: a burst gives one transmit interrupt a packet',
    (device) => {
      expect(interrupts(device, { count: 100, pattern: 'burst' })).toEqual({ guest: 100 });
    },
  );

  test.each(['dec21140', 'pcnet32', 'e1000', 'vmxnet3', 'virtio-net'])(
    '%s: the two halves of an echo interrupt each for itself',
    (device) => {
      expect(interrupts(device, { operation: 'echo', count: 100 })).toEqual({ guest: 200 });
    },
  );
});
