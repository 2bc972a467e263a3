/** The texts of a picture with the room that they take, from its markup and the sizes in figures.css. */
import { readFileSync } from 'node:fs';
import type { VNode } from 'preact';
import { tokensOf } from './ink.ts';
import { widthInChromium } from './inter.ts';

export interface Drawn {
  readonly text: string;
  readonly x1: number;
  readonly x2: number;
  readonly y1: number;
  readonly y2: number;
}

interface Style {
  readonly size: number;
  readonly weight: number;
  readonly anchor: string;
}

/** Font sizes, weights and anchors by class. */
const styles = new Map<string, Partial<Style>>();
const css = readFileSync(new URL('../../src/site/figures.css', import.meta.url), 'utf8').replaceAll(
  /\/\*.*?\*\//gs,
  '',
);
for (const [, selector = '', body = ''] of css.matchAll(/([^{}]+)\{([^{}]*)\}/g)) {
  if (!selector.trim().startsWith('.bg-figure') || /[~[]/.test(selector)) continue;
  const read = (name: string): string | undefined =>
    new RegExp(`${name}: ([^;]+);`).exec(body)?.[1];
  const [size, weight, anchor] = ['font-size', 'font-weight', 'text-anchor'].map(read);
  for (const [name] of selector.matchAll(/bg-(?!figure)[\w-]+/g)) {
    styles.set(name, {
      ...styles.get(name),
      ...(size && { size: parseFloat(size) }),
      ...(weight && { weight: Number(weight) }),
      ...(anchor && { anchor }),
    });
  }
}

const styleOf = (classes: string, outer: Style): Style =>
  classes.split(' ').reduce((style, name) => ({ ...style, ...styles.get(name) }), outer);

interface Line {
  x: number;
  y: number;
  style: Style;
  parts: { text: string; style: Style }[];
}

/** Every line of text of a picture, each `wider` times as wide as in Chromium; and the picture's own width. */
export function textsOf(view: VNode, wider: number): { texts: Drawn[]; x1: number; x2: number } {
  const lines: Line[] = [];
  const stack: { tag: string; style: Style; dx: number; dy: number }[] = [
    { tag: '', style: { size: 16, weight: 400, anchor: 'start' }, dx: 0, dy: 0 },
  ];
  let box = [0, 0, 0, 0];
  for (const token of tokensOf(view)) {
    const outer = stack.at(-1)!;
    if (token.kind === 'close') stack.pop();
    else if (token.kind === 'text') {
      if (outer.tag === 'text' || outer.tag === 'tspan')
        lines.at(-1)!.parts.push({ text: token.text, style: outer.style });
    } else {
      const { tag, attributes } = token;
      // A style sheet counts for more than an attribute.
      const asked = { ...outer.style, anchor: attributes.get('text-anchor') ?? outer.style.anchor };
      const style = styleOf(attributes.get('class') ?? '', asked);
      const moved = /translate\(([-\d.]+) ([-\d.]+)\)/.exec(attributes.get('transform') ?? '');
      const [dx, dy] = [outer.dx + Number(moved?.[1] ?? 0), outer.dy + Number(moved?.[2] ?? 0)];
      stack.push({ tag, style, dx, dy });
      const view = attributes.get('viewBox');
      if (tag === 'svg' && view) box = view.split(' ').map(Number);
      const at = (name: string): number | undefined =>
        attributes.has(name) ? Number(attributes.get(name)) : undefined;
      const begins = tag === 'text' || (tag === 'tspan' && at('x') !== undefined);
      if (!begins) continue;
      const before = lines.at(-1);
      const y = at('y') ?? (tag === 'tspan' && before ? before.y - dy : 0);
      lines.push({
        x: dx + (at('x') ?? 0),
        y: dy + y + (at('dy') ?? 0),
        style,
        parts: [],
      });
    }
  }
  const texts = lines.filter(({ parts }) => parts.some(({ text }) => text.trim() !== ''));
  return {
    texts: texts.map((line) => room(line, wider)),
    x1: box[0]!,
    x2: box[0]! + box[2]!,
  };
}

function room({ x, y, style, parts }: Line, wider: number): Drawn {
  const width =
    wider *
    parts.reduce(
      (sum, { text, style }) => sum + widthInChromium(text, style.size, style.weight),
      0,
    );
  const x1 = style.anchor === 'start' ? x : style.anchor === 'end' ? x - width : x - width / 2;
  const text = parts.map((part) => part.text).join('');
  return { text, x1, x2: x1 + width, y1: y - style.size * 0.72, y2: y + style.size * 0.2 };
}

const meet = (a: Drawn, b: Drawn): boolean =>
  a.x1 < b.x2 - 0.5 && b.x1 < a.x2 - 0.5 && a.y1 < b.y2 - 0.5 && b.y1 < a.y2 - 0.5;

/** What is wrong with the texts of a picture: pairs that meet, and those that leave it. */
export function collisions(view: VNode, wider: number): string[] {
  const { texts, x1, x2 } = textsOf(view, wider);
  const out = texts
    .filter((each) => each.x1 < x1 - 1 || each.x2 > x2 + 1)
    .map(
      ({ text, ...at }) =>
        `"${text}" leaves the picture: ${at.x1.toFixed(1)} to ${at.x2.toFixed(1)}`,
    );
  const pairs = texts.flatMap((a, order) =>
    texts.slice(order + 1).flatMap((b) => (meet(a, b) ? [`"${a.text}" meets "${b.text}"`] : [])),
  );
  return [...out, ...pairs];
}
