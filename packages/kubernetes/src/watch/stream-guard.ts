import type { Clock } from '@kopfts/core';
import type { WireStream } from '../transport/request.js';

/** Why a guard ended a stream. */
export type GuardVerdict = 'deadline' | 'silence';

/** Ends a stream that lives too long, or that went silent although it promised signs of life. */
export interface StreamGuard {
  /** Bytes arrived. */
  touch(): void;
  /** From now on so many milliseconds of silence mean that the connection is dead. */
  expectSigns(silenceMs: number): void;
  /** It may live so many milliseconds, counted from its beginning. */
  allow(deadlineMs: number): void;
  /** `undefined` while the guard had no reason to act. */
  verdict(): GuardVerdict | undefined;
  /** Ends the guard, not the stream. */
  stop(): Promise<void>;
}

export interface StreamGuardOptions {
  readonly clock: Clock;
  /** Milliseconds from now. */
  readonly deadlineMs: number;
  /** Milliseconds between signs of life; default: none are expected yet. */
  readonly silenceMs?: number | undefined;
}

/** How often it looks at least: what it waits for may have become shorter meanwhile. */
const LOOK_MS = 150_000;

/** Starts guarding; the caller must `stop()`. */
export function guardStream(stream: Pick<WireStream, 'destroy'>, options: StreamGuardOptions): StreamGuard {
  const { clock } = options;
  const stopped = new AbortController();
  const beganMs = clock.monotonicMs();
  let deadline = beganMs + options.deadlineMs;
  let lastSign = beganMs;
  let { silenceMs = Number.POSITIVE_INFINITY } = options;
  let verdict: GuardVerdict | undefined;

  const judge = (now: number): GuardVerdict | undefined => {
    if (now >= deadline) return 'deadline';
    return now >= lastSign + silenceMs ? 'silence' : undefined;
  };
  const run = async (): Promise<void> => {
    for (;;) {
      const now = clock.monotonicMs();
      verdict = judge(now);
      if (verdict !== undefined) break;
      // One timer, however many chunks arrive: when it fires, what happened since says how long is left.
      await clock.sleep(Math.min(lastSign + silenceMs - now, deadline - now, LOOK_MS), stopped.signal);
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
    expectSigns: (afterMs) => {
      silenceMs = afterMs;
    },
    allow: (deadlineMs) => {
      deadline = beganMs + deadlineMs;
    },
    verdict: () => verdict,
    stop: () => {
      stopped.abort();
      return done;
    },
  };
}
