import type { Random } from '@kopfts/core';
import { Cluster, Redis, type ClusterNode, type RedisOptions } from 'ioredis';
import { StoreAwayError } from './errors.js';
import type { Reports } from './reports.js';

/** Where Redis is. One of `url`, `connection` (for Sentinel, TLS and all else that ioredis knows) and `nodes` (a Cluster). */
export interface RedisAddress {
  readonly url?: string | undefined;
  readonly connection?: RedisOptions | undefined;
  readonly nodes?: readonly ClusterNode[] | undefined;
}

/** A connection that looks after itself: it comes back by itself, and fails at once while it is away. */
export interface Connection {
  /** Runs a script. @throws StoreAwayError `KOPF_STORE_AWAY`: it may have been run or not. */
  run(script: ScriptName, keys: readonly string[], args: readonly string[]): Promise<unknown>;
  /** Fields and values of a hash, piece by piece. */
  scanHash(key: string): AsyncIterable<readonly (readonly [string, string])[]>;
  /** Whether one script may be given keys of several buckets. */
  readonly isOneNode: boolean;
  reachable(signal: AbortSignal): Promise<void>;
  away(): StoreAwayError | undefined;
  close(): Promise<void>;
}

export type ScriptName = 'kopfLoad' | 'kopfCommit' | 'kopfRetire' | 'kopfRestore' | 'kopfComplete';

export interface ConnectionOptions {
  readonly address: RedisAddress;
  readonly scripts: Readonly<Record<ScriptName, string>>;
  /** After so long without an answer the connection is given up, ms. */
  readonly answerTimeoutMs: number;
  readonly random: Random;
  readonly reports: Reports;
}

/** Delays between tries, ms: doubled each time up to the last, with jitter. */
const FIRST_DELAY_MS = 50;
const LAST_DELAY_MS = 2000;
/** What a node says that is no fault of ours, and passes: a master that became a replica, data being loaded, slots on the move. */
const PASSING = /^(?:READONLY|LOADING|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|UNBLOCKED|NOREPLICAS|MOVED|ASK|BUSY)\b/;
/** Rights and passwords: somebody has to do something, and then it goes on by itself. */
const REFUSED = /^(?:NOAUTH|WRONGPASS|NOPERM|ERR AUTH|ERR invalid password)/;

/** Redis 6 names where in a script it went wrong before it says what. */
const PLACE_IN_SCRIPT = /^ERR Error running script \([^)]*\): (?:@user_script: ?\d+: )+-?/;

/** Of ioredis: nobody says that the connection is closed. */
const UNANSWERED = /Command timed out/;
const BACK = 'Redis can be reached again.';

export function openConnection(options: ConnectionOptions): Connection {
  const client = createClient(options);
  const state: { why: string | undefined } = { why: 'it is being connected to' };
  /** In a Cluster: what cannot be reached although the rest can, by hash tag, and why. What needs it waits, and nothing else. */
  const missing = new Map<string, string>();
  const awayNow = (): string | undefined => state.why ?? missing.values().next().value;
  const waiting = new Set<() => void>();
  const leave = (why: string): void => {
    state.why = why;
    options.reports.tell('store-away', new StoreAwayError(why), 'warn');
  };
  client.on('error', (error: Error) => leave(whyOf(error)));
  client.on('close', () => leave(state.why ?? 'the connection was closed'));
  client.on('ready', () => {
    state.why = undefined;
    if (missing.size === 0) options.reports.over('store-away', BACK);
    for (const wake of [...waiting]) wake();
  });
  const runners = client as unknown as Readonly<Record<ScriptName, (count: number, ...rest: readonly string[]) => Promise<unknown>>>;
  return {
    isOneNode: !(client instanceof Cluster),
    async run(script, keys, args) {
      if (state.why !== undefined) throw new StoreAwayError(state.why);
      const part = hashTagOf(keys[0] ?? '');
      try {
        const answer = await runners[script](keys.length, ...keys, ...args);
        if (missing.delete(part) && missing.size === 0) options.reports.over('store-away', BACK);
        return answer;
      } catch (error) {
        throw awayOrOwn(error, client, {
          leave,
          leavePart(why) {
            missing.set(part, why);
            options.reports.tell('store-away', new StoreAwayError(why), 'warn');
          },
        });
      }
    },
    scanHash: (key) => scanHash(client, key),
    async reachable(signal) {
      if (state.why === undefined) return;
      await new Promise<void>((resolve, reject) => waitFor({ waiting, signal }, { resolve, reject }));
    },
    away: () => {
      const why = awayNow();
      return why === undefined ? undefined : new StoreAwayError(why);
    },
    async close() {
      client.removeAllListeners('close');
      if (state.why === undefined) await client.quit().catch(() => undefined);
      client.disconnect();
    },
  };
}

interface Settle {
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
}

/** Until it is woken, or the signal aborts. */
function waitFor(
  { waiting, signal }: { readonly waiting: Set<() => void>; readonly signal: AbortSignal },
  { resolve, reject }: Settle,
): void {
  const end = (settle: () => void) => () => {
    waiting.delete(wake);
    signal.removeEventListener('abort', stop);
    settle();
  };
  const wake = end(resolve);
  const stop = end(() => reject(signal.reason as Error));
  if (signal.aborted) return stop();
  waiting.add(wake);
  signal.addEventListener('abort', stop, { once: true });
}

function createClient({ address, scripts, answerTimeoutMs, random }: ConnectionOptions): Redis | Cluster {
  const backOff = (attempt: number): number => {
    const most = Math.min(LAST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(attempt, 10));
    return most / 2 + (random.next() * most) / 2;
  };
  const redisOptions = {
    // Nothing is kept for later, nothing is sent twice: what is not known to be done is told, and the object looked at again.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: answerTimeoutMs,
    connectTimeout: answerTimeoutMs,
    retryStrategy: backOff,
    sentinelRetryStrategy: backOff,
    keepAlive: 10_000,
    ...address.connection,
    replyMapping: 'legacy' as const,
  };
  const named = Object.fromEntries(Object.entries(scripts).map(([name, lua]) => [name, { lua }]));
  if (address.nodes !== undefined) {
    const options = { redisOptions, clusterRetryStrategy: backOff, enableOfflineQueue: false, scripts: named };
    return new Cluster([...address.nodes], options);
  }
  const options = { ...redisOptions, scripts: named };
  return address.url === undefined ? new Redis(options) : new Redis(address.url, options);
}

interface Leaving {
  readonly leave: (why: string) => void;
  readonly leavePart: (why: string) => void;
}

function awayOrOwn(error: unknown, client: Redis | Cluster, { leave, leavePart }: Leaving): unknown {
  const message = (error instanceof Error ? error.message : String(error)).replace(PLACE_IN_SCRIPT, '');
  const name = error instanceof Error ? error.name : '';
  if (name === 'ReplyError' && !PASSING.test(message) && !REFUSED.test(message)) return error;
  if (client.status === 'ready') {
    // One node of a Cluster is away: its connections are looked after, and those to the others are to stay.
    if (client instanceof Cluster && !UNANSWERED.test(message)) leavePart(message);
    else {
      // Half-open, or a node that is no master any more: only a new connection helps.
      leave(message);
      client.disconnect(true);
    }
  }
  return new StoreAwayError(message, { cause: error });
}

/** What decides on which node of a Cluster a key is. */
function hashTagOf(key: string): string {
  return key.slice(key.indexOf('{'), key.indexOf('}'));
}

/** An error of several connections has no message of its own. */
function whyOf(error: Error): string {
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : (error as { readonly lastNodeError?: unknown }).lastNodeError;
  const text = (inner instanceof Error ? inner.message : '') || error.message;
  return text === '' ? error.name : text;
}

async function* scanHash(client: Redis | Cluster, key: string): AsyncIterable<readonly (readonly [string, string])[]> {
  let cursor = '0';
  do {
    const [next, flat] = await client.hscan(key, cursor, 'COUNT', 500);
    cursor = next;
    yield Array.from({ length: flat.length / 2 }, (_, index) => [flat[2 * index] ?? '', flat[2 * index + 1] ?? ''] as const);
  } while (cursor !== '0');
}
