/** Structures in memory as a table: offset, bytes, name in the colour of who writes it, meaning, value. */
import type { JSX } from 'preact';
import type { DomainColour } from '#engine/index.ts';
import type { Writer } from '#engine/vocabulary/layout.ts';
import { colourClass } from '../language/domains.ts';
import { type ByteGroup, type ByteRow, layoutBytes, type Section } from './rows.ts';

/** The colours of both sides: of the guest's driver, and of the domain that the device model runs in. */
export type Sides = Readonly<Record<Exclude<Writer, 'both'>, DomainColour>>;

/** The colour of who writes; none where both do or nobody is named. */
export const colourOf = (writer: Writer | undefined, sides: Sides): DomainColour | undefined =>
  writer === undefined || writer === 'both' ? undefined : sides[writer];

export interface ByteTableProps {
  readonly caption: string;
  readonly sections: readonly Section[];
  readonly sides: Sides;
}

export function ByteTable({ caption, sections, sides }: ByteTableProps): JSX.Element {
  const groups = layoutBytes(sections);
  return (
    <table class="bg-bytes">
      <caption>{caption}</caption>
      <thead>
        <tr>
          <th scope="col">offset</th>
          <th scope="col">bytes</th>
          <th scope="col">name</th>
          <th scope="col">meaning</th>
          <th scope="col">value</th>
        </tr>
      </thead>
      {groups.map((group, order) => (
        <Group key={order} group={group} titled={groups.length > 1} sides={sides} />
      ))}
    </table>
  );
}

interface GroupProps {
  readonly group: ByteGroup;
  readonly titled: boolean;
  readonly sides: Sides;
}

const Group = ({ group: { title, rows }, titled, sides }: GroupProps): JSX.Element => (
  <tbody>
    {titled && (
      <tr>
        <th scope="rowgroup" colSpan={5} class="bg-byte-group">
          {title}
        </th>
      </tr>
    )}
    {rows.map((row) => (
      <Row key={row.offset} row={row} colour={colourOf(row.writer, sides)} />
    ))}
  </tbody>
);

interface RowProps {
  readonly row: ByteRow;
  readonly colour: DomainColour | undefined;
}

function Row({ row, colour }: RowProps): JSX.Element {
  const { offset, bytes, name, meaning, value, changed } = row;
  return (
    <tr class={changed ? 'bg-byte-changed' : undefined}>
      <td class="bg-byte-offset">{offset}</td>
      <td class="bg-byte-code">
        {bytes}
        {changed && <span class="bg-spoken"> changed</span>}
      </td>
      <th scope="row" class={colour && `bg-byte-name ${colourClass(colour)}`}>
        {name}
      </th>
      <td>{meaning}</td>
      <td class="bg-byte-code">{value}</td>
    </tr>
  );
}
