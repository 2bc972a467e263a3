import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../run.ts';

/** What to write for one new thing of the book. Paths are from the root of the project. */
export interface Plan {
  /** New files with their text; none of them may exist. */
  readonly files: Readonly<Record<string, string>>;
  /** Files that change, with their whole new text. */
  readonly changes?: Readonly<Record<string, string>>;
  /** Which flows are new, as a pattern of the names of the tests that keep them. */
  readonly flows?: string;
  /** What the author does next, a line each. */
  readonly next: readonly string[];
}

/** A command line that cannot be followed; the message says the rule, the value and the cure. */
export class UsageError extends Error {}

export const read = (path: string): string => readFileSync(join(root, path), 'utf8');
export const exists = (path: string): boolean => existsSync(join(root, path));

/** Names of the folders in a folder, in order. */
export const foldersIn = (path: string): string[] =>
  readdirSync(join(root, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted();

/** A text with a part replaced; throws where the part is not there any more, rather than leave it as it was. */
export function replaced(text: string, part: string | RegExp, by: string): string {
  if (typeof part === 'string' ? text.includes(part) : part.test(text))
    return text.replace(part, by);
  throw new Error(`the template has to be brought up to date: there is no ${String(part)}`);
}
