// Structured concurrency: tasks start only in a scope, and the scope ends when all of them ended.
import type { TaskScope } from '../ports/task-scope.js';

/**
 * Runs `body` and all tasks it spawns. Ends when all ended; the first failure aborts the others and is rethrown.
 * A task that fails because the scope was aborting anyway is no failure.
 */
export async function runTaskScope<T>(signal: AbortSignal, body: (scope: TaskScope) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = (): void => controller.abort(signal.reason);
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  let running = 0;
  let allEnded = (): void => undefined;
  let failure: { readonly error: unknown } | undefined;
  const fail = (error: unknown): void => {
    if (failure || controller.signal.aborted) return;
    failure = { error };
    controller.abort(error);
  };
  const ended = (): void => {
    running -= 1;
    if (running === 0) allEnded();
  };
  const failed = (error: unknown): void => {
    fail(error);
    ended();
  };
  const started = Promise.resolve();
  const scope: TaskScope = {
    signal: controller.signal,
    // Not in the turn in which it is spawned. Objects spawn thousands: two promises for each, and nothing that is kept of them.
    spawn(_name, task) {
      running += 1;
      started.then(() => task(controller.signal)).then(ended, failed);
    },
  };
  const outcome = await body(scope).then(
    (value) => ({ ok: true, value }) as const,
    (error: unknown) => {
      fail(error);
      return { ok: false, error } as const;
    },
  );
  while (running > 0) await new Promise<void>((resolve) => (allEnded = resolve));
  signal.removeEventListener('abort', stop);
  if (failure) throw failure.error;
  if (!outcome.ok) throw outcome.error;
  return outcome.value;
}
