/** On the whole screen the waveform is drawn so that, scaled to the screen's width, it fits the height as well. */
import { useEffect, useState } from 'preact/hooks';
import { useFullScreen } from '#components/widgets/kit/page/FullScreen.tsx';
import { sizeWatched } from '#components/widgets/kit/page/use-width.ts';
import { duelLayout } from '#views/duel/duel.ts';
import type { Duel } from './duel.ts';
import type { View } from './state.ts';

/** A picture is not enlarged beyond this: a lane alone would fill the screen. */
const largest = 1.6;

/** The width to draw for, in units of the picture: the higher it is for its place, the wider it is drawn. */
export function fittingWidth(duel: Duel, width: number, height: number): number {
  let drawn = width;
  for (let tries = 0; tries < 3; tries++) {
    const needs = duelLayout(duel, drawn).height;
    if (tries > 0 && needs * width <= height * drawn) break;
    drawn = Math.ceil(width * Math.max(needs / height, 1 / largest));
  }
  return drawn;
}

/** Width of the picture: as wide as its place, on the whole screen as fits. */
export function useFit(
  stage: { readonly current: HTMLElement | null },
  duel: Duel,
  width: number,
  view: View,
): number {
  const full = useFullScreen();
  const [height, setHeight] = useState(0);
  useEffect(() => {
    const place = full ? stage.current?.querySelector('.scrubbed') : null;
    if (!place) return undefined;
    return sizeWatched(place, () => setHeight(Math.floor(place.clientHeight)));
  }, [full, view]);
  return full && view === 'waveform' && height > 100 ? fittingWidth(duel, width, height) : width;
}
