/** A file in src/examples: a program that prints lines. It may import the engine and text views. */
export type ExampleModule = { default(print: (line: string) => void): void };

/** What the worker tells the page: that the program is there, then what came of it. */
export type ExampleMessage =
  | { readonly kind: 'loaded' }
  | { readonly kind: 'printed'; readonly lines: readonly string[] }
  | { readonly kind: 'failed'; readonly message: string };
