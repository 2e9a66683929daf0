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
import { installReadHooks, type ReadHooks, type SeenRead } from './read-hooks.js';
import { forgetRequired, requiredExports, requiredModules } from './required-modules.js';

export interface ReloadingLoader extends ModuleLoader {
  /** Loads by `load`, which imports by `importModule`. If it fails, the modules of before stay those that are imported. */
  reload<T>(load: () => Promise<T>): Promise<Reloaded<T>>;
  /** What was loaded: modules, and the files of the project that they read meanwhile. */
  files(): ReadonlySet<string>;
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
  readonly reads: readonly SeenRead[];
  readonly graph: ModuleGraph;
  /** What the files were; `undefined` if they may have been written while they were read. */
  readonly contents: ReadonlyMap<string, string | undefined>;
  /** When it was, by the clock of files: what is imported or read later was like that then, unless it was written since. */
  readonly at: number;
}

interface Hooks {
  readonly imports: ImportHooks;
  readonly reads: ReadHooks;
  uninstall(): Promise<void>;
}

const NOTHING: Loaded = { generations: new Map(), imports: [], reads: [], graph: EMPTY_GRAPH, contents: new Map(), at: 0 };

export function createReloadingLoader(): ReloadingLoader {
  let hooks: Promise<Hooks> | undefined;
  let loaded = NOTHING;
  let generation = 0;
  let kept: ReadonlyMap<string, number> = new Map();
  let isOwn: (file: string) => boolean = () => false;
  const roots = new Set<string>();

  const survey = async (beganAt: number, keptReads: readonly SeenRead[]): Promise<Loaded> => {
    const { imports: seen, reads: seenReads } = await seenBy(await hooks);
    const known = new Map(kept);
    for (const { to } of seen) if (to.generation === generation) known.set(to.file, generation);
    for (const file of roots) if (!known.has(file)) known.set(file, generation);
    const imports = [...loaded.imports, ...seen].filter(({ from }) => known.get(from.file) === from.generation);
    const reads = [...keptReads, ...seenReads];
    const all = withEdges(importsOf(known, imports, isOwn), reads);
    // What nobody imports any more is forgotten.
    const files = reachedModules(all, roots);
    const generations = new Map([...known].filter(([file]) => files.has(file)));
    const graph = { imports: new Map([...all].filter(([file]) => files.has(file))), registries: await registriesOf(files, generations) };
    const contents = await contentsOf(files, { isKept: (file) => kept.has(file), before: loaded, reads, beganAt });
    return { generations, imports, reads: reads.filter(({ from }) => files.has(from)), graph, contents, at: beganAt };
  };
  return {
    importModule: async (file) => {
      if (hooks === undefined) isOwn = isOwnModule(file);
      const { imports } = await (hooks ??= installHooks(file, isOwn));
      await imports.use({ known: kept, current: generation });
      const root = realpathSync(file);
      roots.add(root);
      return import(addressOf({ file: root, generation: kept.get(root) ?? generation })) as Promise<unknown>;
    },
    files: () => new Set(loaded.contents.keys()),
    async reload(load) {
      const beganAt = Date.now(); // The clock of files.
      if (loaded !== NOTHING) loaded = await withLateOnes(loaded, await seenBy(await hooks));
      const changed = await changedFiles(loaded.contents, (await hooks)?.reads);
      const stale = staleModules(loaded.graph, changed);
      generation += 1;
      kept = new Map([...loaded.generations].filter(([file]) => !stale.has(file)));
      roots.clear();
      const remember = forgetRequired(stale, isOwn);
      try {
        const value = await load();
        const keptReads = loaded.reads.filter(({ from }) => !stale.has(from));
        loaded = await survey(beganAt, keptReads);
        return { value, changed, graph: loaded.graph };
      } catch (error) {
        remember();
        kept = loaded.generations;
        await (await hooks)?.imports.use({ known: kept, current: generation });
        await seenBy(await hooks); // What the code that failed has imported and read.
        throw error;
      }
    },
    dispose: async () => {
      await (await hooks?.catch(() => undefined))?.uninstall();
    },
  };
}

async function installHooks(file: string, isOwn: (file: string) => boolean): Promise<Hooks> {
  const uninstall = await installCompilers(file);
  const reads = installReadHooks(isOwn);
  return {
    imports: installImportHooks(),
    reads,
    uninstall: async () => {
      reads.uninstall();
      await uninstall();
    },
  };
}

type Seen = Pick<Loaded, 'imports' | 'reads'>;

async function seenBy(hooks: Hooks | undefined): Promise<Seen> {
  return { imports: (await hooks?.imports.seen()) ?? [], reads: hooks?.reads.seen() ?? [] };
}

/** What was imported while it ran, by `import()`, and what was read. */
async function withLateOnes(loaded: Loaded, seen: Seen): Promise<Loaded> {
  const late = seen.imports.filter(({ from }) => loaded.generations.get(from.file) === from.generation);
  const reads = seen.reads.filter(({ from }) => loaded.contents.has(from) || late.some(({ to }) => to.file === from));
  if (late.length === 0 && reads.length === 0) return loaded;
  const edges = [...late.map(({ from, to }) => ({ from: from.file, file: to.file })), ...reads];
  const files = new Set(edges.map(({ file }) => file));
  const contents = await contentsOf(files, { isKept: () => false, before: loaded, reads, beganAt: loaded.at });
  return {
    ...loaded,
    generations: new Map([...late.map(({ to }) => [to.file, to.generation] as const), ...loaded.generations]),
    imports: [...loaded.imports, ...late],
    reads: [...loaded.reads, ...reads],
    graph: { ...loaded.graph, imports: withEdges(loaded.graph.imports, edges) },
    contents: new Map([...contents, ...loaded.contents]),
  };
}

function withEdges(imports: ModuleGraph['imports'], edges: readonly SeenRead[]): ReadonlyMap<string, ReadonlySet<string>> {
  const merged = new Map([...imports].map(([file, imported]) => [file, new Set(imported)]));
  for (const { from, file } of edges) merged.set(from, (merged.get(from) ?? new Set()).add(file));
  return merged;
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
  /** Those that were not loaded again are what they were. */
  readonly isKept: (file: string) => boolean;
  readonly before: Loaded;
  readonly reads: readonly SeenRead[];
  readonly beganAt: number;
}

/** Of a file that could not be read, and may come. */
const NONE = 'none';

async function contentsOf(
  files: ReadonlySet<string>,
  { isKept, before, reads, beganAt }: Reading,
): Promise<Map<string, string | undefined>> {
  const readOnes = new Set(reads.map(({ file }) => file));
  const read = async (file: string): Promise<readonly [string, string | undefined]> => {
    if (isKept(file) && before.contents.has(file)) return [file, before.contents.get(file)];
    const found = await stat(file).catch(() => undefined);
    if (found === undefined) return [file, readOnes.has(file) ? NONE : undefined];
    return [file, found.mtimeMs < beganAt ? await contentOf(file) : undefined];
  };
  return new Map(await Promise.all([...files].map(read)));
}

async function contentOf(file: string): Promise<string> {
  const text = await readFile(file).catch(() => undefined);
  return text === undefined ? NONE : createHash('sha256').update(text).digest('hex');
}

async function changedFiles(contents: Loaded['contents'], reads: ReadHooks | undefined): Promise<ReadonlySet<string>> {
  const others = [...contents].filter(([file]) => reads?.hasWritten(file) !== true);
  const now = await Promise.all(others.map(async ([file, before]) => [file, before, await contentOf(file)] as const));
  return new Set(now.filter(([, before, after]) => before === undefined || before !== after).map(([file]) => file));
}
