import { defineHastPlugin, type HastNode, type HastVisitorContext } from 'satteri';

type Element = Extract<HastNode, { type: 'element' }>;

const attributes: Record<string, string> = { a: 'href', img: 'src' };

/** Chapters link from the root (`/basics/exits/`); this puts the base path of the deployment before. */
export function baseLinks(base: string) {
  return defineHastPlugin({
    name: 'base-links',
    element: {
      filter: Object.keys(attributes),
      visit(node: Readonly<Element>, context: HastVisitorContext): void {
        const name = attributes[node.tagName];
        const value = name && node.properties[name];
        if (name && typeof value === 'string') context.setProperty(node, name, under(base, value));
      },
    },
  });
}

/** `path` under the base, if it starts at the root and is not there already. */
export function under(base: string, path: string): string {
  const rooted = path.startsWith('/') && !path.startsWith('//');
  return rooted && !path.startsWith(base) ? base + path.slice(1) : path;
}
