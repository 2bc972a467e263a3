/** `npm run new -- device my-device`: writes the files of something new, such that every test passes at once. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { architecture } from './new/architecture.ts';
import { chapter } from './new/chapter.ts';
import { device } from './new/device.ts';
import { figure } from './new/figure.ts';
import { checkIdentifier, checkName } from './new/names.ts';
import { exists, type Plan, UsageError } from './new/plan.ts';
import { widget } from './new/widget.ts';
import { command, root, run } from './run.ts';

const kinds: Readonly<Record<string, (name: string, part?: string) => Plan>> = {
  device,
  architecture,
  figure,
  chapter,
  widget,
};
/** A name that no text of ours holds: what a kind writes for it is what it writes for any. */
const anyName = 'xyzzy';

/** The plan for a command line; throws a UsageError for what cannot be done. */
export function planFor(words: readonly string[], part: string | undefined): Plan {
  const [kind = '', asked, ...more] = words;
  const make = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  const known = Object.keys(kinds).join(', ');
  if (make === undefined)
    throw new UsageError(`the kind must be known, not '${kind}': use ${known}`);
  if (more.length > 0)
    throw new UsageError(`one name makes one ${kind}, not also '${more.join(' ')}': leave it out`);
  if (part !== undefined && kind !== 'chapter' && kind !== 'widget')
    throw new UsageError(`--part is for chapters and widgets, not '${kind}': leave it out`);
  const name = checkName(kind, asked);
  const plan = make(name, part);
  const taken = Object.keys(plan.files).find(exists);
  if (taken !== undefined)
    throw new UsageError(
      `a ${kind} must have a name of its own, and '${name}' has ${taken}: choose another name`,
    );
  // A figure is data under its own name; everything else becomes a word of the code.
  if (kind !== 'figure') checkIdentifier(kind, name, codeOf(make(anyName, part)));
  return plan;
}

const codeOf = ({ files, changes }: Plan): string[] =>
  Object.entries({ ...files, ...changes })
    .filter(([path]) => /\.tsx?$/.test(path))
    .map(([, text]) => withoutComments(text));

const withoutComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');

/** Text as `npm run format` would leave it. Chapters and their data are written as they stand. */
async function formatted(path: string, text: string): Promise<string> {
  if (path.startsWith('content/')) return text;
  const filepath = join(root, path);
  return format(text.trimStart(), { ...(await resolveConfig(filepath)), filepath });
}

async function carryOut({ files, changes = {}, flows, next }: Plan): Promise<void> {
  const all = Object.entries({ ...files, ...changes });
  const texts = await Promise.all(
    all.map(async ([path, text]) => [path, await formatted(path, text)] as const),
  );
  for (const [path, text] of texts) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
    console.log(`${(path in files ? 'wrote' : 'changed').padEnd(8)} ${path}`);
  }
  if (flows !== undefined) await keepFlows(flows);
  console.log(`next\n${next.map((line) => `  ${line}`).join('\n')}`);
}

/** What the engine prints for the new flows becomes golden; no other golden file changes. */
async function keepFlows(pattern: string): Promise<void> {
  const tests = ['run', 'tests/engine/golden-flows.test.ts', '-t', pattern, '--update=new'];
  const { status, output } = await run(command('vitest'), tests);
  if (status !== 0) throw new Error(`the new flows do not run:\n${output}`);
  console.log('wrote    the new flows under tests/golden/flows');
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { part: { type: 'string' } },
    allowPositionals: true,
  });
  await carryOut(planFor(positionals, values.part));
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    const usage = error instanceof UsageError || (error instanceof TypeError && 'code' in error);
    if (!usage) throw error;
    const cure =
      error instanceof UsageError
        ? error.message
        : `${error.message.split(/[.\n]/)[0]}: use --part`;
    process.stderr.write(`${cure}\n`);
    process.exitCode = 2;
  }
}
