import type { ClusterClient, ObjectWrite } from '../ports/cluster-client.js';
import type { Urgency } from '../queue/turn-queue.js';
import { createSemaphore } from './semaphore.js';

/**
 * The same cluster, with at most that many writes in flight (`settings.queueing.writeLimit`); the others wait for their turn: those that
 * release an object first, fairly between namespaces. A write holds no worker while it waits, and waits for nothing but other writes,
 * each of which ends by itself: nobody can hold the others up for ever.
 */
export function limitWrites(client: ClusterClient, limit: number): ClusterClient {
  const places = createSemaphore(limit);
  return {
    resolve: (selectors, signal) => client.resolve(selectors, signal),
    catalogueChanges: (signal) => client.catalogueChanges(signal),
    watch: (of, options, signal) => client.watch(of, options, signal),
    mayWatch: async (of, signal) => (await client.mayWatch?.(of, signal)) ?? false,
    record: (event, signal) => client.record(event, signal),
    async write(write, signal) {
      const leave = await places.acquire({ urgency: urgencyOf(write), namespace: write.ref.namespace ?? '' }, signal);
      try {
        return await client.write(write, signal);
      } finally {
        leave();
      }
    },
  };
}

/** Whether something hangs on it: a deletion that waits for our finalizer. */
function urgencyOf(write: ObjectWrite): Urgency {
  if (write.kind === 'merge') return 'change';
  return write.operations.some(({ op, path }) => op === 'remove' && path.startsWith('/metadata/finalizers')) ? 'deletion' : 'change';
}
