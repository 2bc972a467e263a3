/** What can be taken away from the explorer. Loaded when there is a reader. */
import type { JSX } from 'preact';
import { FullScreen } from '#components/widgets/kit/page/FullScreen.tsx';
import { Share } from '#components/widgets/kit/share/Share.tsx';
import { fileName, type Taken } from '#components/widgets/kit/share/taken.ts';
import { notesOf } from '#views/lane/comparison.ts';
import { Duel } from '#views/duel/Duel.tsx';
import { DomainLegend, MechanismLegend } from '#views/duel/Legends.tsx';
import { mermaidOf } from '#views/table/mermaid.ts';
import type { FlowExplorerProps } from './FlowExplorer.tsx';
import { numberAt } from './saying.ts';
import type { Scene } from './Stage.tsx';
import { stepRows, toldOf } from './telling.ts';

interface SharingProps {
  readonly figure: FlowExplorerProps;
  readonly link: () => Promise<string>;
  readonly scene: Scene;
  readonly say: (sentence: string) => void;
  readonly said: string;
}

export const Sharing = ({ figure, link, scene, say, said }: SharingProps): JSX.Element => (
  <Share taken={takenOf(figure, link, scene)} say={say} said={said}>
    {!scene.wide && <FullScreen />}
  </Share>
);

function takenOf(figure: FlowExplorerProps, link: SharingProps['link'], scene: Scene): Taken {
  const { duel, column, lead } = scene;
  const { title, caption } = toldOf(figure, duel.setup, duel.lanes);
  const step = column < 0 ? '' : ` step ${numberAt(scene)}`;
  const lane = duel.lanes[lead];
  return {
    title,
    caption,
    file: fileName(`${title}${step}`),
    link,
    embed: async () => embedOf(await link(), figure.id),
    isPlace: column >= 0,
    picture: () => <SavedPicture scene={scene} />,
    notes: notesOf(duel.lanes),
    ...(lane && { mermaid: () => Promise.resolve(mermaidOf(lane)) }),
    table: () => stepRows(duel.lanes),
    data: () => ({
      setup: duel.setup,
      lanes: duel.lanes.map(({ run, steps }) => ({ ...run, steps })),
    }),
  };
}

/** The page that holds this figure and nothing else, in the state of a link. */
function embedOf(link: string, id: string): string {
  const address = new URL(link);
  address.pathname = `${import.meta.env.BASE_URL}embed/${id}/`;
  address.hash = '';
  return address.href;
}

/** A picture as wide as a page, whatever the reader's screen is. */
const savedWidth = 1216;

/** The waveform with its keys, for a file. */
function SavedPicture({ scene }: { readonly scene: Scene }): JSX.Element {
  const { duel, column, documentedOnly } = scene;
  return (
    <>
      <DomainLegend lanes={duel.lanes} />
      <Duel
        duel={duel}
        width={savedWidth}
        cursor={column < 0 ? undefined : column}
        documentedOnly={documentedOnly}
        number={numberAt(scene)}
        idPrefix="saved"
      />
      <MechanismLegend duel={duel} width={savedWidth} />
    </>
  );
}
