import { errorText, type Clock } from '@kopfts/core';
import { CredentialsError } from '../errors.js';
import type { AuthEnvironment } from './environment.js';

/** Files that others exchange while we run: tokens, certificates, kubeconfigs. */
export interface FileCache {
  /** The text of a file, read again when it changed; `fresh`: in any case. Throws `KOPF_CREDENTIALS` if it cannot be read. */
  read(path: string, fresh: boolean): Promise<string>;
}

/** Not every file system tells when a file changed: so long nobody relies on it. */
const REREAD_MS = 60_000;

interface Kept {
  readonly text: string;
  readonly modifiedMs: number;
  readonly readMs: number;
}

/** Forgets nothing: a kubeconfig names few files. `whose` is for messages. */
export function createFileCache(environment: AuthEnvironment, clock: Clock, whose?: string): FileCache {
  const kept = new Map<string, Kept>();
  return {
    async read(path, fresh) {
      try {
        // Looked at before it is read: a change in between is seen the next time.
        const modifiedMs = await environment.modifiedMs(path);
        const known = kept.get(path);
        const now = clock.monotonicMs();
        if (known?.modifiedMs === modifiedMs && !fresh && now - known.readMs < REREAD_MS) return known.text;
        const text = await environment.readFile(path);
        kept.set(path, { text, modifiedMs, readMs: now });
        return text;
      } catch (error) {
        throw new CredentialsError(whose ?? path, `${path} cannot be read: ${errorText(error)}`, { cause: error });
      }
    },
  };
}
