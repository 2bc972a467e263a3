const marker = /^[ \t]*\/\/ #(?:end)?region\b.*\n?/gm;

/**
 * The text of an example as a chapter shows it: the whole file, or one region of it, which the file
 * marks with `// #region name` and `// #endregion name`. The markers are left out, and the region's
 * common indentation too.
 */
export function exampleText(source: string, region?: string): string {
  return unindent((region ? regionOf(source, region) : source).replace(marker, '')).trim();
}

function regionOf(source: string, name: string): string {
  const lines = source.split('\n');
  const find = (word: string) => lines.findIndex((line) => line.trim() === `// #${word} ${name}`);
  const begin = find('region');
  const end = find('endregion');
  if (begin >= 0 && end > begin) return lines.slice(begin + 1, end).join('\n');
  throw new Error(`the example has no region "${name}" that begins and ends`);
}

function unindent(text: string): string {
  const indents = text.split('\n').flatMap((line) => /^( *)\S/.exec(line)?.[1]?.length ?? []);
  const common = Math.min(...indents);
  return text.replaceAll(new RegExp(`^ {${common}}`, 'gm'), '');
}
