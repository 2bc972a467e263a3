import type { MdastPluginDefinition } from 'satteri';
import { highlight, isLanguage, languages } from './highlight.ts';

/** Colours the fenced code of chapters. A language without a grammar is refused. */
export function codeBlocks(): MdastPluginDefinition {
  return {
    name: 'code-blocks',
    code(node) {
      const language = node.lang ?? 'text';
      if (language === 'mermaid') return undefined;
      if (!isLanguage(language))
        throw new Error(
          `code in '${language}' has no grammar here: use ${languages.join(' or ')}, or add it to src/site/highlight.ts`,
        );
      return {
        type: 'mdxJsxFlowElement',
        name: 'div',
        attributes: [
          { type: 'mdxJsxAttribute', name: 'class', value: 'code-block not-content' },
          { type: 'mdxJsxAttribute', name: 'set:html', value: highlight(node.value, language) },
        ],
        children: [],
      };
    },
  };
}
