/**
 * A new lab: a picture that can be read without script and stepped through with it, on the kit. A draft chapter shows
 * it, since a component that no chapter leads to is dead.
 */
import { chapterFolder, whereToSee } from './chapter.ts';
import { imports, pascalCase, sentenceCase } from './names.ts';
import { exists, type Plan, UsageError } from './plan.ts';

export function widget(name: string, part?: string): Plan {
  const folder = `components/widgets/${name}`;
  if (exists(folder))
    throw new UsageError(
      `a widget must have a name of its own, and '${name}' is ${folder}: choose another name`,
    );
  const chapter = chapterFolder(name, part);
  return {
    files: {
      [`${folder}/model.ts`]: model(name),
      [`${folder}/${pascalCase(name)}.tsx`]: island,
      [`${folder}/${pascalCase(name)}.astro`]: built(name),
      [`tests/components/${name}/model.test.ts`]: test(name),
      [`${chapter}/index.mdx`]: chapterText(name),
    },
    next: [
      ...whereToSee(chapter),
      'change model.ts and its test first, then the picture; the built page shows the same before script runs',
      'ask a question of its own: add <name>.question.ts to the folder (components/widgets/kit/runner/question.ts)',
      `show it in its chapter, and remove the draft ${chapter}`,
    ],
  };
}

const kit = (what: string, file: string): string =>
  imports(what, `#components/widgets/kit/${file}`);

const model = (name: string): string => `
/** ${sentenceCase(name)}: which run is shown, where the reader stands in it, and what both are called. Pure. */
${imports('type { Step }', '#engine/index.ts')}
${imports('type { Lane }', '#views/lane/lane.ts')}
${kit('{ maybe, oneOf, partCodec, token, whole }', 'address/codec.ts')}
${kit('{ choiceOf }', 'controls/choice.ts')}
${kit('{ inquiry, type LabModel }', 'lab.tsx')}
${kit('{ laneQuestion }', 'runner/questions.ts')}
${kit('{ atRest, walkOver }', 'stepping.ts')}
${kit('type { WidgetState }', 'use-widget.ts')}

export interface State extends WidgetState {
  readonly device: 'dec21140' | 'netvsc';
  /** Number of the step, from 1; null for the whole picture. */
  readonly at: number | null;
}

const devices = { dec21140: 'DEC 21140', netvsc: 'VMBus netvsc' } as const;
const names = ['dec21140', 'netvsc'] as const;

export const original: State = { ...atRest, notice: null, device: 'netvsc', at: null };
const sentenceOf = (step?: Step): string => (step === undefined ? '' : \`\${step.sentence}.\`);
const stepOf = (data: Lane | null, at: number | null) => data?.path[(at ?? 0) - 1];

export const model: LabModel<State, Lane> = {
  id: '${name}',
  original,
  codec: partCodec(original, {
    version: 'v1',
    fields: { device: token(oneOf('device', names)), at: maybe('at', whole('step', 1, 999)) },
  }),
  ask: ({ device }) => inquiry(laneQuestion, { architecture: 'hyper-v', device }),
  stepper: {
    through: 'the flow',
    walk: ({ state, data }) => walkOver(data?.path.length ?? 0, state.at),
    go: ({ state }, at) => ({ ...state, at, notice: null }),
  },
  choices: ({ state }) => [
    choiceOf('Device', devices, state.device, (device) => ({ ...state, device, at: null })),
  ],
  where: ({ state, data }) => (data === null ? '' : \`step \${state.at ?? 0} of \${data.path.length}\`),
  sentence: ({ state, data }) => sentenceOf(stepOf(data, state.at)),
  title: ({ device }) => \`One packet through \${devices[device]}\`,
  caption: ({ data }) => (data === null ? '' : \`\${data.path.length} steps on its path.\`),
  table: ({ path }) => ({
    columns: ['step', 'domain', 'what happens'],
    rows: path.map(({ domain, sentence }, index) => [index + 1, domain, sentence]),
  }),
};
`;

const island = `
/** The picture of the lab: its steps as a list; the one that the reader stands on is marked. */
${imports('type { JSX }', 'preact')}
${imports('type { Lane }', '#views/lane/lane.ts')}
${kit('{ labIsland, type PictureProps }', 'lab.tsx')}
${imports('{ model, type State }', './model.ts')}

export const Picture = ({ state, data }: PictureProps<State, Lane>): JSX.Element => (
  <ol>
    {data.path.map(({ key, sentence }, index) => (
      <li key={key} aria-current={index + 1 === state.at ? 'step' : undefined}>
        {sentence}
      </li>
    ))}
  </ol>
);

export default labIsland(model, Picture);
`;

const built = (name: string): string => `---
/** ${sentenceCase(name)}: the built page holds the picture; script adds stepping (${pascalCase(name)}.tsx). */
${kit('{ answerNow }', 'runner/built.ts')}
${kit('{ figureOf }', 'lab.tsx')}
${kit('LabFigure', 'LabFigure.astro')}
${imports(`${pascalCase(name)}, { Picture }`, `./${pascalCase(name)}.tsx`)}
${imports('{ model, original }', './model.ts')}

const data = answerNow(model.ask(original));
---

<LabFigure {...figureOf(model, data)} alternative="A list of the steps, in their order.">
  <${pascalCase(name)} client:visible>
    <Picture state={original} data={data} width={932} />
  </${pascalCase(name)}>
</LabFigure>
`;

const test = (name: string): string => `
${imports('{ expect, test }', 'vitest')}
${imports('{ holdsAsLab, situationAt }', '../../support/labs.ts')}
${imports('{ model, original }', `#components/widgets/${name}/model.ts`)}

test('holds what every lab holds', () => holdsAsLab(model));

test('a step has its sentence, the whole picture has none', () => {
  const first = situationAt(model, { ...original, at: 1 });
  expect(model.sentence(first)).toBe(\`\${first.data.path[0]!.sentence}.\`);
  expect(model.sentence(situationAt(model, original))).toBe('');
});
`;

const chapterText = (name: string): string => `---
title: ${sentenceCase(name)}
description: A draft that shows a new widget.
draft: true
---

${imports(pascalCase(name), `#components/widgets/${name}/${pascalCase(name)}.astro`)}

<${pascalCase(name)} />
`;
