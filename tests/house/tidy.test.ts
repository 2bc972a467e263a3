import ts from 'typescript';
import { expect, test } from 'vitest';
import { edgesOf, files, type SourceFile } from './files.ts';

const bounds = { columns: 120, functionLines: 70, fileLines: 600 };

const isScript = ({ path }: SourceFile) => /\.(ts|tsx|mjs)$/.test(path);
const inFolder = (file: SourceFile, ...folders: readonly string[]) =>
  folders.some((folder) => file.path.startsWith(folder));

/** What must not stand in a file, and what to write instead. */
const banned: readonly {
  readonly in: readonly string[];
  readonly pattern: RegExp;
  readonly instead: string;
}[] = [
  {
    in: ['src/', 'components/', 'pages/', 'tests/', 'content/'],
    pattern: /\b(?:TO[D]O|FIX[M]E|XX[X])\b/,
    instead: 'do it, or open an issue',
  },
  {
    in: ['src/engine/', 'src/views/', 'src/figures/', 'components/'],
    pattern: /\bconsole\.\w+/,
    instead: 'return it, or throw',
  },
  { in: ['src/engine/'], pattern: /\bMath\.random\b/, instead: 'random.ts' },
  {
    in: ['src/engine/'],
    pattern: /\bDate\b[.(]|\bnew Date\b|\bperformance\.\w|\bset(?:Timeout|Interval)\b/,
    instead: 'the clock of des/simulation.ts',
  },
  {
    in: ['src/engine/'],
    pattern:
      /\bMath\.(?:log|log2|log10|log1p|exp|expm1|pow|sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|cbrt|hypot)\b|(?<!\b2)\s\*\*\s/,
    // Powers of two are exact everywhere.
    instead: 'a table or integers: engines differ in the last bit',
  },
  {
    in: ['src/views/', 'src/figures/'],
    pattern: /\b(?:document|window|location|localStorage)\.\w+/,
    instead: 'a prop: a view is pure',
  },
];

/** The code of a script with its comments blanked, so that words in them do not count. */
function withoutComments({ path, text }: SourceFile): string {
  if (!isScript({ path, text })) return text;
  return text.replace(/\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm, (comment) =>
    comment.replace(/[^\n]/g, ' '),
  );
}

test('no banned word', () => {
  const found = files.flatMap((file) =>
    banned
      .filter((row) => inFolder(file, ...row.in))
      .flatMap(({ pattern, instead }) => {
        const text = instead.startsWith('do it') ? file.text : withoutComments(file);
        const word = pattern.exec(text)?.[0];
        return word ? [`${file.path}: ${word.trim()} is banned; instead: ${instead}`] : [];
      }),
  );
  expect(found).toEqual([]);
});

/**
 * A line that cannot be broken: one string or pattern with the name before it and the punctuation
 * after it, or a comment that is one address.
 */
const unbreakable =
  /^\s*(?:(?:[\w'-]+: |return |[?:] |\w+=)?\{?(?:'.*'|"[^"]*"|`.*`|\/(?![*/]).*\/[a-z]*)\}?[,;)]*|(?:\*|\/\/) \S+)$/;

function longLines({ path, text }: SourceFile): string[] {
  return text
    .split('\n')
    .flatMap((line, index) =>
      line.length > bounds.columns && !unbreakable.test(line) ? [`${path}:${index + 1}`] : [],
    );
}

test(`lines have at most ${bounds.columns} columns`, () => {
  // A paragraph of a chapter is one line.
  expect(files.filter(({ path }) => !path.endsWith('.mdx')).flatMap(longLines)).toEqual([]);
});

test.each([
  ['a comment with a quote', `// It's ${'long '.repeat(30)}`, 1],
  ['a comment with a slash', `/** either/or ${'long '.repeat(30)}*/`, 1],
  ['code around a string', `const a = call('${'x'.repeat(120)}');`, 1],
  ['two strings', `  f('a', 'b') + '${'x'.repeat(120)}',`, 1],
  ['a string alone', `  '${'x'.repeat(120)}',`, 0],
  ['a named string', `  note: '${'x'.repeat(120)}',`, 0],
  ['a template', `  return \`${'x'.repeat(120)}\`;`, 0],
  ['an address', `// https://example.org/${'x'.repeat(120)}`, 0],
])('a long line that is %s', (_, line, found) => {
  expect(longLines({ path: 'x.ts', text: line })).toHaveLength(found);
});

test(`functions have at most ${bounds.functionLines} lines, files ${bounds.fileLines}`, () => {
  const found = files.filter(isScript).flatMap((file) => {
    const lines = file.text.split('\n').length;
    const long = lines > bounds.fileLines ? [`${file.path} has ${lines} lines`] : [];
    return inFolder(file, 'tests/') ? long : [...long, ...longFunctions(file)];
  });
  expect(found).toEqual([]);
});

function longFunctions({ path, text }: SourceFile): string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const lineOf = (position: number) => source.getLineAndCharacterOfPosition(position).line;
  const visit = (node: ts.Node) => {
    if (ts.isFunctionLike(node)) {
      const first = lineOf(node.getStart(source));
      const lines = lineOf(node.end) - first + 1;
      if (lines > bounds.functionLines) found.push(`${path}:${first + 1} has ${lines} lines`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Where reading begins: what Astro, npm or a test runner starts by itself. */
const entries = /^(?:[^/]+\.(?:ts|mjs)|pages\/.*|content\/.*|src\/tools\/[^/]+|tests\/.*)$/;
/** Views that labs begin with: until the first lab, tests alone lead to them. */
const awaited = /^src\/views\/(?:chart|bytes)\//;

test('no file is dead: every one is led to from a page, a chapter or a command', () => {
  const known = new Map(files.map((file) => [file.path, file]));
  const reached = new Set<string>();
  const visit = (file: SourceFile | undefined) => {
    if (!file || reached.has(file.path)) return;
    reached.add(file.path);
    for (const path of edgesOf(file)) visit(known.get(path));
  };
  for (const file of files)
    if (awaited.test(file.path)) visit(file);
    else if (entries.test(file.path) && !file.path.startsWith('tests/')) visit(file);
  const dead = files.filter(
    (file) => inFolder(file, 'src/', 'components/') && !reached.has(file.path),
  );
  expect(dead.map(({ path }) => path)).toEqual([]);
});
