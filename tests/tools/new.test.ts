/**
 * Goal: what `npm run new` writes passes every test at once, and what it cannot do it refuses. Method: one of
 * each kind is written into a copy of the project, and the gates look at the new files there.
 */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listed } from '../../src/tools/new/names.ts';
import { UsageError } from '../../src/tools/new/plan.ts';
import { planFor } from '../../src/tools/new.ts';
import { command } from '../../src/tools/run.ts';

/** Names that occur nowhere else, so that a line of a report is about the new files if it holds one. */
const made = {
  device: 'quince-card',
  architecture: 'quince-host',
  figure: 'quince-picture',
  chapter: 'quince-chapter',
  widget: 'quince-steps',
};
const isNew = /quince/i;

function node(folder: string, script: string, ...words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...words], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, CI: '1', NO_COLOR: '1', FORCE_COLOR: '0' },
  });
  return { status, stderr, output: stdout + stderr };
}

describe('one of each kind, in a copy of the project', { timeout: 60_000 }, () => {
  const copy = mkdtempSync(join(tmpdir(), 'new-'));
  const written: string[] = [];
  const run = (script: string, ...words: readonly string[]) => node(copy, script, ...words);
  const aboutNewFiles = (output: string) => output.split('\n').filter((line) => isNew.test(line));

  beforeAll(() => {
    const left = ['node_modules', '.git', 'dist', '.build', 'test-results'].map((name) =>
      resolve(name),
    );
    cpSync('.', copy, { recursive: true, filter: (path) => !left.includes(resolve(path)) });
    symlinkSync(resolve('node_modules'), join(copy, 'node_modules'), 'junction');
    for (const [kind, name] of Object.entries(made)) {
      const { status, output } = run('src/tools/new.ts', kind, name);
      expect(status, output).toBe(0);
      written.push(
        ...[...output.matchAll(/^(?:wrote|changed) +(\S+\.\w+)$/gm)].map((line) => line[1]!),
      );
    }
  }, 120_000);
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  test('every file that the command names is there, and formatted', () => {
    expect(written.length).toBeGreaterThan(15);
    expect(written.filter((path) => !existsSync(join(copy, path)))).toEqual([]);
    const { output } = run(command('prettier'), '--check', ...new Set(written));
    expect(output).not.toMatch(/\[warn\]|\[error\]/);
  });

  test('the engine and the new files have no type error and no lint', () => {
    const engine = run(command('typescript', 'tsc'), '--noEmit', '-p', 'src/engine').output;
    expect(aboutNewFiles(engine)).toEqual([]);
    const files = written.filter((path) => /\.tsx?$/.test(path));
    const config = {
      extends: './tsconfig.json',
      include: [],
      files: ['.astro/types.d.ts', ...files],
    };
    writeFileSync(join(copy, 'tsconfig.new.json'), JSON.stringify(config));
    const all = run(command('typescript', 'tsc'), '--noEmit', '-p', 'tsconfig.new.json').output;
    rmSync(join(copy, 'tsconfig.new.json'));
    expect(aboutNewFiles(all)).toEqual([]);
    const lint = run(command('oxlint'), '--type-aware', '--deny-warnings', ...files);
    expect(lint.status, lint.output).toBe(0);
  });

  test('their own tests pass, and no rule of the house is broken', () => {
    const own = written.filter((path) => path.endsWith('.test.ts'));
    const report = aboutNewFiles(run(command('vitest'), 'run', 'tests/house', ...own).output);
    const passes = report.filter((line) => own.some((path) => line.includes(`✓ ${path}`)));
    expect(passes).toHaveLength(2);
    expect(report.filter((line) => !passes.includes(line))).toEqual([]);
  });

  test('flows, figures and recordings that hold them pass too, with no golden file missing', () => {
    const all = ['engine/golden-flows', 'figures/figures', 'conformance/linux-drivers'];
    const { status, output } = run(command('vitest'), 'run', ...all, '-t', 'quince');
    expect(status, output).toBe(0);
    expect(output).toMatch(/Test Files {2}3 passed/);
  });

  test('on the new architecture every move is made and everything fails, and each run ends', () => {
    const files = ['architectures/move', 'faults/each'].map(
      (name) => `tests/engine/${name}.test.ts`,
    );
    const { status, output } = run(command('vitest'), 'run', ...files, '-t', made.architecture);
    expect(status, output).toBe(0);
    // Five roles in three places, the scheduler in two; and every fault on each of four devices.
    expect(output).toMatch(/Tests {2}21 passed/);
  });

  test('chapters are drafts in the last part, with room for others between', () => {
    const chapters = written.filter((path) => path.endsWith('.mdx'));
    expect(chapters).toHaveLength(2);
    for (const path of chapters) {
      expect(path).toMatch(
        /^content\/docs\/\d\d-[a-z-]+\/\d+0-quince-(chapter|steps)\/index\.mdx$/,
      );
      expect(readFileSync(join(copy, path), 'utf8')).toContain('\ndraft: true\n');
    }
  });

  test.each(Object.entries(made))('a second %s %s is refused', (kind, name) => {
    const { status, stderr } = run('src/tools/new.ts', kind, name);
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /^[^\n]+ a name of its own, and 'quince-\w+' (is|has) \S+: choose another name\n$/,
    );
  });
});

test.each<[string[], string, string?]>([
  [[], "the kind must be known, not '': use device, architecture, figure, chapter, widget"],
  [['gadget', 'x'], "the kind must be known, not 'gadget': use device, architecture, figure,"],
  [['device'], 'a name is missing: npm run new -- device my-device'],
  [['device', 'Foo_Bar'], "joined by hyphens, not 'Foo_Bar': use foo-bar"],
  [['device', '9'], "joined by hyphens, not '9': use my-device"],
  [['figure', 'two-2'], "lower-case words joined by hyphens, not 'two-2': use two"],
  [['device', 'e1000'], "and 'e1000' has src/engine/memory/e1000.ts: choose another name"],
  [['device', 'descriptor'], "use already, not 'descriptor': use my-descriptor"],
  [['architecture', 'class'], "use already, not 'class': use my-class"],
  [['architecture', 'reference'], "and 'reference' has src/engine/architectures/reference.ts:"],
  [['figure', 'duel'], "and 'duel' has src/figures/duel.ts: choose another name"],
  [['widget', 'flow-explorer'], "and 'flow-explorer' is components/widgets/flow-explorer:"],
  [['chapter', 'a', 'b'], "one name makes one chapter, not also 'b': leave it out"],
  [['chapter', 'a'], "--part must be a part of the book, not 'x': use foundations", 'x'],
  [['figure', 'a'], "--part is for chapters and widgets, not 'figure': leave it out", 'x'],
])('%j is refused: %s', (words, message, part) => {
  expect(() => planFor(words, part)).toThrow(UsageError);
  expect(() => planFor(words, part)).toThrow(message);
});

test.each([
  [['device'], 'a name is missing: npm run new -- device my-device'],
  [['--frobnicate'], "Unknown option '--frobnicate': use --part"],
])('%j ends with status 2 and one line', (words, line) => {
  const { status, stderr } = node('.', 'src/tools/new.ts', ...words);
  expect(status).toBe(2);
  expect(stderr).toBe(`${line}\n`);
});

test('a list keeps its imports in order and takes the entry at its end', () => {
  const before =
    "import { a } from './a.ts';\nimport { z } from './z.ts';\n\nexport const all = [z, a];\n";
  expect(listed(before, 'm', './m.ts').split('\n')).toEqual([
    "import { a } from './a.ts';",
    "import { m } from './m.ts';",
    "import { z } from './z.ts';",
    '',
    'export const all = [z, a, m];',
    '',
  ]);
});
