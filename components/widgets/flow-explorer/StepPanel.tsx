/** The step at the cursor, where it happens, and what the other lanes do meanwhile. Loaded with the first step. */
import type { JSX } from 'preact';
import { domainOf } from '#engine/vocabulary/world.ts';
import { Words } from '#components/widgets/kit/Words.tsx';
import { colourClass } from '#views/language/domains.ts';
import { nameOf } from '#views/lane/names.ts';
import { WhereNow } from '#views/place/WhereNow.tsx';
import { StepCard } from '#views/table/StepCard.tsx';
import { isDoneAt, stepIndexAt } from './duel.ts';
import { useSourceTitles } from './source-titles.ts';
import type { Scene } from './Stage.tsx';
import type { State } from './state.ts';

interface StepPanelProps {
  readonly scene: Scene;
  /** Place of the step in the lead's path. */
  readonly at: number;
  readonly view: State['view'];
  readonly choose: (lane: number) => void;
}

/** Where the book lists a source. */
const sourceHref = (source: string): string => `${import.meta.env.BASE_URL}sources/#${source}`;

export function StepPanel({ scene, at, view, choose }: StepPanelProps): JSX.Element | null {
  const lane = scene.duel.lanes[scene.lead];
  const step = lane?.path[at];
  const titles = useSourceTitles();
  if (lane === undefined || step === undefined) return null;
  return (
    <>
      <div class="card">
        <StepCard
          key={`${scene.lead} ${step.key}`}
          lane={lane}
          step={step}
          sourceHref={sourceHref}
          sourceTitle={(key: string) => titles[key] ?? key}
        />
      </div>
      {view !== 'topology' && (
        <>
          <div class="now-at">
            <p class="heading">Where it is now</p>
            <WhereNow lane={lane} at={at} />
          </div>
          <Meanwhile scene={scene} choose={choose} />
        </>
      )}
    </>
  );
}

/** One line for each other lane; choosing it makes it the lane of the card. */
function Meanwhile({
  scene,
  choose,
}: Pick<StepPanelProps, 'scene' | 'choose'>): JSX.Element | null {
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
              <button type="button" onClick={() => choose(index)}>
                {step && (
                  <i class={`key ${colourClass(domainOf(lane.run.world, step.domain).colour)}`} />
                )}
                <span>
                  <strong>{nameOf(lane)}</strong>{' '}
                  <Words>{done ? 'done' : (step?.sentence ?? 'has not begun')}</Words>
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
