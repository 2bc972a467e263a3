/**
 * Where the book is served from. A deployment says it in the environment: SITE_URL (origin),
 * BASE_PATH (folder, "/hypervisor-book/" for a project site on GitHub Pages) and, on GitHub, the
 * variables that name the repository. Absent: the root of a local server, without edit links.
 */
const { env } = process;

export const site = env['SITE_URL'] || 'http://localhost:4321';

/** Begins and ends with a slash. */
export const base = `/${env['BASE_PATH'] ?? ''}/`.replace(/\/{2,}/g, '/');

export const outDir = env['OUT_DIR'] || './dist';

/** Where a chapter can be edited; null when the repository is not known. */
export const editBase: string | null =
  env['GITHUB_SERVER_URL'] && env['GITHUB_REPOSITORY']
    ? `${env['GITHUB_SERVER_URL']}/${env['GITHUB_REPOSITORY']}/edit/main/`
    : null;
