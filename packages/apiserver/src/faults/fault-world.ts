import { opened } from '../access/access-control.js';
import type { JumpingClock } from '../clock.js';
import type { DispatchOptions } from '../dispatch.js';
import { dispatch } from '../dispatch.js';
import { createRandom } from '../random.js';
import type { ServerParts } from '../routes/request-context.js';
import type { Perform } from './external-write.js';
import type { FaultWorld } from './faulty-exchange.js';
import { StreamPool } from './stream-pool.js';
import { Waiting } from './waiting.js';

/** What faults need of a server. */
export interface FaultedServer {
  readonly parts: ServerParts;
  readonly dispatch: DispatchOptions;
  readonly clock: JumpingClock;
  readonly seed: number | undefined;
  view(name: string): Views | undefined;
  compact(version?: number): void;
}

interface Views {
  freeze(): void;
  thaw(): void;
  lag(revisions: number): void;
  compact(version?: number): void;
}

/** The reach of faults into one server and its replicas. */
export function createFaultWorld(server: FaultedServer): FaultWorld {
  const { clock } = server;
  const pools = new WeakMap<object, StreamPool>();
  // A source of its own: with and without faults, the same requests get the same uids.
  const random = createRandom(server.seed);
  const view = (name: string): Views => {
    const found = server.view(name);
    if (found === undefined) throw new RangeError(`there is no replica '${name}'`);
    return found;
  };
  return {
    waiting: new Waiting(clock),
    perform: performer(server),
    compact: (version, replica) => (replica === undefined ? server.compact(version) : view(replica).compact(version)),
    view,
    jump: (ms) => clock.jump(ms),
    poolOf: (group) => {
      const pool = pools.get(group) ?? new StreamPool(clock, random);
      pools.set(group, pool);
      return pool;
    },
  };
}

/** Requests of somebody who may do everything and meets no faults. */
function performer({ parts, dispatch: options }: FaultedServer): Perform {
  const anybody: ServerParts = { ...parts, access: opened(parts.access) };
  return (request) => {
    const reply = dispatch(anybody, options, { request, id: options.audit.nextId(), faults: [] });
    return reply instanceof Promise || reply.kind !== 'text' ? { status: 0, text: '' } : { status: reply.status, text: reply.body };
  };
}
