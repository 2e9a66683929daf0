import { createRequire, register } from 'node:module';
import { dirname, sep } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import type { ImportModule } from './cli-io.js';
import { compileOwnModules } from './compile-own-modules.js';
import { findTsconfig } from './find-tsconfig.js';

const QUERY = 'kopf-generation';

/**
 * Passes the generation of a user's module on to the modules that it imports, so that a reload reads all of them anew.
 * Bare specifiers are packages: they are never loaded twice, or there would be two copies of the framework. The hooks of
 * Node live in their own thread, hence the text.
 */
const RESOLVE_HOOK = `
const QUERY = ${JSON.stringify(QUERY)};
export async function resolve(specifier, context, next) {
  const result = await next(specifier, context);
  const parent = context.parentURL;
  if (parent === undefined || !parent.includes(QUERY) || !result.url.startsWith('file:')) return result;
  const generation = new URL(parent).searchParams.get(QUERY);
  if (generation === null || !/^(?:\\.{0,2}\\/|file:|#)/.test(specifier) || result.url.includes('/node_modules/')) return result;
  const url = new URL(result.url);
  url.searchParams.set(QUERY, generation);
  return { ...result, url: url.href };
}`;

/** Imports TypeScript and JavaScript of the user's project, by tsx. */
export function createModuleLoader(): ImportModule {
  let ready: Promise<void> | undefined;
  let current = 0;
  return async (file, generation) => {
    await (ready ??= installHooks(file));
    // Once per generation: its own modules may import each other.
    if (generation !== current) forgetCommonJs(dirname(file));
    current = generation;
    const url = pathToFileURL(file);
    url.searchParams.set(QUERY, String(generation));
    return import(url.href) as Promise<unknown>;
  };
}

async function installHooks(file: string): Promise<void> {
  const [cjs, esm] = await Promise.all([import('tsx/cjs/api'), import('tsx/esm/api')]);
  compileOwnModules(file, () => cjs.register());
  esm.register(process.env['TSX_TSCONFIG_PATH'] === undefined ? { tsconfig: findTsconfig(file) ?? false } : {});
  register(`data:text/javascript,${encodeURIComponent(RESOLVE_HOOK)}`);
}

/** CommonJS modules have no queries: those of the user's folder leave the cache before a new generation. */
function forgetCommonJs(folder: string): void {
  const { cache } = createRequire(import.meta.url);
  for (const file of Object.keys(cache)) {
    if (file.startsWith(folder + sep) && !file.includes(`${sep}node_modules${sep}`)) Reflect.deleteProperty(cache, file);
  }
}
