/** An address that asks for one widget and names no place leads to that widget. */
import { keysOf } from './address/query.ts';

/** The widget that a query asks for, if it is one of these and the only one. */
export function askedWidget(search: string, ids: readonly string[]): string | undefined {
  const asked = keysOf(search).filter((key) => ids.includes(key));
  return asked.length === 1 ? asked[0] : undefined;
}

/** Not on a reload or on the way back: there the browser knows where the reader was. */
export function goToAskedWidget(): void {
  const [entry] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  if (location.hash !== '' || entry?.type !== 'navigate') return;
  const widgets = [...document.querySelectorAll('figure.figure[id]')];
  const id = askedWidget(
    location.search,
    widgets.map((widget) => widget.id),
  );
  widgets.find((widget) => widget.id === id)?.scrollIntoView();
}
