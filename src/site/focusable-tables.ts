import { defineHastPlugin, type HastNode, type HastVisitorContext } from 'satteri';

type Element = Extract<HastNode, { type: 'element' }>;

/** On a phone a wide table scrolls by itself; who has no mouse scrolls it when it has the focus. */
export function focusableTables() {
  return defineHastPlugin({
    name: 'focusable-tables',
    element: {
      filter: ['table'],
      visit(node: Readonly<Element>, context: HastVisitorContext): void {
        context.setProperty(node, 'tabIndex', 0);
      },
    },
  });
}
