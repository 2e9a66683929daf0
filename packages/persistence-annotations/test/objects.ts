import type { StatusLayout } from '../src/status-layout.js';
import type { StoredPlace } from '../src/unreadable-report.js';
import type { HandlerId, Instant, JsonObject, MergePatch, ObjectBody, ObjectView, ProgressRecord, Resource } from '@kopfts/core';
import { applyMergePatch, isJsonObject, parseInstant } from '@kopfts/core';

export const KOPF = 'kopf.zalando.org';
export const never = new AbortController().signal;

const EXAMPLE: Resource = {
  group: 'kopf.dev',
  version: 'v1',
  plural: 'kopfexamples',
  kind: 'KopfExample',
  singular: 'kopfexample',
  shortNames: [],
  categories: [],
  subresources: ['status'],
  namespaced: true,
  preferred: true,
  verbs: ['list', 'watch', 'patch'],
};

/** An object with these annotations. */
export function objectWith(annotations: Readonly<Record<string, string>> = {}, more: JsonObject = {}): ObjectView {
  const { metadata, ...rest } = more;
  const meta = {
    name: 'a',
    namespace: 'default',
    uid: 'u1',
    resourceVersion: '1',
    annotations,
    ...(isJsonObject(metadata) ? metadata : {}),
  };
  const body: ObjectBody = { apiVersion: 'kopf.dev/v1', kind: 'KopfExample', ...rest, metadata: meta };
  return { ref: { resource: EXAMPLE, namespace: 'default', name: 'a', uid: 'u1' }, body };
}

/** The object as it is when a merge patch has been written. */
export function patched(object: ObjectView, patch: MergePatch | undefined): ObjectView {
  return patch === undefined ? object : { ...object, body: applyMergePatch(object.body, patch) };
}

/** The fields of the status stores, in `status.kopf` or in a field of the status of this name. */
export function statusLayout(...name: readonly string[]): StatusLayout {
  const path = ['status', ...(name.length === 0 ? ['kopf'] : name)];
  return {
    progress: [...path, 'progress'],
    diffBase: [...path, 'last-handled-configuration'],
    touch: [...path, 'dummy'],
    ownedByProgress: path,
    ownedByDiffBase: path,
  };
}

/** The annotation or the field. */
export function placeText(place: StoredPlace): string {
  return 'annotation' in place ? place.annotation : place.field;
}

export function instant(text: string): Instant {
  const at = parseInstant(text);
  if (at === undefined) throw new Error(`no instant: ${text}`);
  return at;
}

export const id = (text: string): HandlerId => text;

export function record(fields: Partial<ProgressRecord> = {}): ProgressRecord {
  return {
    started: instant('2020-12-31T23:59:59.123456+00:00'),
    stopped: undefined,
    delayed: undefined,
    purpose: 'create',
    retries: 0,
    success: false,
    failure: false,
    message: undefined,
    subrefs: undefined,
    ...fields,
  };
}
