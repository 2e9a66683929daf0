// What tools do to entries. Pure, but for the writes.
import type { CommitResult, MovedState, ObjectRef } from '@kopfts/core';
import { essenceText, recordsText } from './entry.js';
import type { EntryChange, PartChange } from './entry-change.js';
import type { LoadedEntry } from './loaded.js';
import { nextVersion, NOTHING } from './version.js';

type Write = (changes: readonly EntryChange[]) => Promise<CommitResult>;

/**
 * What another store had, under the version of what is not there: operators that found nothing may write all the same, and what they have
 * written is not touched. Each part for itself.
 */
export async function takeMoved({ object, records, essence }: MovedState, write: Write): Promise<CommitResult> {
  const base = { object: object.ref, earlier: [] };
  const progress = { on: NOTHING, version: NOTHING, text: recordsText(records), entry: { progressVersion: NOTHING, records } };
  const result = await write([{ ...base, progress }]);
  if (essence === undefined) return result;
  const text = essenceText(essence);
  return write([{ ...base, essence: { on: NOTHING, version: NOTHING, text, entry: { essenceVersion: NOTHING, essence: text } } }]);
}

/** Nothing is left but newer versions, so that nobody takes it for a loss. */
export function clearing(object: ObjectRef, { stored, count, earlier }: LoadedEntry, writer: string): EntryChange {
  const version = nextVersion(count, writer, '');
  const empty = (on: string, entry: PartChange['entry']): PartChange => ({ on, version, text: '', entry });
  return {
    object,
    earlier,
    progress: empty(stored.progressVersion, { progressVersion: version, records: new Map() }),
    essence: empty(stored.essenceVersion, { essenceVersion: version, essence: undefined }),
    memo: stored.memoVersion === NOTHING ? undefined : empty(stored.memoVersion, { memoVersion: version, memo: undefined }),
  };
}
