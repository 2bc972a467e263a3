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
