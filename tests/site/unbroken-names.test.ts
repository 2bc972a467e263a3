import { markdownToHtml } from 'satteri';
import { expect, test } from 'vitest';
import { unbrokenNames } from '#site/unbroken-names.ts';

const html = (text: string) => markdownToHtml(text, { hastPlugins: [unbrokenNames()] }).html;

test('a name stays on one line, alone or inside a sentence', () => {
  const name = '<span class="unbroken">Hyper-V</span>';
  expect(html('Hyper-V')).toContain(`<p>${name}</p>`);
  expect(html('On Hyper-V, a *Hyper-V* guest')).toContain(`On ${name}, a <em>${name}</em> guest`);
});

test('code and other words stay as they are', () => {
  for (const text of ['<p><code>Hyper-V</code></p>', '<p>Hyper-Vx, hyper-v, Type 12</p>'])
    expect(html(text.includes('code') ? '`Hyper-V`' : 'Hyper-Vx, hyper-v, Type 12')).toContain(
      text,
    );
});
