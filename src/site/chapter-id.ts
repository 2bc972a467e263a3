/**
 * The id of a chapter from its file: `01-basics/10-exits/index.mdx` is `basics/exits`. The numbers
 * order the book; the address leaves them out, so that chapters can be moved without breaking links.
 */
export function chapterId({ entry }: { entry: string }): string {
  return entry
    .replace(/\.\w+$/, '')
    .split('/')
    .map((part) => part.replace(/^\d+-/, ''))
    .join('/')
    .replace(/(^|\/)(index|quiz)$/, '');
}

/** What a folder of chapters is called: `02-storage-and-network` is "Storage and network". */
export function partLabel(folder: string): string {
  const words = folder.replace(/^\d+-/, '').replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
