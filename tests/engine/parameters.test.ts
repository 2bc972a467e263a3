/** Every number in the engine has a birth certificate, and overriding one does what it says. */
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  architectures,
  parameter,
  parameterIds,
  runRequest,
  scenarioFor,
} from '#engine/execute.ts';
import { ScenarioError } from '#engine/index.ts';
import { offered, smallBytes } from '../support/requests.ts';

const sources = new Set(readdirSync('content/sources').map((file) => file.replace(/\.yaml$/, '')));
const rows = parameterIds.map((id) => ({ id, ...parameter(id) }));

test.each(rows)(
  '$id: value in range, conditions stated, and a source unless illustrative',
  (row) => {
    const [min, max] = row.range;
    expect(row.value).toBeGreaterThanOrEqual(min);
    expect(row.value).toBeLessThanOrEqual(max);
    expect(row.conditions).not.toBe('');
    if (row.standing !== 'illustrative') expect(sources).toContain(row.source);
  },
);

test('every activity that says it is documented or inferred names a source that the book lists', () => {
  for (const request of offered) {
    const { trace } = runRequest({ ...request, bytes: smallBytes(request.operation) });
    for (const { activity } of trace) {
      if (activity.sentence === '' || activity.evidence === 'assumed') continue;
      expect(sources, activity.sentence).toContain(activity.source);
    }
  }
});

test('every choice of a host that is documented or inferred names a source that the book lists', () => {
  for (const { policies = [] } of architectures)
    for (const { title, evidence, source } of policies.flatMap(({ choices }) => choices))
      if (evidence !== 'assumed') expect(sources, title).toContain(source);
});

/** What a price of a unit is paid by. */
const paidBy = { 'ns/byte': 'byte', 'ns/entry': 'entry', 'ns/page': 'page' } as Record<
  string,
  string
>;

/** Requests of several sizes and loads, on every device of every architecture. */
const sized = offered.flatMap((request) => {
  const network = request.operation === 'tx' || request.operation === 'rx';
  const sizes = network ? [60, 1514] : [512, 131_072];
  return sizes.map((bytes) => ({ ...request, bytes }));
});

test('a parameter is paid by what its unit says, in every activity of every run', () => {
  for (const request of sized)
    for (const { activity } of runRequest(request).trace)
      for (const { parameter: id, per } of activity.prices) {
        const { unit } = parameter(id);
        expect(per, `${id} in ${unit}`).toBe(paidBy[unit] ?? 'once');
        expect(unit).not.toBe('count');
      }
});

test('a cost is its price times what it is paid by, and bytes that are copied are all paid for', () => {
  for (const request of sized)
    for (const event of runRequest(request).trace)
      for (const { parameter: id, times, ns } of event.costs) {
        const { value, unit } = parameter(id);
        const each = unit === 'cycles' ? value / parameter('cpu-frequency').value : value;
        expect(ns.default, id).toBeCloseTo(each * times, 6);
        if (event.kind === 'copy' && id === 'copy-byte') expect(times).toBe(event.bytes);
      }
});

test('a parameter that is set has no range, and changes times, never counts', () => {
  const request = { architecture: 'hyper-v', device: 'dec21140' };
  const usual = runRequest(request).totals;
  const slow = runRequest({
    ...request,
    parameters: { 'hyper-v.intercept-message': 15_000 },
  }).totals;
  expect(slow.latencyNs.default - usual.latencyNs.default).toBe(5 * 3000);
  expect({ ...slow, latencyNs: 0 }).toEqual({ ...usual, latencyNs: 0 });
});

test.each([
  [
    { architecture: 'nowhere', device: 'e1000' },
    `unknown architecture 'nowhere': use ${architectures.map(({ id }) => id).join(', ')}`,
  ],
  [
    { architecture: 'esxi', device: 'netvsc' },
    "unknown device 'netvsc': esxi has pcnet32, e1000, vmxnet3, sriov-vf, ide-dma, ide-pio, lsi-sas1068, pvscsi, ahci, nvme",
  ],
  [
    { architecture: 'esxi', device: 'e1000', operation: 'read' },
    "unknown operation 'read': a network device has tx, rx, echo",
  ],
  [
    { architecture: 'esxi', device: 'e1000', interrupts: 'msix' },
    "unknown interrupt mode 'msix': use intx",
  ],
  [
    { architecture: 'esxi', device: 'e1000', count: 0 },
    "count must be a whole number from 1 to 1000000, not '0'",
  ],
  [
    { architecture: 'esxi', device: 'e1000', bytes: 59 },
    "bytes must be a whole number from 60 to 1048576, not '59'",
  ],
  [
    { architecture: 'esxi', device: 'e1000', parameters: { 'vm-exit': 1 } },
    "vm-exit must be from 672 to 1000 cycles, not '1'",
  ],
])('%j is refused with the rule, the value and the cure', (request, message) => {
  expect(() => scenarioFor(request)).toThrow(new ScenarioError(message));
});
