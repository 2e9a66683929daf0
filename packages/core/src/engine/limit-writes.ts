import type { ClusterClient, ObjectWrite } from '../ports/cluster-client.js';
import type { Urgency } from '../queue/turn-queue.js';
import { createSemaphore, type Claim } from './semaphore.js';

type Apart = NonNullable<Parameters<ClusterClient['write']>[2]>;

/**
 * The same cluster, with at most that many writes in flight (`settings.queueing.writeLimit`); the others wait for their turn: those that
 * release an object first, then those that end a pass, fairly between namespaces. A write holds no worker while it waits, and waits for nothing but other writes,
 * each of which ends by itself: nobody can hold the others up for ever. Who waits because the server asks for it is not in
 * flight: where one kind is throttled, whose passes have room of their own (`rooms.ts`), the others go on (faults C3, C10, S13).
 */
export function limitWrites(client: ClusterClient, limit: number): ClusterClient {
  const { children } = client;
  const places = createSemaphore(limit);
  const inTurn = async <T>(claim: Claim, signal: AbortSignal, send: (apart: Apart) => Promise<T>): Promise<T> => {
    const acquire = (): (() => void) | Promise<() => void> => places.tryAcquire() ?? places.acquire(claim, signal);
    signal.throwIfAborted();
    const first = acquire();
    let leave = first instanceof Promise ? await first : first;
    try {
      return await send(async (wait) => {
        leave();
        await wait();
        leave = await acquire();
      });
    } finally {
      leave();
    }
  };
  return {
    resolve: (selectors, signal) => client.resolve(selectors, signal),
    catalogueChanges: (signal) => client.catalogueChanges(signal),
    watch: (of, options, signal) => client.watch(of, options, signal),
    mayWatch: async (of, signal) => (await client.mayWatch?.(of, signal)) ?? false,
    record: (event, signal, turn) => client.record(event, signal, turn),
    onReturn: (heard) => client.onReturn?.(heard) ?? (() => undefined),
    children: children && {
      findKind: (apiVersion, kind, signal) => children.findKind(apiVersion, kind, signal),
      apply: (child, signal) =>
        inTurn({ urgency: 'change', namespace: child.owner.namespace ?? '' }, signal, () => children.apply(child, signal)),
    },
    write: (write, signal) =>
      inTurn({ urgency: urgencyOf(write), namespace: write.ref.namespace ?? '' }, signal, (apart) => client.write(write, signal, apart)),
  };
}

/**
 * First what something hangs on: a deletion that waits for our finalizer. Then what goes to the object itself, which is the last of its pass, before
 * the results that are the first of another: few objects are in the middle at a time, with all that their passes hold.
 */
function urgencyOf(write: ObjectWrite): Urgency {
  if (write.kind === 'merge') return 'change';
  if (write.operations.some(({ op, path }) => op === 'remove' && path.startsWith('/metadata/finalizers'))) return 'deletion';
  return write.endpoint === 'status' ? 'retry' : 'change';
}
