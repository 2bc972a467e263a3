/** Under the picture: the step at the cursor, where it happens, and the same runs to the scale of time. */
import type { JSX } from 'preact';
import { domainOf } from '#engine/vocabulary/world.ts';
import { colourClass, nameOf } from '#views/language/domains.ts';
import { isDoneAt, stepIndexAt } from './duel.ts';
import { StepCard, WhereNow } from './later.tsx';
import { useSourceTitles } from './source-titles.ts';
import type { Scene } from './Stage.tsx';
import type { Explorer } from './use-explorer.ts';

interface Props {
  readonly explorer: Explorer;
  readonly scene: Scene;
  readonly latency: JSX.Element;
}

/** Where the book lists a source. */
const sourceHref = (source: string): string => `${import.meta.env.BASE_URL}sources/#${source}`;

export function Panel({ explorer, scene, latency }: Props): JSX.Element {
  const { duel, lead, column } = scene;
  const { view } = explorer.context.state;
  const lane = duel.lanes[lead];
  const at = column < 0 ? -1 : stepIndexAt(duel, lead, column);
  const step = lane?.path[at];
  const titles = useSourceTitles(step !== undefined);
  return (
    <div class="panel">
      <div class="card">
        {lane !== undefined && step !== undefined ? (
          <StepCard
            lane={lane}
            step={step}
            sourceHref={sourceHref}
            sourceTitle={(key: string) => titles[key] ?? key}
          />
        ) : (
          <p class="hint">
            Press <strong>Next step</strong>, drag across the picture, or use the arrow keys.
          </p>
        )}
      </div>
      {lane !== undefined && step !== undefined && view !== 'topology' && (
        <div class="now-at">
          <p class="heading">Where it is now</p>
          <WhereNow lane={lane} at={at} />
        </div>
      )}
      <div class="to-scale">
        <p class="heading">
          {duel.lanes.length === 1 ? 'To scale' : 'Same run, to scale'}{' '}
          <span class="muted">default and range</span>
        </p>
        {latency}
      </div>
      {column >= 0 && view !== 'topology' && <Meanwhile explorer={explorer} scene={scene} />}
    </div>
  );
}

/** One line for each other lane; choosing it makes it the lane of the card. */
function Meanwhile({ explorer, scene }: Omit<Props, 'latency'>): JSX.Element | null {
  const { duel, lead, column } = scene;
  if (duel.lanes.length < 2) return null;
  return (
    <div class="meanwhile">
      <p class="heading">Meanwhile</p>
      <ul>
        {duel.lanes.map((lane, index) => {
          if (index === lead) return null;
          const at = stepIndexAt(duel, index, column);
          const step = lane.path[at];
          const done = isDoneAt(duel, index, column);
          return (
            <li key={index}>
              <button
                type="button"
                onClick={() => explorer.set({ ...explorer.context.state, lead: index })}
              >
                {step && (
                  <i class={`key ${colourClass(domainOf(lane.run.world, step.domain).colour)}`} />
                )}
                <span>
                  <strong>{nameOf(lane)}</strong>{' '}
                  {done ? 'done' : (step?.sentence ?? 'has not begun')}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
