import { InvalidConfigError } from '../../errors.js';
import type { Part, PartScope, Plugin } from '../../plugin/plugin.js';
import { captureStores } from './captured-stores.js';
import { createMultiDiffBaseStore } from './multi-diff-base-store.js';
import { createMultiProgressStore } from './multi-progress-store.js';

/**
 * Several memories at once: read from the first that has something, written to all. For moving from one to another: the new one first, the
 * old one second.
 *
 * At most one of them may be outside of the cluster.
 *
 * @throws InvalidConfigError `KOPF_INVALID_CONFIG` for fewer than two plugins; at set-up for plugins of anything but stores.
 * @see Parity spec ST-26, ST-43.
 * @example plugins: [kubernetes(), multi(redis(), annotations())]
 */
export function multi(...plugins: readonly Plugin[]): Plugin {
  if (plugins.length < 2) throw new InvalidConfigError('multi() takes two plugins with stores, or more.');
  return {
    name: `multi of ${plugins.map(({ name }) => name).join(', ')}`,
    apiVersion: 1,
    parts: plugins,
    setup: (host) => {
      const all = plugins.map((plugin) => captureStores(plugin, host, 'multi()'));
      const progress = all.flatMap(({ progressStore = [] }) => progressStore);
      const diffBase = all.flatMap(({ diffBaseStore = [] }) => diffBaseStore);
      if (progress.length > 0)
        host.contribute('progressStore', { open: async (scope) => createMultiProgressStore(await openAll(progress, scope)) });
      if (diffBase.length > 0)
        host.contribute('diffBaseStore', { open: async (scope) => createMultiDiffBaseStore(await openAll(diffBase, scope)) });
      for (const { memoStore } of all) if (memoStore) host.contribute('memoStore', memoStore);
    },
  };
}

async function openAll<T>(parts: readonly Part<T>[], scope: PartScope): Promise<readonly T[]> {
  const opened: T[] = [];
  for (const part of parts) opened.push(await part.open(scope));
  return opened;
}
