import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Backend, Change, Entry } from './backend.js';

/** One file per key below a folder, for one operator at a time: nothing locks the files against a second process. */
export function createFileBackend(folder: string): Backend {
  const turns = new Map<string, Promise<unknown>>();
  return {
    read: (keys) => Promise.all(keys.map((key) => readEntry(fileOf(folder, key)))),
    write: (change) => inTurn(turns, change.key, () => writeEntry(fileOf(folder, change.key), change)),
  };
}

/** Comparing and setting is one step as long as writes of one key come one after the other. */
function inTurn<T>(turns: Map<string, Promise<unknown>>, key: string, work: () => Promise<T>): Promise<T> {
  const before = turns.get(key) ?? Promise.resolve();
  const mine = before.then(work, work);
  turns.set(key, mine);
  const leave = (): void => {
    if (turns.get(key) === mine) turns.delete(key);
  };
  mine.then(leave, leave);
  return mine;
}

/** Keys hold what the cluster says; no part of one may leave the folder. */
function fileOf(folder: string, key: string): string {
  return join(folder, ...key.split('/').map((part) => `${encodeURIComponent(part)}.d`), 'entry.json');
}

async function readEntry(file: string): Promise<Entry | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Entry;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function writeEntry(file: string, { on, entry }: Change): Promise<boolean> {
  const before = await readEntry(file);
  if (before?.version !== on) return false;
  await mkdir(dirname(file), { recursive: true });
  // A crash leaves the old file or the new one, never half of one.
  const draft = `${file}.new`;
  await writeFile(draft, JSON.stringify(entry), { mode: 0o600 });
  await rename(draft, file);
  return true;
}
