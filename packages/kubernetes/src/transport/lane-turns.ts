import { isKopfError } from '@kopfts/core';
import { ClusterUnreachableError } from '../errors.js';
import type { AbortListeners } from './abort-listeners.js';
import type { Deadlines } from './deadlines.js';
import { createInFlightGate, type InFlightGate, type LetIn } from './in-flight-gate.js';
import type { LoadSign } from './in-flight-limit.js';
import { MOST_SOCKETS } from './lane-agents.js';
import type { WireReply, WireRequest } from './request.js';

/** Who may send when: reads and writes are bounded, each on their own; leases and watches are not. */
export interface LaneTurns {
  /** Does it when the lane has room, and tells the lane what came of it. */
  take(request: WireRequest, work: () => Promise<WireReply>, signal: AbortSignal): Promise<WireReply>;
  /** How many may be on their way now. */
  limits(): Readonly<Record<'read' | 'write', number>>;
}

/** Waiting for a turn takes as long as the request may take at most; the time of the request itself begins after that. */
export function createLaneTurns({ deadlines, aborts }: { readonly deadlines: Deadlines; readonly aborts: AbortListeners }): LaneTurns {
  const gates = { read: createInFlightGate(MOST_SOCKETS.read), write: createInFlightGate(MOST_SOCKETS.write) };

  const wait = (gate: InFlightGate, { lane, timeoutMs }: WireRequest, signal: AbortSignal): Promise<LetIn> =>
    new Promise((resolve, reject) => {
      const leaveQueue = gate.queue((letIn) => {
        over();
        resolve(letIn);
      });
      const deaf = aborts.listen(signal, () => {
        over();
        reject(signal.reason as Error);
      });
      const lift = deadlines.start(timeoutMs, () => {
        over();
        const why = `no turn on the lane '${lane}' within ${String(Math.round(timeoutMs / 1000))} seconds`;
        reject(new ClusterUnreachableError({ server: 'for lack of room', phase: 'connect', why }));
      });
      const over = (): void => {
        leaveQueue();
        deaf();
        lift();
      };
    });

  return {
    async take(request, work, signal) {
      const { lane } = request;
      if (lane !== 'read' && lane !== 'write') return work();
      const leave = gates[lane].tryEnter() ?? (await wait(gates[lane], request, signal));
      let sign: LoadSign | undefined;
      try {
        const reply = await work();
        sign = reply.status === 429 ? 'overloaded' : 'in-time';
        return reply;
      } catch (error) {
        if (isKopfError(error) && error.context['timedOut'] === true) sign = 'overloaded';
        throw error;
      } finally {
        leave(sign);
      }
    },
    limits: () => ({ read: gates.read.limit(), write: gates.write.limit() }),
  };
}
