/** Parts that the built page and the island share: notes under the picture, choices of hosts, every step as a table. */
import type { ComponentType, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type NotedView, notesOf } from '#views/lane/comparison.ts';
import { nameOf } from '#views/lane/names.ts';
import { counted } from '#views/language/format.ts';
import { hostChoicesOf, othersOf } from '#views/lane/policies.ts';
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
    <HostChoices lanes={lanes} />
    {lanes.map((lane, index) => (
      <LaneTable key={index} lane={lane} {...rest} />
    ))}
  </div>
);

/** What the hosts were free to choose, and have chosen: the counts and times of the picture hang on it. */
function HostChoices({ lanes }: Pick<TablesProps, 'lanes'>): JSX.Element | null {
  const hosts = hostChoicesOf(lanes);
  const count = hosts.reduce((sum, { policies }) => sum + policies.length, 0);
  if (count === 0) return null;
  return (
    <details class="host-choices">
      <summary>{counted(count, 'choice')} of the hosts behind these numbers</summary>
      {hosts.map(({ name, policies }, index) => (
        <div key={index}>
          <p>{name}</p>
          <ul>
            {policies.map((policy) => (
              <li key={policy.id}>
                <strong>{`${policy.id}: ${policy.choice.id}`}</strong>, {policy.title} (
                {policy.choice.evidence}; or {othersOf(policy).join(', or ')}
                ). {policy.choice.title}. {policy.choice.consequence}.
              </li>
            ))}
          </ul>
        </div>
      ))}
    </details>
  );
}

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
