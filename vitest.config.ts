import { defineConfig } from 'vitest/config';
import { unavailableReason } from './tools/kube-apiserver/build.mjs';
import { sourceAlias } from './tools/source-alias.mjs';

const tests = (suffix: string) => ['packages/*/src', 'packages/*/test', 'tools', 'examples/*'].map((folder) => `${folder}/**/*.${suffix}`);
const real = tests('real.test.ts');
const processes = tests('process.test.ts');
const never = ['**/node_modules/**', '**/dist/**'];

/** Without a control plane the real suites are left out with one line; under CI they must run. */
const reason = isAskedFor('real') ? unavailableReason() : undefined;
if (reason !== undefined) {
  if (process.env.CI) throw new Error(`the suites on a real kube-apiserver cannot run: ${reason}`);
  const told = Symbol.for('@kopfts/skipped-real-told'); // vitest loads this file more than once
  if (!Reflect.has(globalThis, told)) console.error(`skipped: suites on a real kube-apiserver (${reason})`);
  Reflect.set(globalThis, told, true);
}

function isAskedFor(project: string): boolean {
  const index = process.argv.findIndex((argument) => argument === '--project' || argument.startsWith('--project='));
  return (
    index === -1 || process.argv.slice(index, index + 2).some((argument) => argument === project || argument === `--project=${project}`)
  );
}

export default defineConfig({
  resolve: { alias: sourceAlias },
  test: {
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: tests('test.ts'), exclude: [...never, ...real, ...processes], testTimeout: 20_000 },
      },
      {
        extends: true,
        test: {
          name: 'types',
          include: [],
          typecheck: { enabled: true, only: true, include: tests('test-d.ts'), tsconfig: './tsconfig.json', ignoreSourceErrors: true },
        },
      },
      {
        // Whole processes of what was built, through the commands that users type.
        extends: true,
        test: { name: 'process', include: processes, exclude: never, fileParallelism: false, testTimeout: 300_000 },
      },
      {
        extends: true,
        test: {
          name: 'real',
          include: reason === undefined ? real : [],
          exclude: never,
          globalSetup: ['./tools/kube-apiserver/global-setup.ts'],
          fileParallelism: false,
          // The ends of patience on a busy machine; nothing waits for them.
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
    passWithNoTests: true,
    // A long form (npm run long) says how many runs properties have; usually nothing is to be set up.
    setupFiles: process.env.KOPFTS_COUNT === undefined ? [] : ['./tools/long-runs.ts'],
  },
});
