/**
 * Layouts that drivers and devices share. One declaration gives the rows that views show and the offsets by which
 * the code reads and writes, so that neither can be wrong alone.
 */
import type { Layout, LayoutField, Writer } from '../vocabulary/layout.ts';

type Rows = Readonly<Record<string, LayoutField>> & {
  readonly title?: never;
  readonly bytes?: never;
  readonly fields?: never;
  readonly publishes?: never;
};

/** A field whose write shows an entry to the other side, or gives it back; and by whose write. */
export interface Publication {
  readonly offset: number;
  readonly by: Writer;
}

/** A layout of a structure that two sides share. */
export interface SharedLayout extends Layout {
  readonly publishes: readonly Publication[];
}

/** A layout, and the offset of each field under the name that the code has for it. */
export type Placed<R extends Rows> = SharedLayout & { readonly [Name in keyof R]: number };

/** Declares a layout of so many bytes; `publishes` names the fields that show an entry to the other side. */
export function layout<R extends Rows>(
  title: string,
  bytes: number,
  rows: R,
  publishes: { readonly [Name in keyof R]?: Writer } = {},
): Placed<R> {
  const offsets = Object.fromEntries(
    Object.entries<LayoutField>(rows).map(([key, { offset }]) => [key, offset]),
  );
  const shown = Object.entries<Writer | undefined>(publishes).flatMap(([key, by]) =>
    by === undefined ? [] : [{ offset: offsets[key]!, by }],
  );
  return { ...offsets, title, bytes, fields: Object.values(rows), publishes: shown } as Placed<R>;
}

/** A row of a layout. */
export const field = (
  offset: number,
  bytes: number,
  name: string,
  meaning: string,
  writer?: Writer,
): LayoutField => ({
  offset,
  bytes,
  name,
  meaning,
  ...(writer === undefined ? {} : { writer }),
});

/** Structures of one layout in guest memory, one behind the other. */
export interface Structure {
  readonly name: string;
  readonly layout: SharedLayout;
  readonly at: number;
  readonly count: number;
  /** From one to the next, in bytes. */
  readonly stride: number;
}
