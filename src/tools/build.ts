/**
 * `npm run build`: the site into dist/, as a deployment serves it; then the checks of check-site.
 * Fails on any warning, because Astro only warns where a book must not be published: a dangling
 * reference, two chapters at one address.
 */
import { rm } from 'node:fs/promises';
import { base, outDir } from '../site/place.ts';
import { checkSite } from './check-site.ts';
import { command, root, run, type Outcome } from './run.ts';

export type Place = { readonly base: string; readonly outDir: string };

const complaint = /\[(WARN|ERROR)\]/;

/** Builds the site for one place. A warning in the log is a failure. */
export async function build(place: Place): Promise<Outcome> {
  await rm(`${root}${place.outDir}`, { recursive: true, force: true });
  const { status, output } = await run(command('astro'), ['build'], {
    BASE_PATH: place.base,
    OUT_DIR: place.outDir,
  });
  return { status: status || (complaint.test(output) ? 1 : 0), output };
}

if (import.meta.main) {
  const { status, output } = await build({ base, outDir });
  const problems = status === 0 ? await checkSite({ base, outDir }) : [];
  process.stdout.write(output);
  for (const problem of problems) process.stdout.write(`${problem}\n`);
  process.exitCode = status || (problems.length > 0 ? 1 : 0);
}
