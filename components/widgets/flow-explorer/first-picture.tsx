/** Parts that the built page and the island share: notes under the picture, and every step as a table. */
import type { ComponentType, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type NotedView, notesOf } from '#views/lane/comparison.ts';
import { nameOf } from '#views/lane/names.ts';
import { counted } from '#views/language/format.ts';
import type { Lane } from '#views/lane/lane.ts';
import type { StepTableProps } from '#views/table/StepTable.tsx';

interface NotesProps {
  readonly lanes: readonly Lane[];
  readonly view?: NotedView;
}

/** What to know before reading the picture, and whose drivers ran. */
export function Notes({ lanes, view }: NotesProps): JSX.Element {
  const [before, after] = notesOf(lanes, view).join(' ').split(dotted);
  return (
    <p class="notes">
      {before}
      <span class="illustrative">{dotted}</span>
      {after}
    </p>
  );
}

/** Words that are drawn as what they say. */
const dotted = 'dotted line';

interface TablesProps {
  readonly lanes: readonly Lane[];
  /** The view of a table. */
  readonly table: ComponentType<Pick<StepTableProps, 'lane' | 'documentedOnly'>>;
  readonly documentedOnly?: boolean;
  /** The built page and paper have all tables; the island makes one when it is opened. */
  readonly all?: boolean;
}

export const Tables = ({ lanes, ...rest }: TablesProps): JSX.Element => (
  <div class="tables">
    {lanes.map((lane, index) => (
      <LaneTable key={index} lane={lane} {...rest} />
    ))}
  </div>
);

type LaneTableProps = Omit<TablesProps, 'lanes'> & { readonly lane: Lane };

function LaneTable({
  lane,
  table: Table,
  all = false,
  documentedOnly,
}: LaneTableProps): JSX.Element {
  const [opened, setOpened] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setOpened(currentTarget.open)}>
      <summary>
        {nameOf(lane)}: {counted(lane.path.length, 'step')} on the path
        {lane.beside.length > 0 && `, ${lane.beside.length} beside`}, as a table
      </summary>
      {(all || opened) && (
        <div class="table">
          <Table lane={lane} documentedOnly={documentedOnly} />
        </div>
      )}
    </details>
  );
}
