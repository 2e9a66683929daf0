import nodeModule, { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import type { ImportModule } from './cli-io.js';
import { compileOwnModules } from './compile-own-modules.js';
import { findTsconfig } from './find-tsconfig.js';

const QUERY = 'kopf-generation';

/**
 * Passes the generation of a user's module on to the modules that it imports, so that a reload reads all of them anew.
 * Bare specifiers are packages: they are never loaded twice, or there would be two copies of the framework. Where the hooks of
 * Node live in their own thread, they are given as text.
 */
function withGeneration<R extends { readonly url: string }>(result: R, { specifier, parent, query }: ImportRequest): R {
  if (parent === undefined || !parent.includes(query) || !result.url.startsWith('file:')) return result;
  const generation = new URL(parent).searchParams.get(query);
  if (generation === null || !/^(?:\.{0,2}\/|file:|#)/.test(specifier) || result.url.includes('/node_modules/')) return result;
  const url = new URL(result.url);
  url.searchParams.set(query, generation);
  return { ...result, url: url.href };
}

interface ImportRequest {
  readonly specifier: string;
  /** Who imports it. */
  readonly parent: string | undefined;
  readonly query: string;
}

const HOOK_IN_ITS_OWN_THREAD = `${withGeneration.toString()}
export async function resolve(specifier, context, next) {
  return ${withGeneration.name}(await next(specifier, context), { specifier, parent: context.parentURL, query: ${JSON.stringify(QUERY)} });
}`;

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
  let current = 0;
  return {
    importModule: async (file, generation) => {
      const plain = ready === undefined && generation === 0 ? await importPlain(file) : undefined;
      if (plain !== undefined) return plain.module;
      await (ready ??= installHooks(file));
      // Once per generation: its own modules may import each other.
      if (generation !== current) forgetCommonJs(dirname(file));
      current = generation;
      const url = pathToFileURL(file);
      url.searchParams.set(QUERY, String(generation));
      return import(url.href) as Promise<unknown>;
    },
    dispose: async () => {
      const uninstall = await ready?.catch(() => undefined);
      await uninstall?.();
    },
  };
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

async function installHooks(file: string): Promise<() => Promise<void>> {
  const [cjs, esm] = await Promise.all([import('tsx/cjs/api'), import('tsx/esm/api')]);
  const restore = compileOwnModules(file, () => cjs.register());
  const unregister = esm.register(process.env['TSX_TSCONFIG_PATH'] === undefined ? { tsconfig: findTsconfig(file) ?? false } : {});
  passGenerationOn();
  return async () => {
    restore();
    await unregister();
  };
}

function passGenerationOn(): void {
  // From Node 26 on, the one that all versions have is deprecated, with a warning at every start.
  const registerHooks = (nodeModule as { registerHooks?: RegisterHooks }).registerHooks;
  if (registerHooks === undefined) {
    nodeModule.register(`data:text/javascript,${encodeURIComponent(HOOK_IN_ITS_OWN_THREAD)}`);
    return;
  }
  registerHooks({
    resolve: (specifier, context, next) => withGeneration(next(specifier, context), { specifier, parent: context.parentURL, query: QUERY }),
  });
}

/** Of Node >= 22.15, which the types of our oldest Node do not have. */
type RegisterHooks = (hooks: {
  resolve: (specifier: string, context: { readonly parentURL?: string | undefined }, next: NextResolve) => { readonly url: string };
}) => unknown;
type NextResolve = (specifier: string, context: unknown) => { readonly url: string };

/** CommonJS modules have no queries: those of the user's folder leave the cache before a new generation. */
function forgetCommonJs(folder: string): void {
  const { cache } = createRequire(import.meta.url);
  for (const file of Object.keys(cache)) {
    if (file.startsWith(folder + sep) && !file.includes(`${sep}node_modules${sep}`)) Reflect.deleteProperty(cache, file);
  }
}
