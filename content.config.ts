import { docsLoader } from '@astrojs/starlight/loaders';
import { docsSchema, i18nSchema } from '@astrojs/starlight/schema';
import { defineCollection } from 'astro:content';
import { glob } from 'astro/loaders';
import { z } from 'astro/zod';
import { chapterId } from './src/site/chapter-id.ts';

const records = '**/*.{yaml,yml,json}';

const option = z.strictObject({
  text: z.string(),
  correct: z.boolean(),
  explanation: z.string(),
});

const question = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9-]+$/),
    question: z.string(),
    options: z.array(option).min(2),
  })
  .refine(({ options }) => options.filter(({ correct }) => correct).length === 1, {
    message: 'exactly one option of a question is correct',
  });

export const collections = {
  docs: defineCollection({
    loader: docsLoader({ generateId: chapterId }),
    schema: docsSchema({
      extend: z.object({
        /** Reading time, shown under the title. Absent on pages that are not chapters. */
        minutes: z.number().int().positive().optional(),
      }),
    }),
  }),
  /** English only; Starlight warns when the collection is not there. */
  i18n: defineCollection({ loader: async () => [{ id: 'en' }], schema: i18nSchema() }),
  quizzes: defineCollection({
    loader: glob({ base: './content/docs', pattern: '**/quiz.json', generateId: chapterId }),
    schema: z.strictObject({ questions: z.array(question).min(1) }),
  }),
  sources: defineCollection({
    loader: glob({ base: './content/sources', pattern: records }),
    schema: z.strictObject({
      title: z.string(),
      authors: z.string().optional(),
      year: z.number().int().optional(),
      url: z.url().optional(),
      kind: z.enum([
        'spec',
        'vendor-doc',
        'source-code',
        'paper',
        'blog',
        'mailing-list',
        'advisory',
        'book',
      ]),
      note: z.string().optional(),
      confidence: z.enum(['primary', 'secondary']),
    }),
  }),
  glossary: defineCollection({
    loader: glob({ base: './content/glossary', pattern: records }),
    schema: z.strictObject({
      term: z.string(),
      aliases: z.array(z.string()).default([]),
      definition: z.string(),
      /** Ids of content/sources that say what the definition says, where no chapter cites them for it. */
      sources: z.array(z.string()).default([]),
    }),
  }),
};
