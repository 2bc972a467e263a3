/**
 * A new widget: a list of steps that can be read without script and walked through with it. A draft chapter
 * shows it, since a component that no chapter leads to is dead.
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
      [`${folder}/state.ts`]: state,
      [`${folder}/${pascalCase(name)}.tsx`]: island(name),
      [`${folder}/${pascalCase(name)}.astro`]: firstPicture(name),
      [`${folder}/${name}.css`]: style(name),
      [`tests/components/${name}/state.test.ts`]: test(name),
      [`${chapter}/index.mdx`]: chapterText(name),
    },
    next: [
      ...whereToSee(chapter),
      'change state.ts and its test first, then the island; what it draws must say the same before script runs',
      `show it in its chapter, and remove the draft ${chapter}`,
    ],
  };
}

const state = `
/** The state of the widget as plain data, and how it changes. Pure: no DOM, no clock. */
export interface State {
  readonly steps: number;
  /** The step that the reader looks at, from 0. */
  readonly at: number;
}

export type Action = 'next' | 'back' | 'restart';

export const initialState = (steps: number): State => ({ steps, at: 0 });

/** The state after an action; at either end the reader stays there. */
export function change(state: State, action: Action): State {
  switch (action) {
    case 'next':
      return { ...state, at: Math.min(state.at + 1, state.steps - 1) };
    case 'back':
      return { ...state, at: Math.max(state.at - 1, 0) };
    case 'restart':
      return { ...state, at: 0 };
  }
}
`;

const island = (name: string): string => `
/** The steps as a list, and the buttons that walk through them once script runs. */
${imports('type { JSX }', 'preact')}
${imports('{ useEffect, useReducer, useState }', 'preact/hooks')}
${imports('{ change, initialState }', './state.ts')}

export interface ${pascalCase(name)}Props {
  readonly label: string;
  readonly steps: readonly string[];
}

export default function ${pascalCase(name)}({ label, steps }: ${pascalCase(name)}Props): JSX.Element {
  const [{ at }, act] = useReducer(change, steps.length, initialState);
  const [live, setLive] = useState(false);
  useEffect(() => setLive(true), []);
  return (
    <div>
      <ol aria-label={label}>
        {steps.map((step, index) => (
          <li key={step} aria-current={live && index === at ? 'step' : undefined}>
            {step}
          </li>
        ))}
      </ol>
      <div class={live ? 'controls live' : 'controls'}>
        <button type="button" onClick={() => act('back')} disabled={at === 0}>
          Back
        </button>
        <button type="button" onClick={() => act('next')} disabled={at === steps.length - 1}>
          Next
        </button>
        <button type="button" onClick={() => act('restart')}>
          From the beginning
        </button>
        <p class="sr-only" aria-live="polite">
          {live ? steps[at] : ''}
        </p>
      </div>
    </div>
  );
}
`;

const firstPicture = (name: string): string => `---
/** ${sentenceCase(name)}: the built page holds all steps; script adds walking through them (${pascalCase(name)}.tsx). */
${imports(`${pascalCase(name)}, { type ${pascalCase(name)}Props }`, `./${pascalCase(name)}.tsx`)}
import './${name}.css';

type Props = ${pascalCase(name)}Props;
const { label, steps } = Astro.props;
---

<div class="${name} not-content">
  <${pascalCase(name)} client:visible label={label} steps={steps} />
</div>
`;

const style = (name: string): string => `
/* Ink and hairlines only: colour is kept for domains. */
.${name} {
  margin-block: 2rem;
}
.${name} [aria-current='step'] {
  font-weight: 650;
}
/* The buttons keep their place before script runs, so that nothing jumps. */
.${name} .controls:not(.live) {
  visibility: hidden;
}
`;

const test = (name: string): string => `
${imports('{ expect, test }', 'vitest')}
${imports('{ type Action, change, initialState }', `#components/widgets/${name}/state.ts`)}

const after = (...actions: readonly Action[]) => actions.reduce(change, initialState(3)).at;

test('steps go forth and back, and stop at both ends', () => {
  expect(after('next', 'next', 'back')).toBe(1);
  expect(after('back')).toBe(0);
  expect(after('next', 'next', 'next')).toBe(2);
});

test('a restart goes to the first step', () => {
  expect(after('next', 'next', 'restart')).toBe(0);
});
`;

const chapterText = (name: string): string => `---
title: ${sentenceCase(name)}
description: A draft that shows a new widget.
draft: true
---

${imports(pascalCase(name), `#components/widgets/${name}/${pascalCase(name)}.astro`)}

<${pascalCase(name)}
  label="The way of a packet"
  steps={['The guest fills a descriptor.', 'The guest rings the doorbell.', 'The device sends the frame.']}
/>
`;
