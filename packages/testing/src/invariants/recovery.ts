import type { EntryOf, HistoryEntry } from '../history/history.js';
import { holdsFinalizer } from './acknowledgement.js';
import { createFailedCalls } from './failed-calls.js';
import type { Invariant, OperatorModel, Violation } from './invariant.js';
import { stateOf, wants } from './model-handler.js';
import { isChange } from './pass-reader.js';
import { essenceOf, essenceText, storedEssence } from './stored-essence.js';

const BY_ITSELF_MS = 2000;
/** No pause between two tries is longer. */
const BACK_OFF_MS = 30_000;

/**
 * L4: when a disturbance is over (`steady`), what waits is taken up within two seconds and the pause that was running, which is 30 seconds at most.
 * Asked for every object on which somebody else left a change for which a handler was declared (a creation, another essence, a deletion), and no
 * change handler has begun with it since. Counted from the last of: `steady`; the change; the beginning or waking of an instance; the failure of a
 * write for that object. Nothing is asked of an object that is gone, or is again what was handled, by then; nor when no instance lives, nor
 * when the history ends, or the next disturbance begins, before the time is over.
 */
export const recovery: Invariant = {
  id: 'L4',
  says: 'After a disturbance what waits is taken up soon.',
  check: (history, model) => {
    const waiting = new Map<string, Waiting>();
    const calls = createFailedCalls();
    const violations: Violation[] = [];
    let world: Moment = { steadyMs: undefined, aliveMs: undefined };
    for (const entry of history) {
      for (const [uid, one] of waiting) {
        if (world.steadyMs === undefined || world.aliveMs === undefined) break;
        const untilMs = Math.max(world.steadyMs, world.aliveMs, one.sinceMs) + BY_ITSELF_MS + BACK_OFF_MS;
        if (entry.atMs <= untilMs) continue;
        violations.push(late(one, { uid, untilMs, seq: entry.seq }));
        waiting.delete(uid);
      }
      const failed = calls.failed(entry)?.contextUid;
      const hit = failed === undefined ? undefined : waiting.get(failed);
      if (failed !== undefined && hit !== undefined) waiting.set(failed, { ...hit, sinceMs: entry.atMs });
      world = next(world, entry, model);
      follow(waiting, entry, model);
    }
    return violations;
  },
};

interface Waiting {
  readonly name: string;
  readonly reason: string;
  /** The change, or the last failure of a write for it. */
  readonly sinceMs: number;
}

interface Moment {
  /** `undefined` while something is disturbed, or before anybody said that nothing is. */
  readonly steadyMs: number | undefined;
  /** Since when an instance lives; `undefined` if none does. Where no lives are written down, one always does. */
  readonly aliveMs: number | undefined;
}

function next(world: Moment, entry: HistoryEntry, { isOwnActor }: OperatorModel): Moment {
  if (entry.kind === 'phase' && entry.phase === 'steady') return { ...world, steadyMs: entry.atMs };
  if (entry.kind === 'fault') return { ...world, steadyMs: undefined };
  if (entry.kind !== 'life' || !isOwnActor(entry.instance)) return world;
  return { ...world, aliveMs: entry.change === 'started' || entry.change === 'woken' ? entry.atMs : undefined };
}

/** What somebody did waits until a handler begins with it, or until there is nothing to do any more. */
function follow(waiting: Map<string, Waiting>, entry: HistoryEntry, model: OperatorModel): void {
  if (entry.kind === 'handler-start' && isChange(entry)) waiting.delete(entry.uid);
  if (entry.kind !== 'commit' || entry.collection !== model.collection) return;
  const reason = workIn(entry, model);
  if (reason === undefined) waiting.delete(entry.uid);
  else if (!model.isOwnActor(entry.actor) && isNews(entry, model)) {
    waiting.set(entry.uid, { name: entry.name, reason, sinceMs: entry.atMs });
  }
}

/** For which reason handlers are to run for this state; `undefined` if none is. */
function workIn({ after }: EntryOf<'commit'>, model: OperatorModel): string | undefined {
  if (after === undefined) return undefined;
  const state = stateOf(after, model);
  const isGoing = after.metadata.deletionTimestamp !== undefined;
  if (isGoing && !holdsFinalizer(after, model)) return undefined;
  const old = state.old();
  if (!isGoing && old !== undefined && essenceText(old, model) === essenceText(state.fresh(), model)) return undefined;
  const reason = isGoing ? 'delete' : old === undefined ? 'create' : 'update';
  return model.handlers.some((handler) => wants(handler, reason, state)) ? reason : undefined;
}

function isNews({ before, after }: EntryOf<'commit'>, model: OperatorModel): boolean {
  if (before === undefined || after === undefined) return true;
  if ((before.metadata.deletionTimestamp === undefined) !== (after.metadata.deletionTimestamp === undefined)) return true;
  const text = (body: typeof after): string =>
    `${essenceText(essenceOf(body, model), model)}|${essenceText(storedEssence(body, model), model)}`;
  return text(before) !== text(after);
}

function late(
  { name, reason, sinceMs }: Waiting,
  { uid, untilMs, seq }: { readonly uid: string; readonly untilMs: number; readonly seq: number },
): Violation {
  const message = `no handler begins with the ${reason} of ${name} (${uid}), which waits since ${String(sinceMs)} ms, until ${String(untilMs)} ms`;
  return { invariant: 'L4', message, seq };
}
