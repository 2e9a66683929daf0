import type { ListedCollection, ObjectUid } from '@kopfts/core';
import type { Connection } from './connection.js';
import type { KeyNames } from './key.js';

export interface SweeperOptions {
  readonly connection: Connection;
  /** How long what is swept away can still be found, ms. */
  readonly sweepAfterMs: number;
}

export interface Sweeper {
  /** What is stored of the object goes after so many ms. */
  retire(uid: ObjectUid, afterMs: number): void;
  /** The same for all of a collection that do not exist; not at once: others may be ahead of our watch. */
  sweep(collection: ListedCollection): void;
  close(): void;
}

/** So far behind a watch never is. */
const PATIENCE_MS = 600_000;
/** Seen, and nothing stored. */
const NOTED = /^-/;

/** Tidies up, when there is time. What fails is tried again with the next list. */
export function createSweeper({ connection, sweepAfterMs }: SweeperOptions, keysNow: () => KeyNames | undefined): Sweeper {
  const planned = new Set<NodeJS.Timeout>();
  const retire = async (uid: ObjectUid, afterMs: number): Promise<void> => {
    const keys = keysNow();
    if (keys === undefined || connection.away() !== undefined) return;
    const { entry, known } = keys.of(uid);
    await connection.run('kopfRetire', [entry, known], [uid, String(afterMs)]);
  };
  const sweepNow = async ({ resource, covers, exists }: ListedCollection): Promise<void> => {
    const keys = keysNow();
    if (keys === undefined) return;
    const name = `${resource.plural}.${resource.group}`;
    const isGone = ([uid, where]: readonly [string, string]): boolean => {
      const [kind, namespace = ''] = where.replace(NOTED, '').split('|');
      return kind === name && covers(namespace === '' ? undefined : namespace) && !exists(uid);
    };
    for (const key of keys.known)
      for await (const piece of connection.scanHash(key)) for (const [uid] of piece.filter(isGone)) await retire(uid, sweepAfterMs);
  };
  return {
    retire(uid, afterMs) {
      retire(uid, afterMs).catch(() => undefined);
    },
    sweep(collection) {
      const timer = setTimeout(() => {
        planned.delete(timer);
        sweepNow(collection).catch(() => undefined);
      }, PATIENCE_MS);
      timer.unref();
      planned.add(timer);
    },
    close() {
      for (const timer of planned) clearTimeout(timer);
    },
  };
}
