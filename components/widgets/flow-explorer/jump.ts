/** An address that asks for one figure and names no place leads to that figure. */

/** The figure that a query asks for, if it is one of these and the only one. */
export function askedFigure(search: string, ids: readonly string[]): string | undefined {
  const asked = [...new URLSearchParams(search).keys()].filter((key) => ids.includes(key));
  return asked.length === 1 ? asked[0] : undefined;
}

/** Not on a reload or on the way back: there the browser knows where the reader was. */
export function goToAskedFigure(): void {
  const [entry] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  if (location.hash !== '' || entry?.type !== 'navigate') return;
  const figures = [...document.querySelectorAll('figure.figure[id]')];
  const id = askedFigure(
    location.search,
    figures.map((figure) => figure.id),
  );
  figures.find((figure) => figure.id === id)?.scrollIntoView();
}
