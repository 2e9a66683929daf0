import { stringifyJson, type LoadedMemo, type MemoChange, type MemoStore, type ExternalWrite, type ObjectView } from '@kopfts/core';
import { parseMemo } from './entry.js';
import type { LoadedEntry } from './loaded.js';
import type { EntryChange } from './entry-change.js';
import type { Place } from './place.js';
import { countOf, nextVersion, NOTHING } from './version.js';

/** With what was read of the same object besides. */
interface LoadedContent extends LoadedMemo {
  readonly entry: LoadedEntry;
}

/** Memos in Redis, beside the records and the essence of the object: in the same entry, by the same requests. */
export function createRedisMemoStore(place: Place): MemoStore {
  return {
    place,
    load: (objects) => loadMemos(place, objects),
    plan: (change, seen) => planMemo(place, change, seen as LoadedContent),
    commit: (write, signal) => place.commit([write], signal),
  };
}

async function loadMemos(place: Place, objects: readonly ObjectView[]): Promise<readonly LoadedContent[]> {
  const entries = await place.load(objects);
  return entries.map((entry, index) => memoIn(place, entry, objects[index]));
}

function memoIn(place: Place, entry: LoadedEntry, object: ObjectView | undefined): LoadedContent {
  const version = entry.stored.memoVersion;
  const memo = entry.memo === undefined ? undefined : parseMemo(entry.memo);
  const isBroken = entry.memo !== undefined && memo === undefined;
  if (isBroken && object !== undefined) place.tellUnreadable(object.ref);
  return { memo, version, lost: entry.isLost || isBroken, entry };
}

/** Pure. */
function planMemo(place: Place, { object, memo }: MemoChange, { entry, version = NOTHING }: LoadedContent): ExternalWrite {
  const text = stringifyJson(memo);
  const next = nextVersion(Math.max(entry.count, countOf(version)), place.writer, text);
  const change = { on: version, version: next, text, entry: { memoVersion: next, memo: text } };
  const payload: EntryChange = { object: object.ref, earlier: entry.earlier, memo: change };
  return { key: object.ref.uid, payload, version: next };
}
