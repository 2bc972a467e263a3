/** A new chapter: a draft with its quiz. `npm run dev` shows drafts; the built book leaves them out. */
import { chapterId } from '../../site/chapter-id.ts';
import { imports, sentenceCase } from './names.ts';
import { exists, foldersIn, type Plan, UsageError } from './plan.ts';

const docs = 'content/docs';

export function chapter(name: string, part?: string): Plan {
  const folder = chapterFolder(name, part);
  const quiz = `${JSON.stringify({ questions: [question] }, null, 2)}\n`;
  return {
    files: { [`${folder}/index.mdx`]: chapterText(name), [`${folder}/quiz.json`]: quiz },
    next: [
      ...whereToSee(folder),
      'cite with <Cite id="..." /> and end with <References />; say how many `minutes` it takes to read',
      'to publish it, remove the line `draft: true`',
    ],
  };
}

export const whereToSee = (folder: string): string[] => [
  `npm run dev, then open /${chapterId({ entry: `${folder.slice(docs.length + 1)}/index.mdx` })}/`,
];

/** The folder of a new chapter: the last of its part, with room for chapters between. */
export function chapterFolder(name: string, asked?: string): string {
  const parts = foldersIn(docs).filter(
    (folder) => /^\d/.test(folder) && !exists(`${docs}/${folder}/index.mdx`),
  );
  const titles = parts.map(withoutNumber);
  const part = parts[asked === undefined ? parts.length - 1 : titles.indexOf(asked)];
  if (part === undefined)
    throw new UsageError(
      `--part must be a part of the book, not '${asked ?? ''}': use ${titles.join(', ')}`,
    );
  const chapters = foldersIn(`${docs}/${part}`);
  const same = chapters.find((folder) => withoutNumber(folder) === name);
  if (same !== undefined)
    throw new UsageError(
      `a chapter must have a name of its own, and '${name}' is ${docs}/${part}/${same}: choose another name`,
    );
  const last = Math.max(0, ...chapters.map((folder) => Number.parseInt(folder, 10) || 0));
  return `${docs}/${part}/${Math.floor(last / 10) * 10 + 10}-${name}`;
}

const withoutNumber = (folder: string): string => folder.replace(/^\d+-/, '');

const prose = (component: string): string =>
  imports(component, `#components/prose/${component}.astro`);

const chapterText = (name: string): string => `---
title: ${sentenceCase(name)}
description: One sentence that says what a reader knows after this chapter.
draft: true
---

${['KeyPoints', 'Objectives', 'Quiz', 'Term'].map(prose).join('\n')}

<Objectives>

- Say what a reader can do after this chapter, beginning with a verb.

</Objectives>

The first paragraph tells why the question of this chapter matters.

## The first section {#first-section}

A section answers one question. A word of the glossary, such as <Term id="vm-exit">VM exit</Term>, shows its definition.

<Quiz />

<KeyPoints>

- One sentence to remember.

</KeyPoints>
`;

const question = {
  id: 'first-question',
  question: 'What does this chapter ask?',
  options: [
    {
      text: 'The one answer that is right.',
      correct: true,
      explanation: 'Why it is right.',
    },
    {
      text: 'An answer that a reader might give.',
      correct: false,
      explanation: 'Which mistake it is, and what is true instead.',
    },
  ],
};
