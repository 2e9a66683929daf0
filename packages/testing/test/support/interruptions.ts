import type { HistoryEntry } from '@kopfts/testing';

/** What operators were doing when they were killed: numbers of kills. */
export interface Interruptions {
  /** All of them. */
  readonly kills: number;
  /** In the middle of a handler. */
  readonly inHandler: number;
  /** Between a write and its answer. */
  readonly inWrite: number;
  /** Of these: the server did it, and nobody heard of it. */
  readonly afterCommit: number;
  /** In the middle of anything. */
  readonly atWork: number;
}

/** Counts them. */
export function interruptionsIn(history: readonly HistoryEntry[]): Interruptions {
  const handlers = new Map<number, string>();
  const writes = new Map<number, string>();
  const lost = new Set<string>();
  const killed: string[] = [];
  for (const entry of history) {
    if (entry.kind === 'handler-start') handlers.set(entry.invocation, entry.instance);
    if (entry.kind === 'handler-end') handlers.delete(entry.invocation);
    if (entry.kind === 'call' && entry.method !== 'GET') writes.set(entry.call, entry.instance);
    if (entry.kind === 'return' && entry.result.kind === 'answered') writes.delete(entry.call);
    if (entry.kind === 'return' && entry.result.kind === 'lost' && writes.has(entry.call)) lost.add(entry.instance);
    if (entry.kind === 'life' && entry.change === 'killed') killed.push(entry.instance);
  }
  const open = { handlers: new Set(handlers.values()), writes: new Set(writes.values()) };
  const count = (is: (instance: string) => boolean): number => killed.filter(is).length;
  return {
    kills: killed.length,
    inHandler: count((instance) => open.handlers.has(instance)),
    inWrite: count((instance) => open.writes.has(instance)),
    afterCommit: count((instance) => lost.has(instance)),
    atWork: count((instance) => open.handlers.has(instance) || open.writes.has(instance)),
  };
}
