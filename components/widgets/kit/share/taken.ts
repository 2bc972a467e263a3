/**
 * What a reader can take away from a widget, as data. Title, caption and file name are made from the state, so that
 * what is taken says what it shows.
 */
import type { JSX } from 'preact';
import type { Table } from './table.ts';

export interface Taken {
  readonly title: string;
  readonly caption: string;
  /** Lower-case words joined by hyphens: the name of a file, without its ending. */
  readonly file: string;
  /** The address of this state. */
  readonly link: () => Promise<string>;
  /** Whether the link leads to a place within the widget, such as a step. */
  readonly isPlace: boolean;
  /** The address of a page that holds this widget and nothing else. */
  readonly embed?: () => Promise<string>;
  /** The picture at a width of 1,216 pixels; it is drawn where the page's styles reach it. */
  readonly picture?: () => JSX.Element;
  /** Paragraphs that stand below the picture in a file. */
  readonly notes?: readonly string[];
  readonly mermaid?: () => Promise<string>;
  readonly table?: () => Table;
  /** Anything that JSON can hold. */
  readonly data?: () => unknown;
}

/** "One packet, four ways" as the name of a file. */
export const fileName = (title: string): string =>
  title
    .toLowerCase()
    .normalize('NFKD')
    .replace(/(?<=\d),(?=\d)/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 80);

/** Code for a page of somebody else's that shows a widget in a frame. */
export const frameCode = (title: string, address: string): string =>
  `<iframe src="${escaped(address)}" title="${escaped(title)}" width="100%" height="800" style="border:0" loading="lazy" allow="fullscreen; clipboard-write"></iframe>`;

const escaped = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');
