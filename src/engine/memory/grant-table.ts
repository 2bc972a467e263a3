/**
 * The grant table of a Xen guest, version 1, byte for byte (xen/interface/grant_table.h): entries by which
 * the guest lets another domain reach single pages of it. Granting and revoking are plain writes to memory
 * and cost no hypercall; what the other domain does with an entry, the hypervisor checks and marks there.
 */
import type { GuestMemory } from './guest-memory.ts';
import { field, layout } from './layout.ts';

export const pageBytes = 4096;

export const grantEntry = layout(
  'Grant entry',
  8,
  {
    flags: field(0, 2, 'flags', '1 access, 4 read only, 8 and 16 in use', 'both'),
    domain: field(2, 2, 'domid', 'the domain that may reach the page', 'driver'),
    frame: field(4, 4, 'frame', 'number of the page', 'driver'),
  },
  { flags: 'driver' },
);
export const grantFlags = {
  permitAccess: 1,
  readOnly: 4,
  /** The hypervisor's marks: the other domain has the page mapped or copies it. */
  reading: 8,
  writing: 16,
} as const;
const inUse = grantFlags.reading | grantFlags.writing;

/** The first references are kept for the toolstack (GNTTAB_NR_RESERVED_ENTRIES). */
const reserved = 8;
/** The domain that back ends live in here. */
const backEnd = 0;

/** The guest's side: a pool of references, claimed and released in last-in first-out order. */
export class GrantTable {
  /** Where the table stands in guest memory. */
  readonly at: number;
  readonly bytes: number;
  private readonly memory: GuestMemory;
  private readonly freeReferences: Int32Array;
  private freeCount: number;

  /** A table with so many references to claim, in whole pages. */
  constructor(memory: GuestMemory, references: number) {
    this.memory = memory;
    const needed = (reserved + references) * grantEntry.bytes;
    this.bytes = Math.ceil(needed / pageBytes) * pageBytes;
    this.at = memory.allocate(this.bytes, pageBytes);
    memory.declare(grantEntry, 'grant table', this.at, this.bytes / grantEntry.bytes);
    this.freeReferences = Int32Array.from(
      { length: references },
      (_, index) => reserved + references - 1 - index,
    );
    this.freeCount = references;
  }

  /** Lets the back end reach the page of an address, and returns the reference. */
  grant(address: number, readOnly: boolean): number {
    if (this.freeCount === 0) throw new RangeError('every grant reference is in use');
    const reference = this.freeReferences[--this.freeCount]!;
    const at = this.at + reference * grantEntry.bytes;
    // The flags come last: they make the entry valid.
    this.memory.write32(at + grantEntry.frame, Math.floor(address / pageBytes));
    this.memory.write16(at + grantEntry.domain, backEnd);
    const flags = grantFlags.permitAccess | (readOnly ? grantFlags.readOnly : 0);
    this.memory.write16(at + grantEntry.flags, flags);
    return reference;
  }

  /** Takes a page back; false while the back end still has it mapped, and then it stays granted. */
  revoke(reference: number): boolean {
    const at = this.at + reference * grantEntry.bytes;
    if ((this.memory.read16(at + grantEntry.flags) & inUse) !== 0) return false;
    this.memory.write16(at + grantEntry.flags, 0);
    this.freeReferences[this.freeCount++] = reference;
    return true;
  }
}

/** The hypervisor's side: what a back end reaches through references, by its own hypercalls. */
export class GrantAccess {
  private readonly memory: GuestMemory;
  private readonly at: number;

  constructor(memory: GuestMemory, table: number) {
    this.memory = memory;
    this.at = table;
  }

  /** Whether the entry is marked as mapped. */
  isMapped(reference: number): boolean {
    return (this.flags(reference) & inUse) !== 0;
  }

  /** Address of the page of an entry; throws where the guest has granted nothing, or not for writing. */
  page(reference: number, write: boolean): number {
    const flags = this.flags(reference);
    const readOnly = (flags & grantFlags.readOnly) !== 0;
    if ((flags & grantFlags.permitAccess) === 0 || (write && readOnly))
      throw new Error(`grant reference ${reference} gives no ${write ? 'write' : 'read'} access`);
    return (
      this.memory.read32(this.at + reference * grantEntry.bytes + grantEntry.frame) * pageBytes
    );
  }

  /** Marks the entry as mapped, for writing or only for reading, and returns the address of its page. */
  map(reference: number, write: boolean): number {
    const page = this.page(reference, write);
    const mark = write ? inUse : grantFlags.reading;
    this.setFlags(reference, this.flags(reference) | mark);
    return page;
  }

  unmap(reference: number): void {
    this.setFlags(reference, this.flags(reference) & ~inUse);
  }

  private flags(reference: number): number {
    return this.memory.read16(this.at + reference * grantEntry.bytes + grantEntry.flags);
  }
  private setFlags(reference: number, flags: number): void {
    this.memory.write16(this.at + reference * grantEntry.bytes + grantEntry.flags, flags);
  }
}
