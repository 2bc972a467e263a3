/**
 * What a figure is, and what a kind of figures is. A file of this folder is a figure: data only. Its name is its id,
 * its anchor on the page and, where readers can change it, its key in the address. A file of `kinds/` is a kind; its
 * name is what figures call it.
 */
import type { VNode } from 'preact';

/** What every figure says. Each kind adds what its figures are made of. */
export interface Figure {
  readonly kind: string;
  readonly title: string;
  /** What to look for; shown under the figure. */
  readonly caption: string;
  /** What the picture shows, for those who do not see it. */
  readonly alternative: string;
}

/** The room that a picture is drawn for: the whole page, its column of text, or a phone. */
export type Room = 'broad' | 'middle' | 'slim';

/** What figures of a kind have in common. */
export interface FigureKind<F extends Figure> {
  /** How they are shown: drawn once for each room, or by a widget, which components/prose/Figure.astro lists. */
  readonly shown: Drawn<F> | ByWidget;
  /** Throws a RangeError with rule, value and cure for data that nothing can show. */
  check(figure: F): void;
  /** What a page fetches from `/flows/<id>.json`, where it needs more than its own text. */
  publish?(figure: F): object;
}

interface Drawn<F extends Figure> {
  readonly by: 'picture';
  Picture(props: { readonly figure: F; readonly room: Room }): VNode;
}

interface ByWidget {
  readonly by: 'widget';
  readonly widget: string;
}
