import { createTurnQueue, type Ticket, type Urgency } from '../queue/turn-queue.js';

/** Who wants in. */
export interface Claim {
  readonly urgency: Urgency;
  /** Those of one namespace never take the turns of another. */
  readonly namespace: string;
}

/** At most `limit` holders at a time; the others wait for their turn (`queue/turn-queue.ts`). */
export interface Semaphore {
  /** At once, if there is a place and nobody waits for it: no claim, no promise. */
  tryAcquire(): (() => void) | undefined;
  /** Resolves when it is one's turn, with what gives the place back; giving it back twice does no harm. */
  acquire(claim: Claim, signal: AbortSignal): Promise<() => void>;
  /** The same without a task that waits: calls `granted` when it is one's turn, now or later; then the ticket of who waits is returned. */
  request(claim: Claim, granted: (release: () => void) => void): Ticket | undefined;
}

export function createSemaphore(limit: number): Semaphore {
  let free = limit;
  const waiting = createTurnQueue<() => void>();
  const wait = (claim: Claim, signal: AbortSignal): Promise<() => void> =>
    new Promise((resolve, reject) => {
      const abort = (): void => {
        ticket.leave();
        reject(signal.reason as Error);
      };
      const grant = (): void => {
        signal.removeEventListener('abort', abort);
        resolve(holding());
      };
      const ticket = waiting.add(grant, claim);
      signal.addEventListener('abort', abort, { once: true });
    });
  const release = (): void => {
    const next = waiting.next();
    if (next) next();
    else free += 1;
  };
  const holding = (): (() => void) => {
    let held = true;
    return () => {
      if (held) release();
      held = false;
    };
  };
  // Whoever leaves gives the place to the next: while somebody waits, none is free.
  const tryAcquire = (): (() => void) | undefined => {
    if (free === 0) return undefined;
    free -= 1;
    return holding();
  };
  return {
    tryAcquire,
    async acquire(claim, signal) {
      signal.throwIfAborted();
      return tryAcquire() ?? wait(claim, signal);
    },
    request(claim, granted) {
      const leave = tryAcquire();
      if (leave === undefined) return waiting.add(() => granted(holding()), claim);
      granted(leave);
      return undefined;
    },
  };
}
