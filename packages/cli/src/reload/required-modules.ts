// CommonJS modules: they are known by their files, have no addresses with generations, and are evaluated again when Node has forgotten them.
import { createRequire } from 'node:module';

const { cache } = createRequire(import.meta.url);

/** What these modules require, they and what they require, as far as it is the project's own. */
export function requiredModules(files: Iterable<string>, isOwn: (file: string) => boolean): ReadonlyMap<string, ReadonlySet<string>> {
  const required = new Map<string, ReadonlySet<string>>();
  const found = new Set(files);
  for (const file of found) {
    const children = cache[file]?.children.map(({ filename }) => filename).filter(isOwn);
    if (children === undefined) continue;
    required.set(file, new Set(children));
    for (const child of children) found.add(child);
  }
  return required;
}

/** What it exports; `undefined` for what is no CommonJS module, or was not evaluated. */
export function requiredExports(file: string): { readonly exports: unknown } | undefined {
  return cache[file];
}

/** Forgets these. Returns what takes it back: then those are known that were before, and none of the project's that came since. */
export function forgetRequired(files: Iterable<string>, isOwn: (file: string) => boolean): () => void {
  const before = new Map(Object.entries(cache).filter(([file]) => isOwn(file)));
  for (const file of files) Reflect.deleteProperty(cache, file);
  return () => {
    for (const file of Object.keys(cache)) if (isOwn(file) && !before.has(file)) Reflect.deleteProperty(cache, file);
    for (const [file, module] of before) cache[file] = module;
  };
}
