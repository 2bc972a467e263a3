/** Pointers on the picture: a mouse drags at once; a finger first shows that it does not scroll the page. */
import { useRef } from 'preact/hooks';

/** How far a finger moves sideways before it drags. */
export const slop = 8;

interface Drag {
  readonly onPointerDown: (event: PointerEvent) => void;
  readonly onPointerMove: (event: PointerEvent) => void;
  readonly onPointerUp: (event: PointerEvent) => void;
  readonly onPointerCancel: () => void;
}

/** `point` is told of each place; its flag says that the pointer has just come down there. */
export function useDrag(
  area: { readonly current: HTMLElement | null },
  point: (event: PointerEvent, down: boolean) => void,
): Drag {
  /** A finger that is down and neither drags nor scrolls yet. */
  const undecided = useRef<PointerEvent | null>(null);
  const begin = (at: PointerEvent): void => {
    undecided.current = null;
    area.current?.focus({ preventScroll: true });
    area.current?.setPointerCapture(at.pointerId);
    point(at, true);
  };
  return {
    onPointerDown: (event) => {
      if (event.button !== 0 || !event.isPrimary) return;
      if (event.pointerType === 'touch') undecided.current = event;
      else begin(event);
    },
    onPointerMove: (event) => {
      const start = undecided.current;
      if (start?.pointerId === event.pointerId && Math.abs(event.clientX - start.clientX) >= slop) {
        begin(start);
      }
      if (area.current?.hasPointerCapture(event.pointerId)) point(event, false);
    },
    onPointerUp: (event) => {
      if (undecided.current?.pointerId === event.pointerId) begin(event);
    },
    onPointerCancel: () => {
      undecided.current = null;
    },
  };
}
