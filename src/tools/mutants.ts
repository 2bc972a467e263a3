/**
 * `npm run mutants -- src/views/chart`: changes the code of a folder or file in one place at a time and runs the tests
 * that reach that place; prints the changes that no test noticed, and how many were noticed. It is not part of
 * `npm test`: a thousand mutants take half an hour. What is known of unchanged code is kept in .build/mutants.
 */
import { existsSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { Stryker } from '@stryker-mutator/core';
import { root } from './run.ts';

const usage = 'usage: npm run mutants -- <folder or file in src/views or src/engine> ...';

/** Tests mirror the tree; what a folder of views does is tested with all views. */
const testsOf = (path: string): string =>
  path.startsWith('src/views') ? 'tests/views' : 'tests/engine';

/** Where mutants of a path are; undefined where there is no such path. */
function patternOf(path: string): string | undefined {
  if (!/^src\/(views|engine)\b/.test(path) || !existsSync(`${root}${path}`)) return undefined;
  return statSync(`${root}${path}`).isDirectory() ? `${path}/**/*.{ts,tsx}` : path;
}

/** Each kind of what became of a mutant, as Stryker calls it. */
const noticed = new Set(['Killed', 'Timeout']);
const unnoticed = new Set(['Survived', 'NoCoverage']);

interface Mutant {
  readonly fileName: string;
  readonly status: string;
  readonly mutatorName: string;
  readonly replacement?: string | undefined;
  readonly location: { readonly start: { readonly line: number } };
}

/** "src/views/chart/scale.ts:41 EqualityOperator: from < to". */
function lineOf({ fileName, location, mutatorName, replacement, status }: Mutant): string {
  const place = `${fileName.replace(root, '')}:${location.start.line}`;
  const text = (replacement ?? '').replaceAll(/\s+/g, ' ').slice(0, 60);
  return `${place} ${mutatorName}: ${text}${status === 'NoCoverage' ? ' (no test comes here)' : ''}`;
}

/** The score of one path; the process ends with 1 where fewer than `least` percent of its mutants were noticed. */
async function measure(path: string, pattern: string): Promise<void> {
  process.env.MUTANT_TESTS = testsOf(path);
  const folder = `${root}.build/mutants/`;
  await mkdir(folder, { recursive: true });
  const stryker = new Stryker({
    testRunner: 'vitest',
    mutate: [pattern],
    coverageAnalysis: 'perTest',
    ignoreStatic: true,
    concurrency: Math.max(1, availableParallelism()),
    timeoutMS: 1500,
    reporters: ['progress-append-only'],
    vitest: { configFile: 'vitest.mutants.config.ts', related: true },
    ignorePatterns: ['content/docs', 'public', 'dist', 'tests/browser'],
    incremental: true,
    incrementalFile: `${folder}${path.replaceAll('/', '.')}.json`,
    tempDirName: '.build/mutants/sandbox',
    allowEmpty: true,
    fileLogLevel: 'off',
  } as ConstructorParameters<typeof Stryker>[0]);
  print(path, await stryker.runMutationTest());
}

const least = 80;

function print(path: string, mutants: readonly Mutant[]): void {
  const survivors = mutants.filter(({ status }) => unnoticed.has(status));
  const killed = mutants.filter(({ status }) => noticed.has(status)).length;
  const all = killed + survivors.length;
  const percent = all === 0 ? 100 : (killed / all) * 100;
  for (const mutant of survivors) console.log(lineOf(mutant));
  console.log(`${path}: ${killed} of ${all} mutants noticed, ${percent.toFixed(1)} %`);
  if (percent < least) process.exitCode = 1;
}

const paths = process.argv.slice(2).map((path) => path.replace(/\/$/, ''));
const wanted = paths.map((path) => ({ path, pattern: patternOf(path) }));
const unknown = wanted.find(({ pattern }) => pattern === undefined);
if (wanted.length === 0 || unknown) {
  console.error(unknown ? `'${unknown.path}' is no such folder or file; ${usage}` : usage);
  process.exitCode = 2;
} else {
  for (const { path, pattern = '' } of wanted) await measure(path, pattern);
}
