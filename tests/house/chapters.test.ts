import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { files } from './files.ts';

const chapters = files.filter(({ path }) => /^content\/docs\/.*\.mdx$/.test(path));

test('a chapter that cites lists its sources, and one with a quiz asks it', () => {
  const wrong = chapters.flatMap(({ path, text }) => [
    ...(text.includes('<Cite ') && !text.includes('<References')
      ? [`${path} cites but has no <References />`]
      : []),
    ...(existsSync(`${dirname(path)}/quiz.json`) !== text.includes('<Quiz')
      ? [`${path} has a quiz.json or a <Quiz />, but not both`]
      : []),
  ]);
  expect(wrong).toEqual([]);
});

test('pages of the book are .mdx files: Astro does not fail on a broken .md', () => {
  const plain = files.filter(({ path }) => /^content\/docs\/.*\.md$/.test(path));
  expect(plain.map(({ path }) => path)).toEqual([]);
});
