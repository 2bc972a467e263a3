import { markdownToHtml } from 'satteri';
import { expect, test } from 'vitest';
import { focusableTables } from '#site/focusable-tables.ts';

test('a table takes the focus, so that it can be scrolled by keys', () => {
  const { html } = markdownToHtml('| a |\n| - |\n| b |\n\ntext', {
    hastPlugins: [focusableTables()],
  });
  expect(html).toContain('<table tabindex="0">');
  expect(html).toContain('<p>text</p>');
});
