import type { ChildClient, ClusterClient, Plugin, PluginHost } from '@kopfts/core';

/** For which object a request is sent: known where the engine asks its client, lost on the wire. */
export interface WriteContext {
  /** The uid of the object whose write is carried out under this signal, as a transport gets it; `undefined` outside of one. */
  current(signal: AbortSignal): string | undefined;
  /** The same plugin; a cluster client that it contributes says for whom it writes. */
  observe(plugin: Plugin): Plugin;
}

/** Makes the context of one world. */
export function createWriteContext(): WriteContext {
  // By the signal: whatever the client does in between, it hands that on. To follow promises instead would cost every one of them.
  const uids = new WeakMap<AbortSignal, string>();
  const within = <T>(uid: string, signal: AbortSignal, act: (own: AbortSignal) => Promise<T>): Promise<T> => {
    const own = signalOfIts(signal);
    uids.set(own.signal, uid);
    const work = act(own.signal);
    work.then(own.forget, own.forget);
    return work;
  };
  const observeChildren = (children: ChildClient): ChildClient => ({
    ...children,
    apply: (child, signal) => within(child.owner.uid, signal, (own) => children.apply(child, own)),
  });
  const observeClient = (client: ClusterClient): ClusterClient => ({
    ...client, // with what accessors find on it
    resolve: (selectors, signal) => client.resolve(selectors, signal),
    catalogueChanges: (signal) => client.catalogueChanges(signal),
    watch: (of, options, signal) => client.watch(of, options, signal),
    mayWatch: async (of, signal) => (await client.mayWatch?.(of, signal)) ?? false,
    record: (event, signal, turn) => client.record(event, signal, turn),
    children: client.children && observeChildren(client.children),
    write: (write, signal, apart) => within(write.ref.uid, signal, (own) => client.write(write, own, apart)),
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
    current: (signal) => uids.get(signal),
    observe: (plugin) => ({ ...plugin, setup: (host) => plugin.setup(observeHost(host)) }),
  };
}

/** Another one that is aborted with it. */
function signalOfIts(signal: AbortSignal): { readonly signal: AbortSignal; readonly forget: () => void } {
  const controller = new AbortController();
  const abort = (): void => controller.abort(signal.reason);
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
  return { signal: controller.signal, forget: () => signal.removeEventListener('abort', abort) };
}
