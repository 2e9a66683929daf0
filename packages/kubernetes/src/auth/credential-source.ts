import { errorText, type Clock } from '@kopfts/core';
import type { Credentials, LoadCredentials } from './credentials.js';

/** Credentials for each request. */
export interface CredentialSource {
  /** Cached for a short time; concurrent callers share one refresh. */
  get(): Promise<Credentials>;
  /** The server answered 401 to these: the next `get` reads anew, unless that was done just now. */
  reject(seen: Credentials): void;
  /** How often one request may be sent with other credentials after a 401; default: once. */
  readonly mostRefusals?: number | undefined;
}

/** Who wants to know what becomes of refreshes. */
export interface CredentialObserver {
  /** Credentials were read, changed or not. */
  loaded?(credentials: Credentials): void;
  /** The first failure after a success. `inUse`: the last credentials go on being used. */
  failed?(why: string, inUse: boolean): void;
}

/** So long a snapshot is used without looking. */
const CACHE_MS = 10_000;
/** Between two fresh reads: a server that refuses everybody must not make us run plugins in a loop. */
const REBUILD_SPACING_MS = 5000;
/** So long a request waits for a refresh while there is a snapshot that nobody refused: a plugin that hangs must not stop the operator. */
const PATIENCE_MS = 1000;
/** After failures in a row nothing is read for 1, 2, 4 … seconds: a plugin that fails is not run for each request. */
export const FAILURE_PAUSE = { firstMs: 1000, mostMs: 30_000 } as const;

/** Caches what `load` gives. A refresh that fails or hangs leaves a snapshot that was not rejected in use. */
export function createCredentialSource(load: LoadCredentials, clock: Clock, observer: CredentialObserver = {}): CredentialSource {
  let current: { readonly credentials: Credentials; readonly readMs: number } | undefined;
  let rejected = false;
  let freshMs: number | undefined;
  let refresh: Promise<Credentials> | undefined;
  let failure: { readonly error: unknown; readonly count: number; readonly untilMs: number } | undefined;

  const fail = (error: unknown): Credentials => {
    const count = (failure?.count ?? 0) + 1;
    const pauseMs = Math.min(FAILURE_PAUSE.firstMs * 2 ** (count - 1), FAILURE_PAUSE.mostMs);
    const inUse = current !== undefined && !rejected;
    if (failure === undefined) observer.failed?.(errorText(error), inUse);
    failure = { error, count, untilMs: clock.monotonicMs() + pauseMs };
    if (current === undefined || rejected) throw error;
    current = { ...current, readMs: clock.monotonicMs() };
    return current.credentials;
  };
  const read = async (): Promise<Credentials> => {
    const now = clock.monotonicMs();
    const fresh = rejected && (freshMs === undefined || now - freshMs >= REBUILD_SPACING_MS);
    if (fresh) freshMs = now;
    let credentials: Credentials;
    try {
      credentials = await load(fresh);
    } catch (error) {
      return fail(error);
    }
    current = { credentials, readMs: clock.monotonicMs() };
    failure = undefined;
    if (fresh) rejected = false;
    observer.loaded?.(credentials);
    return credentials;
  };

  return {
    async get() {
      const now = clock.monotonicMs();
      const usable = rejected ? undefined : current;
      if (usable !== undefined && now - usable.readMs < CACHE_MS) return usable.credentials;
      if (refresh === undefined && failure !== undefined && now < failure.untilMs) {
        if (usable !== undefined) return usable.credentials;
        throw failure.error;
      }
      refresh ??= read().finally(() => {
        refresh = undefined;
      });
      return usable === undefined ? refresh : withPatience(refresh, usable.credentials, clock);
    },
    reject(seen) {
      // An answer to older credentials says nothing about the ones we have now.
      if (seen === current?.credentials) rejected = true;
    },
  };
}

/** The refresh goes on when patience ends; whoever asks next gets what it brought. */
export async function withPatience(refresh: Promise<Credentials>, inUse: Credentials, clock: Clock): Promise<Credentials> {
  const done = new AbortController();
  const patience = clock.sleep(PATIENCE_MS, done.signal).then(
    () => inUse,
    () => inUse,
  );
  try {
    // What fails after the wait is over has been told to the observer, and there is a pause.
    return await Promise.race([refresh.catch(() => inUse), patience]);
  } finally {
    done.abort();
  }
}
