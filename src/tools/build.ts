/**
 * `npm run build`: the site into dist/, as a deployment serves it; then the checks of check-site.
 * Fails on any warning, because Astro only warns where a book must not be published: a dangling
 * reference, two chapters at one address.
 */
import { access, mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { base, outDir } from '../site/place.ts';
import { checkSite } from './check-site.ts';
import { command, root, run, type Outcome } from './run.ts';

export type Place = { readonly base: string; readonly outDir: string };

const complaint = /\[(WARN|ERROR)\]/;

/**
 * Builds the site for one place, beside the one that is there, and takes its place when it is whole:
 * a server goes on answering meanwhile, and a build that fails leaves what was. A warning in the log
 * is a failure too, of a site that can be looked at.
 */
export async function build(place: Place): Promise<Outcome> {
  const next = `.build/next-${basename(place.outDir)}`;
  await rm(`${root}${next}`, { recursive: true, force: true });
  const { status, output } = await run(command('astro'), ['build'], {
    BASE_PATH: place.base,
    OUT_DIR: next,
  });
  if (status === 0) await exchange(`${root}${next}`, `${root}${place.outDir}`);
  return { status: status || (complaint.test(output) ? 1 : 0), output };
}

/** Puts one folder where another may be. Without the new one it throws, and the old one stays. */
export async function exchange(next: string, folder: string): Promise<void> {
  await access(next);
  const old = `${next}.old`;
  await rm(old, { recursive: true, force: true });
  await mkdir(dirname(folder), { recursive: true });
  await rename(folder, old).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  await rename(next, folder);
  await rm(old, { recursive: true, force: true });
}

if (import.meta.main) {
  const { status, output } = await build({ base, outDir });
  const problems = status === 0 ? await checkSite({ base, outDir }) : [];
  process.stdout.write(output);
  for (const problem of problems) process.stdout.write(`${problem}\n`);
  process.exitCode = status || (problems.length > 0 ? 1 : 0);
}
