/// <reference types="vitest/config" />
import { getViteConfig } from 'astro/config';

export default getViteConfig({
  test: {
    include: ['tests/**/*.test.{ts,tsx}'],
    exclude: ['tests/browser/**', 'node_modules/**'],
    testTimeout: 20_000,
    // Tests leave nothing behind, so files share a process: starting one for each costs a third of the time.
    isolate: false,
    maxWorkers: '100%',
  },
});
