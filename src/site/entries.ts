/** The error for an id that no file has: says the valid ones that look like it. */
export function unknownId(what: string, id: string, known: readonly string[], folder: string) {
  const near = known
    .toSorted((a, b) => shared(b, id) - shared(a, id) || a.localeCompare(b))
    .slice(0, 5);
  const hint = near.length > 0 ? `near it are ${near.join(', ')}` : 'there is none yet';
  return new Error(`no ${what} "${id}" in ${folder}; ${hint}`);
}

/** How many pairs of neighbouring letters two words have in common. */
function shared(a: string, b: string): number {
  const pairs = (word: string) => new Set(word.split('').map((letter, i) => letter + word[i + 1]));
  return pairs(a).intersection(pairs(b)).size;
}

const seen = new WeakMap<object, Map<string, number>>();

/** An id that is not on the page yet: `name`, then `name-2`, and so on. */
export function uniqueId(page: object, name: string): string {
  const counts = seen.get(page) ?? new Map<string, number>();
  seen.set(page, counts);
  const count = (counts.get(name) ?? 0) + 1;
  counts.set(name, count);
  return count === 1 ? name : `${name}-${count}`;
}
