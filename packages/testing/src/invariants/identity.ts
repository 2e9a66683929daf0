import { isJsonObject, OWNER_LABEL, type ObjectBody } from '@kopfts/core';
import type { CommitEntry, EntryOf } from '../history/history.js';
import type { Invariant, Violation } from './invariant.js';

/**
 * S3: what is written on behalf of an object lands on that object. Every commit that a call for uid U made has uid U, or is a child
 * of U: it carries an owner reference, or the mark, with that uid. Calls on behalf of nobody are not judged.
 */
export const identity: Invariant = {
  id: 'S3',
  says: 'What is written on behalf of an object lands on that object.',
  check: (history) => {
    const contexts = new Map<number, string>();
    const violations: Violation[] = [];
    for (const entry of history) {
      if (entry.kind === 'call' && entry.contextUid !== undefined) contexts.set(entry.call, entry.contextUid);
      if (entry.kind !== 'commit' || entry.call === undefined) continue;
      const context = contexts.get(entry.call);
      if (context === undefined || context === entry.uid || isChildOf(entry, context)) continue;
      violations.push(strayed(entry, context));
    }
    return violations;
  },
};

function isChildOf({ before, after }: CommitEntry, uid: string): boolean {
  return [before, after].some((body) => ownersOf(body).includes(uid));
}

function ownersOf(body: ObjectBody | undefined): readonly unknown[] {
  const owners = body?.metadata['ownerReferences'];
  const mark = body?.metadata.labels?.[OWNER_LABEL];
  const referred = Array.isArray(owners) ? owners.map((owner: unknown) => (isJsonObject(owner) ? owner['uid'] : undefined)) : [];
  return [...referred, mark];
}

function strayed({ call, name, uid, seq }: EntryOf<'commit'>, context: string): Violation {
  return { invariant: 'S3', message: `call ${String(call)} was made for uid ${context}, but changed ${name} (${uid})`, seq };
}
