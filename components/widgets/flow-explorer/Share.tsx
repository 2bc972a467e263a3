/** What a reader can take away: a link to the step, the flow as Mermaid text, the picture as a file. */
import { type JSX, render } from 'preact';
import { useState } from 'preact/hooks';
import { notesOf } from '#views/duel/comparison.ts';
import { Duel } from '#views/duel/Duel.tsx';
import type { Lane } from '#views/duel/lanes.ts';
import { DomainLegend, MechanismLegend } from '#views/language/Legend.tsx';
import type { FlowExplorerProps } from './FlowExplorer.tsx';
import { FullScreen } from './FullScreen.tsx';
import { numberAt } from './saying.ts';
import type { Scene } from './Stage.tsx';

interface Props {
  readonly scene: Scene;
  readonly figure: Pick<FlowExplorerProps, 'id' | 'title' | 'caption'>;
}

export function Share({ scene, figure }: Props): JSX.Element {
  const [said, say] = useState('');
  const { duel, lead, column } = scene;
  const link = (): string => {
    const address = new URL(location.href);
    address.hash = figure.id;
    return address.href;
  };
  const copy = async (text: string | Promise<string>, what: string): Promise<void> => {
    try {
      await navigator.clipboard.writeText(await text);
      say(`${what} copied.`);
    } catch {
      say('The browser does not allow copying here.');
    }
  };
  const mermaid = async (lane: Lane): Promise<string> =>
    (await import('#views/table/mermaid.ts')).mermaidOf(lane);
  const lane = duel.lanes[lead];
  const download = async (): Promise<void> => {
    const { saveFile, standaloneSvg } = await import('./standalone-svg.ts');
    const licence = `Beneath the Guest, licensed under CC BY 4.0. ${link()}`;
    const below = [figure.caption, ...notesOf(duel.lanes), licence];
    const svg = drawn(scene, (place) => standaloneSvg(place, { title: figure.title, below }));
    saveFile(`${figure.id}.svg`, svg);
    say(`${figure.id}.svg saved.`);
  };
  return (
    <div class="share">
      <button type="button" class="button" onClick={() => void copy(link(), 'Link')}>
        {column < 0 ? 'Copy link' : 'Copy link to this step'}
      </button>
      {lane && (
        <button
          type="button"
          class="button"
          onClick={() => void copy(mermaid(lane), 'Mermaid text')}
        >
          Copy as Mermaid
        </button>
      )}
      <button type="button" class="button" onClick={() => void download()}>
        Download SVG
      </button>
      {!scene.wide && <FullScreen />}
      <span class="said" role="status">
        {said}
      </span>
    </div>
  );
}

/** A picture as wide as a page, whatever the reader's screen is. */
const savedWidth = 1216;

/** Draws the waveform and its keys out of sight, where the page's styles reach it, for as long as it is read. */
function drawn<T>(scene: Scene, read: (place: HTMLElement) => T): T {
  const { duel, column, documentedOnly } = scene;
  const place = document.createElement('div');
  place.className = 'out-of-sight';
  document.body.append(place);
  const cursor = column < 0 ? undefined : column;
  render(
    <>
      <DomainLegend lanes={duel.lanes} />
      <Duel
        lanes={duel.lanes}
        columns={duel.columns}
        width={savedWidth}
        cursor={cursor}
        documentedOnly={documentedOnly}
        number={numberAt(scene)}
        idPrefix="saved"
      />
      <MechanismLegend lanes={duel.lanes} columns={duel.columns} width={savedWidth} />
    </>,
    place,
  );
  try {
    return read(place);
  } finally {
    render(null, place);
    place.remove();
  }
}
