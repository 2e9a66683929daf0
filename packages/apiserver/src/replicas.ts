import type { ApiReplica, FrontEnd, ReplicaOptions } from './api-server.js';
import type { ServerParts } from './routes/request-context.js';
import { ReplicaView } from './store/replica-view.js';
import { SharedLines } from './watch/open-watch.js';
import { WatchHub } from './watch/watch-hub.js';

/** The further front ends of one server. */
export interface Replicas {
  create(options?: ReplicaOptions): ApiReplica;
  find(name: string): ApiReplica | undefined;
  /** After the store was replaced: everybody starts over. */
  reset(): void;
  closeAll(): Promise<void>;
}

interface Running {
  readonly replica: ApiReplica;
  readonly view: ReplicaView;
  readonly hub: WatchHub;
}

export function createReplicas(of: { main: ServerParts; historyLimit: number; frontEnd: (parts: ServerParts) => FrontEnd }): Replicas {
  const running = new Map<string, Running>();
  let count = 0;
  return {
    create(options = {}) {
      count += 1;
      const name = options.name ?? `replica-${count}`;
      if (name === 'main' || running.has(name)) throw new RangeError(`there is a front end named '${name}' already`);
      const { main } = of;
      const view = new ReplicaView(main.write.store, { historyLimit: options.historyLimit ?? of.historyLimit });
      view.lag = options.lag ?? 0;
      const hub = new WatchHub(view);
      view.onDrop((collection) => hub.endCollection(collection));
      const watch = { ...main.watch, view, hub, lines: new SharedLines() };
      const frontEnd = of.frontEnd({ ...main, name, watch, consistentReads: options.consistentReads ?? true });
      const close = async (): Promise<void> => {
        running.delete(name);
        view.stop();
        await frontEnd.close();
      };
      const replica = createReplica(view, { ...frontEnd, close, name });
      running.set(name, { replica, view, hub });
      return replica;
    },
    find: (name) => running.get(name)?.replica,
    reset() {
      for (const { view, hub } of running.values()) {
        view.reset();
        hub.endAll();
      }
    },
    async closeAll() {
      await Promise.all([...running.values()].map(({ replica }) => replica.close()));
    },
  };
}

function createReplica(view: ReplicaView, frontEnd: FrontEnd & { readonly name: string }): ApiReplica {
  return {
    ...frontEnd,
    get version() {
      return view.version;
    },
    lag(revisions) {
      view.lag = revisions;
    },
    freeze() {
      view.isFrozen = true;
    },
    thaw() {
      view.isFrozen = false;
    },
    compact: (version) => view.compact(version),
  };
}
