import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { sourceAlias } from '../source-alias.mjs';
import { plantedSource, type Change } from '../sweep/planted-bugs.mjs';

/** The bug of this run; see `run-planted-suite.mjs`. */
const changes = JSON.parse(process.env['KOPFTS_PLANTED'] ?? '[]') as readonly Change[];

export default defineConfig({
  plugins: [
    {
      name: 'planted-bug',
      enforce: 'pre',
      load: (id) => plantedSource(id, changes, (path) => readFileSync(path, 'utf8')),
    },
  ],
  resolve: { alias: sourceAlias },
  test: { include: ['packages/*/src/**/*.test.ts', 'packages/*/test/**/*.test.ts'], exclude: ['**/*.{real,process}.test.ts'] },
});
