type Lock = { packages: Record<string, { optionalDependencies?: Record<string, string> }> };

/**
 * Every optional dependency in the lock must have an entry there. npm leaves out, without a word,
 * those it could not find while writing the lock, and then `npm ci` fails on every machine.
 */
export function missingFromLock(lock: Lock): string[] {
  const missing: string[] = [];
  for (const [path, entry] of Object.entries(lock.packages))
    for (const name of Object.keys(entry.optionalDependencies ?? {}))
      if (!isLocked(lock, path, name)) missing.push(`${name}, wanted by ${path || 'the project'}`);
  return missing;
}

/** Looks where Node would: in the package's own node_modules, then in those above it. */
function isLocked(lock: Lock, path: string, name: string): boolean {
  for (let folder = path; ;) {
    if (`${folder && `${folder}/`}node_modules/${name}` in lock.packages) return true;
    if (!folder) return false;
    const outer = folder.lastIndexOf('/node_modules/');
    folder = outer < 0 ? '' : folder.slice(0, outer);
  }
}
