import type { Invariant, Violation } from './invariant.js';

/** The default of `queueing.exitTimeout`. */
const DEFAULT_GRACE_MS = 2000;
const MARGIN_MS = 1000;

/**
 * L7: who is asked to end ends, within its grace (`model.graceMs`, by default two seconds) and one second more. Counted from `stopping` to
 * `stopped`. An instance that is killed or stands still on the way is not asked, nor one whose time is not over when the history ends.
 */
export const shutdown: Invariant = {
  id: 'L7',
  says: 'Asked to end, the operator ends within its grace.',
  check: (history, { graceMs = DEFAULT_GRACE_MS, isOwnActor }) => {
    const asked = new Map<string, number>();
    const violations: Violation[] = [];
    const judge = (instance: string, at: { readonly atMs: number; readonly seq: number }, how: string): void => {
      const tookMs = at.atMs - (asked.get(instance) ?? at.atMs);
      if (tookMs <= graceMs + MARGIN_MS) return;
      const message = `${instance} ${how} ${String(tookMs)} ms after it was asked to end, of ${String(graceMs)} ms and a second`;
      violations.push({ invariant: 'L7', message, seq: at.seq });
    };
    for (const entry of history) {
      if (entry.kind !== 'life' || !isOwnActor(entry.instance)) continue;
      if (entry.change === 'stopping') asked.set(entry.instance, entry.atMs);
      else {
        if (entry.change === 'stopped') judge(entry.instance, entry, 'ended');
        asked.delete(entry.instance);
      }
    }
    const last = history.at(-1);
    if (last !== undefined) for (const instance of asked.keys()) judge(instance, last, 'has not ended');
    return violations;
  },
};
