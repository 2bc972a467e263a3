import { defineHastPlugin, type HastNode, type HastVisitorContext } from 'satteri';

/** Names that must not be torn apart at the end of a line. */
const names = /\b(?:Hyper-V|I\/O|Type [12]|Generation [12]|CVE-\d+-\d+)(?!\w)/g;

type Text = Extract<HastNode, { type: 'text' }>;

/** Keeps such names on one line. Code is left alone. */
export function unbrokenNames() {
  return defineHastPlugin({
    name: 'unbroken-names',
    text(node: Readonly<Text>, context: HastVisitorContext): void {
      const parent = context.parent(node);
      if (parent?.type === 'element' && parent.tagName === 'code') return;
      const parts = split(node.value);
      if (parts.length > 0) context.replaceNode(node, parts);
    },
  });
}

function split(text: string): HastNode[] {
  const parts: HastNode[] = [];
  let end = 0;
  const plain = (value: string) => value && parts.push({ type: 'text', value });
  for (const { 0: name, index } of text.matchAll(names)) {
    plain(text.slice(end, index));
    parts.push({
      type: 'element',
      tagName: 'span',
      properties: { className: ['unbroken'] },
      children: [{ type: 'text', value: name }],
    });
    end = index + name.length;
  }
  plain(text.slice(end));
  return end === 0 ? [] : parts;
}
