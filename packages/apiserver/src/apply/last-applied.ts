// The way from client-side to server-side apply: kubectl keeps its last configuration in an annotation, and what that says may be taken
// over without a conflict.

import { parseExactly } from '../exact-numbers.js';
import { metaOf, withMeta } from '../meta/object-meta.js';
import type { JsonObject } from '../store/json-value.js';
import { isObject, objectAt, own, stringAt, withKey, withoutKey } from '../store/json-value.js';
import type { ApplyConflict } from './apply-conflict.js';
import { compare } from './compare.js';
import { difference, pathsOf } from './field-set.js';
import { fieldSetOf } from './field-set-of.js';
import type { FieldType } from './field-type.js';
import type { ApplyWrite } from './owned-write.js';
import { goText } from './path-element.js';
import { apiVersionOf } from '../kind/resource.js';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const KUBECTL = 'kubectl';

function lastAppliedOf(object: JsonObject): string {
  return stringAt(objectAt(metaOf(object), 'annotations'), LAST_APPLIED);
}

/** The conflicts that remain when kubectl takes over what its own annotation says. */
export function mayTakeFromClientSideApply(
  write: ApplyWrite,
  conflicts: readonly ApplyConflict[],
  object: { live: JsonObject; type: FieldType },
): readonly ApplyConflict[] {
  if (write.manager !== KUBECTL) return conflicts;
  const allowed = fieldsOfLastApplied(write, object);
  return allowed === undefined ? conflicts : conflicts.filter(({ path }) => !allowed.has(path));
}

/** The fields of the annotation whose values the object still has. */
function fieldsOfLastApplied(
  { resource }: ApplyWrite,
  { live, type }: { live: JsonObject; type: FieldType },
): ReadonlySet<string> | undefined {
  const configuration = parsed(lastAppliedOf(live));
  if (configuration === undefined || stringAt(configuration, 'apiVersion') !== apiVersionOf(resource)) return undefined;
  const { modified, added, removed } = compare(configuration, live, type);
  const same = [modified, added, removed].reduce((set, changed) => difference(set, changed), fieldSetOf(configuration, type));
  return new Set(pathsOf(same));
}

function parsed(text: string): JsonObject | undefined {
  if (text === '') return undefined;
  try {
    const value = parseExactly(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps the annotation of an object that has one equal to what kubectl applied. */
export function withLastApplied(write: ApplyWrite, object: JsonObject, configuration: JsonObject): JsonObject {
  if (write.manager !== KUBECTL || lastAppliedOf(object) === '') return object;
  const metadata = objectAt(configuration, 'metadata');
  const annotations = own(metadata, 'annotations');
  const bare = isObject(annotations)
    ? withKey(configuration, 'metadata', withKey(metadata, 'annotations', withoutKey(annotations, LAST_APPLIED)))
    : configuration;
  return withMeta(object, { annotations: withKey(objectAt(metaOf(object), 'annotations'), LAST_APPLIED, `${goText(bare)}\n`) });
}
