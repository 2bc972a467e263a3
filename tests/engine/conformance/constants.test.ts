/**
 * Goal: every constant of the dossiers' tables "Engine constants" is what the engine does, or is listed as one that it
 * does not use. Method: one row a constant; the value is written down from the dossier, and compared with bytes in
 * guest memory, accesses and counts of runs, never with a constant of the engine.
 */
import { describe, expect, test } from 'vitest';
import { esxiAndPeers } from './constants/esxi-and-peers.ts';
import { hyperV } from './constants/hyper-v.ts';

describe.each([
  ['hyper-v, section 11', hyperV],
  ['esxi-and-peers, section 12', esxiAndPeers],
])('%s', (_, { items, tested, unused }) => {
  const named = tested.map((row) => ({ ...row, title: titleOf(row) }));

  test.each(named)('$title: $by', ({ seen, is }) => {
    expect(seen()).toEqual(is);
  });

  test('every row of the dossier is here, and each constant is either seen or unused', () => {
    const listed = [...tested, ...unused];
    expect(new Set(listed.map(({ item }) => item))).toEqual(new Set(items));
    expect(new Set(items).size).toBe(items.length);
    const titles = listed.map(titleOf);
    expect(new Set(titles).size).toBe(titles.length);
    // A row that stands for all of its constants is the only one of its item.
    for (const { item, name } of listed)
      if (name === undefined) expect(listed.filter((other) => other.item === item)).toHaveLength(1);
    for (const { why } of unused) expect(why.length).toBeGreaterThan(20);
  });
});

function titleOf({ item, name }: { item: string; name?: string }): string {
  return name === undefined ? item : `${item}: ${name}`;
}
