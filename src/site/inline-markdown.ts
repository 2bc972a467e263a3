import { markdownToHtml } from 'satteri';
import { baseLinks } from './base-links.ts';
import { unbrokenNames } from './unbroken-names.ts';

/** One paragraph of Markdown from a data file as HTML that can stand inside a sentence. */
export function inlineMarkdown(text: string, base: string): string {
  const { html } = markdownToHtml(text, {
    hastPlugins: [baseLinks(base), unbrokenNames()],
    features: { smartPunctuation: true },
  });
  return html.trim().replace(/^<p>([\s\S]*)<\/p>$/, '$1');
}
