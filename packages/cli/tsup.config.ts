import { readdirSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { defineConfig, type Options } from 'tsup';
import { preset } from '../../tools/tsup-preset.mjs';

// One folder for all builds: none may clean it while another one writes.
rmSync('dist', { recursive: true, force: true });

/** What is imported when it is needed has a file of its own, which others find by its name. */
const LATE = /\/(?:commands\/([\w-]+)|(program|report-error))\.js$/;
const late: NonNullable<Options['esbuildPlugins']> = [
  {
    name: 'late',
    setup: (build) => {
      build.onResolve({ filter: LATE }, ({ kind, path }) =>
        kind === 'dynamic-import' ? { path: `./${basename(path)}`, external: true } : undefined,
      );
    },
  },
];

/** All in one file: each further one costs a start a millisecond or two. */
const oneFile = (name: string, from: string): Options => ({
  ...preset({ [name]: from }),
  clean: false,
  splitting: false,
  dts: false,
  esbuildPlugins: late,
});

const commands = readdirSync('src/commands')
  .map((file) => basename(file, '.ts'))
  .filter((name) => name !== 'run');
const rest = { 'report-error': 'src/report-error.ts', ...Object.fromEntries(commands.map((name) => [name, `src/commands/${name}.ts`])) };

export default defineConfig([
  // On the way of `kopf run` to its first request: three files.
  oneFile('main', 'src/main.ts'),
  oneFile('program', 'src/program.ts'),
  oneFile('run', 'src/commands/run.ts'),
  // What goes into the files that `kopf build` writes.
  oneFile('built', 'src/build/run-built.ts'),
  // All else shares what it has in common.
  {
    ...preset({ index: 'src/index.ts', ...rest }),
    clean: false,
    esbuildPlugins: late,
    dts: { entry: { index: 'src/index.ts' }, compilerOptions: { ignoreDeprecations: '6.0' } },
  },
]);
