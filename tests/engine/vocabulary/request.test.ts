import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { architectures, devicesOf, runRequest, scenarioFor } from '#engine/execute.ts';
import {
  keyOf,
  loadLimits,
  operationsOf,
  type Request,
  settings,
  settingsFrom,
  sizeLimits,
  wordsOf,
} from '#engine/index.ts';
import { anySettings } from './requests.ts';

describe('settings in words', () => {
  test('are the same settings when they are read again, in whatever order', () => {
    fc.assert(
      fc.property(anySettings, (asked) => {
        expect(settingsFrom(wordsOf(asked))).toEqual(asked);
        const sorted = settings.map(({ word }) => word);
        expect(wordsOf(asked).map(([word]) => sorted.indexOf(word))).toEqual(
          wordsOf(asked)
            .map(([word]) => sorted.indexOf(word))
            .toSorted((a, b) => a - b),
        );
      }),
    );
  });

  test('are written as they were typed', () => {
    fc.assert(
      fc.property(anySettings, (asked) => {
        const words = wordsOf(asked);
        expect(wordsOf(settingsFrom(words.toReversed()))).toEqual(
          wordsOf({
            ...asked,
            ...(asked.moves && { moves: asked.moves.toReversed() }),
            ...(asked.faults && { faults: asked.faults.toReversed() }),
          }),
        );
      }),
    );
  });

  test('an empty list says nothing', () => {
    expect(wordsOf({ moves: [], faults: [], parameters: {} })).toEqual([]);
  });

  test('each has a word of its own, and a meaning', () => {
    expect(new Set(settings.map(({ word }) => word)).size).toBe(settings.length);
    for (const { word, means } of settings) {
      expect(word).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(means).not.toBe('');
    }
  });

  test.each([
    [[['packets', '8']], "unknown setting 'packets': use operation, count, bytes"],
    [[['queueDepth', '8']], "unknown setting 'queueDepth'"],
    [
      [
        ['count', '1'],
        ['count', '2'],
      ],
      'count is given 2 times (1, 2): give it once',
    ],
    [[['driver', '']], 'driver has no value: give it one, or leave it out'],
    [[['count', 'ten']], "count must be a number in plain digits, not 'ten'"],
    [[['count', '']], "count must be a number in plain digits, not ''"],
    [[['count', ' 5']], "count must be a number in plain digits, not ' 5': write 5"],
    [[['count', '1e3']], "count must be a number in plain digits, not '1e3': write 1000"],
    [[['count', '0x10']], "count must be a number in plain digits, not '0x10': write 16"],
    [[['count', '007']], "count must be a number in plain digits, not '007': write 7"],
    [[['count', '1e21']], "count must be a number in plain digits, not '1e21'"],
    [[['integration-services', 'no']], "integration-services must be on or off, not 'no'"],
    [[['move', 'vsp']], "move takes role=domain, not 'vsp'"],
    [[['move', 'vsp=root=a']], "move takes role=domain, not 'vsp=root=a'"],
    [[['set', 'vm-exit=']], "set takes parameter=value, not 'vm-exit='"],
    [[['set', 'vm-exit=x']], "set vm-exit must be a number in plain digits, not 'x'"],
    [
      [
        ['set', 'vm-exit=1'],
        ['set', 'vm-exit=2'],
      ],
      'vm-exit is set twice: give it one value',
    ],
  ] as const)('%j are refused with the cure', (words, message) => {
    expect(() => settingsFrom(words)).toThrow(message);
  });
});

describe('the key of a request', () => {
  const every: Request[] = architectures.flatMap((architecture) =>
    devicesOf(architecture).map(({ id, kind }) => ({
      architecture: architecture.id,
      device: id,
      operation: operationsOf[kind][0]!,
    })),
  );
  const spelt = (request: Request): Request => ({
    seed: 1,
    integrationServices: true,
    processors: 1,
    vms: 1,
    batch: 1,
    sentAs: 'calls',
    flows: 1,
    pattern: 'spaced',
    bytes:
      sizeLimits[
        operationsOf.network.some((each) => each === request.operation) ? 'network' : 'storage'
      ].usual,
    count: 1,
    ...request,
    parameters: {},
    moves: [],
  });

  test('is the same when defaults are spelt out, as the scenario is', () => {
    for (const request of every) {
      expect(keyOf(spelt(request))).toBe(keyOf(request));
      expect(scenarioFor(spelt(request))).toEqual(scenarioFor(request));
    }
  });

  test('is the same only for requests that are', () => {
    const plain = { architecture: 'hyper-v', device: 'netvsc', operation: 'tx' };
    const others: Request[] = [
      { ...plain, count: 8 },
      { ...plain, count: 8, pattern: 'burst' },
      { ...plain, count: 8, pattern: 'open' },
      { ...plain, count: 8, rate: loadLimits.rate.usual + 1 },
      { ...plain, count: 8, queueDepth: 1 },
      { ...plain, pattern: 'open' },
      { ...plain, rate: 5 },
      { ...plain, moves: [{ role: 'vsp', to: 'worker' }] },
      { ...plain, faults: ['physical-driver'] },
      { ...plain, parameters: { 'vm-exit': 1 } },
      { ...plain, parameters: { 'vm-exit': 2 } },
      { ...plain, generation: 2 },
      { ...plain, integrationServices: false },
      { ...plain, seed: 0 },
      { ...plain, bytes: 4096 },
      { ...plain, operation: 'rx' },
      { ...plain, window: 0 },
      plain,
    ];
    expect(new Set(others.map(keyOf)).size).toBe(others.length);
  });

  test('an open pattern and a rate are one wish', () => {
    const plain = { architecture: 'hyper-v', device: 'netvsc', count: 8 };
    const { usual } = loadLimits.rate;
    expect(keyOf({ ...plain, pattern: 'open', rate: usual })).toBe(
      keyOf({ ...plain, pattern: 'open' }),
    );
    expect(keyOf({ ...plain, rate: usual })).not.toBe(keyOf(plain));
    expect(keyOf({ ...plain, rate: 5, pattern: 'open' })).toBe(keyOf({ ...plain, rate: 5 }));
  });

  test('does not tell a burst of one request, which runs as one that is spaced', () => {
    for (const request of every) {
      const burst = { ...request, pattern: 'burst' };
      expect(keyOf(burst)).toBe(keyOf(request));
      expect(runRequest(burst).trace).toEqual(runRequest(request).trace);
    }
  });

  test('does not hang on the order of keys', () => {
    const request = { architecture: 'esxi', device: 'e1000', count: 2, parameters: { a: 1, b: 2 } };
    const turned = { parameters: { b: 2, a: 1 }, count: 2, device: 'e1000', architecture: 'esxi' };
    expect(keyOf(turned)).toBe(keyOf(request));
  });
});
