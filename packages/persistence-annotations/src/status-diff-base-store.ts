import { jsonEqual, resolveField } from '@kopfts/core';
import type { DiffBaseChange, DiffBaseStore, Essence, FieldPath, LoadedDiffBase, ObjectView, StorePlan } from '@kopfts/core';
import { asciiJson, parseMapping } from './record-text.js';
import { blockerOf, fieldPatch } from './status-layout.js';
import type { StatusLayout } from './status-layout.js';
import type { OnUnreadable } from './unreadable-report.js';

export interface StatusDiffBaseStoreOptions {
  readonly layout: StatusLayout;
  readonly ignoredFields?: readonly FieldPath[];
  readonly onUnreadable: OnUnreadable;
}

/** The essence handled last, as one text of compact JSON in the status: mappings would be merged with what is there (ST-42). */
export function createStatusDiffBaseStore(options: StatusDiffBaseStoreOptions): DiffBaseStore {
  const { layout, ignoredFields = [], onUnreadable } = options;
  return {
    load: (objects) => objects.map((object) => ({ essence: readEssence(object, layout, onUnreadable), version: undefined })),
    plan: (change, seen) => planDiffBase(change, seen, layout),
    ownsAnnotation: () => false,
    ownsField: layout.ownedByDiffBase,
    keptIn: [layout.diffBase, layout.touch],
    ignoredFields,
  };
}

function readEssence(object: ObjectView, { diffBase }: StatusLayout, onUnreadable: OnUnreadable): Essence | undefined {
  const blocker = blockerOf(object.body, diffBase);
  if (blocker) onUnreadable(object, { field: blocker.join('.') });
  const { value } = resolveField(object.body, diffBase);
  if (value === undefined || value === null) return undefined;
  const parsed = typeof value === 'string' ? parseMapping(value) : 'unreadable';
  if (parsed === 'unreadable') onUnreadable(object, { field: diffBase.join('.') });
  return typeof parsed === 'string' ? undefined : parsed;
}

function planDiffBase({ object, essence }: DiffBaseChange, seen: LoadedDiffBase, { diffBase, touch }: StatusLayout): StorePlan {
  if (seen.essence !== undefined && jsonEqual(seen.essence, essence)) return {};
  return { patch: fieldPatch(object.body, diffBase, { value: asciiJson(essence), touch }) };
}
