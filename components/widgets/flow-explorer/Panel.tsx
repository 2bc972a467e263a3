/** Under the picture: the step at the cursor, where it happens, and the same runs to the scale of time. */
import type { JSX } from 'preact';
import { stepIndexAt } from './duel.ts';
import { StepPanel } from './later.ts';
import type { Scene } from './Stage.tsx';
import type { State } from './state.ts';

interface Props {
  readonly scene: Scene;
  readonly view: State['view'];
  readonly choose: (lane: number) => void;
  readonly latency: JSX.Element;
}

export function Panel({ scene, view, choose, latency }: Props): JSX.Element {
  const { duel, lead, column } = scene;
  const at = column < 0 ? -1 : stepIndexAt(duel, lead, column);
  return (
    <div class="panel">
      {at >= 0 ? (
        <StepPanel scene={scene} at={at} view={view} choose={choose} />
      ) : (
        <div class="card">
          <p class="hint">
            Press <strong>Next step</strong>, drag across the picture, or use the arrow keys.
          </p>
        </div>
      )}
      <div class="to-scale">
        <p class="heading">
          {duel.lanes.length === 1 ? 'To scale' : 'Same run, to scale'}{' '}
          <span class="muted">default and range</span>
        </p>
        {latency}
      </div>
    </div>
  );
}
