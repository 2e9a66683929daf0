import process from 'node:process';
import { pathToFileURL } from 'node:url';
import type { ImportModule } from './cli-io.js';
import { compileOwnModules } from './compile-own-modules.js';
import { findTsconfig } from './find-tsconfig.js';
import { addressOf, installImportHooks } from './reload/import-hooks.js';

/** Imports the modules of a user's project as long as it is needed. */
export interface ModuleLoader {
  readonly importModule: ImportModule;
  /**
   * Takes the hooks out again: they stand in each other's way, and every further one doubles what `require()` has to look at. Modules that
   * were imported stay as they are.
   */
  dispose(): Promise<void>;
}

/**
 * Imports TypeScript and JavaScript of the user's project. Plain JavaScript is left to Node as long as nothing else is met: the compiler, tsx, takes
 * most of the time of a start, and some 20 MB.
 */
export function createModuleLoader(): ModuleLoader {
  let ready: Promise<() => Promise<void>> | undefined;
  return {
    importModule: async (file) => {
      const plain = ready === undefined ? await importPlain(file) : undefined;
      if (plain !== undefined) return plain.module;
      await (ready ??= installHooks(file));
      return import(addressOf({ file, generation: 0 })) as Promise<unknown>;
    },
    dispose: async () => {
      const uninstall = await ready?.catch(() => undefined);
      await uninstall?.();
    },
  };
}

/** Node remembers what it could not load by itself: those modules have other addresses then. */
async function installHooks(file: string): Promise<() => Promise<void>> {
  const uninstall = await installCompilers(file);
  installImportHooks();
  return uninstall;
}

/** `undefined`: Node alone cannot load it. Nothing of it ran then, unless it imports such a module while it runs. */
async function importPlain(file: string): Promise<{ readonly module: unknown } | undefined> {
  if (!/\.[cm]?js$/.test(file)) return undefined;
  try {
    return { module: await import(pathToFileURL(file).href) };
  } catch (error) {
    if (needsCompiling(error)) return undefined;
    throw error;
  }
}

/** Names of files as they are once compiled, TypeScript, ES modules where the package says nothing: and mistakes, which the compiler tells better. */
function needsCompiling(error: unknown): boolean {
  if (error instanceof SyntaxError) return true;
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && COMPILED.has(error.code);
}

const COMPILED = new Set([
  'ERR_MODULE_NOT_FOUND',
  'MODULE_NOT_FOUND',
  'ERR_UNKNOWN_FILE_EXTENSION',
  'ERR_UNSUPPORTED_DIR_IMPORT',
  'ERR_REQUIRE_ESM',
]);

/** Lets Node import TypeScript in the project of this file. Returns how to leave it as it was. */
export async function installCompilers(file: string): Promise<() => Promise<void>> {
  const [cjs, esm] = await Promise.all([import('tsx/cjs/api'), import('tsx/esm/api')]);
  const restore = compileOwnModules(file, () => cjs.register());
  const unregister = esm.register(process.env['TSX_TSCONFIG_PATH'] === undefined ? { tsconfig: findTsconfig(file) ?? false } : {});
  return async () => {
    restore();
    await unregister();
  };
}
