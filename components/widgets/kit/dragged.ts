/**
 * One description of what can be dragged, for mouse, finger and keys alike: places in an order, a name, and which place
 * is nearest to a point. Keys work without a pointer, and a finger that scrolls does not drag.
 */
import { useRef } from 'preact/hooks';
import type { Place } from './page/use-width.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where a pointer is, in shares of the picture, and whether it has just come down there. */
export interface Pointed {
  readonly share: Point;
  readonly isDown: boolean;
}

export interface Dragged {
  /** Whether it goes sideways or up and down; a finger that goes the other way scrolls the page. */
  readonly axis: 'x' | 'y';
  /** What moves, as a noun: the slider's name. */
  readonly label?: string;
  /** Id of the element that names it, where words do. */
  readonly labelledBy?: string;
  readonly describedBy?: string;
  /** Number of the place where it is, from 0; -1 for none yet. */
  readonly at: number;
  readonly count: number;
  /** What is said of the place. */
  readonly text: string;
  /** Places that Page Up and Page Down go by; without it those keys are the widget's. */
  readonly page?: number | undefined;
  /** The place nearest to a point, in shares of the picture from its left upper corner. */
  readonly placeAt: (share: Point) => number;
  /** It is moved to a place; by a pointer, to this point. */
  readonly choose: (place: number, pointer?: Pointed) => void;
  /** Whether the arrow keys move it; without them the widget's own actions do. */
  readonly keys?: boolean;
}

/** How far a finger moves before it drags. */
const slop = 8;

export interface DraggedProps {
  readonly role: 'slider';
  readonly tabIndex: 0;
  readonly 'aria-label': string | undefined;
  readonly 'aria-labelledby': string | undefined;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-orientation': 'horizontal' | 'vertical';
  readonly 'aria-valuemin': 0;
  readonly 'aria-valuemax': number;
  readonly 'aria-valuenow': number;
  readonly 'aria-valuetext': string;
  readonly onPointerDown: (event: PointerEvent) => void;
  readonly onPointerMove: (event: PointerEvent) => void;
  readonly onPointerUp: (event: PointerEvent) => void;
  readonly onPointerCancel: () => void;
  readonly onKeyDown: ((event: KeyboardEvent) => void) | undefined;
}

/** The place that a key leads to; undefined for a key that moves nothing. */
export function placeOfKey(
  key: string,
  { axis, at, count, page }: Pick<Dragged, 'axis' | 'at' | 'count' | 'page'>,
): number | undefined {
  // Up is more, as on every slider; down the page is further along.
  const steps: Readonly<Record<string, number | undefined>> = {
    ArrowRight: 1,
    ArrowLeft: -1,
    ArrowUp: axis === 'x' ? 1 : -1,
    ArrowDown: axis === 'x' ? -1 : 1,
    PageUp: page,
    PageDown: page === undefined ? undefined : -page,
    Home: -count,
    End: count,
  };
  const step = steps[key];
  return step === undefined ? undefined : Math.min(Math.max(at + step, 0), count - 1);
}

export function useDragged(area: Place, dragged: Dragged): DraggedProps {
  const latest = useRef(dragged);
  latest.current = dragged;
  /** A finger that is down and neither drags nor scrolls yet. */
  const undecided = useRef<PointerEvent | null>(null);
  const point = (event: PointerEvent, isDown: boolean): void => {
    const picture = area.current?.querySelector('svg') ?? area.current;
    const box = picture?.getBoundingClientRect();
    if (box === undefined || box.width === 0 || box.height === 0) return;
    const share = {
      x: (event.clientX - box.left) / box.width,
      y: (event.clientY - box.top) / box.height,
    };
    latest.current.choose(latest.current.placeAt(share), { share, isDown });
  };
  const begin = (event: PointerEvent): void => {
    undecided.current = null;
    area.current?.focus({ preventScroll: true });
    area.current?.setPointerCapture?.(event.pointerId);
    point(event, true);
  };
  const hasMoved = (from: PointerEvent, to: PointerEvent): boolean =>
    Math.abs(latest.current.axis === 'x' ? to.clientX - from.clientX : to.clientY - from.clientY) >=
    slop;
  const { axis, label, labelledBy, describedBy, at, count, text, keys = true } = dragged;
  return {
    role: 'slider',
    tabIndex: 0,
    'aria-label': label,
    'aria-labelledby': labelledBy,
    'aria-describedby': describedBy,
    'aria-orientation': axis === 'x' ? 'horizontal' : 'vertical',
    'aria-valuemin': 0,
    'aria-valuemax': Math.max(count - 1, 0),
    'aria-valuenow': Math.max(at, 0),
    'aria-valuetext': text,
    onPointerDown: (event) => {
      if (event.button !== 0 || !event.isPrimary) return;
      if (event.pointerType === 'touch') undecided.current = event;
      else begin(event);
    },
    onPointerMove: (event) => {
      const start = undecided.current;
      if (start?.pointerId === event.pointerId && hasMoved(start, event)) begin(start);
      if (area.current?.hasPointerCapture?.(event.pointerId)) point(event, false);
    },
    onPointerUp: (event) => {
      if (undecided.current?.pointerId === event.pointerId) begin(event);
    },
    onPointerCancel: () => {
      undecided.current = null;
    },
    onKeyDown: keys
      ? (event) => {
          const place = placeOfKey(event.key, latest.current);
          if (place === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
          event.preventDefault();
          event.stopPropagation();
          latest.current.choose(place);
        }
      : undefined,
  };
}
