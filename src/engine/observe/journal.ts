/**
 * What can be written down of a run beside its trace: accesses to structures in guest memory, registers as the
 * device model answered them, interrupt lines. Plain data, which can be stored, sent and compared. Everything is
 * put down against an event of the trace: the guest's code belongs to the event that it leads to, the device
 * model's to the event that brought the flow to it.
 */
import type { Layout, LayoutField } from '../vocabulary/layout.ts';
import type { Instant } from '../vocabulary/units.ts';

/** Who writes or reads: the guest's driver or the device model. */
export type Side = 'driver' | 'device';

/** The event of what happens while the driver sets its device up: before the trace begins. */
export const setUp = -1;

/** What to write down. Reads are many, so they are asked for apart. */
export interface Wanted {
  readonly writes?: boolean;
  readonly reads?: boolean;
  readonly registers?: boolean;
  readonly interrupts?: boolean;
}

/** What a lab usually wants. */
export const usual: Wanted = { writes: true, registers: true, interrupts: true };

interface Noted {
  /** Number of an event of the trace, or `setUp`. */
  readonly event: number;
  readonly at: Instant;
}

/** One access to a structure; `value` is unsigned. */
export interface MemoryAccess extends Noted {
  readonly kind: 'write' | 'read';
  readonly by: Side;
  /** Place in the journal's list of structures, and which of those that stand in a row. */
  readonly structure: number;
  readonly index: number;
  /** From the start of that one, in bytes. */
  readonly offset: number;
  readonly bytes: 1 | 2 | 4;
  readonly value: number;
  /** The write shows an entry to the other side, or gives it back. */
  readonly publishes: boolean;
}

/** A register access as the device model met it: what was written, or what it answered. */
export interface RegisterValue extends Noted {
  readonly kind: 'register';
  readonly op: 'read' | 'write';
  /** Key into `world.registers`. */
  readonly register: string;
  readonly value: number;
  /** Where the register only leads to another one: which, as it was selected (PCnet's CSR0 behind RDP). */
  readonly behind?: string;
}

/** The interrupt line rises or falls; or a message goes out, which is no level. */
export type InterruptChange =
  | (Noted & { readonly kind: 'line'; readonly raised: boolean })
  | (Noted & { readonly kind: 'message'; readonly vector: number });

export type JournalEntry = MemoryAccess | RegisterValue | InterruptChange;

/** Structures of one layout in guest memory, one behind the other; all zero before the first write. */
export interface Declared {
  readonly name: string;
  readonly layout: Layout;
  readonly at: number;
  readonly count: number;
  readonly stride: number;
}

export interface Journal {
  readonly structures: readonly Declared[];
  /** In the order in which they happened. */
  readonly entries: readonly JournalEntry[];
}

/** Which structure, and which of those that stand in a row. */
export interface Place {
  readonly structure: number;
  readonly index: number;
}

/** A structure's bytes at a cursor, and the fields that were written after an earlier one. */
export interface BytesAt {
  readonly layout: Layout;
  readonly bytes: Uint8Array;
  readonly changed: readonly LayoutField[];
  /** Places of the bytes that were written after the earlier cursor, whatever their values. */
  readonly written: readonly number[];
}

/** Number of the structure of that name; throws a RangeError that names those there are. */
export function structureNamed({ structures }: Journal, name: string): number {
  const found = structures.findIndex((structure) => structure.name === name);
  if (found >= 0) return found;
  const names = [...new Set(structures.map((structure) => structure.name))].join(', ');
  throw new RangeError(`no structure is named '${name}': use ${names === '' ? 'none' : names}`);
}

/**
 * The bytes of a structure when every event up to `event` has happened, and what was written after `since`: by
 * default the event before. Throws a RangeError where there is no such structure.
 */
export function bytesAt(journal: Journal, place: Place, event: number, since = event - 1): BytesAt {
  const structure = journal.structures[place.structure];
  if (structure === undefined || place.index < 0 || place.index >= structure.count)
    throw new RangeError(
      `the journal has no structure ${place.structure} with an entry ${place.index}: it has ${journal.structures.length}`,
    );
  const { layout } = structure;
  const bytes = new Uint8Array(layout.bytes);
  const written = new Set<number>();
  for (const entry of journal.entries) {
    if (entry.kind !== 'write' || entry.event > event || !isAt(entry, place)) continue;
    for (let byte = 0; byte < entry.bytes; byte++) {
      bytes[entry.offset + byte] = entry.value >>> (8 * byte);
      if (entry.event > since) written.add(entry.offset + byte);
    }
  }
  const places = [...written].sort((a, b) => a - b);
  return { layout, bytes, changed: fieldsOn(layout, places), written: places };
}

const isAt = (access: MemoryAccess, { structure, index }: Place): boolean =>
  access.structure === structure && access.index === index;

const fieldsOn = ({ fields }: Layout, places: readonly number[]): LayoutField[] =>
  fields.filter(({ offset, bytes }) => places.some((at) => at >= offset && at < offset + bytes));
