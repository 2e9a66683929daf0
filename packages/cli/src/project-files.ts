// Where a configuration looks for files: on the disk, or in what was built.
import { stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { findFiles } from './glob.js';

/** The files of a user's project. All paths are absolute. */
export interface ProjectFiles {
  /** A folder is no file. */
  readonly exists: (file: string) => Promise<boolean>;
  /** The files that a glob names below a folder, sorted. */
  readonly find: (folder: string, glob: string) => Promise<readonly string[]>;
  /** The file that a configuration extends: beside the one that says so, or a module of a package. `undefined` if there is none. */
  readonly extended: (reference: string, from: string) => Promise<string | undefined>;
}

/** Those on the disk. */
export const filesOnDisk: ProjectFiles = {
  exists,
  find: findFiles,
  extended: async (reference, from) =>
    isFileReference(reference) ? existing(resolve(dirname(from), reference)) : moduleOf(reference, from),
};

/** Whether a reference names a file, not a package. */
export function isFileReference(reference: string): boolean {
  return /^(\.{1,2}\/|\/)/.test(reference);
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => !found.isDirectory(),
    () => false,
  );
}

/** Also by the name that the file has once it is compiled. */
async function existing(file: string): Promise<string | undefined> {
  const candidates = [
    file,
    ...(/\.[mc]?js$/.test(file) ? [file.replace(/js$/, 'ts')] : ['.ts', '.mts', '.js', '.mjs', '.cjs'].map((end) => file + end)),
  ];
  for (const candidate of candidates) if (await exists(candidate)) return candidate;
  return undefined;
}

function moduleOf(reference: string, from: string): string | undefined {
  try {
    return createRequire(from).resolve(reference);
  } catch {
    return undefined;
  }
}
