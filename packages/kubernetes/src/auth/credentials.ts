import type { Buffer } from 'node:buffer';
import type { Clock } from '@kopfts/core';

/** What proves the server to us and us to the server. */
export interface TlsMaterial {
  readonly ca?: string | Buffer | undefined;
  readonly cert?: string | Buffer | undefined;
  readonly key?: string | Buffer | undefined;
  readonly pfx?: string | Buffer | undefined;
  readonly passphrase?: string | undefined;
  readonly rejectUnauthorized?: boolean | undefined;
  readonly servername?: string | undefined;
}

/** Where the server is and who we are, at one moment. */
export interface Credentials {
  readonly server: URL;
  /** Names in lower case: `authorization`, `impersonate-user`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsMaterial;
  /** Where they come from, for messages: never a secret. */
  readonly source: string;
}

/** Reads credentials; `fresh` forgets everything read before: plugins run again, files are read again. */
export type LoadCredentials = (fresh: boolean) => Promise<Credentials>;

/** Credentials for each request. */
export interface CredentialSource {
  /** Cached for a short time; concurrent callers share one refresh. */
  get(): Promise<Credentials>;
  /** The server answered 401 to these: the next `get` reads anew, unless that was done just now. */
  reject(seen: Credentials): void;
}

/** So long a snapshot is used without looking. */
const CACHE_MS = 10_000;
/** Between two fresh reads: a server that refuses everybody must not make us run plugins in a loop. */
const REBUILD_SPACING_MS = 5000;

/** Caches what `load` gives. A refresh that fails leaves a snapshot that was not rejected in use. */
export function createCredentialSource(load: LoadCredentials, clock: Clock): CredentialSource {
  let current: { readonly credentials: Credentials; readonly readMs: number } | undefined;
  let rejected = false;
  let freshMs: number | undefined;
  let refresh: Promise<Credentials> | undefined;

  const read = async (): Promise<Credentials> => {
    const now = clock.monotonicMs();
    const fresh = rejected && (freshMs === undefined || now - freshMs >= REBUILD_SPACING_MS);
    if (fresh) freshMs = now;
    try {
      const credentials = await load(fresh);
      current = { credentials, readMs: clock.monotonicMs() };
      if (fresh) rejected = false;
    } catch (error) {
      if (current === undefined || rejected) throw error;
      current = { ...current, readMs: clock.monotonicMs() };
    }
    return current.credentials;
  };

  return {
    async get() {
      if (current !== undefined && !rejected && clock.monotonicMs() - current.readMs < CACHE_MS) return current.credentials;
      refresh ??= read().finally(() => {
        refresh = undefined;
      });
      return refresh;
    },
    reject(seen) {
      // An answer to older credentials says nothing about the ones we have now.
      if (seen === current?.credentials) rejected = true;
    },
  };
}
