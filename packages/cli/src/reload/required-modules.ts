// CommonJS modules: they are known by their files, and evaluated again when Node has forgotten them. What is imported may be known by its address,
// with a query; what was imported last counts.
import { createRequire } from 'node:module';

const { cache } = createRequire(import.meta.url);

/** What these modules require, they and what they require, as far as it is the project's own. */
export function requiredModules(files: Iterable<string>, isOwn: (file: string) => boolean): ReadonlyMap<string, ReadonlySet<string>> {
  const modules = modulesByFile();
  const required = new Map<string, ReadonlySet<string>>();
  const found = new Set(files);
  for (const file of found) {
    const children = modules
      .get(file)
      ?.children.map(({ filename }) => fileOf(filename))
      .filter(isOwn);
    if (children === undefined) continue;
    required.set(file, new Set(children));
    for (const child of children) found.add(child);
  }
  return required;
}

/** What they export, as far as they are CommonJS modules that were evaluated. */
export function requiredExports(): ReadonlyMap<string, unknown> {
  return new Map([...modulesByFile()].map(([file, { exports }]) => [file, exports as unknown]));
}

/** Forgets these. Returns what takes it back: then those are known that were before, and none of the project's that came since. */
export function forgetRequired(files: ReadonlySet<string>, isOwn: (file: string) => boolean): () => void {
  const before = new Map(Object.entries(cache).filter(([name]) => isOwn(name)));
  for (const name of before.keys()) if (files.has(fileOf(name))) Reflect.deleteProperty(cache, name);
  return () => {
    for (const name of Object.keys(cache)) if (isOwn(name) && !before.has(name)) Reflect.deleteProperty(cache, name);
    for (const [name, module] of before) cache[name] = module;
  };
}

function modulesByFile(): ReadonlyMap<string, NodeJS.Module> {
  return new Map(Object.entries(cache).flatMap(([name, module]) => (module === undefined ? [] : [[fileOf(name), module] as const])));
}

function fileOf(name: string): string {
  return name.replace(/\?kopf-generation=.*$/, '');
}
