import { textWidth } from './text-width.ts';

/**
 * The measures that Mermaid asks a browser for, computed: jsdom has elements but no layout. Good for
 * the shapes that Mermaid draws; transforms other than `translate` are not looked at.
 */
type Box = { x: number; y: number; width: number; height: number };

const nothing: Box = { x: 0, y: 0, width: 0, height: 0 };
const ascent = 0.97; // of Inter, in em
const lineHeight = 1.21;
const number = (element: Element, name: string) =>
  Number.parseFloat(element.getAttribute(name) ?? '0') || 0;

function fontSizeOf(element: Element | null): number {
  for (let at = element; at; at = at.parentElement) {
    const size =
      /font-size:\s*([\d.]+)px/.exec(at.getAttribute('style') ?? '')?.[1] ??
      at.getAttribute('font-size');
    if (size) return Number.parseFloat(size);
  }
  return defaultFontSize;
}

export const defaultFontSize = 15;

/** A length of an attribute: `1.1em` in font sizes, anything else in pixels. */
function length(element: Element | undefined, name: string, fontSize: number): number {
  const value = element?.getAttribute(name) ?? '';
  return (Number.parseFloat(value) || 0) * (value.endsWith('em') ? fontSize : 1);
}

function anchorOf(element: Element): string {
  for (let at: Element | null = element; at && at.localName !== 'svg'; at = at.parentElement) {
    const anchor =
      /text-anchor:\s*(\w+)/.exec(at.getAttribute('style') ?? '')?.[1] ??
      at.getAttribute('text-anchor');
    if (anchor) return anchor;
    if (at.classList.contains('node')) return 'middle'; // Mermaid's style sheet centres these
  }
  return 'start';
}

function textBox(text: Element): Box {
  const size = fontSizeOf(text.querySelector('tspan') ?? text);
  const rows = [...text.children].filter(({ localName }) => localName === 'tspan');
  const lines = rows.length > 0 ? rows.map((row) => row.textContent) : [text.textContent];
  const width = Math.max(0, ...lines.map((line) => textWidth(line.trim(), size)));
  const [first] = rows;
  const x = number(first?.hasAttribute('x') ? first : text, 'x');
  const y = first?.hasAttribute('y') ? length(first, 'y', size) : length(text, 'y', size);
  const baseline = y + length(text, 'dy', size) + length(first, 'dy', size);
  const shift = { middle: width / 2, end: width }[anchorOf(text)] ?? 0;
  const step = length(rows[1], 'dy', size) || size * lineHeight;
  const height = (lines.length - 1) * step + size * lineHeight;
  return { x: x - shift, y: baseline - size * ascent, width, height };
}

function pointsBox(numbers: readonly number[]): Box {
  const xs = numbers.filter((_, index) => index % 2 === 0);
  const ys = numbers.filter((_, index) => index % 2 === 1);
  if (xs.length === 0 || ys.length === 0) return nothing;
  const x = Math.min(...xs);
  const y = Math.min(...ys);
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

const numbersIn = (text: string | null) => (text?.match(/-?[\d.]+(?:e-?\d+)?/g) ?? []).map(Number);

const argumentCount: Readonly<Record<string, number>> = {
  m: 2,
  l: 2,
  h: 1,
  v: 1,
  c: 6,
  s: 4,
  q: 4,
  t: 2,
  a: 7,
};

/** The box of a path's end points. */
function pathBox(data: string): Box {
  const points: number[] = [];
  let [x, y] = [0, 0];
  for (const [, letter = '', rest = ''] of data.matchAll(/([a-z])([^a-z]*)/gi)) {
    const values = numbersIn(rest);
    const command = letter.toLowerCase();
    const count = argumentCount[command] ?? 2;
    const from = letter === command ? (at: number) => at : () => 0;
    for (let i = 0; i + count <= values.length; i += count) {
      const last = values[i + count - 1] ?? 0;
      if (command === 'h') x = from(x) + last;
      else if (command === 'v') y = from(y) + last;
      else [x, y] = [from(x) + (values[i + count - 2] ?? 0), from(y) + last];
      points.push(x, y);
    }
  }
  return pointsBox(points);
}

function union(boxes: readonly Box[]): Box {
  const solid = boxes.filter(({ width, height }) => width > 0 || height > 0);
  return pointsBox(solid.flatMap(({ x, y, width, height }) => [x, y, x + width, y + height]));
}

function moved(box: Box, element: Element): Box {
  const [dx = 0, dy = 0] = numbersIn(
    /translate\(([^)]*)\)/.exec(element.getAttribute('transform') ?? '')?.[1] ?? null,
  );
  return { ...box, x: box.x + dx, y: box.y + dy };
}

const invisible = new Set(['defs', 'desc', 'marker', 'style', 'title', 'symbol', 'clippath']);

export function boxOf(element: Element): Box {
  const value = (name: string) => number(element, name);
  switch (element.localName.toLowerCase()) {
    case 'text':
      return textBox(element);
    case 'rect':
    case 'image':
    case 'use':
      return { x: value('x'), y: value('y'), width: value('width'), height: value('height') };
    case 'circle':
      return {
        x: value('cx') - value('r'),
        y: value('cy') - value('r'),
        width: 2 * value('r'),
        height: 2 * value('r'),
      };
    case 'ellipse':
      return {
        x: value('cx') - value('rx'),
        y: value('cy') - value('ry'),
        width: 2 * value('rx'),
        height: 2 * value('ry'),
      };
    case 'line':
      return pointsBox(['x1', 'y1', 'x2', 'y2'].map(value));
    case 'polygon':
    case 'polyline':
      return pointsBox(numbersIn(element.getAttribute('points')));
    case 'path':
      return pathBox(element.getAttribute('d') ?? '');
    default: {
      const children = [...element.children].filter(
        (child) => !invisible.has(child.localName.toLowerCase()),
      );
      return union(children.map((child) => moved(boxOf(child), child)));
    }
  }
}

/** Gives the elements of a jsdom window the measures of a browser. */
export function installLayout(window: {
  SVGElement: { prototype: object };
  Element: { prototype: object };
}) {
  Object.assign(window.SVGElement.prototype, {
    getBBox(this: Element) {
      return boxOf(this);
    },
    getComputedTextLength(this: Element) {
      return textWidth(this.textContent, fontSizeOf(this));
    },
  });
  Object.assign(window.Element.prototype, {
    getBoundingClientRect(this: Element) {
      const { x, y, width, height } = boxOf(this);
      return { x, y, width, height, left: x, top: y, right: x + width, bottom: y + height };
    },
  });
}
