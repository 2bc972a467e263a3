/** A file in src/examples: a program that prints lines. It may import the engine and text views. */
export type ExampleModule = { default(print: (line: string) => void): void };

/** What the worker tells the page: the lines of a run, or why it failed. */
export type RunResult =
  | { readonly ok: true; readonly lines: readonly string[] }
  | { readonly ok: false; readonly message: string };
