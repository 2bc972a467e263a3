/**
 * Colours code, at build and in the page: one highlighter without WebAssembly, so that an editor can
 * paint in one call what the built page showed. It brings the grammars named here and no other. The
 * colours are the `--code-` tokens of theme.css, by class: no style stands in the markup.
 */
import {
  createCssVariablesTheme,
  createHighlighterCoreSync,
  type ShikiTransformer,
} from 'shiki/core';
import { createJavaScriptRegexEngine } from 'shiki/engine/javascript';
import typescript from 'shiki/langs/typescript.mjs';

/** What code may be in. Text has no colours. */
export const languages = ['ts', 'text'] as const;
export type Language = (typeof languages)[number];

export const isLanguage = (name: string): name is Language =>
  (languages as readonly string[]).includes(name);

const theme = createCssVariablesTheme({ name: 'book', variablePrefix: '--', fontStyle: false });

const highlighter = createHighlighterCoreSync({
  themes: [theme],
  langs: [typescript],
  engine: createJavaScriptRegexEngine(),
});

/** What the theme calls a word, and the class that colours it. The rest is as dark as the text. */
const classes = {
  'token-keyword': 'code-keyword',
  'token-string': 'code-string',
  'token-string-expression': 'code-string',
  'token-comment': 'code-comment',
} as const;

const isColoured = (name: string): name is keyof typeof classes => name in classes;

const byClass: ShikiTransformer = {
  pre(node) {
    node.properties = { class: 'code', tabindex: '0' };
  },
  line(node) {
    node.properties = {};
    node.children = node.children.flatMap((word) =>
      word.type === 'element' && !word.properties['class'] ? word.children : word,
    );
  },
  span(node) {
    const [, name = ''] = /--([\w-]+)/.exec(String(node.properties['style'])) ?? [];
    node.properties = isColoured(name) ? { class: classes[name] } : {};
  },
};

/** The code as HTML: `<pre class="code">`, in it lines of coloured words. */
export function highlight(code: string, language: Language): string {
  return highlighter.codeToHtml(code, {
    lang: language,
    theme: 'book',
    mergeSameStyleTokens: true,
    // A slow machine must not leave the rest of a line without colours.
    tokenizeTimeLimit: 0,
    transformers: [byClass],
  });
}
