/**
 * Registers are rows: the driver, the device, the log of accesses and the register map read the
 * same ones.
 */

/**
 * How a processor reaches a register. A write to memory is posted: the processor goes on while it travels. A port is
 * written by OUT, and the next instruction waits until the device has the value (Intel SDM, volume 1, 19.6).
 */
export type RegisterSpace = 'memory' | 'ports';

export interface RegisterField {
  /** Lowest bit and number of bits. */
  readonly at: number;
  readonly bits: number;
  readonly name: string;
  readonly meaning: string;
}

export interface Register {
  /** Name as recorded from the real driver. */
  readonly name: string;
  /** What it is, in words: `transmit poll demand`. */
  readonly title: string;
  /** Short name for sentences. */
  readonly label: string;
  /** The address range it lies in, as it was recorded: which BAR. */
  readonly region: string;
  readonly space: RegisterSpace;
  readonly offset: number;
  /** Access size in bytes. */
  readonly size: 1 | 2 | 4;
  /** A write to it announces work to the device. */
  readonly doorbell: boolean;
  /** Where a register does several things: the bits that make a write a doorbell. */
  readonly doorbellBits?: number;
  readonly fields: readonly RegisterField[];
  /** Where it only leads to other registers: which register chooses among them, and their names by number. */
  readonly leadsTo?: Indirect;
  /** Where the register is specified. */
  readonly spec: string;
}

/** Registers that are reached through another one. */
export interface Indirect {
  /** Name of the register that the number goes to. */
  readonly selector: string;
  readonly registers: Readonly<Record<number, Pick<Register, 'label' | 'title'>>>;
}

/** A field of a register that a value sets, with the value it holds. */
export interface FieldValue {
  readonly field: RegisterField;
  readonly value: number;
}

/** The fields of a register that are not zero in `value`, from the highest bit down. */
export function fieldsOf(register: Register, value: number): FieldValue[] {
  return register.fields
    .map((field) => ({ field, value: (value >>> field.at) & (2 ** field.bits - 1) }))
    .filter((held) => held.value !== 0)
    .sort((a, b) => b.field.at - a.field.at);
}

/** Rows of 32-bit registers of one memory-mapped region. */
export const mappedRegisters =
  (region: string, spec: string) =>
  (
    name: string,
    title: string,
    offset: number,
    fields: readonly RegisterField[] = [],
    doorbell = false,
  ): Register => ({
    name,
    title,
    label: name,
    region,
    space: 'memory',
    offset,
    size: 4,
    doorbell,
    fields,
    spec,
  });

/** A one-bit field. */
export const flag = (at: number, name: string, meaning: string): RegisterField => ({
  at,
  bits: 1,
  name,
  meaning,
});

/** A register value as people write it. */
export const hexadecimal = (value: number): string => `0x${(value >>> 0).toString(16)}`;

/** Whether a write of this value announces work. */
export const ringsDoorbell = ({ doorbell, doorbellBits }: Register, value: number): boolean =>
  doorbell && (doorbellBits === undefined || (value & doorbellBits) !== 0);
