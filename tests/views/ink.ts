/** What a view draws, as lines that a person can read: an element a line, its place, its words. */
import type { VNode } from 'preact';
import { render } from 'preact-render-to-string/jsx';

export const markup = (view: VNode): string =>
  `${render(view, {}, { jsx: false, xml: true, pretty: '  ' })}\n`;

interface Open {
  readonly kind: 'open';
  readonly tag: string;
  readonly attributes: ReadonlyMap<string, string>;
}

export type Token =
  | Open
  | { readonly kind: 'close'; readonly tag: string }
  | { readonly kind: 'text'; readonly text: string };

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };

const plain = (text: string): string =>
  text.replaceAll(/&(\w+);/g, (_, name: string) => entities[name] ?? '').replaceAll(/\s+/g, ' ');

/** The tags and texts of a picture, in order. */
export function tokensOf(view: VNode): Token[] {
  const all = render(view, {}, { jsx: false, xml: true, pretty: false });
  return [...all.matchAll(/<(\/?)([\w-]+)([^>]*?)(\/?)>|([^<]+)/g)].flatMap(
    ([, closing, tag = '', rest = '', alone, text]): Token[] => {
      if (text !== undefined) return [{ kind: 'text', text: plain(text) }];
      if (closing) return [{ kind: 'close', tag }];
      const found = [...rest.matchAll(/([\w-]+)(?:="([^"]*)")?/g)];
      const attributes = new Map(found.map(([, name = '', value]) => [name, plain(value ?? '')]));
      const open: Token = { kind: 'open', tag, attributes };
      return alone ? [open, { kind: 'close', tag }] : [open];
    },
  );
}

/** Attributes that are one place, in the order in which they are read. */
const places: Readonly<Record<string, readonly string[]>> = {
  rect: ['x', 'y', 'width', 'height'],
  circle: ['cx', 'cy', 'r'],
  line: ['x1', 'y1', 'x2', 'y2'],
  path: ['d'],
  text: ['x', 'y', 'text-anchor'],
  tspan: ['x', 'y', 'dy'],
};

/** Elements that say nothing by themselves. */
const silent = new Set(['key', 'class', 'id', 'aria-hidden', 'aria-labelledby', 'overflow', 'rx']);

/** One line an element, indented as it is nested; groups without a class or a key have none. */
export function inkOf(view: VNode): string {
  const lines: string[] = [];
  const depths: number[] = [0];
  for (const token of tokensOf(view)) {
    const depth = depths.at(-1) ?? 0;
    if (token.kind === 'close') depths.pop();
    else if (token.kind === 'text') {
      const text = token.text.trim();
      if (text === '') continue;
      const last = lines.length - 1;
      lines[last] = `${lines[last] ?? ''} "${text}"`;
    } else {
      const empty = token.tag === 'g' && token.attributes.size === 0;
      if (!empty) lines.push(`${'  '.repeat(depth)}${lineOf(token)}`);
      depths.push(empty ? depth : depth + 1);
    }
  }
  return `${lines.join('\n')}\n`;
}

function lineOf({ tag, attributes }: Open): string {
  const classes = (attributes.get('class') ?? '').split(' ').filter((name) => name !== '');
  const own = places[tag] ?? [];
  const place = own.flatMap((name) => attributes.get(name) ?? []);
  const others = [...attributes]
    .filter(([name]) => !silent.has(name) && !own.includes(name))
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`));
  const named = [tag, ...classes.map((name) => name.replace(/^bg-/, ''))].join('.');
  return [named, ...place, ...others].join(' ');
}
