/**
 * A list with what repeats in it folded: a run of some items that comes again at once, and again, is shown once with
 * the number of times. Pure; it compares words, and knows nothing of what they say.
 */

/** Items from `from` to `to`, as many `times` one after the other; shown once. */
export interface Repeat {
  readonly from: number;
  /** After the last item of the first time. */
  readonly to: number;
  /** 1 for items that do not repeat. */
  readonly times: number;
}

/** The longest run that is looked for, and how often it must come: shorter lists are read as they are. */
const longestRun = 64;
const fewestTimes = 4;

/** A list as parts that stand once each; `words` are what items are compared by. */
export function repeatsIn(words: readonly string[]): Repeat[] {
  const items = numbered(words);
  const parts: Repeat[] = [];
  for (let from = 0; from < items.length;) {
    const part = repeatAt(items, from);
    const last = parts.at(-1);
    if (part.times === 1 && last?.times === 1) parts[parts.length - 1] = { ...last, to: part.to };
    else parts.push(part);
    from += part.times * (part.to - part.from);
  }
  return parts;
}

/** The shortest run that begins here and repeats, or one item that does not. */
function repeatAt(items: Int32Array, from: number): Repeat {
  const longest = Math.min(longestRun, Math.floor((items.length - from) / fewestTimes));
  for (let length = 1; length <= longest; length++) {
    const times = 1 + Math.floor(equalAfter(items, from, length) / length);
    if (times >= fewestTimes) return { from, to: from + length, times };
  }
  return { from, to: from + 1, times: 1 };
}

/** How many items in a row are the same as those `length` before them. */
function equalAfter(items: Int32Array, from: number, length: number): number {
  let at = from + length;
  while (at < items.length && items[at] === items[at - length]) at++;
  return at - from - length;
}

/** Equal words as equal numbers. */
function numbered(words: readonly string[]): Int32Array {
  const numbers = new Map<string, number>();
  return Int32Array.from(words, (word) => {
    const known = numbers.get(word) ?? numbers.size;
    numbers.set(word, known);
    return known;
  });
}
