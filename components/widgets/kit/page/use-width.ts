/** How wide the widget is, in whole pixels; 0 until it has been measured. */
import { useEffect, useState } from 'preact/hooks';

export interface Place {
  readonly current: HTMLElement | null;
}

export function useWidth(place: Place): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const measure = (): void => setWidth(Math.floor(element.clientWidth));
    return sizeWatched(element, measure);
  }, [place]);
  return width;
}

/** Calls back now or soon, and whenever the element changes its size; where that cannot be seen, with the window. */
export function sizeWatched(element: Element, changed: () => void): () => void {
  if (typeof ResizeObserver !== 'undefined') {
    const observer = new ResizeObserver(changed);
    observer.observe(element);
    return () => observer.disconnect();
  }
  changed();
  addEventListener('resize', changed);
  return () => removeEventListener('resize', changed);
}
