import type { DiffBaseChange, DiffBaseStore, FieldPath, LoadedDiffBase, MergePatch, ObjectView, StorePlan } from '@kopfts/core';
import { essenceText, recordsText } from './entry.js';
import type { LoadedEntry } from './loaded.js';
import type { EntryChange, PartChange } from './entry-change.js';
import type { Place } from './place.js';
import { countOf, nextVersion, NOTHING } from './version.js';

export interface DiffBaseStoreOptions {
  readonly place: Place;
  readonly ignoredFields: readonly FieldPath[];
  /** Put on objects that do not show by themselves that they were ours; `undefined`: never. */
  readonly mark: { readonly annotation: string; readonly value: string } | undefined;
  readonly showsOurs: (object: ObjectView) => boolean;
}

interface LoadedEssence extends LoadedDiffBase {
  readonly entry: LoadedEntry;
}

/** The essence handled last, in Redis. */
export function createRedisDiffBaseStore(options: DiffBaseStoreOptions): DiffBaseStore {
  const { place, mark, ignoredFields } = options;
  return {
    place,
    load: (objects) => loadEssences(place, objects),
    plan: (change, seen) => planDiffBase(options, change, seen as LoadedEssence),
    commit: (write, signal) => place.commit([write], signal),
    ownsAnnotation: (key) => key === mark?.annotation,
    ignoredFields,
  };
}

async function loadEssences(place: Place, objects: readonly ObjectView[]): Promise<readonly LoadedEssence[]> {
  const entries = await place.load(objects);
  return entries.map((entry) => ({
    essence: entry.essence,
    version: entry.stored.essenceVersion,
    lost: entry.lost,
    objectVersion: entry.stored.objectVersion,
    entry,
  }));
}

/** Pure. */
function planDiffBase(options: DiffBaseStoreOptions, { object, essence }: DiffBaseChange, seen: LoadedEssence): StorePlan {
  const { entry, version = NOTHING } = seen;
  const { writer } = options.place;
  const text = essenceText(essence);
  const next = nextVersion(Math.max(entry.count, countOf(version)), writer, text);
  const payload: EntryChange = {
    object: object.ref,
    earlier: entry.earlier,
    progress: entry.isBehind ? repairedRecords(entry, writer) : undefined,
    objectVersion: wordOf(object.body.metadata.resourceVersion),
    essence: { on: version, version: next, text, entry: { essenceVersion: next, essence: text } },
  };
  const patch = markPatch(options, object);
  return { ...(patch === undefined ? {} : { patch }), commit: { key: object.ref.uid, payload, version: next } };
}

/** Entries tell words apart by spaces. */
function wordOf(version: string): string | undefined {
  return /^\S+$/.test(version) ? version : undefined;
}

/** Redis went back: what it has of the records is not to be believed any more. */
function repairedRecords({ stored, count, records }: LoadedEntry, writer: string): PartChange {
  const text = recordsText(records);
  const version = nextVersion(count, writer, text);
  return { on: stored.progressVersion, version, text, entry: { progressVersion: version, records } };
}

/** Nothing to write where a result or a finalizer of ours says as much. */
function markPatch({ mark, showsOurs }: DiffBaseStoreOptions, object: ObjectView): MergePatch | undefined {
  return mark === undefined || showsOurs(object) ? undefined : { metadata: { annotations: { [mark.annotation]: mark.value } } };
}
