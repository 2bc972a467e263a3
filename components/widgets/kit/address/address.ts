/** What an address is to a widget: a text that means a state. How one is made is codec.ts's. */

/** What is wrong with an address, in words for the reader: the rule, the value and what is valid. */
export class AddressError extends Error {}

/** A state as an address. */
export interface Codec<S> {
  readonly encode: (state: S) => string;
  /** Throws an AddressError for a text that means nothing here. */
  readonly decode: (text: string) => S;
}
