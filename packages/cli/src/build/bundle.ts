// One file of many modules, by esbuild, in two steps: first the user's code and its packages, whose functions keep their names (ids of
// handlers come from them), then the packages of the framework, which would be slower if theirs were kept, too.
import type { BuildFailure, BuildOptions, BuildResult, Message, Plugin } from 'esbuild';
import { BuildError } from '../errors.js';
import { importOptional } from '../optional-package.js';

/** What goes in. */
export interface BundleInput {
  /** Text of the module that everything begins with. */
  readonly entry: string;
  /** The one module of the framework that it imports by its path. */
  readonly runner: string;
  /** Where relative paths of messages begin. */
  readonly cwd: string;
  readonly tsconfig: string | undefined;
  /** Packages that stay outside, to be installed beside the file. */
  readonly external: readonly string[];
}

const OURS = /^@kopfts\//;
/** Imported by commands that a built file does not have, or by the few who need it: such a file runs without them. */
const OUTSIDE = ['tsx', 'tsx/*', 'chokidar', 'esbuild', '@kopfts/apiserver', '@kubernetes/client-node'];
/** Imported for files without a configuration only. */
const OPTIONAL = ['@kopfts/kubernetes', '@kopfts/persistence-annotations'];
/** Modules of CommonJS in the file ask for modules of Node in their own way. */
const BANNER = `import { createRequire as createRequireOfFile } from 'node:module';\nconst require = createRequireOfFile(import.meta.url);`;

/** @returns the text of the file. @throws BuildError with the place of the first mistake. */
export async function bundle({ entry, runner, cwd, tsconfig, external }: BundleInput): Promise<string> {
  const { build } = await importOptional('esbuild', 'kopf build', () => import('esbuild'));
  const shared: BuildOptions & { readonly write: false } = {
    absWorkingDir: cwd,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    charset: 'utf8',
    logLevel: 'silent',
    write: false,
    legalComments: 'inline',
    external: [...OUTSIDE, ...external],
  };
  const own = await telling(cwd, () =>
    build({
      ...shared,
      stdin: { contents: entry, resolveDir: cwd, sourcefile: 'operator.mjs' },
      keepNames: true,
      ...(tsconfig === undefined ? { tsconfigRaw: '{}' } : { tsconfig }),
      plugins: [ownPackagesLater(runner)],
    }),
  );
  const whole = await telling(cwd, () =>
    build({
      ...shared,
      stdin: { contents: textOf(own), resolveDir: cwd, sourcefile: 'operator.mjs' },
      tsconfigRaw: '{}',
      banner: { js: BANNER },
      plugins: [withoutOptional],
    }),
  );
  return textOf(whole);
}

/** The framework by absolute paths, for the second step. */
const ownPackagesLater = (runner: string): Plugin => ({
  name: 'kopf-own-packages-later',
  setup: (build) => {
    build.onResolve({ filter: OURS }, async ({ path, resolveDir, kind, pluginData }) => {
      if (pluginData === RESOLVING) return undefined;
      const found = await build.resolve(path, { resolveDir, kind, pluginData: RESOLVING });
      return found.errors.length > 0 ? { errors: found.errors } : { path: found.path, external: true };
    });
    build.onResolve({ filter: /./ }, ({ path }) => (path === runner ? { path, external: true } : undefined));
  },
});

const withoutOptional: Plugin = {
  name: 'kopf-without-optional',
  setup: (build) => {
    build.onResolve({ filter: OURS }, async ({ path, resolveDir, kind, pluginData }) => {
      if (pluginData === RESOLVING || !OPTIONAL.includes(path)) return undefined;
      const found = await build.resolve(path, { resolveDir, kind, pluginData: RESOLVING });
      return found.errors.length > 0 ? { path, external: true } : { path: found.path };
    });
  },
};

const RESOLVING = Symbol('resolving');

function textOf({ outputFiles = [] }: BuildResult): string {
  return outputFiles[0]?.text ?? '';
}

async function telling<T>(cwd: string, build: () => Promise<T>): Promise<T> {
  try {
    return await build();
  } catch (error) {
    const [first] = (error as Partial<BuildFailure>).errors ?? [];
    if (first === undefined) throw error;
    throw new BuildError(`${placeOf(first)}${first.text}.`, { remedy: remedyOf(first), cause: error, context: { cwd } });
  }
}

function placeOf({ location }: Message): string {
  return location === null ? '' : `${location.file}:${String(location.line)} cannot be put into one file: `;
}

function remedyOf({ text }: Message): string {
  const name = /^Could not resolve "([^"./][^"]*)"$/.exec(text)?.[1];
  return name === undefined ? 'Correct it and build again.' : `Install it, or leave it outside by --external ${name}.`;
}
