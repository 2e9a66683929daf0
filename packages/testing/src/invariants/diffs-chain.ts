import type { JsonObject, ObjectBody } from '@kopfts/core';
import type { EntryOf } from '../history/history.js';
import { acknowledgementsOf } from './acknowledgement.js';
import { appliedDiff } from './applied-diff.js';
import { canonicalText } from './canonical-text.js';
import { createChangeTracker } from './change-tracker.js';
import type { Invariant, ModelHandler, OperatorModel, Violation } from './invariant.js';
import { valueIn } from './json-path.js';
import { valueAt } from './keyed.js';
import { wants } from './model-handler.js';
import { createPassReader, isChange } from './pass-reader.js';
import { recordedProgress } from './progress-annotation.js';
import { essenceOf, essenceText, storedEssence } from './stored-essence.js';

/**
 * S10: what handlers are told of changes is one chain. For each start: `old` is what the object of the pass says was handled last
 * (nothing, the first time), `new` is what that object is, and the diff leads from the one to the other: never a torn pair, for no
 * handler of a pass. And where the operator moves the diff base on: to what handlers were shown last, or over changes that no
 * update handler wants; and only to a state that the object had. Skipped changes may be composed into one.
 *
 * Handlers that the model does not know are not judged. Exempt: changes whose handlers the object all records as done, which go on
 * without being told anew; and, from the last rule, objects on which handlers changed what belongs to the essence.
 */
export const diffsChain: Invariant = {
  id: 'S10',
  says: 'The changes that handlers are told of follow upon each other without holes.',
  check: (history, model) => {
    const handlers = new Map(model.handlers.map((handler) => [handler.id, handler]));
    const chains = createChains(model);
    const placeOf = createPassReader();
    const violations: Violation[] = [];
    const report = (seq: number, messages: readonly string[]): void => {
      for (const message of messages) violations.push({ invariant: 'S10', message, seq });
    };
    for (const entry of history) {
      if (entry.kind === 'handler-start') {
        chains.invoked(entry);
        if (!isChange(entry)) continue;
        const { base } = placeOf(entry);
        const handler = handlers.get(entry.handler);
        if (handler !== undefined) report(entry.seq, wrongPair(entry, model, { base, handler }));
        chains.started(entry, base);
      }
      if (entry.kind === 'handler-end') chains.ended(entry);
      if (entry.kind === 'commit' && entry.collection === model.collection) report(entry.seq, chains.commit(entry));
    }
    return violations;
  },
};

function wrongPair(
  start: EntryOf<'handler-start'>,
  model: OperatorModel,
  { base, handler: { field } }: { readonly base: ObjectBody; readonly handler: ModelHandler },
): readonly string[] {
  const { uid, name, reason, old, new: fresh, diff } = start;
  const who = `${reason} handler '${start.handler}' of ${name} (${uid})`;
  const same = (told: typeof old, essence: JsonObject | undefined): boolean =>
    field === undefined ? essenceText(told, model) === essenceText(essence, model) : textOf(told) === textOf(valueIn(essence, field));
  const stored = storedEssence(base, model);
  const wrong: string[] = [];
  if (reason === 'create' && stored !== undefined) wrong.push(`${who} runs, though something was handled before`);
  if (reason === 'update' && stored === undefined) wrong.push(`${who} runs, though nothing was handled before`);
  if (!same(old, stored)) wrong.push(`${who} is told an old state that is not what was handled last: ${textOf(old)}`);
  if (!same(fresh, essenceOf(base, model))) wrong.push(`${who} is told a new state that is not the object's: ${textOf(fresh)}`);
  if (diff !== undefined && textOf(appliedDiff(diff, old)) !== textOf(fresh))
    wrong.push(`${who} is told a diff that does not lead from old to new`);
  return wrong;
}

/** Null equals absence, also of the whole. */
function textOf(value: Parameters<typeof canonicalText>[0]): string {
  return canonicalText(value ?? undefined, { nullIsNothing: true });
}

interface Chain {
  /** The state that handlers were shown last, and since which movement of the diff base. */
  shown: { readonly body: ObjectBody; readonly generation: number } | undefined;
  /** The states that the object had. */
  readonly states: ObjectBody[];
  /** Handlers changed more than the status. */
  changesItself: boolean;
}

interface Chains {
  invoked(start: EntryOf<'handler-start'>): void;
  started(start: EntryOf<'handler-start'>, base: ObjectBody): void;
  ended(end: EntryOf<'handler-end'>): void;
  commit(commit: EntryOf<'commit'>): readonly string[];
}

function createChains(model: OperatorModel): Chains {
  const tracker = createChangeTracker(model);
  const chains = new Map<string, Chain>();
  const uids = new Map<number, string>();
  const of = (uid: string): Chain => valueAt(chains, uid, () => ({ shown: undefined, states: [], changesItself: false }));
  const hasStatus = model.handlers.some(({ field }) => field?.[0] === 'status');
  return {
    invoked: ({ invocation, uid }) => {
      uids.set(invocation, uid);
    },
    started: (start, body) => {
      if (start.reason !== 'delete') of(start.uid).shown = { body, generation: tracker.generationOf(start.uid) };
    },
    ended: ({ invocation, contributed }) => {
      const uid = uids.get(invocation);
      if (uid === undefined) return;
      if (Object.keys(contributed).some((key) => key !== 'status' || hasStatus)) of(uid).changesItself = true;
    },
    commit: (commit) => {
      const { uid, before, after } = commit;
      const chain = of(uid);
      if (chain.states.length === 0 && before !== undefined) chain.states.push(before);
      if (after !== undefined) chain.states.push(after);
      const wrong = movedWrongly(commit, model, { chain, generation: tracker.generationOf(uid) });
      tracker.commit(commit);
      return wrong;
    },
  };
}

/** Newest first: what counts as handled is hardly ever old. */
function hadEssence({ states }: Chain, text: string, model: OperatorModel): boolean {
  return states.findLast((body) => essenceText(essenceOf(body, model), model) === text) !== undefined;
}

interface Moving {
  readonly chain: Chain;
  /** Before the commit. */
  readonly generation: number;
}

function movedWrongly(commit: EntryOf<'commit'>, model: OperatorModel, { chain, generation }: Moving): readonly string[] {
  const { name, uid } = commit;
  const moved = acknowledgementsOf(commit, model).find(({ kind }) => kind === 'diff-base');
  if (moved?.kind !== 'diff-base') return [];
  const wrong: string[] = [];
  if (!chain.changesItself && !hadEssence(chain, moved.to, model)) {
    wrong.push(`what counts as handled of ${name} (${uid}) is no state that it had: ${moved.to}`);
  }
  const shown = chain.shown?.generation === generation ? essenceOf(chain.shown.body, model) : undefined;
  const missing = shown === undefined || essenceText(shown, model) === moved.to ? undefined : whoMissesIt(commit, model, shown);
  if (missing !== undefined) {
    wrong.push(`the diff base of ${name} (${uid}) moves over a change that nobody was told of, though '${missing.id}' wants updates`);
  }
  return wrong;
}

/** Who wants the change from what was shown last to what counts as handled; nobody if the object records all as done. */
function whoMissesIt({ before, after }: EntryOf<'commit'>, model: OperatorModel, shown: JsonObject): ModelHandler | undefined {
  if (before === undefined) return undefined;
  const old = storedEssence(before, model);
  const reason = old === undefined ? 'create' : 'update';
  const fresh = (): JsonObject | undefined => storedEssence(after, model);
  const asked = model.handlers.filter((handler) => wants(handler, reason, { body: before, old: () => old, fresh }));
  const isRecorded = ({ id }: ModelHandler): boolean => recordedProgress(before, model.annotationPrefix, id)?.finished === true;
  if (asked.length > 0 && asked.every(isRecorded)) return undefined;
  return model.handlers.find((handler) => wants(handler, 'update', { body: before, old: () => shown, fresh }));
}
