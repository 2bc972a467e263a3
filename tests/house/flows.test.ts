import { expect, test } from 'vitest';
import { files, resolve, type SourceFile } from './files.ts';

/** Changes of a flow that only some may make; every holder may make the others. */
const reserved: Readonly<Record<string, RegExp>> = {
  follow: /^src\/engine\/host\/tracer\.ts$/,
  runGuest: /^src\/engine\/guest\//,
  announce: /^src\/engine\/guest\//,
  takeUp: /^src\/engine\/guest\//,
};

/** The names that a file imports from flow.ts. */
const flowImports = ({ path, text }: SourceFile): string[] =>
  [...text.matchAll(/import\s*\{([^}]*)\}\s*from '([^']+)'/g)]
    .filter(([, , from = '']) => resolve(path, from) === 'src/engine/host/flow.ts')
    .flatMap(([, names = '']) => names.split(',').map((name) => name.trim()));

const wrong = (file: SourceFile): string[] =>
  flowImports(file)
    .filter((name) => reserved[name]?.test(file.path) === false)
    .map((name) => `${file.path} changes a flow by ${name}`);

test('flows are changed by those who may', () => {
  expect(files.filter(({ path }) => path.startsWith('src/')).flatMap(wrong)).toEqual([]);
});

test('the rule sees what it forbids', () => {
  const text = "import { type Flow, follow } from './flow.ts';";
  expect(wrong({ path: 'src/engine/host/pipeline.ts', text })).toHaveLength(1);
  expect(wrong({ path: 'src/engine/host/tracer.ts', text })).toEqual([]);
});
