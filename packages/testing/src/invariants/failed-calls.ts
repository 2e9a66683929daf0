import type { EntryOf, HistoryEntry } from '../history/history.js';

/** Reads which writes failed for the operator, or may have. */
export interface FailedCalls {
  /** Takes the next entry in; the write that just failed, if one did. */
  failed(entry: HistoryEntry): EntryOf<'call'> | undefined;
}

/** Begins before the first entry of a history. */
export function createFailedCalls(): FailedCalls {
  const writes = new Map<number, EntryOf<'call'>>();
  return {
    failed: (entry) => {
      if (entry.kind === 'call' && entry.method !== 'GET' && entry.method !== 'HEAD') writes.set(entry.call, entry);
      if (entry.kind === 'reject' || (entry.kind === 'return' && isFailure(entry))) return writes.get(entry.call);
      return undefined;
    },
  };
}

function isFailure({ result }: EntryOf<'return'>): boolean {
  return result.kind === 'answered' ? result.status >= 400 : result.kind !== 'pending';
}
