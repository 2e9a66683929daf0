import { defineConfig } from 'vitest/config';
import { sourceAlias } from '../source-alias.mjs';

/** One flat project, without set-up on a real cluster and without processes: what a mutant is run in. */
export default defineConfig({
  resolve: { alias: sourceAlias },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'packages/*/test/**/*.test.ts', 'examples/*/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '**/*.real.test.ts', '**/{*.,}process.test.ts'],
    testTimeout: 20_000,
  },
});
