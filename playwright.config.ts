import { defineConfig } from '@playwright/test';

/**
 * The browser: CHROMIUM_PATH if set; on Linux x64 the one in the lock file; elsewhere Playwright's
 * own, which src/tools/setup.mjs installs.
 */
async function executablePath(): Promise<string | undefined> {
  if (process.env['CHROMIUM_PATH']) return process.env['CHROMIUM_PATH'];
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const { default: chromium } = await import('@sparticuz/chromium');
  return chromium.executablePath();
}

const path = await executablePath();
const sites = { root: process.env['ROOT_URL'], 'sub-path': process.env['SUB_PATH_URL'] };
if (!sites.root || !sites['sub-path'])
  throw new Error('the built sites must be served first: run npm test -- --only build,browser');

export default defineConfig({
  testDir: 'tests/browser',
  outputDir: 'test-results/browser',
  fullyParallel: true,
  workers: 2,
  timeout: 60_000,
  use: {
    browserName: 'chromium',
    launchOptions: {
      ...(path && { executablePath: path }),
      args: ['--no-sandbox', '--disable-gpu'],
    },
    screenshot: 'only-on-failure',
  },
  // The root has every test; the sub-path those where the address could matter.
  projects: [
    { name: 'root', use: { baseURL: sites.root } },
    { name: 'sub-path', use: { baseURL: sites['sub-path'] }, grepInvert: /@root/ },
  ],
});
