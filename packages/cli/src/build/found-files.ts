// What loading a configuration looked for and found: a built operator finds the same, without a disk.
import { dirname, isAbsolute, join, relative, sep } from 'node:path';
import type { ImportModule } from '../cli-io.js';
import { filesOnDisk, type ProjectFiles } from '../project-files.js';

/** Files of a project by paths below `/`, which stands for the folder that they have in common. */
export interface FoundFiles {
  /** The working directory. */
  readonly cwd: string;
  /** Modules that were imported. */
  readonly modules: readonly string[];
  /** Answers of globs, by folder and glob. */
  readonly globs: Readonly<Record<string, readonly string[]>>;
  /** Files that configurations extend, by the file that says so and the reference. */
  readonly extended: Readonly<Record<string, string>>;
}

/** Looks on the disk, and remembers. */
export interface FileRecorder {
  readonly files: ProjectFiles;
  readonly importModule: ImportModule;
  /** What was found, and the folder that `/` stands for. */
  found(): { readonly found: FoundFiles; readonly root: string };
}

/** Remembers what is looked for while a configuration is loaded in `cwd`. */
export function recordFiles(cwd: string, importModule: ImportModule): FileRecorder {
  const modules = new Set<string>();
  const globs: Found<readonly string[]>[] = [];
  const extended: Found<string>[] = [];
  return {
    importModule: (file, generation) => {
      modules.add(file);
      return importModule(file, generation);
    },
    files: {
      exists: filesOnDisk.exists,
      find: async (folder, glob) => {
        const value = await filesOnDisk.find(folder, glob);
        globs.push({ where: folder, what: glob, value });
        return value;
      },
      extended: async (reference, from) => {
        const value = await filesOnDisk.extended(reference, from);
        if (value !== undefined) extended.push({ where: from, what: reference, value });
        return value;
      },
    },
    found: () => {
      const root = commonFolder([cwd, ...[...modules].map((file) => dirname(file)), ...globs.map(({ where }) => where)]);
      const below = (path: string): string => `/${relative(root, path).split(sep).join('/')}`;
      const keyed = <T, V>(list: readonly Found<T>[], of: (value: T) => V): Record<string, V> =>
        Object.fromEntries(list.map(({ where, what, value }) => [keyOf(below(where), what), of(value)]));
      return {
        root,
        found: {
          cwd: below(cwd),
          modules: [...modules].map(below),
          globs: keyed(globs, (paths) => paths.map(below)),
          extended: keyed(extended, below),
        },
      };
    },
  };
}

interface Found<T> {
  readonly where: string;
  readonly what: string;
  readonly value: T;
}

/** Answers as the disk did when it was recorded. */
export function replayFiles({ modules, globs, extended }: FoundFiles): ProjectFiles {
  return {
    exists: async (file) => modules.includes(file),
    find: async (folder, glob) => globs[keyOf(folder, glob)] ?? [],
    extended: async (reference, from) => extended[keyOf(from, reference)],
  };
}

function keyOf(where: string, what: string): string {
  return `${where} ${what}`;
}

function commonFolder([first = sep, ...others]: readonly string[]): string {
  let folder = first;
  while (others.some((other) => isOutside(relative(folder, other)))) folder = join(folder, '..');
  return folder;
}

function isOutside(path: string): boolean {
  return path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path);
}
