/** The command line as a reader uses it: one JSON object, a readable flow, and exit status 2 with the cure. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const flow = (...words: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['src/tools/flow.ts', ...words], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
};

test('--json prints one object with scenario, totals, accesses and steps', () => {
  const { status, stdout } = flow(
    '--architecture',
    'hyper-v',
    '--device',
    'netvsc',
    '--operation',
    'rx',
    '--json',
  );
  const report = JSON.parse(stdout);
  expect(status).toBe(0);
  expect(Object.keys(report)).toEqual(['scenario', 'driver', 'totals', 'accesses', 'steps']);
  expect(report.totals.copies).toBe(2);
  expect(report.steps[0]).toMatchObject({
    key: 'r1.device.1',
    band: 'hardware',
    phase: 'device',
    cause: null,
  });
  expect(report.steps[1].costs[0]).toMatchObject({
    parameter: 'physical-interrupt',
    standing: 'illustrative',
  });
});

test('the readable flow says whose driver it ran', () => {
  const { stdout } = flow('--architecture', 'esxi', '--device', 'e1000');
  expect(stdout).toContain('ESXi, e1000 82545EM: computed with the Linux e1000 driver');
  expect(stdout).toContain('the guest writes 0xffffffff to IMC');
});

test('--list names everything there is, as JSON too', () => {
  const list = JSON.parse(flow('--list', '--json').stdout);
  expect(list.architectures.find(({ id }: { id: string }) => id === 'esxi').devices).toEqual([
    'pcnet32',
    'e1000',
    'vmxnet3',
  ]);
  expect(flow('--list').stdout).toContain('hyper-v     dec21140, netvsc');
});

test.each([
  [
    ['--architecture', 'esxi', '--device', 'pvscsi'],
    "unknown device 'pvscsi': esxi has pcnet32, e1000, vmxnet3",
  ],
  [['--device', 'e1000'], '--architecture is missing: use one of hyper-v, esxi, native, reference'],
  [
    ['--architecture', 'esxi', '--device', 'e1000', '--count', 'ten'],
    "--count must be a number, not 'ten'",
  ],
  [
    ['--architecture', 'esxi', '--device', 'e1000', '--set', 'vmexit=3'],
    "unknown parameter 'vmexit'",
  ],
  [['--frobnicate'], "Unknown option '--frobnicate': use --architecture --device"],
])('%j ends with status 2 and one line', (words, message) => {
  const { status, stderr } = flow(...words);
  expect(status).toBe(2);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).toContain(message);
});
