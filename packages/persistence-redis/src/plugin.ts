// Opens one connection per operator and makes both stores of it.
import type { DiffBaseStore, MemoStore, PartScope, Plugin, PluginHost, ProgressStore } from '@kopfts/core';
import { openConnection } from './connection.js';
import { createRedisDiffBaseStore } from './diff-base-store.js';
import { createRedisMemoStore } from './memo-store.js';
import { parseOptions, type ParsedOptions, type RedisStoreOptions } from './options.js';
import { createTraceFinder } from './own-traces.js';
import { createPlace } from './place.js';
import { createRedisProgressStore } from './progress-store.js';
import { createReports } from './reports.js';
import { COMMIT, COMPLETE, LOAD, RESTORE, RETIRE } from './scripts.js';

const NAME = 'persistence-redis';

/** The stores of one operator, and how they end. */
export interface RedisStores {
  readonly progress: ProgressStore;
  readonly diffBase: DiffBaseStore;
  readonly memo: MemoStore;
  close(): Promise<void>;
}

/** What stores need to know of the operator. */
export type StoreHost = Pick<PluginHost, 'identity' | 'random' | 'emit' | 'isTool'> & Partial<Pick<PluginHost, 'clock'>>;

/**
 * Progress and diff base in Redis, and memos if asked for: one round trip per look at an object, one per write.
 *
 * @throws InvalidOptionError `KOPF_INVALID_OPTION`. UnknownOptionError `KOPF_UNKNOWN_OPTION`.
 * @see Faults K1 to K8; design 6.14.
 */
export function redis(options: RedisStoreOptions = {}): Plugin {
  const parsed = parseOptions(options);
  return {
    name: NAME,
    apiVersion: 1,
    setup(host) {
      let opened: RedisStores | undefined;
      const open = (scope: PartScope): RedisStores => {
        if (opened) return opened;
        const stores = openStores(parsed, host);
        scope.onClose(() => stores.close());
        return (opened = stores);
      };
      if (parsed.keeps.includes('progress')) host.contribute('progressStore', { open: (scope) => open(scope).progress });
      if (parsed.keeps.includes('memo')) host.contribute('memoStore', { open: (scope) => open(scope).memo });
      if (parsed.keeps.includes('diffBase')) host.contribute('diffBaseStore', { open: (scope) => open(scope).diffBase });
    },
  };
}

/** The stores without an operator, for tools that read or move what one has stored. With `cluster` given, they need no cluster. */
export function openRedisStores(options: RedisStoreOptions, host: StoreHost): RedisStores {
  return openStores(parseOptions(options), host);
}

function openStores(options: ParsedOptions, { identity, random, emit, clock, isTool = false }: StoreHost): RedisStores {
  const reports = createReports(NAME, emit);
  const scripts = { kopfLoad: LOAD, kopfCommit: COMMIT, kopfRetire: RETIRE, kopfRestore: RESTORE, kopfComplete: COMPLETE };
  const connection = openConnection({ ...options, scripts, random, reports });
  const annotation = `${identity.prefix}/kept-in`;
  const showsOurs = createTraceFinder(identity, annotation);
  const beganAt = clock?.now() ?? Infinity;
  const { prefix } = options;
  const place = createPlace({
    connection,
    reports,
    prefixOf: (cluster) => prefix ?? `kopf:${identity.prefix}:${cluster}`,
    // A prefix of one's own says everything.
    cluster: options.cluster ?? prefix,
    writer: random.uuid().slice(0, 8),
    isTool,
    policy: options.whenLost,
    showsOurs,
    mayBeKnown: ({ body }) => !(Date.parse(body.metadata.creationTimestamp ?? '') > beganAt),
    forgetAfterMs: options.forgetAfterMs,
    sweepAfterMs: options.sweepAfterMs,
  });
  const mark = options.mark ? { annotation, value: 'redis' } : undefined;
  return {
    progress: createRedisProgressStore(place),
    diffBase: createRedisDiffBaseStore({ place, ignoredFields: options.ignoredFields, mark, showsOurs }),
    memo: createRedisMemoStore(place),
    async close() {
      place.close();
      await connection.close();
    },
  };
}
