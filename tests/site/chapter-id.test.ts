import { expect, test } from 'vitest';
import { chapterId, partLabel } from '#site/chapter-id.ts';

test('the address of a chapter leaves the numbers out', () => {
  const ids = [
    ['01-basics/10-exits/index.mdx', 'basics/exits'],
    ['01-basics/10-exits/quiz.json', 'basics/exits'],
    ['05-how-to-read/index.mdx', 'how-to-read'],
    ['02-io/20-type-1/index.mdx', 'io/type-1'],
  ] as const;
  for (const [entry, id] of ids) expect(chapterId({ entry })).toBe(id);
});

test('a part is called by its folder', () => {
  expect(partLabel('02-storage-and-network')).toBe('Storage and network');
});
