/** Keeps the row of the current step in view where the lane is a list. The code comes with the first step. */
import { useEffect, useRef } from 'preact/hooks';
import type { Change } from '#components/widgets/kit/use-widget.ts';
import type { Scene } from './Stage.tsx';

/** After each step, not after a scrub: the row of the step is brought into view. */
export function useFollow(
  stage: { readonly current: HTMLElement | null },
  scene: Scene,
  change: { readonly current: Change },
): void {
  const first = useRef(true);
  useEffect(() => {
    const loaded = first.current;
    first.current = false;
    if (loaded || !change.current.followed || scene.column < 0 || stage.current === null) return;
    const place = stage.current;
    void (async () => (await import('./in-view.ts')).bringIntoView(place))();
  }, [scene.column, scene.lead]);
}
