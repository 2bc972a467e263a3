/** A structure in guest memory as rows: the code reads and writes by them, and views show them. */

/** The side of a device that writes a field: the guest's driver, the device model, or both. */
export type Writer = 'driver' | 'device' | 'both';

export interface LayoutField {
  /** From the start of the structure, in bytes. */
  readonly offset: number;
  readonly bytes: number;
  /** As its specification or header file calls it. */
  readonly name: string;
  readonly meaning: string;
  /** Absent where the side depends on how the structure is used. */
  readonly writer?: Writer;
}

export interface Layout {
  readonly title: string;
  /** Length of the structure; what no field covers is reserved or unused. */
  readonly bytes: number;
  readonly fields: readonly LayoutField[];
}
