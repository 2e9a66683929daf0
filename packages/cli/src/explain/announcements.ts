// How `kopf explain` finds the operators of this machine: each leaves a file that only its user can read, with its address and what it asks for.
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { isJsonObject, parseJson } from '@kopfts/core';
import { makeFolder } from '../make-folder.js';

/** Where an operator can be asked. */
export interface Announcement {
  readonly url: string;
  /** Whoever asks has to say it. */
  readonly token: string;
  /** Name of the operator; null: it has none. */
  readonly operator: string | null;
}

/** `$XDG_RUNTIME_DIR/kopf`, or a folder of this user's below that of temporary files. */
export function announcementFolder(environment: Readonly<Record<string, string | undefined>>): string {
  const runtime = environment['XDG_RUNTIME_DIR'];
  return runtime === undefined || runtime === '' ? join(tmpdir(), `kopf-${String(userInfo().uid)}`) : join(runtime, 'kopf');
}

/** Resolves with what takes it back. @throws what the file system says; also for a folder that is somebody else's. */
export async function announce(folder: string, name: string, announcement: Announcement): Promise<() => Promise<void>> {
  await makeFolder(folder, 0o700);
  await refuseForeign(folder);
  const file = join(folder, `${name}.json`);
  // That of an earlier process of the same number, which was killed.
  await rm(file, { force: true });
  await writeFile(file, JSON.stringify(announcement), { mode: 0o600, flag: 'wx' });
  return () => rm(file, { force: true });
}

/** Who can be asked, and how to forget those that are gone. None, where nobody may be trusted. */
export async function findAnnouncements(folder: string): Promise<readonly { readonly said: Announcement; forget(): Promise<void> }[]> {
  try {
    await refuseForeign(folder);
    const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
    const found = await Promise.all(names.map((name) => read(join(folder, name))));
    return found.filter((one) => one !== undefined);
  } catch {
    return [];
  }
}

async function read(file: string): Promise<{ readonly said: Announcement; forget(): Promise<void> } | undefined> {
  try {
    const said = parseJson(await readFile(file, 'utf8'));
    if (!isJsonObject(said)) return undefined;
    const { url, token, operator } = said;
    if (typeof url !== 'string' || typeof token !== 'string') return undefined;
    return { said: { url, token, operator: typeof operator === 'string' ? operator : null }, forget: () => rm(file, { force: true }) };
  } catch {
    return undefined; // It ends just now.
  }
}

/** Below a folder for everybody, others could put one in our place. */
async function refuseForeign(folder: string): Promise<void> {
  const { uid, mode } = await stat(folder);
  const own = userInfo().uid;
  if (own >= 0 && (uid !== own || (mode & 0o077) !== 0)) throw new Error(`${folder} is open to others`);
}
