// What tools do to entries. Pure, but for the writes.
import { stringifyJson, type CommitResult, type MovedState, type ObjectRef } from '@kopfts/core';
import { essenceText, recordsText } from './entry.js';
import type { EntryChange, PartChange } from './entry-change.js';
import type { LoadedEntry } from './loaded.js';
import { countOf, nextVersion, NOTHING } from './version.js';

type Write = (changes: readonly EntryChange[]) => Promise<CommitResult>;

/**
 * What another store had, where there is nothing: under the version of what is not there, so that operators that found nothing may write all
 * the same, and what they have written is not touched. Each part for itself.
 */
export async function takeMoved(
  { object, records, essence, memo }: MovedState,
  seen: LoadedEntry,
  { write, writer }: { readonly write: Write; readonly writer: string },
): Promise<CommitResult> {
  const { stored, earlier } = seen;
  const base = { object: object.ref, earlier };
  const progress = partFor(seen, { before: stored.progressVersion, text: recordsText(records), writer });
  const results = [await write([{ ...base, progress: { ...progress, entry: { progressVersion: progress.version, records } } }])];
  if (memo !== undefined && stored.memo === undefined)
    results.push(await write([{ ...base, memo: memoFor(seen, stringifyJson(memo), writer) }]));
  if (essence !== undefined) {
    const text = essenceText(essence);
    const part = partFor(seen, { before: stored.essenceVersion, text, writer });
    // What counts is the essence: records that an operator has written meanwhile are newer.
    results.splice(0, 1, await write([{ ...base, essence: { ...part, entry: { essenceVersion: part.version, essence: text } } }]));
  }
  return results.find((result) => result !== 'done') ?? 'done';
}

interface Part {
  readonly before: string;
  readonly text: string;
  readonly writer: string;
}

/** What was cleared has a version that nothing may fall behind. */
function partFor({ stored, count }: LoadedEntry, { before, text, writer }: Part): Omit<PartChange, 'entry'> {
  const wasCleared = stored.records.size === 0 && stored.essence === undefined && countOf(before) > 0;
  return wasCleared ? { on: before, version: nextVersion(count, writer, text), text } : { on: NOTHING, version: NOTHING, text };
}

/** A memo without a version of its own would not be kept: operators that found none read this one before they write. */
function memoFor({ stored, count }: LoadedEntry, text: string, writer: string): PartChange {
  const version = nextVersion(count, writer, text);
  return { on: stored.memoVersion, version, text, entry: { memoVersion: version, memo: text } };
}

/** Nothing is left but newer versions, so that nobody takes it for a loss; with `keepsMemo`, and the memo. */
export function clearing(
  object: ObjectRef,
  { stored, count, earlier }: LoadedEntry,
  { writer, keepsMemo }: { readonly writer: string; readonly keepsMemo: boolean },
): EntryChange {
  const version = nextVersion(count, writer, '');
  const empty = (on: string, entry: PartChange['entry']): PartChange => ({ on, version, text: '', entry });
  return {
    object,
    earlier,
    progress: empty(stored.progressVersion, { progressVersion: version, records: new Map() }),
    essence: empty(stored.essenceVersion, { essenceVersion: version, essence: undefined }),
    memo: keepsMemo || stored.memoVersion === NOTHING ? undefined : empty(stored.memoVersion, { memoVersion: version, memo: undefined }),
  };
}
