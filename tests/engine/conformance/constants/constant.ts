/** What a table of constants is made of: each constant is seen in what the engine does, or not used by it. */

export interface Tested {
  /** The dossier's row, and the constant in it where a row has several. */
  readonly item: string;
  readonly name?: string;
  /** As the dossier has it. */
  readonly is: unknown;
  /** Where it is seen. */
  readonly by: string;
  readonly seen: () => unknown;
}

export interface Unused {
  readonly item: string;
  readonly name?: string;
  readonly why: string;
}

export interface Table {
  /** The rows of the dossier's table, in its order. */
  readonly items: readonly string[];
  readonly tested: readonly Tested[];
  readonly unused: readonly Unused[];
}

/** Keeps what was made the first time. */
export function once<Made>(make: () => Made): () => Made {
  let made: { readonly value: Made } | undefined;
  return () => (made ??= { value: make() }).value;
}
