import { markdownToHtml } from 'satteri';
import { expect, test } from 'vitest';
import { baseLinks, under } from '#site/base-links.ts';

test('links from the root get the base, once, and others stay', () => {
  expect(under('/book/', '/basics/exits/#path')).toBe('/book/basics/exits/#path');
  expect(under('/book/', '/book/basics/')).toBe('/book/basics/');
  expect(under('/', '/basics/')).toBe('/basics/');
  for (const path of ['//host/x', 'https://host/x', '#here', 'x/'])
    expect(under('/book/', path)).toBe(path);
});

test('links and images of Markdown are rewritten', () => {
  const { html } = markdownToHtml('[x](/a/) ![y](/b.png)', { hastPlugins: [baseLinks('/book/')] });
  expect(html).toContain('href="/book/a/"');
  expect(html).toContain('src="/book/b.png"');
});
