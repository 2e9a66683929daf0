// The two ways to own fields: by changing them (every write), or by claiming them (apply).

import { deepEqual } from '../store/json-value.js';
import type { JsonObject } from '../store/json-value.js';
import type { ApplyConflict } from './apply-conflict.js';
import type { FieldSet } from './field-set.js';
import { difference, isEmptySet, pathsOf, setOf, union, without } from './field-set.js';
import { fieldSetOf } from './field-set-of.js';
import type { FieldType } from './field-type.js';
import { mergeConfiguration } from './merge-configuration.js';
import type { Owner, Owners } from './owners.js';
import { identityOf, limitUpdaters } from './owners.js';
import type { Pruning } from './prune-abandoned.js';
import { pruneAbandoned } from './prune-abandoned.js';
import type { UpToDate, VersionChanges, ViewsOf } from './transfer.js';
import { Transfer, othersAfter, ownerOf } from './transfer.js';

/** What nobody owns. */
const NEVER_OWNED = setOf([
  'apiVersion',
  'kind',
  'metadata',
  ...['name', 'namespace', 'creationTimestamp', 'selfLink', 'uid', 'clusterName', 'generation', 'managedFields', 'resourceVersion'].map(
    (field) => `metadata.${field}`,
  ),
]);

/** Who writes, in which version, through which endpoint. */
export interface Writer {
  readonly manager: string;
  readonly apiVersion: string;
  readonly subresource: string;
  /** The time of the write, as entries have it. */
  readonly time: string;
}

/** Ownership after a write; the same owners when nothing moved. */
export function ownByUpdate(owners: Owners, writer: Writer, transfer: Transfer): Owners {
  const changes = transfer.in(writer.apiVersion);
  if (changes === undefined) return othersAfter(owners, transfer, undefined);
  const gained = difference(changes.written, NEVER_OWNED);
  const owner: Owner = { ...writer, operation: 'Update', fields: gained };
  const id = isEmptySet(gained) ? undefined : identityOf(owner);
  const after = othersAfter(owners, transfer, id);
  if (id !== undefined) {
    const before = owners.get(id);
    const own =
      before === undefined ? owner : ownerOf(before, fieldsAfter(before.fields, { transfer, changes, gained }), { time: writer.time });
    if (own !== undefined) after.set(id, own);
  }
  return limitUpdaters(isSame(owners, after) ? owners : after);
}

/** What the writer owns after its change. The usual case is a change of nothing but what is its own. */
function fieldsAfter(
  fields: FieldSet,
  { transfer, changes, gained }: { transfer: Transfer; changes: VersionChanges; gained: FieldSet },
): FieldSet {
  if (isEmptySet(changes.removed) && gained === changes.written && union(fields, gained) === fields) return fields;
  return union(transfer.remaining(fields, changes), gained);
}

function isSame(before: Owners, after: Owners): boolean {
  if (before.size !== after.size) return false;
  for (const [id, owner] of after) if (before.get(id) !== owner) return false;
  return true;
}

export interface Application {
  /** Of the endpoint's version, without `apiVersion` and `kind`. */
  readonly live: JsonObject;
  readonly configuration: JsonObject;
  readonly type: FieldType;
  /** Fields that this endpoint does not let anybody change. */
  readonly ignored: FieldSet;
  readonly force: boolean;
}

export type Applied =
  | { readonly kind: 'applied'; readonly object: JsonObject; readonly owners: Owners }
  | { readonly kind: 'refused'; readonly conflicts: readonly ApplyConflict[] };

/** The object with the configuration laid over it, and ownership after that; refused when it takes fields of others without force. */
export function ownByApply(
  owners: Owners,
  writer: Writer,
  options: Application & { viewsOf: ViewsOf; upToDate: UpToDate; typeIn: Pruning['typeIn'] },
): Applied {
  const { live, configuration, type, ignored, force } = options;
  const claimed: Owner = {
    ...writer,
    operation: 'Apply',
    time: undefined,
    fields: without(fieldSetOf(configuration, type), ignored),
  };
  const id = identityOf(claimed);
  const before = owners.get(id);
  const merged = mergeConfiguration(live, configuration, type);
  const claims = new Map(owners).set(id, claimed);
  const object = before === undefined ? merged : pruneAbandoned(merged, { before, claims, typeIn: options.typeIn });
  const transfer = new Transfer(options.viewsOf(live, object), options.upToDate);
  const conflicts = force ? [] : conflictsOf(claims, transfer, id);
  if (conflicts.length > 0) return { kind: 'refused', conflicts };
  const after = othersAfter(claims, transfer, id);
  const isNoop = deepEqual(live, object);
  const fields = difference(claimed.fields, NEVER_OWNED);
  const own = ownAfter({ before, claimed: { ...claimed, fields }, time: isNoop ? before?.time : writer.time });
  after.delete(id);
  if (own !== undefined) after.set(id, own);
  return { kind: 'applied', object, owners: isSame(owners, after) ? owners : after };
}

function ownAfter(change: { before: Owner | undefined; claimed: Owner; time: string | undefined }): Owner | undefined {
  const { before, claimed, time } = change;
  if (before === undefined || before.apiVersion !== claimed.apiVersion)
    return isEmptySet(claimed.fields) ? undefined : { ...claimed, time };
  return ownerOf(before, claimed.fields, { time });
}

function conflictsOf(owners: Owners, transfer: Transfer, except: string): readonly ApplyConflict[] {
  return [...owners]
    .filter(([id]) => id !== except)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, owner]) => pathsOf(transfer.conflictOf(owner)).map((path) => ({ owner, path })));
}
