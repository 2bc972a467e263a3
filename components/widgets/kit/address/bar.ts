/**
 * The browser's address line. Widgets write into it late and together: a browser refuses what comes too often (WebKit
 * more than 100 changes in 10 seconds), and a link is made from the state, never read from here.
 */
import { withKey } from './query.ts';

/** How long a state rests before it is written. */
const lateMs = 200;

const waiting = new Map<string, string | null>();
let timer: ReturnType<typeof setTimeout> | undefined;

/** Shows a state in the address line before long; null takes the key away. */
export function writeLate(key: string, value: string | null): void {
  waiting.set(key, value);
  timer ??= setTimeout(writeNow, lateMs);
}

/** Writes what waits. Where the browser refuses, the page goes on with the older address. */
export function writeNow(): void {
  clearTimeout(timer);
  timer = undefined;
  if (waiting.size === 0) return;
  const search = [...waiting].reduce(
    (all, [key, value]) => withKey(all, key, value),
    location.search,
  );
  waiting.clear();
  try {
    history.replaceState(history.state, '', location.pathname + search + location.hash);
  } catch {
    // A frame without its origin, or too many changes: the next state is written again.
  }
}

/** The address of a state: this page, with this widget's state and nothing of others, at the widget's place. */
export const linkTo = (key: string, value: string | null): string =>
  `${location.origin === 'null' ? '' : location.origin}${location.pathname}${withKey('', key, value)}#${key}`;
