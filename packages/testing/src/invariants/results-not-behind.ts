import { applyOperations, isJsonObject, jsonEqual, type Json, type JsonPatchOperation, type ObjectBody } from '@kopfts/core';
import type { EntryOf, HandledReason, HistoryEntry } from '../history/history.js';
import { acknowledgementsOf, acknowledges } from './acknowledgement.js';
import type { Invariant, OperatorModel, Violation } from './invariant.js';
import { patchLeaves, valueIn, type PatchLeaf } from './json-path.js';
import { valueAt } from './keyed.js';
import { stateOf, wants } from './model-handler.js';
import { isChange } from './pass-reader.js';
import { isOlder } from './version-order.js';

/**
 * S9: results are never behind. When a commit acknowledges that a handler is done, everything that its last attempt contributed is
 * on the object by then: in this commit, or in a state since the one that the handler saw (others may have changed it again).
 *
 * Not asked for: what a later attempt or another handler of the object contributed to the same place, which has the last word; what
 * the server refused as invalid (a 422 to a call whose tests hold); and what the object took with it when it vanished.
 */
export const resultsNotBehind: Invariant = {
  id: 'S9',
  says: 'What a handler returned is stored before it counts as done.',
  check: (history, model) => {
    const calls = new Map<number, EntryOf<'call'>>();
    const starts = new Map<number, EntryOf<'handler-start'>>();
    const objects = new Map<string, PendingResults>();
    const of = (uid: string): PendingResults => valueAt(objects, uid, createPendingResults);
    const violations: Violation[] = [];
    for (const entry of history) {
      if (entry.kind === 'call') calls.set(entry.call, entry);
      if (entry.kind === 'handler-start' && isChange(entry)) starts.set(entry.invocation, entry);
      if (entry.kind === 'handler-end') {
        const start = starts.get(entry.invocation);
        if (start !== undefined && entry.result.kind !== 'cancelled') of(start.uid).ended(start, patchLeaves(entry.contributed));
      }
      const refused = refusedCall(entry, calls);
      if (refused?.contextUid !== undefined) of(refused.contextUid).refused(refused);
      if (entry.kind !== 'commit' || entry.collection !== model.collection) continue;
      const results = of(entry.uid);
      results.commit(entry);
      violations.push(...behind(entry, model, results));
    }
    return violations;
  },
};

/** The call that the server refuses here as stale or invalid. */
function refusedCall(entry: HistoryEntry, calls: ReadonlyMap<number, EntryOf<'call'>>): EntryOf<'call'> | undefined {
  if (entry.kind === 'reject') return entry.code === 422 ? calls.get(entry.call) : undefined;
  if (entry.kind !== 'return' || entry.result.kind !== 'answered' || entry.result.status !== 422) return undefined;
  return calls.get(entry.call);
}

function behind(commit: EntryOf<'commit'>, model: OperatorModel, results: PendingResults): readonly Violation[] {
  const { name, uid, seq, after, before } = commit;
  if (after === undefined) return [];
  const missing = acknowledgementsOf(commit, model).flatMap((ack) => results.takeDone((...of) => acknowledges(ack, ...of)));
  return missing
    .filter((one) => isStillWanted(one, model, before ?? after))
    .map(({ handler, leaf: { path, value } }) => ({
      invariant: 'S9',
      message: `handler '${handler}' counts as done for ${name} (${uid}), but ${path.join('.')} = ${JSON.stringify(value)} was never stored`,
      seq,
    }));
}

/** A handler that died with its results, and whose filters refuse the object since, is not done but not asked any more. */
function isStillWanted({ handler, reason }: Missing, model: OperatorModel, body: ObjectBody): boolean {
  const declared = model.handlers.find(({ id }) => id === handler);
  return declared === undefined || !declared.reasons.includes(reason) || wants(declared, reason, stateOf(body, model));
}

interface Missing {
  readonly handler: string;
  readonly reason: HandledReason;
  readonly leaf: PatchLeaf;
}

interface Pending {
  readonly reason: HandledReason;
  leaves: readonly PatchLeaf[];
}

/** What the handlers of one object contributed and is not stored yet. */
interface PendingResults {
  ended(start: EntryOf<'handler-start'>, leaves: readonly PatchLeaf[]): void;
  commit(commit: EntryOf<'commit'>): void;
  refused(call: EntryOf<'call'>): void;
  /** What is missing of the handlers that count as done, and forgets them. */
  takeDone(isDone: (handler: string, reason: HandledReason) => boolean): readonly Missing[];
}

function createPendingResults(): PendingResults {
  const pending = new Map<string, Pending>();
  const states: ObjectBody[] = [];
  const dropStored = (body: ObjectBody): void => {
    for (const one of pending.values()) one.leaves = one.leaves.filter((leaf) => !isStored(body, leaf));
  };
  return {
    ended: ({ handler, reason, body }, leaves) => {
      for (const one of pending.values()) one.leaves = one.leaves.filter((leaf) => !leaves.some((other) => overlap(leaf, other)));
      // The operator may have found any of the states since then, and nothing left to be written.
      const seen = [body, ...statesSince(states, body)];
      pending.set(handler, { reason, leaves: leaves.filter((leaf) => !seen.some((state) => isStored(state, leaf))) });
    },
    commit: ({ after }) => {
      if (after === undefined) return;
      states.push(after);
      dropStored(after);
    },
    refused: (call) => {
      if (isInvalid(call, states.at(-1))) pending.clear();
    },
    takeDone: (isDone) => {
      const done = [...pending].filter(([handler, { reason }]) => isDone(handler, reason));
      for (const [handler] of done) pending.delete(handler);
      return done.flatMap(([handler, { reason, leaves }]) => leaves.map((leaf) => ({ handler, reason, leaf })));
    },
  };
}

function statesSince(states: readonly ObjectBody[], body: ObjectBody): readonly ObjectBody[] {
  let first = states.length;
  while (first > 0 && !isOlder(states[first - 1]?.metadata.resourceVersion ?? '', body.metadata.resourceVersion)) first -= 1;
  return states.slice(first);
}

function isStored(body: ObjectBody, { path, value }: PatchLeaf): boolean {
  const found = valueIn(body, path);
  if (value === null) return found === undefined || found === null;
  return isJsonObject(value) ? isJsonObject(found) : jsonEqual(found, value);
}

function overlap(a: PatchLeaf, b: PatchLeaf): boolean {
  const length = Math.min(a.path.length, b.path.length);
  return a.path.slice(0, length).every((key, index) => key === b.path[index]);
}

/** A 422 says that a test does not hold, or that the content is invalid: then the tests do hold. */
function isInvalid({ body }: EntryOf<'call'>, current: ObjectBody | undefined): boolean {
  if (current === undefined) return true;
  if (isOperations(body)) {
    const tests = body.filter(({ op }) => op === 'test');
    return applyOperations(current, tests).ok;
  }
  const uid = valueIn(body, ['metadata', 'uid']);
  return uid === undefined || uid === current.metadata.uid;
}

function isOperations(body: Json | undefined): body is Json & readonly JsonPatchOperation[] {
  return Array.isArray(body) && body.every((item: unknown) => isJsonObject(item) && typeof item['op'] === 'string');
}
