import { describe, expect, test } from 'vitest';
import { flowValue, parameterValue, requestOf } from '#components/prose/value.ts';

describe('a value of a flow', () => {
  test('is a count of the run', () => {
    expect(flowValue('hyper-v/dec21140/tx', 'vmExits.guest')).toMatchObject({
      text: '6',
      standing: 'executed',
    });
    expect(flowValue('hyper-v/dec21140/tx', 'accesses.total').text).toBe('5');
    expect(flowValue('hyper-v/netvsc/tx?count=8&pattern=burst', 'requests').text).toBe('8');
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
    ['hyper-v/netvsc/tx?count=many', 'copies', 'count must be a whole number'],
    ['hyper-v/netvsc/tx', 'exits', "a run has no total 'exits': use"],
    ['hyper-v/netvsc/tx', 'vmExits.nobody', "a run has no total 'vmExits.nobody'"],
  ])('%s of %s fails with the cure', (flow, of, message) => {
    expect(() => flowValue(flow, of)).toThrow(message);
  });
});

test('settings of a flow are those of a request', () => {
  expect(requestOf('esxi/e1000/rx?count=4&pattern=burst')).toEqual({
    architecture: 'esxi',
    device: 'e1000',
    operation: 'rx',
    count: 4,
    pattern: 'burst',
  });
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
