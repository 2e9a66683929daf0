import type { CliIo, CliSignal } from './cli-io.js';

/**
 * One Ctrl-C can arrive twice: the terminal signals the whole process group, and npm passes its own on. What follows
 * within this time is taken for the same one.
 */
const SAME_SIGNAL_MS = 300;
const NUMBERS: Readonly<Record<CliSignal, number>> = { SIGINT: 2, SIGTERM: 15 };

export interface ShutdownRequest {
  /** Aborts at the first signal. */
  readonly signal: AbortSignal;
  dispose(): void;
}

/** The first signal asks for a graceful end; a second one ends the process at once, with 128 + its number. */
export function listenForShutdown(io: CliIo, say: (message: string) => void, beforeExit: () => void = () => undefined): ShutdownRequest {
  const controller = new AbortController();
  let firstAt = 0;
  const dispose = io.onSignal((name) => {
    if (!controller.signal.aborted) {
      firstAt = io.now();
      say(`Stopping because of ${name}; another one ends it at once.`);
      controller.abort(new Error(name));
      return;
    }
    if (io.now() - firstAt < SAME_SIGNAL_MS) return;
    beforeExit();
    io.exit(128 + NUMBERS[name]);
  });
  return { signal: controller.signal, dispose };
}
