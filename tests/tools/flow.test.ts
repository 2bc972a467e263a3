/** The command line as a reader uses it: one JSON object, a readable flow, and exit status 2 with the cure. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { settings } from '#engine/index.ts';

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
  expect(Object.keys(report)).toEqual([
    'scenario',
    'remarks',
    'driver',
    'totals',
    'exits',
    'statistics',
    'outcome',
    'accesses',
    'steps',
  ]);
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
  const esxi = list.architectures.find(({ id }: { id: string }) => id === 'esxi');
  expect(esxi.devices).toContain('pvscsi');
  expect(list.matrix.pvscsi).toMatchObject({ esxi: true, 'hyper-v': false });
  expect(flow('--list').stdout).toMatch(/^ {2}netvsc +x(?: +\.)+$/m);
});

test('--help lists every setting of a request, and what it takes', () => {
  const { status, stdout } = flow('--help');
  expect(status).toBe(0);
  for (const { word, kind, means } of settings)
    expect(stdout).toMatch(
      new RegExp(`^ {2}--${word} ${RegExp.escape(kind.form)} +${RegExp.escape(means)}`, 'm'),
    );
  expect(stdout).toMatch(/^ {2}--move role=domain +.*; may be repeated$/m);
});

test('settings of every kind reach the scenario', () => {
  const { stdout } = flow(
    ...'--architecture hyper-v --device dec21140 --count 8 --vms 2 --json'.split(' '),
    ...'--move device-model=hypervisor --set vm-exit=700 --set copy-byte=0.2'.split(' '),
    ...'--fault hypervisor@20000 --integration-services on'.split(' '),
  );
  expect(JSON.parse(stdout).scenario).toMatchObject({
    parameters: { 'vm-exit': 700, 'copy-byte': 0.2 },
    faults: [{ kind: 'crash', part: 'hypervisor', at: 20_000 }],
    platform: { moves: [{ role: 'device-model', to: 'hypervisor' }] },
    subject: { vms: [{ count: 2, integrationServices: true, load: { count: 8 } }] },
  });
});

test('--procedure shows documented steps, and says that nothing was executed', () => {
  expect(flow('--procedure', 'boot-esxi').stdout).toContain('documented steps, not executed');
  const { origin, steps } = JSON.parse(flow('--procedure', 'start-vm-hyper-v', '--json').stdout);
  expect(origin).toBe('documented');
  expect(steps.length).toBeGreaterThan(8);
});

test('a load says how long requests took, and a fault what became of each machine', () => {
  const words = ['--architecture', 'hyper-v', '--device', 'netvsc', '--vms', '2', '--count', '20'];
  const { stdout } = flow(...words, '--fault', 'physical-driver', '--queue-depth', '4');
  expect(stdout).toMatch(/latency median \d+, 95th percentile \d+/);
  expect(stdout).toMatch(/^VM 2: lost, \d+ of \d+ requests done: The physical driver lives/m);
});

test.each([
  [
    ['--architecture', 'esxi', '--device', 'netvsc'],
    "unknown device 'netvsc': esxi has pcnet32, e1000, vmxnet3",
  ],
  [['--device', 'e1000'], '--architecture is missing: use one of hyper-v, esxi, '],
  [
    ['--architecture', 'esxi', '--device', 'pvscsi', '--operation', 'tx'],
    "unknown operation 'tx': a storage device has read, write, flush",
  ],
  [
    ['--architecture', 'esxi', '--device', 'pvscsi', '--bytes', '1000'],
    "bytes must be a multiple of 512 from 512 to 1048576, not '1000'",
  ],
  [
    ['--architecture', 'hyper-v', '--device', 'ide-dma', '--generation', '2'],
    'generation 2 has no ide-dma: use generation 1 or a synthetic device',
  ],
  [
    [
      '--architecture',
      'hyper-v',
      '--device',
      'storvsc',
      '--generation',
      '2',
      '--integration-services',
      'off',
    ],
    'generation 2 has no ide-dma to stand in for storvsc without integration services: use generation 1',
  ],
  [
    ['--architecture', 'esxi', '--device', 'e1000', '--scheduler', 'root'],
    "esxi has one scheduler: leave out scheduler 'root'",
  ],
  [['--architecture', 'hyper-v', '--device', 'netvsc', '--fault', 'vmx'], "unknown fault 'vmx'"],
  [
    ['--architecture', 'hyper-v', '--device', 'netvsc', '--integration-services', 'no'],
    "integration-services must be on or off, not 'no'",
  ],
  [
    ['--architecture', 'esxi', '--device', 'e1000', '--count', 'ten'],
    "count must be a number in plain digits, not 'ten'",
  ],
  [
    ['--architecture', 'esxi', '--device', 'e1000', '--set', 'vmexit=3'],
    "unknown parameter 'vmexit'",
  ],
  [
    ['--architecture', 'esxi', '--device', 'e1000', '--count', '1', '--count', '1e1'],
    'count is given 2 times (1, 1e1): give it once',
  ],
  [
    ['--architecture', 'esxi', '--architecture', 'xen'],
    '--architecture is given 2 times: give it once',
  ],
  [
    ['--architecture', 'esxi', '--device', 'e1000', '--set', 'vm-exit'],
    "set takes parameter=value, not 'vm-exit'",
  ],
  [
    ['--architecture', 'esxi', '--device', 'e1000', '--move', 'vsp'],
    "move takes role=domain, not 'vsp'",
  ],
  [['--frobnicate'], "Unknown option '--frobnicate': use --architecture --device"],
])('%j ends with status 2 and one line', (words, message) => {
  const { status, stderr } = flow(...words);
  expect(status).toBe(2);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).toContain(message);
});
