import type { RecordedCall } from './call-history.js';

/** What can go wrong with one request of the operator (faults.md 1.1, crash points c1 to c4). */
export type Fault =
  /** The connection is refused: the server never sees the request, and the client knows. */
  | { readonly kind: 'drop' }
  /** The server carries it out, the answer is lost. */
  | { readonly kind: 'commitThenLose' }
  /** Something in between answers; the server never sees the request. */
  | { readonly kind: 'status'; readonly code: number; readonly body?: string; readonly headers?: Readonly<Record<string, string>> }
  /** The connection breaks after that many bytes of the answer. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** It reaches the server that much later. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** It reaches nobody, and nobody says so: only a time-out helps. */
  | { readonly kind: 'halfOpen' }
  /**
   * The operator dies: c1 before the bytes leave, c3 when the server has carried it out and the answer is on its way. (c2, sent but never
   * committed, and c4, died with the answer in memory, leave the same world behind as c1 and c3.)
   */
  | { readonly kind: 'kill'; readonly point: 'c1' | 'c3' };

export interface FaultRule {
  /** Which requests; default all. */
  readonly when?: ((call: RecordedCall) => boolean) | undefined;
  /** How often; default once. */
  readonly times?: number | undefined;
}

/** Faults to come. The first rule that matches a request is used up by it. */
export interface FaultPlan {
  add(fault: Fault, rule?: FaultRule): void;
  /** Forgets what did not happen yet. */
  clear(): void;
  /** Faults that wait for their request. */
  readonly pending: number;
  /** Takes the fault of this request, if it has one. */
  take(call: RecordedCall): Fault | undefined;
}

interface WaitingFault {
  readonly fault: Fault;
  readonly when: (call: RecordedCall) => boolean;
  times: number;
}

/** Creates a plan without faults. */
export function createFaultPlan(): FaultPlan {
  const waiting: WaitingFault[] = [];
  return {
    add: (fault, { when = () => true, times = 1 } = {}) => {
      waiting.push({ fault, when, times });
    },
    clear: () => {
      waiting.length = 0;
    },
    get pending() {
      return waiting.length;
    },
    take: (call) => {
      const index = waiting.findIndex(({ when }) => when(call));
      const found = waiting[index];
      if (found === undefined) return undefined;
      found.times -= 1;
      if (found.times <= 0) waiting.splice(index, 1);
      return found.fault;
    },
  };
}
