import { describe, expect, test } from 'vitest';
import { flowValue, parameterValue } from '#components/prose/value.ts';

describe('a value of a flow', () => {
  test('is a count of the run', () => {
    expect(flowValue('hyper-v/dec21140/tx', 'vmExits.guest')).toMatchObject({
      text: '6',
      standing: 'executed',
    });
    expect(flowValue('hyper-v/dec21140/tx', 'accesses.total').text).toBe('5');
    expect(flowValue('hyper-v/netvsc/tx?count=8&pattern=burst', 'requests').text).toBe('8');
  });

  test('says of what the host does how much of it no source says', () => {
    const said = (of: string): string => flowValue('hyper-v/dec21140/tx', of).explanation;
    const host = /Of its \d+ steps, \d+ are inferred and [1-9]\d* assumed\.$/;
    for (const of of ['wakeUps', 'hypercalls.root', 'lineCrossings'])
      expect(said(of)).toMatch(host);
    for (const of of ['requests', 'accesses.total', 'accesses.writes', 'vmExits.guest'])
      expect(said(of)).not.toContain('assumed');
  });

  test('is 0 for a domain without a count', () => {
    expect(flowValue('hyper-v/netvsc/tx', 'vmExits.guest').text).toBe('0');
    expect(flowValue('hyper-v/netvsc/tx', 'vmExits.worker').text).toBe('0');
    expect(flowValue('esxi/e1000/tx', 'hypercalls.root').text).toBe('0');
  });

  test('is a latency with its range and its weakest standing', () => {
    const latency = flowValue('hyper-v/dec21140/tx', 'latency');
    expect(latency.text).toMatch(/^\d+ µs \(\d+ to \d+\)$/);
    expect(latency.standing).toBe('illustrative');
    expect(latency.explanation).toContain('Linux tulip');
  });

  test.each([
    [
      'hyper-v/dec21140',
      'vmExits.guest',
      "a flow is written architecture/device/operation, not 'hyper-v/dec21140'",
    ],
    ['hyper-v/vmxnet3/tx', 'copies', "unknown device 'vmxnet3': hyper-v has"],
    ['hyper-v/netvsc/tx?packets=8', 'copies', "unknown setting 'packets'"],
    [
      'hyper-v/netvsc/tx?count=many',
      'copies',
      "count must be a number in plain digits, not 'many'",
    ],
    [
      'hyper-v/netvsc/tx?count=0',
      'copies',
      "count must be a whole number from 1 to 1000000, not '0'",
    ],
    ['hyper-v/netvsc/tx?count=1&count=2', 'copies', 'count is given 2 times (1, 2): give it once'],
    ['hyper-v/netvsc/tx?move=vsp', 'copies', "move takes role=domain, not 'vsp'"],
    ['hyper-v/netvsc/tx', 'exits', "a run has no total 'exits': use"],
    ['hyper-v/netvsc/tx', 'vmExits.nobody', "a run has no total 'vmExits.nobody'"],
  ])('%s of %s fails with the cure', (flow, of, message) => {
    expect(() => flowValue(flow, of)).toThrow(message);
  });
});

describe('a value says where it comes from', () => {
  test.each([
    ['hyper-v/netvsc/tx', '1 packet of 1,514 bytes sent, Hyper-V, '],
    ['esxi/e1000/rx?count=4&pattern=burst', '4 packets of 1,514 bytes received, ESXi, '],
    ['kvm/virtio-net/echo?bytes=60', '1 packet of 60 bytes sent and answered, '],
    ['hyper-v/storvsc/read', '1 block of 4,096 bytes read, Hyper-V, '],
    ['esxi/pvscsi/write?count=2', '2 blocks of 4,096 bytes written, ESXi, '],
    ['hyper-v/storvsc/flush', 'run: 1 flush of the disk, Hyper-V, '],
    ['hyper-v/ide-dma/flush?count=3', 'run: 3 flushes of the disk, Hyper-V, '],
  ])('%s: %s', (flow, words) => {
    expect(flowValue(flow, 'requests').explanation).toContain(words);
  });

  test('and what else was asked for', () => {
    const flow = 'hyper-v/dec21140/tx?count=2&queue-depth=2&move=device-model=hypervisor&vms=3';
    const { text, explanation } = flowValue(flow, 'wakeUps');
    expect(explanation).toMatch(
      /2 packets .* driver, queue-depth 2, vms 3, move device-model=hypervisor\. Of its /,
    );
    expect(text).not.toBe(flowValue('hyper-v/dec21140/tx', 'wakeUps').text);
  });
});

test('a number follows from every setting of its flow', () => {
  const count = (query: string) => flowValue(`hyper-v/dec21140/tx${query}`, 'accesses.total').text;
  expect(count('?vms=2')).toBe(String(2 * Number(count(''))));
  const latency = (query: string) => flowValue(`hyper-v/dec21140/tx${query}`, 'latency').text;
  expect(latency('?set=hyper-v.worker-wake-up=2300')).not.toBe(latency(''));
  expect(latency('?move=device-model=hypervisor')).not.toBe(latency(''));
});

describe('a value of a parameter', () => {
  test('has its unit, its range and its standing', () => {
    expect(parameterValue('hyper-v.monitor-latency').text).toMatch(/^100 µs( \(|$)/);
    expect(parameterValue('vm-exit').text).toMatch(/^[\d,]+ cycles \([\d,]+ to [\d,]+\)$/);
    expect(parameterValue('vm-exit').explanation).toContain(parameterValue('vm-exit').standing);
  });

  test('that is not there fails with those that are', () => {
    expect(() => parameterValue('vmexit')).toThrow(/not 'vmexit': use .*vm-exit/);
  });
});
