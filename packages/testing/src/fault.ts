import type { RecordedCall } from './call-history.js';
import type { StreamFault } from './stream-fault.js';

/** What can go wrong with one request of the operator (faults.md 1.1, crash points c1 to c4). */
export type Fault =
  /** The connection is refused: the server never sees the request, and the client knows. */
  | { readonly kind: 'drop' }
  /** The server carries it out, the answer is lost. */
  | { readonly kind: 'commitThenLose' }
  /** Something in between answers; the server never sees the request, or, with `commits`, carries it out all the same. */
  | {
      readonly kind: 'status';
      readonly code: number;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly commits?: boolean;
    }
  /** The connection breaks after that many bytes of the answer. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** It reaches the server that much later. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** It reaches nobody, and nobody says so: only a time-out helps. */
  | { readonly kind: 'halfOpen' }
  /** The operator dies. */
  | { readonly kind: 'kill'; readonly point: CrashPoint }
  /** The operator stops, as by SIGSTOP, and goes on that much later. At `c2` the request is lost on its way, and nobody says so. */
  | { readonly kind: 'pause'; readonly point: CrashPoint; readonly ms: number }
  /** Somebody else acts: `before` the server hears of the request, or `after` it was carried out. */
  | { readonly kind: 'meanwhile'; readonly when: 'before' | 'after'; readonly act: () => Promise<void> }
  /** Something befalls a line of the stream that answers. */
  | StreamFault;

/**
 * Where in a request an operator dies or stops: `c1` before the bytes leave, `c2` sent but never carried out, `c3` carried out and the answer lost,
 * `c4` answered and nothing done with it.
 */
export type CrashPoint = 'c1' | 'c2' | 'c3' | 'c4';

/** A fault in a few words, for histories. */
export function faultText(fault: Fault): string {
  switch (fault.kind) {
    case 'status':
      return `${fault.commits ? 'committed, but answered' : 'answered'} ${String(fault.code)}`;
    case 'cut':
      return `cut after ${String(fault.afterBytes)} bytes`;
    case 'delay':
      return `delayed ${String(fault.ms)} ms`;
    case 'kill':
      return `killed at ${fault.point}`;
    case 'pause':
      return `paused at ${fault.point} for ${String(fault.ms)} ms`;
    case 'meanwhile':
      return `somebody acts ${fault.when}`;
    case 'line':
      return `line ${String(fault.nth)}: ${fault.how.kind}`;
    default:
      return fault.kind;
  }
}

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
