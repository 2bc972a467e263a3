/** Scrolls the row of the current step to where it can be read: below what sticks at the top, above the dock. */

/** Only if the row is out of view, and only while the dock floats: below it a reader reads something else. */
export function bringIntoView(stage: HTMLElement): void {
  const row = stage.querySelector('.bg-turned [aria-current="step"], .table [aria-current="step"]');
  const bars = [...stage.querySelectorAll('.at-hand, .dock')];
  const bar = bars.findLast((each) => each.getBoundingClientRect().height > 0);
  if (!row || !bar) return;
  const screen = document.fullscreenElement ?? document.documentElement;
  const height = screen.clientHeight;
  const bottom = bar.getBoundingClientRect().top;
  if (bar.getBoundingClientRect().bottom < height - 2) return;
  const top = stuckHeight(stage);
  const box = row.getBoundingClientRect();
  if (box.top >= top && box.bottom <= bottom) return;
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const middle = (top + bottom) / 2;
  screen.scrollBy({
    top: (box.top + box.bottom) / 2 - middle,
    behavior: calm ? 'instant' : 'smooth',
  });
}

/** How far what sticks to the top reaches down. */
function stuckHeight(stage: HTMLElement): number {
  const selected = stage.querySelector<HTMLElement>('.bg-silhouette.bg-selected');
  const style = selected && getComputedStyle(selected);
  if (style?.position === 'sticky')
    return Number.parseFloat(style.top) + (selected?.offsetHeight ?? 0);
  if (document.fullscreenElement !== null) return 0;
  return document.querySelector<HTMLElement>('header.header')?.offsetHeight ?? 0;
}
