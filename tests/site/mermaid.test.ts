import { expect, test } from 'vitest';
import { boxOf, installLayout } from '#site/mermaid/layout-shim.ts';
import { drawMermaid } from '#site/mermaid/plugin.ts';
import { textWidth } from '#site/mermaid/text-width.ts';
import { JSDOM } from 'jsdom';

const named = 'accTitle: A title\naccDescr: What it shows\n';

test('a diagram is an accessible picture in the colours of the theme', async () => {
  const svg = await drawMermaid(`flowchart TB\n${named}a[Guest] -->|asks| b[Host]`);
  expect(svg).toContain('<title id="');
  expect(svg).toContain('What it shows</desc>');
  expect(svg).toContain('var(--diagram-fill)');
  expect(svg).not.toMatch(/#a1b20\d|NaN|rgba\(161/i);
});

test('the same diagram is the same picture', async () => {
  const code = `sequenceDiagram\n${named}A->>B: hello`;
  expect(await drawMermaid(code)).toBe(await drawMermaid(code));
});

test('a diagram without description, with a fixed colour or an error is refused', async () => {
  await expect(drawMermaid('flowchart TB\na --> b')).rejects.toThrow('accTitle');
  const coloured = `flowchart TB\n${named}a --> b\nclassDef x fill:#fca`;
  await expect(drawMermaid(coloured)).rejects.toThrow('#fca');
  await expect(drawMermaid(`flowchart TB\n${named}a --> [`)).rejects.toThrow('cannot be drawn');
});

test('text is as wide as its letters', () => {
  expect(textWidth('', 16)).toBe(0);
  expect(textWidth('iiii', 16)).toBeLessThan(textWidth('WWWW', 16) / 3);
});

test('boxes hold their children, moved', () => {
  const { window } = new JSDOM(
    '<svg><g><rect x="1" y="2" width="3" height="4"/><g transform="translate(10, 20)"><circle cx="0" cy="0" r="5"/></g><path d="M0 0h8v-6z"/></g></svg>',
  );
  installLayout(window);
  const group = window.document.querySelector('g');
  expect(group && boxOf(group)).toEqual({ x: 0, y: -6, width: 15, height: 31 });
});
