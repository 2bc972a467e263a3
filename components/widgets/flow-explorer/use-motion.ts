/**
 * What moves in the picture when the reader steps. The code that moves it comes with the first step, which does not.
 */
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { travel } from './motion.ts';
import type { Change } from '#components/widgets/kit/use-widget.ts';
import type { Scene } from './Stage.tsx';

let move: typeof travel | undefined;
let asked = false;

async function load(): Promise<void> {
  if (asked) return;
  asked = true;
  try {
    move = (await import('./motion.ts')).travel;
  } catch {
    // Without it the picture jumps.
    asked = false;
  }
}

/** After each change of the cursor: from the scene before to this one, in the time that the change takes. */
export function useMotion(
  stage: { readonly current: HTMLElement | null },
  scene: Scene,
  change: { readonly current: Change },
): void {
  const before = useRef(scene);
  useLayoutEffect(() => {
    const from = before.current;
    before.current = scene;
    if (scene.column >= 0) void load();
    if (stage.current !== null) move?.(stage.current, from, scene, change.current.travelMs);
  }, [scene.duel, scene.column, scene.lead, scene.width]);
}
