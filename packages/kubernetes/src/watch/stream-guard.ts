import type { Clock } from '@kopfts/core';
import type { WireStream } from '../transport/request.js';

/** Why a guard ended a stream. */
export type GuardVerdict = 'deadline' | 'silence';

/** Ends a stream that lives too long, or that went silent although it promised signs of life. */
export interface StreamGuard {
  /** Bytes arrived. */
  touch(): void;
  /** From now on silence means that the connection is dead. */
  expectSigns(): void;
  /** `undefined` while the guard had no reason to act. */
  verdict(): GuardVerdict | undefined;
  /** Ends the guard, not the stream. */
  stop(): Promise<void>;
}

export interface StreamGuardOptions {
  readonly clock: Clock;
  /** Milliseconds from now. */
  readonly deadlineMs: number;
  /** Milliseconds between signs of life, once they are expected. */
  readonly silenceMs: number;
}

/** Starts guarding; the caller must `stop()`. */
export function guardStream(stream: Pick<WireStream, 'destroy'>, options: StreamGuardOptions): StreamGuard {
  const { clock, silenceMs } = options;
  const stopped = new AbortController();
  const deadline = clock.monotonicMs() + options.deadlineMs;
  let lastSign = clock.monotonicMs();
  let signsExpected = false;
  let verdict: GuardVerdict | undefined;

  const judge = (now: number): GuardVerdict | undefined => {
    if (now >= deadline) return 'deadline';
    return signsExpected && now >= lastSign + silenceMs ? 'silence' : undefined;
  };
  const run = async (): Promise<void> => {
    for (;;) {
      const now = clock.monotonicMs();
      verdict = judge(now);
      if (verdict !== undefined) break;
      // One timer, however many chunks arrive: when it fires, what happened since says how long is left.
      const sign = signsExpected ? lastSign + silenceMs - now : silenceMs;
      await clock.sleep(Math.min(sign, deadline - now), stopped.signal);
    }
    stream.destroy();
  };
  const done = run().catch((error: unknown) => {
    if (!stopped.signal.aborted) throw error;
  });

  return {
    touch: () => {
      lastSign = clock.monotonicMs();
    },
    expectSigns: () => {
      signsExpected = true;
    },
    verdict: () => verdict,
    stop: () => {
      stopped.abort();
      return done;
    },
  };
}
