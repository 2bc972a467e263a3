import { describe, expect, test } from 'vitest';
import { devices } from '#engine/execute.ts';

describe.each(devices.filter(({ registers }) => registers.length > 0))('$id', ({ registers }) => {
  test('every register has a title in words, which no other has', () => {
    const titles = registers.map(({ title }) => title);
    for (const title of titles) expect(title).toMatch(/^[a-z][a-z0-9, -]+$/);
    expect(new Set(titles).size).toBe(titles.length);
  });
});
