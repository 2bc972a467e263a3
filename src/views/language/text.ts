/** Text in figures: how wide it is at most, and how it is broken into lines. */

/**
 * Advances of Inter at weight 400, in thousandths of its size, as Chromium sets it with tabular figures: for
 * letters that are about as wide as each other the mean. All others are as wide as most small letters.
 */
const advances: readonly (readonly [thousandths: number, letters: string])[] = [
  [260, 'Iijl’'],
  [290, " !',.:;`·"],
  [365, '()/[\\]ft|'],
  [400, 'r'],
  [465, '"-^_{}'],
  [510, '*?–'],
  [560, 'JLacksvxyz'],
  [640, '0123456789'],
  [655, '#$&+<=>BKPRSTZ~×'],
  [710, 'ADVXY'],
  [750, 'CGHNOQU'],
  [800, 'w'],
  [900, 'Mm'],
  [1000, '@%W'],
];
const usualAdvance = 610;
const advanceOf = new Map(
  advances.flatMap(([advance, letters]) => Array.from(letters, (letter) => [letter, advance])),
);

/** Bold letters are wider: by so much of the width for each step of weight above 400. */
const wider = 0.0002;

/**
 * Engines set the same text differently: up to 7 px wider in Firefox and 16 px in WebKit than in Chromium, on lines
 * of some 300 px. Layouts leave room for that.
 */
const allowance = 1.06;

/** How wide a text of the figures' typeface is at most, in pixels, in any engine. */
export function textWidth(text: string, size: number, weight = 400): number {
  let thousandths = 0;
  for (const letter of text) thousandths += advanceOf.get(letter) ?? usualAdvance;
  return ((thousandths * size) / 1000) * (1 + (weight - 400) * wider) * allowance;
}

/** Words in lines of at most some letters. */
export function wrapped(text: string, letters: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= letters) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else lines.push(word);
  }
  return lines;
}
