/**
 * Goal: no option is ignored in silence. Method: each setting on each device, with a value other than its default: the
 * run comes out otherwise, or the request is refused, or the setting is named with a reason.
 */
import { describe, expect, test } from 'vitest';
import { remarksOn, runRequest } from '#engine/execute.ts';
import { type Request, ScenarioError, type Settings } from '#engine/index.ts';
import { cells } from '../support/requests.ts';

const others: readonly Settings[] = [
  { processors: 4 },
  { seed: 7 },
  { vms: 2 },
  { batch: 3 },
  { queueDepth: 2 },
  { pattern: 'burst' },
  { rate: 50_000 },
  { bytes: 1024 },
  { generation: 2 },
  { integrationServices: false },
  { parameters: { 'vm-exit': 1500 } },
  { parameters: { 'xen.grant-operation': 900 } },
];

const told = (request: Request): string | undefined => {
  try {
    const counted = ({ totals, statistics }: ReturnType<typeof runRequest>) =>
      JSON.stringify([totals, statistics]);
    const { architecture, device } = request;
    const plain = runRequest({ architecture, device, count: 3 });
    if (counted(runRequest(request)) !== counted(plain)) return 'honoured';
    const named = remarksOn(request).some(({ says }) => says.startsWith('changes nothing'));
    return named ? 'named' : undefined;
  } catch (error) {
    if (error instanceof ScenarioError) return 'refused';
    throw error;
  }
};

describe.each(cells)('$architecture $device.id', ({ architecture, device }) => {
  test.each(others)('%j is honoured, refused or named', (setting) => {
    expect(told({ architecture, device: device.id, count: 3, ...setting })).toBeDefined();
  });
});

test('four processors with a driver of one queue are named, with several they are honoured', () => {
  const four = { architecture: 'esxi', count: 8, pattern: 'burst', processors: 4 };
  expect(remarksOn({ ...four, device: 'e1000' })).toEqual([
    { setting: 'processors 4', says: expect.stringContaining('driver of e1000 has one queue') },
  ]);
  const channels = {
    ...four,
    architecture: 'hyper-v',
    device: 'netvsc',
    operation: 'rx',
    flows: 4,
  };
  expect(remarksOn(channels)).toEqual([]);
});

test('a default that is given is honoured, and a size that a flush does not have is named', () => {
  const disk = { architecture: 'esxi', device: 'pvscsi' };
  expect(remarksOn({ ...disk, bytes: 4096, batch: 1, processors: 1 })).toEqual([]);
  const [flush] = remarksOn({ ...disk, operation: 'flush', bytes: 4096 });
  expect(flush!.setting).toBe('bytes 4096');
});

test('an IDE disk says that Linux with integration services leaves it to VMBus', () => {
  const disk = { architecture: 'hyper-v', device: 'ide-dma' };
  expect(remarksOn(disk)[0]!.says).toContain('ATA device ignore set');
  expect(remarksOn(disk)[0]!.says).toContain('storvsc-ide');
  expect(remarksOn({ ...disk, integrationServices: false })[0]?.setting).not.toBe('device ide-dma');
  expect(remarksOn({ architecture: 'kvm', device: 'ide-dma' })).toEqual([]);
});
