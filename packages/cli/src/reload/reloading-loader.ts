// Loads a project again and again: what changed, and what imports it, is evaluated anew, all other modules stay as they are, with what they hold.
import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { isRegistry, type Registry } from '@kopfts/core';
import { isOwnModule } from '../compile-own-modules.js';
import { installCompilers, type ModuleLoader } from '../module-loader.js';
import { addressOf, installImportHooks, type ImportHooks, type SeenImport } from './import-hooks.js';
import { EMPTY_GRAPH, reachedModules, staleModules, type ModuleGraph } from './module-graph.js';
import { forgetRequired, requiredExports, requiredModules } from './required-modules.js';

export interface ReloadingLoader extends ModuleLoader {
  /**
   * Loads by `load`, which imports by `importModule`. If it fails, the modules of before stay those that are imported.
   *
   * @param all evaluate everything anew, whatever changed.
   */
  reload<T>(load: () => Promise<T>, all?: boolean): Promise<Reloaded<T>>;
  /** Whether the file belongs to what was loaded. */
  knows(file: string): boolean;
}

export interface Reloaded<T> {
  readonly value: T;
  /** Files whose content is another one than when they were loaded. */
  readonly changed: ReadonlySet<string>;
  readonly graph: ModuleGraph;
}

/** What is loaded. */
interface Loaded {
  readonly generations: ReadonlyMap<string, number>;
  readonly imports: readonly SeenImport[];
  readonly graph: ModuleGraph;
  /** What the files were; `undefined` if they may have been written while they were read. */
  readonly contents: ReadonlyMap<string, string | undefined>;
}

interface Hooks {
  readonly imports: ImportHooks;
  uninstall(): Promise<void>;
}

const NOTHING: Loaded = { generations: new Map(), imports: [], graph: EMPTY_GRAPH, contents: new Map() };

export function createReloadingLoader(): ReloadingLoader {
  let hooks: Promise<Hooks> | undefined;
  let loaded = NOTHING;
  let generation = 0;
  let kept: ReadonlyMap<string, number> = new Map();
  let isOwn: (file: string) => boolean = () => false;
  const roots = new Set<string>();

  const hooksFor = (file: string): Promise<Hooks> => {
    isOwn = isOwnModule(file);
    return installHooks(file);
  };
  const survey = async (beganAt: number): Promise<Loaded> => {
    const seen = (await (await hooks)?.imports.seen()) ?? [];
    const known = new Map(kept);
    for (const { to } of seen) if (to.generation === generation) known.set(to.file, generation);
    for (const file of roots) if (!known.has(file)) known.set(file, generation);
    const imports = [...loaded.imports, ...seen].filter(({ from }) => known.get(from.file) === from.generation);
    const all = importsOf(known, imports, isOwn);
    // What nobody imports any more is forgotten.
    const files = reachedModules(all, roots);
    const generations = new Map([...known].filter(([file]) => files.has(file)));
    const graph = { imports: new Map([...all].filter(([file]) => files.has(file))), registries: await registriesOf(files, generations) };
    return { generations, imports, graph, contents: await contentsOf(files, { before: loaded, kept, beganAt }) };
  };
  return {
    importModule: async (file) => {
      const { imports } = await (hooks ??= hooksFor(file));
      await imports.use({ known: kept, current: generation });
      const root = realpathSync(file);
      roots.add(root);
      return import(addressOf({ file: root, generation: kept.get(root) ?? generation })) as Promise<unknown>;
    },
    knows: (file) => loaded.contents.has(file),
    async reload(load, all = false) {
      const beganAt = Date.now(); // The clock of files.
      if (loaded !== NOTHING) loaded = await withLateImports(loaded, (await hooks)?.imports, beganAt);
      const changed = await changedFiles(loaded.contents);
      const stale = all ? new Set(loaded.generations.keys()) : staleModules(loaded.graph, changed);
      generation += 1;
      kept = new Map([...loaded.generations].filter(([file]) => !stale.has(file)));
      roots.clear();
      const remember = forgetRequired(stale, isOwn);
      try {
        const value = await load();
        loaded = await survey(beganAt);
        return { value, changed, graph: loaded.graph };
      } catch (error) {
        remember();
        kept = loaded.generations;
        const { imports } = (await hooks) ?? {};
        await imports?.use({ known: kept, current: generation });
        await imports?.seen(); // What the code that failed has imported.
        throw error;
      }
    },
    dispose: async () => {
      await (await hooks?.catch(() => undefined))?.uninstall();
    },
  };
}

async function installHooks(file: string): Promise<Hooks> {
  const uninstall = await installCompilers(file);
  return { imports: installImportHooks(), uninstall };
}

/** What was imported while it ran, by `import()`. Nobody knows what those files were then, if they were written since. */
async function withLateImports(loaded: Loaded, hooks: ImportHooks | undefined, beganAt: number): Promise<Loaded> {
  const late = ((await hooks?.seen()) ?? []).filter(({ from }) => loaded.generations.get(from.file) === from.generation);
  if (late.length === 0) return loaded;
  const generations = new Map([...late.map(({ to }) => [to.file, to.generation] as const), ...loaded.generations]);
  const imports = [...loaded.imports, ...late];
  const merged = new Map([...loaded.graph.imports].map(([file, imported]) => [file, new Set(imported)]));
  for (const { from, to } of late) merged.set(from.file, (merged.get(from.file) ?? new Set()).add(to.file));
  const contents = await contentsOf(new Set(late.map(({ to }) => to.file)), { before: loaded, kept: new Map(), beganAt });
  return {
    generations,
    imports,
    graph: { ...loaded.graph, imports: merged },
    contents: new Map([...contents, ...loaded.contents]),
  };
}

function importsOf(
  generations: ReadonlyMap<string, number>,
  seen: readonly SeenImport[],
  isOwn: (file: string) => boolean,
): ReadonlyMap<string, ReadonlySet<string>> {
  const imports = new Map<string, Set<string>>([...generations.keys()].map((file) => [file, new Set()]));
  const add = (from: string, to: string): void => {
    imports.set(from, (imports.get(from) ?? new Set()).add(to));
  };
  for (const { from, to } of seen) add(from.file, to.file);
  for (const [file, required] of requiredModules(generations.keys(), isOwn)) for (const one of required) add(file, one);
  return imports;
}

async function registriesOf(files: ReadonlySet<string>, generations: ReadonlyMap<string, number>): Promise<ModuleGraph['registries']> {
  const registries = new Map<string, ReadonlySet<string>>();
  const required = requiredExports();
  for (const file of files) {
    const exported: unknown = required.has(file) ? required.get(file) : await importedAgain(file, generations.get(file));
    const names = declaringNames(exported);
    // Places are told by the names of files only: of two with one name, both count.
    if (names !== undefined) registries.set(file, new Set([...files].filter((other) => other !== file && names.has(basename(other)))));
  }
  return registries;
}

async function importedAgain(file: string, generation: number | undefined): Promise<unknown> {
  if (generation === undefined || !/\.[cm]?[jt]sx?$/.test(file)) return undefined;
  // It is there: this evaluates nothing. What could not be evaluated exports nothing.
  return import(addressOf({ file, generation })).catch(() => undefined);
}

/** The names of the files that declare on what a module exports; `undefined` if it exports no registry. */
function declaringNames(exported: unknown): ReadonlySet<string> | undefined {
  const registries = registriesIn(exported, 3);
  if (registries.length === 0) return undefined;
  const places = registries.flatMap(({ handlers, activities }) => [...handlers, ...activities].map(({ place }) => place));
  return new Set(places.map((place) => place.replace(/:\d+$/, '')));
}

/** Also those within lists and plain objects, so many levels deep. */
function registriesIn(value: unknown, depth: number): readonly Registry[] {
  if (isRegistry(value)) return [value];
  if (typeof value !== 'object' || value === null || depth === 0) return [];
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain = Array.isArray(value) || prototype === Object.prototype || prototype === null;
  return isPlain ? Object.values(value).flatMap((one) => registriesIn(one, depth - 1)) : [];
}

interface Reading {
  readonly before: Loaded;
  /** Those that were not loaded again: they are what they were. */
  readonly kept: ReadonlyMap<string, number>;
  readonly beganAt: number;
}

async function contentsOf(files: ReadonlySet<string>, { before, kept, beganAt }: Reading): Promise<Map<string, string | undefined>> {
  const read = async (file: string): Promise<readonly [string, string | undefined]> => {
    if (kept.has(file) && before.contents.has(file)) return [file, before.contents.get(file)];
    const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Infinity }));
    return [file, mtimeMs < beganAt ? await contentOf(file) : undefined];
  };
  return new Map(await Promise.all([...files].map(read)));
}

/** `undefined` for what cannot be read. */
async function contentOf(file: string): Promise<string | undefined> {
  const text = await readFile(file).catch(() => undefined);
  return text && createHash('sha256').update(text).digest('hex');
}

async function changedFiles(contents: Loaded['contents']): Promise<ReadonlySet<string>> {
  const now = await Promise.all([...contents].map(async ([file, before]) => [file, before, await contentOf(file)] as const));
  return new Set(now.filter(([, before, after]) => before === undefined || before !== after).map(([file]) => file));
}
