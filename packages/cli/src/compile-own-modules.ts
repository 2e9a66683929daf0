import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';

/**
 * Registers a hook of `require()` that compiles, for the user's own project only.
 *
 * Such a hook turns every ES module into CommonJS, those of packages, too: a second copy of the framework beside the one that is
 * imported. Node's own `require()` of an ES module gives the one copy there is, so what is not the user's is left to Node.
 *
 * @param file any file of the project, which is the folder of the nearest package.json.
 * @param registerHook returns how it ends.
 * @returns how to leave `require()` as it was.
 */
export function compileOwnModules(file: string, registerHook: () => () => void): () => void {
  const isOwn = isOwnModule(file);
  const loaders = requireLoaders();
  const before = EXTENSIONS.map((extension) => [extension, loaders[extension]] as const);
  const native = loaders['.js'];
  const unregister = registerHook();
  for (const extension of EXTENSIONS) {
    const compile = loaders[extension];
    loaders[extension] = (module, path) => (isOwn(path) ? compile : native)?.(module, path);
  }
  return () => {
    unregister();
    for (const [extension, load] of before) {
      if (load === undefined) Reflect.deleteProperty(loaders, extension);
      else loaders[extension] = load;
    }
  };
}

/** Whether others are of the same project as this file: the folder of the nearest package.json, without packages. */
export function isOwnModule(file: string): (path: string) => boolean {
  const project = projectFolder(file) + sep;
  return (path) => path.startsWith(project) && !path.includes(`${sep}node_modules${sep}`);
}

const EXTENSIONS = ['.js', '.mjs'];

type Loaders = Record<string, ((module: NodeJS.Module, path: string) => unknown) | undefined>;

/** How `require()` loads files, by extension: deprecated for use, but what hooks hook into. */
function requireLoaders(): Loaders {
  const { extensions } = createRequire(import.meta.url) as unknown as { readonly extensions: Loaders };
  return extensions;
}

function projectFolder(file: string): string {
  for (let folder = dirname(file), parent = ''; folder !== parent; parent = folder, folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
  }
  return dirname(file);
}
