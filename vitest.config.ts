import { defineConfig } from 'vitest/config';

const source = (path: string) => new URL(`./packages/${path}`, import.meta.url).pathname;

/** Tests run on the sources, without a build; suites that need built packages say so in their set-up. */
export default defineConfig({
  resolve: {
    alias: [
      { find: '@kopfts/core/contracts', replacement: source('core/src/contracts/index.ts') },
      ...['core', 'kubernetes', 'persistence-annotations', 'apiserver', 'testing', 'cli'].map((name) => ({
        find: new RegExp(`^@kopfts/${name}$`),
        replacement: source(`${name}/src/index.ts`),
      })),
    ],
  },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'packages/*/test/**/*.test.ts', 'tools/**/*.test.ts', 'examples/*/*.test.ts'],
    testTimeout: 20_000,
  },
});
