import type { Buffer } from 'node:buffer';
import type { Clock } from '@kopfts/core';
import { linkedAbort } from '../linked-abort.js';
import type { AuthEnvironment } from './environment.js';

/** What proves who we are, besides what a kubeconfig says itself. */
export interface Proof {
  readonly authorization?: string | undefined;
  readonly cert?: string | Buffer | undefined;
  readonly key?: string | Buffer | undefined;
}

/** Makes a proof or gives the last one while it lives; `fresh`: the last one was refused. Throws `KOPF_CREDENTIALS`. */
export type Authenticator = (fresh: boolean) => Promise<Proof>;

/** What authenticators need of the outside. */
export interface AuthenticatorPorts {
  readonly environment: AuthEnvironment;
  readonly clock: Clock;
  /** Milliseconds that a plugin, or a token issuer, may take. */
  readonly pluginMs: number;
  /** Environment variables say which proxy to use. */
  readonly proxyFromEnvironment: boolean;
  /** Ends what runs when the operator ends. */
  readonly signal: AbortSignal;
}

/** A proof is renewed so long before it expires: it must last for the request that takes it. */
export const RENEWAL_MS = 30_000;

/** Does some work for so long at most; rejects with `late()` after that, and the work's signal aborts. */
export async function withinTime<T>(
  work: (signal: AbortSignal) => Promise<T>,
  options: { readonly ms: number; readonly ports: AuthenticatorPorts; readonly late: () => Error },
): Promise<T> {
  const { clock, signal } = options.ports;
  const limit = linkedAbort(signal);
  const done = new AbortController();
  const timer = clock.sleep(options.ms, done.signal).then(
    () => limit.abort(options.late()),
    () => undefined,
  );
  try {
    return await work(limit.signal);
  } finally {
    done.abort();
    limit.release();
    await timer;
  }
}
