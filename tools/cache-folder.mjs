/**
 * What is expensive to make and depends on a few inputs only is kept outside the work tree, under a hash of these: a second checkout
 * or branch costs nothing.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

const unusedForMs = 30 * 24 * 3600 * 1000;

/**
 * The folder of `kind` for a `hash`, filled now if it is not there yet. `marker` is a file or folder in it that proves that it is whole;
 * `fill` gets an empty folder. Folders of this kind that nobody has asked for in a month go.
 */
export async function cachedFolder({ kind, hash, marker, fill }, env = process.env) {
  const cache = join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'kopfts', kind);
  const folder = join(cache, hash);
  if (existsSync(join(folder, marker))) {
    const now = new Date();
    await utimes(folder, now, now).catch(() => {}); // a read-only cache is still a cache
    return { folder, filled: false };
  }
  await fillBeside(folder, marker, fill);
  await removeUnused(cache);
  return { folder, filled: true };
}

/** Filled beside its place and renamed into it: a reader sees all of it or nothing, and of two writers the first one wins. */
async function fillBeside(folder, marker, fill) {
  const temporary = `${folder}.${process.pid}.tmp`;
  await mkdir(temporary, { recursive: true });
  try {
    await fill(temporary);
    await rename(temporary, folder).catch((error) => {
      if (!existsSync(join(folder, marker))) throw error;
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function removeUnused(cache) {
  for (const entry of await readdir(cache)) {
    const folder = join(cache, entry);
    const { mtimeMs } = await stat(folder);
    if (Date.now() - mtimeMs > unusedForMs) await rm(folder, { recursive: true, force: true });
  }
}
