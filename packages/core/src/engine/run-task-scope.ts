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
  const running = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;
  const fail = (error: unknown): void => {
    if (failure || controller.signal.aborted) return;
    failure = { error };
    controller.abort(error);
  };
  /** Not in the turn in which it is spawned. Never rejects. */
  const runTask = async (task: (signal: AbortSignal) => Promise<void>): Promise<void> => {
    await Promise.resolve();
    try {
      await task(controller.signal);
    } catch (error) {
      fail(error);
    }
  };
  const scope: TaskScope = {
    signal: controller.signal,
    spawn(_name, task) {
      const run: Promise<void> = runTask(task).then(() => {
        running.delete(run);
      });
      running.add(run);
    },
  };
  const outcome = await body(scope).then(
    (value) => ({ ok: true, value }) as const,
    (error: unknown) => {
      fail(error);
      return { ok: false, error } as const;
    },
  );
  while (running.size > 0) await Promise.all(running);
  signal.removeEventListener('abort', stop);
  if (failure) throw failure.error;
  if (!outcome.ok) throw outcome.error;
  return outcome.value;
}
