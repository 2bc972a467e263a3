import { existsSync, readdirSync } from 'node:fs';
import { chapterId, partLabel } from './chapter-id.ts';

const docs = 'content/docs';

/**
 * The contents of the book from its folders: one group for each part, in the order of the folder
 * numbers. A page that stands in no part (`content/docs/05-reading/index.mdx`) is a plain link.
 */
export function sidebar() {
  const folders = readdirSync(docs, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted();
  return [
    ...folders.map((folder) =>
      existsSync(`${docs}/${folder}/index.mdx`)
        ? chapterId({ entry: `${folder}/index.mdx` })
        : { label: partLabel(folder), items: [{ autogenerate: { directory: folder } }] },
    ),
    {
      label: 'Reference',
      items: [
        { label: 'Glossary', link: '/glossary/' },
        { label: 'Sources', link: '/sources/' },
        { label: 'How the widgets work', link: '/how-the-widgets-work/' },
      ],
    },
  ];
}
