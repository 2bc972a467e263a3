/**
 * Goal: whatever a request within the limits makes, its text ends with totals. Method: each device and operation by
 * sizes and counts, on one architecture that offers it; the command line itself for the longest trace of all.
 */
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { runRequest } from '#engine/execute.ts';
import { loadLimits, operationsOf, type Settings, sizeLimits } from '#engine/index.ts';
import { flowText } from '#views/table/flow-text.ts';
import { cells, smallBytes } from '../support/requests.ts';

const firstOffers = cells.filter(
  ({ architecture, device }) =>
    architecture !== 'reference' &&
    cells.find((cell) => cell.device === device && cell.architecture !== 'reference')
      ?.architecture === architecture,
);

describe.each(firstOffers)('$architecture $device.id', ({ architecture, device }) => {
  test.each(operationsOf[device.kind])('%s ends with totals', (operation) => {
    const isFlush = operation === 'flush';
    const least = isFlush ? {} : { bytes: smallBytes(operation) };
    const most = isFlush ? {} : { bytes: sizeLimits[device.kind].max };
    const loads: readonly Settings[] = [
      { count: 60, pattern: 'burst', ...least },
      { count: 1, ...(operation === 'read' || operation === 'write' ? most : {}) },
      { count: 20, pattern: 'open', rate: loadLimits.rate.max, batch: 7 },
      { count: 3000, window: 100, pattern: 'burst', ...least },
    ];
    for (const load of loads) {
      const text = flowText(runRequest({ architecture, device: device.id, operation, ...load }));
      expect(text).toContain(`requests ${load.count}, accesses`);
      expect(text).toContain(`line crossings`);
    }
  });
});

test('a thousand requests of the device with the longest trace are printed, and exit 0', () => {
  const words =
    '--architecture hyper-v --device ide-dma --operation read --count 1000 --pattern burst';
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['src/tools/flow.ts', ...words.split(' ')],
    { encoding: 'utf8', maxBuffer: 1e9 },
  );
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toContain('requests 1000, accesses 13000 reads and 13000 writes');
  expect(stdout).toContain('request 1000: the same');
}, 120_000);
