import { globSync, readFileSync } from 'node:fs';
import { markdownToHtml } from 'satteri';
import { expect, test } from 'vitest';
import { codeBlocks } from '#site/code-blocks.ts';
import { highlight } from '#site/highlight.ts';

const theme = readFileSync('src/site/theme.css', 'utf8');

test('words of code carry the class of their kind, and no style', () => {
  const html = highlight("const a = 'x'; // why", 'ts');
  expect(html).toContain('<span class="code-keyword">const</span> a');
  expect(html).toContain(`<span class="code-string"> 'x'</span>;`);
  expect(html).toContain('<span class="code-comment">// why</span>');
  expect(html).not.toContain('style=');
});

test('text has no colour, and its signs are escaped', () => {
  expect(highlight('a <b> 1', 'text')).toContain('<code><span>a &#x3C;b> 1</span></code>');
});

test('what is coloured reads as it was written', () => {
  for (const file of globSync('src/examples/*.ts')) {
    const source = readFileSync(file, 'utf8');
    const text = highlight(source, 'ts').replace(/<[^>]+>/g, '');
    const plain = text.replaceAll('&#x3C;', '<').replaceAll('&#x26;', '&');
    expect(plain).toBe(source);
  }
});

test('a language of fenced code without a grammar is refused', () => {
  const html = (text: string) => markdownToHtml(text, { mdastPlugins: [codeBlocks()] });
  expect(() => html('```cobol\nSTOP RUN.\n```')).toThrow(
    "code in 'cobol' has no grammar here: use ts or text",
  );
  expect(() => html('```mermaid\nflowchart TB\n```')).not.toThrow();
});

/** The two colours of a token of the theme, light then dark. */
function coloursOf(token: string): readonly [string, string] {
  const [, value = ''] = new RegExp(`^ +${token}: ([^;]+);`, 'm').exec(theme) ?? [];
  const [, alias] = /^var\((--[\w-]+)\)$/.exec(value) ?? [];
  if (alias) return coloursOf(alias);
  const [, light = '', dark = ''] = /^light-dark\((#\w{6}), (#\w{6})\)$/.exec(value) ?? [];
  return [light, dark];
}

/** Relative luminance, WCAG 2.2. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

test('every colour of code has a token that is read at 4.5 to 1, in light and dark', () => {
  const code = globSync('src/examples/*.ts').map((file) => readFileSync(file, 'utf8'));
  const used = new Set(highlight(code.join('\n'), 'ts').match(/(?<=class=")code-\w+/g));
  expect([...used].toSorted()).toEqual(['code-comment', 'code-keyword', 'code-string']);
  for (const token of [...used].map((name) => `--${name}`).concat('--ink')) {
    const colours = coloursOf(token);
    const grounds = coloursOf('--below');
    for (const at of [0, 1] as const)
      expect(contrast(colours[at], grounds[at]), token).toBeGreaterThanOrEqual(4.5);
  }
  for (const name of used) expect(theme).toContain(`.${name} {\n  color: var(--${name});`);
});
