import { describe, expect, test } from 'vitest';
import { runRequest } from '#engine/execute.ts';
import { flowText } from '#views/table/flow-text.ts';
import { repeatsIn } from '#views/table/repeats.ts';

/** A part as its words, and the number of times where it is told. */
const told = (text: string): string[] =>
  repeatsIn(text.split('')).map(({ from, to, times }) =>
    times === 1 ? text.slice(from, to) : `${times}(${text.slice(from, to)})`,
  );

describe('what repeats', () => {
  test('is told once with the number of times, from four times on', () => {
    expect(told('abbbbc')).toEqual(['a', '4(b)', 'c']);
    expect(told('abbbc')).toEqual(['abbbc']);
    expect(told('xabcabcabcabcabx')).toEqual(['x', '4(abc)', 'abx']);
    expect(told('')).toEqual([]);
  });

  test('is the shortest run that repeats, and nothing is lost or told twice', () => {
    expect(told('a'.repeat(100_000))).toEqual(['100000(a)']);
    expect(told('ab'.repeat(8))).toEqual(['8(ab)']);
    const text = 'aabbbbbbcabcabcabcabcdd';
    const spelled = repeatsIn(text.split('')).map(({ from, to, times }) =>
      text.slice(from, to).repeat(times),
    );
    expect(spelled.join('')).toBe(text);
  });
});

const text = (request: Parameters<typeof runRequest>[0]): string => flowText(runRequest(request));

describe('the text of a flow', () => {
  test('says of a request that does what another did, in one line', () => {
    const lines = text({ architecture: 'hyper-v', device: 'netvsc', count: 3 }).split('\n');
    const same = lines.filter((line) => line.includes('as request 1'));
    expect(same).toHaveLength(2);
    expect(same[0]).toMatch(/request 2: the same 17 steps as request 1, until \d+$/);
    expect(lines.some((line) => line.includes('r2.'))).toBe(false);
  });

  test('says where values differ, and shows a request that does something else', () => {
    const disk = text({ architecture: 'hyper-v', device: 'ide-dma', count: 2 });
    expect(disk).toMatch(/request 2: the same \d+ steps as request 1, with other values/);
    const burst = { architecture: 'hyper-v', device: 'dec21140', count: 8, pattern: 'burst' };
    expect(text(burst)).toContain(' r8.interrupt.1 ');
  });

  test('tells a step that repeats once, with how often', () => {
    const burst = { architecture: 'hyper-v', device: 'dec21140', count: 8, pattern: 'burst' };
    expect(text(burst)).toMatch(/frees the transmitted frame\n +\d+ {3}the same step 6 times more/);
  });

  test('says of counts whether they are of the run or of a request', () => {
    const many = text({ architecture: 'hyper-v', device: 'dec21140', count: 8, pattern: 'burst' });
    expect(many).toContain(
      'line crossings 58 (40 carry requests, 18 ask the device), 7.3 a request on average',
    );
    expect(many).toMatch(/latency \d+ ns \(\d+ to \d+\) a request on average/);
    const one = text({ architecture: 'hyper-v', device: 'dec21140' });
    expect(one).toContain('line crossings 23 (5 carry the request, 18 ask the device), latency');
    const none = text({ architecture: 'hyper-v', device: 'dec21140', count: 2, window: 0 });
    expect(none).toContain('line crossings not traced, latency');
  });
});
