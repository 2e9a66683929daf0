import { AsyncLocalStorage } from 'node:async_hooks';
import type { ChildClient, ClusterClient, Plugin, PluginHost } from '@kopfts/core';

/** For which object a request is sent: known where the engine asks its client, lost on the wire. */
export interface WriteContext {
  /** The uid of the object whose write is being carried out here; `undefined` outside of one. */
  current(): string | undefined;
  /** The same plugin; a cluster client that it contributes says for whom it writes. */
  observe(plugin: Plugin): Plugin;
  /** Ends it: as long as it lives, every promise of the process pays for it. */
  close(): void;
}

/** Makes the context of one world. */
export function createWriteContext(): WriteContext {
  const storage = new AsyncLocalStorage<string>();
  const observeChildren = (children: ChildClient): ChildClient => ({
    ...children,
    apply: (child, signal) => storage.run(child.owner.uid, () => children.apply(child, signal)),
  });
  const observeClient = (client: ClusterClient): ClusterClient => ({
    ...client, // with what accessors find on it
    resolve: (selectors, signal) => client.resolve(selectors, signal),
    catalogueChanges: (signal) => client.catalogueChanges(signal),
    watch: (of, options, signal) => client.watch(of, options, signal),
    mayWatch: async (of, signal) => (await client.mayWatch?.(of, signal)) ?? false,
    record: (event, signal) => client.record(event, signal),
    children: client.children && observeChildren(client.children),
    write: (write, signal) => storage.run(write.ref.uid, () => client.write(write, signal)),
  });
  const observeHost = (host: PluginHost): PluginHost => ({
    ...host,
    contribute: (point, part) => {
      if (point !== 'clusterClient') return host.contribute(point, part);
      const { open } = part as { open: (scope: never) => ClusterClient | Promise<ClusterClient> };
      return host.contribute('clusterClient', { open: async (scope) => observeClient(await open(scope as never)) });
    },
  });
  return {
    current: () => storage.getStore(),
    close: () => storage.disable(),
    observe: (plugin) => ({ ...plugin, setup: (host) => plugin.setup(observeHost(host)) }),
  };
}
