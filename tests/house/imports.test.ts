import { expect, test } from 'vitest';
import { files, importsOf, resolve, type SourceFile } from './files.ts';

/**
 * Imports point one way: content, components, figures, views, engine. Each row says what the files
 * of a folder may import: folders of the project and packages. The first row that fits counts.
 */
const rules: readonly { readonly in: string; readonly may: readonly string[] }[] = [
  { in: 'src/engine/vocabulary/units.ts', may: [] },
  { in: 'src/engine/random.ts', may: ['src/engine/vocabulary/units.ts'] },
  { in: 'src/engine/', may: ['src/engine/'] },
  { in: 'src/views/', may: ['src/engine/', 'src/views/', 'preact'] },
  { in: 'src/figures/', may: ['src/engine/', 'src/views/', 'src/figures/', 'preact'] },
  { in: 'src/examples/', may: ['src/engine/', 'src/views/'] },
  { in: 'src/site/', may: ['src/site/', '*'] },
  { in: 'src/tools/', may: ['src/', '*'] },
  { in: 'components/', may: ['components/', 'src/', '*'] },
  { in: 'content/', may: ['components/'] },
  { in: 'pages/', may: ['components/', 'src/', '*'] },
  { in: 'tests/', may: [''] },
  { in: '', may: ['src/site/', '*'] },
];

/** What a folder must not import although its row above allows it. */
const never: readonly { readonly in: string; readonly not: RegExp; readonly why: string }[] = [
  {
    in: 'src/engine/devices/',
    not: /^src\/engine\/(drivers|des|architectures|parameters|host|guest|faults|simulate|workload)\b/,
    why: 'a device computes; it spends no time and knows nobody above it',
  },
  {
    in: 'src/engine/drivers/',
    not: /^src\/engine\/(devices|des|architectures|host|guest|faults|simulate|workload)\b/,
    why: 'a driver meets its device through the bus and guest memory only',
  },
  {
    in: 'src/engine/(des|memory|parameters)/',
    not: /^src\/engine\/(drivers|devices|architectures|host|guest|faults|simulate|workload)\b/,
    why: 'the foundations do not know what stands on them',
  },
  {
    in: 'src/engine/architectures/',
    not: /^src\/engine\/(host|guest|devices\/(?!device\.ts)|drivers|des|simulate|workload)\b/,
    why: 'an architecture is a table: it says where things are, and runs nothing',
  },
  {
    in: 'src/engine/(?!validation)',
    not: /^src\/engine\/validation\b/,
    why: 'validation looks at the engine, not the other way round',
  },
  {
    in: 'src/views/',
    not: /^src\/engine\/architectures\b/,
    why: 'a view reads the run, and never names an architecture',
  },
  {
    in: '(components|src/(?!tools))',
    not: /^(src\/tools|tests)\//,
    why: 'tools and tests look at the book, not the other way round',
  },
];

const allowed = (may: readonly string[], path: string | undefined, specifier: string) =>
  path === undefined
    ? may.some((name) => name === '*' || name === '' || specifier.split('/')[0] === name)
    : may.some((folder) => folder !== '*' && path.startsWith(folder));

function wrongImports(file: SourceFile): string[] {
  const rule = rules.find((row) => file.path.startsWith(row.in));
  return importsOf(file).flatMap((specifier) => {
    const path = resolve(file.path, specifier);
    const complain = (why: string) => [`${file.path} imports ${specifier}: ${why}`];
    if (rule && !allowed(rule.may, path, specifier))
      return complain(`${rule.in || 'the root'} may import ${rule.may.join(', ') || 'nothing'}`);
    return never
      .filter((row) => new RegExp(`^${row.in}`).test(file.path) && path && row.not.test(path))
      .flatMap((row) => complain(row.why));
  });
}

test('imports point one way', () => {
  expect(files.flatMap(wrongImports)).toEqual([]);
});

test('the rules see what they forbid', () => {
  const wrong = (path: string, text: string) => wrongImports({ path, text }).length;
  expect(wrong('src/engine/x.ts', "import fs from 'node:fs';")).toBe(1);
  expect(wrong('src/engine/x.ts', "import { a } from '#views/a.ts';")).toBe(1);
  expect(wrong('src/engine/devices/x.ts', "import { a } from '../drivers/x.ts';")).toBe(1);
  expect(wrong('src/engine/devices/x.ts', "import type { A } from '../memory/x.ts';")).toBe(0);
  expect(wrong('src/views/x.tsx', "import { h } from 'preact';")).toBe(0);
  expect(wrong('src/views/x.tsx', "import { xen } from '#engine/architectures/xen.ts';")).toBe(1);
  expect(wrong('content/docs/x.mdx', "import X from '#components/X.astro';")).toBe(0);
  expect(wrong('content/docs/x.mdx', "import X from '#engine/x.ts';")).toBe(1);
});
