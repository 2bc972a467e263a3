/** What `npm run mutants` runs for each mutant: the tests of the mutated part, without those that read all texts. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [`${process.env.MUTANT_TESTS ?? 'tests'}/**/*.test.{ts,tsx}`],
    // It draws every flow at every width and takes longer than all others; goldens see what it sees.
    exclude: ['tests/browser/**', 'tests/views/collisions.test.tsx', 'node_modules/**'],
    testTimeout: 20_000,
  },
});
