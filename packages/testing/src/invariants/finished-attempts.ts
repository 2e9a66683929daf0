import type { EntryOf } from '../history/history.js';
import type { ChangeTracker } from './change-tracker.js';
import type { OperatorModel } from './invariant.js';
import { isFinishing } from './model-handler.js';
import { isChange } from './pass-reader.js';

/** Which handlers were done with what, by their ends alone. */
export interface FinishedAttempts {
  started(start: EntryOf<'handler-start'>): void;
  ended(end: EntryOf<'handler-end'>): void;
  /** A creation or update since this movement of the diff base. */
  hasChange(uid: string, handler: string, generation: number): boolean;
  hasDeletion(uid: string, handler: string): boolean;
  /** Anything in this life of an operator. */
  hasInLife(uid: string, handler: string, instance: string): boolean;
}

/** Begins without any. */
export function createFinishedAttempts(model: OperatorModel, tracker: ChangeTracker): FinishedAttempts {
  const handlers = new Map(model.handlers.map((handler) => [handler.id, handler]));
  const open = new Map<number, { readonly start: EntryOf<'handler-start'>; readonly generation: number }>();
  const finished = new Set<string>();
  const has = (...parts: readonly (string | number)[]): boolean => finished.has(parts.join('|'));
  return {
    started: (start) => {
      if (isChange(start)) open.set(start.invocation, { start, generation: tracker.changeOf(start).generation });
    },
    ended: ({ invocation, result }) => {
      const attempt = open.get(invocation);
      open.delete(invocation);
      if (attempt === undefined) return;
      const { start, generation } = attempt;
      if (!isFinishing(handlers.get(start.handler), start.retry, result)) return;
      const about = start.reason === 'delete' ? 'deletion' : String(generation);
      finished.add([start.uid, start.handler, about].join('|'));
      finished.add([start.uid, start.handler, 'life', start.instance].join('|'));
    },
    hasChange: (uid, handler, generation) => has(uid, handler, generation),
    hasDeletion: (uid, handler) => has(uid, handler, 'deletion'),
    hasInLife: (uid, handler, instance) => has(uid, handler, 'life', instance),
  };
}
