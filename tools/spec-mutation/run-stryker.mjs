/** One run of Stryker in the current folder, after the plan in KOPFTS_MUTATION_FOLDER; a process of its own, as it takes over signals and output. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Stryker } from '@stryker-mutator/core';

const folder = process.env.KOPFTS_MUTATION_FOLDER;
const plan = JSON.parse(readFileSync(join(folder, 'plan.json'), 'utf8'));

const results = await new Stryker({
  testRunner: 'quoting',
  checkers: ['choosing'],
  plugins: ['@stryker-mutator/vitest-runner', fileURLToPath(new URL('stryker-plugins.mjs', import.meta.url))],
  vitest: { configFile: plan.config, related: false },
  mutate: plan.mutate,
  testFiles: [...new Set(plan.ids.flatMap(({ files }) => files))],
  ignorePatterns: ['dist', '.nx', 'coverage'],
  tempDirName: '.nx/spec-mutation',
  cleanTempDir: 'always',
  reporters: ['json'],
  jsonReporter: { fileName: join(folder, 'report.json') },
  logLevel: 'warn',
  disableTypeChecks: false, // nothing is compiled here, and the files stay as they are
  disableBail: true, // several ids may try their tests on one mutant
  concurrency: 2,
  timeoutMS: 4000,
}).runMutationTest();

writeFileSync(join(folder, 'results.json'), JSON.stringify(results));
