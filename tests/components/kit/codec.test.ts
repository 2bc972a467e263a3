/** Goal: an address says a state and nothing else does. Method: laws on random states, and a table of wrong ones. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AddressError } from '#components/widgets/kit/address/address.ts';
import {
  codec,
  flag,
  maybe,
  oneOf,
  oneOfNumbers,
  option,
  pairs,
  separated,
  token,
  tokens,
  whole,
  word,
} from '#components/widgets/kit/address/codec.ts';
import { askedOf, keysOf, withKey } from '#components/widgets/kit/address/query.ts';

interface State {
  readonly verb: 'push' | 'pull';
  readonly parts: readonly string[];
  readonly at: string | null;
  readonly size: number;
  readonly speed: 1 | 2 | 4;
  readonly picks: readonly number[];
  readonly quiet: boolean;
  readonly extra: Readonly<Record<string, string>>;
}

const name = word('part', /[a-z]+\.[a-z0-9]+/, 'box.left1');
const sample = codec<State>({
  version: 'v2',
  fields: {
    verb: token(oneOf('verb', ['push', 'pull'])),
    parts: tokens(name, 'parts', 1, 3),
    at: maybe('at', word('place', /r\d+\.[a-z]+/, 'r1.up')),
    size: option('size', whole('size', 1, 4096), 64),
    speed: option('speed', oneOfNumbers('speed', [1, 2, 4]), 1),
    picks: option('picks', separated(whole('pick', 0, 9), '-', 4), []),
    quiet: flag('quiet'),
    extra: pairs({
      words: ['set', 'move'],
      print: (extra) => Object.entries(extra),
      read: (all) => Object.fromEntries(all.map(([key, text]) => [key, text ?? ''])),
    }),
  },
  migrations: [
    { from: 'v0', change: (all) => all.filter((each) => each !== 'loud') },
    { from: 'v1', change: ([size = '', ...rest]) => [...rest, `size.${size}`] },
  ],
  check: ({ size, quiet }) => {
    if (quiet && size > 4000) throw new AddressError(`size '${size}': quiet takes 1 to 4000`);
  },
});

const anyState: fc.Arbitrary<State> = fc.record({
  verb: fc.constantFrom('push' as const, 'pull' as const),
  parts: fc.array(fc.stringMatching(/^[b-f]{1,5}\.[a-z0-9]{1,5}$/), { minLength: 1, maxLength: 3 }),
  at: fc.option(fc.stringMatching(/^r\d{1,3}\.[a-z]{1,5}$/), { nil: null }),
  size: fc.integer({ min: 1, max: 4000 }),
  speed: fc.constantFrom(1 as const, 2 as const, 4 as const),
  picks: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 4 }),
  quiet: fc.boolean(),
  extra: fc.dictionary(fc.constantFrom('set', 'move'), fc.stringMatching(/^[a-z.=]{1,8}$/)),
});

describe('a codec', () => {
  test('reads what it wrote, also through a query beside others, unescaped', () => {
    fc.assert(
      fc.property(anyState, fc.constantFrom('', '?a=1&100%=2', '?x'), (state, search) => {
        expect(sample.decode(sample.encode(state))).toEqual(state);
        const url = new URL(`https://x.test/${withKey(search, 'w', sample.encode(state))}`);
        expect(askedOf(url.search, 'w', sample)).toEqual({ kind: 'state', state });
      }),
    );
  });

  test('is one text a state: what can be read is written the same', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            'v2',
            'push',
            'b.x',
            'at.r1.up',
            'size.64',
            'quiet',
            'set.a',
            'picks.1-2',
          ),
        ),
        (all) => {
          const found = askedOf(`?w=${all.join('~')}`, 'w', sample);
          if (found.kind === 'state')
            expect(sample.decode(sample.encode(found.state))).toEqual(found.state);
        },
      ),
    );
  });

  test('leaves out what is usual', () => {
    const plain: State = {
      verb: 'push',
      parts: ['b.x'],
      at: null,
      size: 64,
      speed: 1,
      picks: [],
      quiet: false,
      extra: {},
    };
    expect(sample.encode(plain)).toBe('v2~push~b.x');
    expect(
      sample.encode({
        ...plain,
        at: 'r1.up',
        size: 8,
        speed: 2,
        picks: [1, 2],
        quiet: true,
        extra: { set: 'a.b' },
      }),
    ).toBe('v2~push~b.x~at.r1.up~size.8~speed.2~picks.1-2~quiet~set.a.b');
  });

  test('takes older versions, one change after another', () => {
    expect(sample.decode('v1~8~pull~b.x')).toMatchObject({ verb: 'pull', size: 8 });
    expect(sample.decode('v0~8~pull~b.x~loud')).toMatchObject({ verb: 'pull', size: 8 });
  });

  test.each([
    ['v9~push~b.x', "version 'v9': use v2"],
    ['', "version '': use v2"],
    ['v2', "verb '': use push, pull"],
    ['v2~shove~b.x', "verb 'shove': use push, pull"],
    ['v2~push', '0 parts: there can be 1 to 3'],
    ['v2~push~b.x~b.x~b.x~b.x', '4 parts'],
    ['v2~push~box', "part 'box': it is written like box.left1"],
    ['v2~push~b.x~at', 'at is followed by a dot and a place'],
    ['v2~push~b.x~at.r1.up~at.r2.up', 'at is given 2 times: give it once'],
    ['v2~push~b.x~size.0', "size '0': use a whole number from 1 to 4096"],
    ['v2~push~b.x~size.1e3', "size '1e3'"],
    ['v2~push~b.x~size.08', "size '08'"],
    ['v2~push~b.x~size.99999999999999999999', "size '99999999999999999999'"],
    ['v2~push~b.x~speed.3', "speed '3': use 1, 2, 4"],
    ['v2~push~b.x~picks.1-2-3-4-5', 'there can be 4 at most'],
    ['v2~push~b.x~quiet.false', "quiet 'false': it takes no value"],
    ['v2~push~b.x~quiet~size.4090', 'quiet takes 1 to 4000'],
    [`v2~push~${'b'.repeat(5000)}.x`, '5010 letters: an address has at most 4000'],
  ])('%s is refused in words', (text, message) => {
    expect(() => sample.decode(text)).toThrow(AddressError);
    expect(() => sample.decode(text)).toThrow(message);
    const asked = askedOf(`?w=${text}`, 'w', sample);
    expect(asked).toMatchObject({ kind: 'unusable', notice: expect.stringContaining(message) });
  });

  test('throws nothing but an AddressError, and quotes no more than a line', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(fc.string()).map((all) => ['v2', ...all].join('~')),
        ),
        (text) => {
          try {
            sample.decode(text);
          } catch (error) {
            expect(error).toBeInstanceOf(AddressError);
            expect((error as Error).message.length).toBeLessThan(200);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('without a place for more, a word too many is named with those there are', () => {
    const narrow = codec<{ verb: 'push' }>({
      version: 'v1',
      fields: { verb: token(oneOf('verb', ['push'])) },
    });
    expect(() => narrow.decode('v1~push~more')).toThrow("word 'more': use nothing more");
  });
});

describe('a query', () => {
  test('keeps what belongs to others as it is written', () => {
    expect(withKey('?a=1&w=old&b=x~y', 'w', 'new')).toBe('?a=1&b=x~y&w=new');
    expect(withKey('?w=old', 'w', null)).toBe('');
    expect(withKey('?100%=1&%zz=%', 'w', 'new')).toBe('?100%=1&%zz=%&w=new');
    expect(withKey('', 'w', null)).toBe('');
  });

  test('never throws, whatever stands in it', () => {
    fc.assert(
      fc.property(fc.string(), (search) => {
        expect(['nothing', 'state', 'unusable']).toContain(askedOf(`?${search}`, 'w', sample).kind);
        expect(withKey(search, 'w', 'v2~push~b.x')).toMatch(/w=v2~push~b\.x$/);
      }),
      { numRuns: 2000 },
    );
  });

  test('says it where a key is given twice, or its percent signs are broken', () => {
    expect(askedOf('?w=v2~push~b.x&w=v2~pull~b.x', 'w', sample)).toMatchObject({
      notice: expect.stringContaining('w is given 2 times'),
    });
    expect(askedOf('?w=%E0%A4%A', 'w', sample)).toMatchObject({
      notice: expect.stringContaining('percent sign'),
    });
    expect(askedOf('?other=%E0%A4%A', 'w', sample)).toEqual({ kind: 'nothing' });
  });

  test('has the keys that can be read', () => {
    expect(keysOf('?a=1&100%=2&b&c%20d=3')).toEqual(['a', 'b', 'c d']);
  });
});
