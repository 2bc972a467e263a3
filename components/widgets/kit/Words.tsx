/**
 * Words that change. A browser's page translation takes the text node of an element and puts its own elements there;
 * who then changes the old text node changes nothing that is seen. So other words are another element.
 */
import type { JSX } from 'preact';

export const Words = ({ children: text }: { readonly children: string }): JSX.Element => (
  <span key={text}>{text}</span>
);

/** What has changed, said once to those who do not see it: the region speaks when its words change, and only then. */
export const Announcer = ({ text }: { readonly text: string }): JSX.Element => (
  <p class="sr-only" role="status">
    <Words>{text}</Words>
  </p>
);
