/**
 * Where tasks live. The scope ends when all its tasks ended; the first failure aborts the rest and is rethrown.
 */
export interface TaskScope {
  /** Aborts when the scope is to end. */
  readonly signal: AbortSignal;
  /** Starts a task; its failure is the scope's failure. */
  spawn(name: string, task: (signal: AbortSignal) => Promise<void>): void;
}
