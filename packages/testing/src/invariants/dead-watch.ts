import { collectionOf } from '../history/deliveries.js';
import type { EntryOf, HistoryEntry } from '../history/history.js';
import type { Invariant, Violation } from './invariant.js';

/** Bookmarks come about once a minute. */
const WITHOUT_BOOKMARK_MS = 150_000;
const AFTER_END_MS = 15_000;
/** A watch that is not answered at all. */
const UNANSWERED_MS = 30_000;
/** The longest pause before it is opened again. */
const BACK_OFF_MS = 30_000;

/**
 * L5: a watch that has gone silent is replaced. From the moment of a fault `silence` or `halfOpen` on a watch, its instance asks for the same kind again:
 * 30 seconds after a request without an answer; 150 seconds after the silence began where a bookmark was seen before; else 15 seconds after
 * the end that was asked for (`timeoutSeconds`); and the pause before it tries again, at most 30 seconds. Not asked of an instance that ends or
 * stands still before, nor when the history ends before the time is over. A peer that is gone for the network is noticed sooner, by the kernel:
 * that is beyond the simulator.
 */
export const deadWatch: Invariant = {
  id: 'L5',
  says: 'A watch that has gone silent is replaced in bounded time.',
  check: (history, { isOwnActor }) => {
    const silent = new Map<number, Silence>();
    const watches = createWatches();
    const violations: Violation[] = [];
    for (const entry of history) {
      for (const [call, one] of silent) {
        if (entry.atMs <= one.untilMs) continue;
        violations.push(unnoticed(one, entry.seq));
        silent.delete(call);
      }
      if (entry.kind === 'life' && entry.change !== 'woken') forget(silent, ({ watch }) => watch.instance === entry.instance);
      if (entry.kind === 'call' && entry.method === 'GET') {
        const collection = collectionOf(entry.path);
        forget(silent, ({ watch }) => watch.instance === entry.instance && collectionOf(watch.path) === collection);
      }
      watches.read(entry);
      const begun = entry.kind === 'fault' ? watches.silenced(entry) : undefined;
      if (begun !== undefined && isOwnActor(begun.watch.instance)) silent.set(begun.watch.call, begun);
    }
    return violations;
  },
};

interface Silence {
  readonly watch: EntryOf<'call'>;
  readonly sinceMs: number;
  readonly untilMs: number;
}

function forget(silent: Map<number, Silence>, isOver: (one: Silence) => boolean): void {
  for (const [call, one] of silent) if (isOver(one)) silent.delete(call);
}

interface Watches {
  read(entry: HistoryEntry): void;
  /** The watch that this fault silences, if it does. */
  silenced(fault: EntryOf<'fault'>): Silence | undefined;
}

function createWatches(): Watches {
  const calls = new Map<number, EntryOf<'call'>>();
  const shown = new Map<number, number>();
  return {
    read: (entry) => {
      if (entry.kind === 'call' && /[?&]watch=(true|1)/.test(entry.path)) calls.set(entry.call, entry);
      if (entry.kind === 'deliver') shown.set(entry.call, (shown.get(entry.call) ?? 0) + 1);
    },
    silenced: ({ what, call, atMs }) => {
      const watch = call === undefined ? undefined : calls.get(call);
      if (watch === undefined) return undefined;
      if (what === 'halfOpen') return { watch, sinceMs: atMs, untilMs: atMs + UNANSWERED_MS + BACK_OFF_MS };
      const [, line] = /^silence from line (\d+)$/.exec(what) ?? [];
      if (line === undefined) return undefined;
      // Lines that brought no state were bookmarks.
      const hasBookmark = Number(line) > (shown.get(watch.call) ?? 0);
      const noticedMs = hasBookmark ? atMs + WITHOUT_BOOKMARK_MS : watch.atMs + timeoutOf(watch) + AFTER_END_MS;
      return { watch, sinceMs: atMs, untilMs: Math.max(atMs, noticedMs) + BACK_OFF_MS };
    },
  };
}

function timeoutOf({ path }: EntryOf<'call'>): number {
  return Number(new URLSearchParams(path.split('?')[1] ?? '').get('timeoutSeconds') ?? 0) * 1000;
}

function unnoticed({ watch, sinceMs, untilMs }: Silence, seq: number): Violation {
  const { instance, call, path } = watch;
  const message =
    `${instance} has not replaced its watch of ${collectionOf(path) ?? path} (call ${String(call)}) by ${String(untilMs)} ms, ` +
    `which is silent since ${String(sinceMs)} ms`;
  return { invariant: 'L5', message, seq };
}
