/** The picture, what happens at the cursor, and what can be taken away: everything below the controls. */
import type { JSX } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { LatencyBars } from '#views/time/Latency.tsx';
import { Dock } from './Dock.tsx';
import { columnAt, type Duel } from './duel.ts';
import type { FlowExplorerProps } from './FlowExplorer.tsx';
import { Notes, Tables } from './first-picture.tsx';
import { Share, StepTable } from './later.tsx';
import { Panel } from './Panel.tsx';
import { Picture } from './Picture.tsx';
import { sentenceAt } from './saying.ts';
import type { Explorer } from './use-explorer.ts';
import { useFit } from './use-fit.ts';
import { useFollow } from './use-follow.ts';
import { useMotion } from './use-motion.ts';

interface Props extends FlowExplorerProps {
  readonly explorer: Explorer;
  /** What is drawn; perhaps still of the setup before. */
  readonly duel: Duel;
  readonly width: number;
  readonly wide: boolean;
  readonly printing: boolean;
}

/** Where the cursor is, for every part of the stage. */
export interface Scene {
  readonly duel: Duel;
  /** Column of the cursor; -1 without one. */
  readonly column: number;
  readonly lead: number;
  readonly width: number;
  readonly wide: boolean;
  /** Whether what no source documents is drawn faint. */
  readonly documentedOnly: boolean;
}

export function Stage(props: Props): JSX.Element {
  const { explorer, duel, width: room, wide, printing, ...figure } = props;
  const { state, duel: current } = explorer.context;
  const lead = Math.min(state.lead, duel.lanes.length - 1);
  const { documentedOnly, view } = state;
  const stage = useRef<HTMLDivElement>(null);
  const width = useFit(stage, duel, room, view);
  const noted = view === 'waveform' || view === 'timeline' ? view : 'other';
  const column = printing ? -1 : columnAt(duel, state.cursor);
  const scene: Scene = { duel, column, lead, width, wide, documentedOnly };
  const sentence = sentenceAt(scene);
  // Parts that do not follow the cursor are the same objects from step to step, so they are not compared.
  const still = useMemo(
    () => ({
      notes: <Notes lanes={duel.lanes} view={noted} />,
      tables: (
        <Tables
          lanes={duel.lanes}
          table={StepTable}
          documentedOnly={documentedOnly}
          all={printing}
        />
      ),
    }),
    [duel, documentedOnly, printing, noted],
  );
  const latency = useMemo(
    () => <LatencyBars lanes={duel.lanes} width={Math.min(440, room)} />,
    [duel, room],
  );
  useMotion(stage, scene, explorer.travelMs);
  useFollow(stage, scene, explorer.follow);
  return (
    <div
      ref={stage}
      class={`stage${current === null ? ' waiting' : ''}`}
      aria-busy={current === null}
    >
      <div>
        <Picture explorer={explorer} scene={scene} figure={figure} />
      </div>
      {still.notes}
      <Dock explorer={explorer} scene={scene} />
      <p class="sr-only" role="status">
        {state.playing ? '' : sentence}
      </p>
      <Panel explorer={explorer} scene={scene} latency={latency} />
      {printing && <p class="address">{location.href}</p>}
      <Share scene={scene} figure={figure} />
      {still.tables}
    </div>
  );
}
