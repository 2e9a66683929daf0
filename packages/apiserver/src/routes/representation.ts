// Objects and lists as text, in the form that was negotiated.

import { jsonTextOf } from '../exact-numbers.js';
import { ApiStatusError, untyped } from '../errors.js';
import { readStored } from '../kind/stored-form.js';
import type { Resource } from '../kind/resource.js';
import { apiVersionOf } from '../kind/resource.js';
import { metaOf } from '../meta/object-meta.js';
import type { JsonObject } from '../store/json-value.js';
import type { StoredObject } from '../store/stored-object.js';
import type { IncludeObject } from '../table/render-table.js';
import { DEFAULT_COLUMNS } from '../table/columns.js';
import { tableOf } from '../table/render-table.js';
import type { Form } from './negotiation.js';

export interface View {
  readonly resource: Resource;
  readonly form: Form;
  readonly formVersion: 'v1' | 'v1beta1';
  readonly include: IncludeObject;
  readonly nowMs: number;
}

export interface ListMeta {
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

function formMismatch(what: string, goType: string): Error {
  return new ApiStatusError(406, `${what} (${goType})`, { reason: 'NotAcceptable' });
}

/** The real server names its internal type. */
function goTypeOf(resource: Resource, isList: boolean): string {
  if (resource.isCustom) return isList ? '*unstructured.UnstructuredList' : '*unstructured.Unstructured';
  const group = resource.goPackage ?? goPackageOf(resource);
  return `*${group}.${isList ? resource.listKind : resource.kind}`;
}

function goPackageOf(resource: Resource): string {
  return resource.collection === 'events' || resource.group === '' ? 'core' : (resource.group.split('.')[0] ?? '');
}

/** `{"kind":…,"apiVersion":…,` in the order of the real server, which differs for custom resources. */
function opening(resource: Resource): string {
  const kind = `"kind":${JSON.stringify(resource.kind)}`;
  const version = `"apiVersion":${JSON.stringify(apiVersionOf(resource))}`;
  return resource.isCustom ? `{${version},${kind},` : `{${kind},${version},`;
}

function partialOf(view: View, body: JsonObject): JsonObject {
  return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${view.formVersion}`, metadata: metaOf(body) };
}

function rest(resource: Resource, object: StoredObject): string {
  const served = resource.rules.toServed(readStored(resource, object));
  return served === object.body ? object.rest : jsonTextOf(served).slice(1);
}

export function renderStored(view: View, object: StoredObject): string {
  if (view.form === 'object') return opening(view.resource) + rest(view.resource, object);
  return renderBody(view, readStored(view.resource, object));
}

/** A body that is not stored: of a dry run, of a deletion. */
export function renderBody(view: View, body: JsonObject): string {
  if (view.form === 'metadata') return jsonTextOf(partialOf(view, body));
  if (view.form === 'metadata-list' && view.resource.isCustom) throw untyped('content is not a list');
  if (view.form === 'metadata-list')
    throw formMismatch('you requested PartialObjectMetadataList, but the requested object is not a list', goTypeOf(view.resource, false));
  if (view.form === 'table') return jsonTextOf(tableOf({ view, bodies: [body], metadata: versionOnly(body), withColumns: true }));
  return opening(view.resource) + jsonTextOf(view.resource.rules.toServed(body)).slice(1);
}

export function versionOnly(body: JsonObject): JsonObject {
  const { resourceVersion } = metaOf(body);
  return resourceVersion === undefined ? {} : { resourceVersion };
}

export function renderList(view: View, objects: readonly StoredObject[], metadata: ListMeta): string {
  if (view.form === 'table') {
    const table = tableOf({
      view,
      bodies: objects.map((object) => readStored(view.resource, object)),
      metadata: { ...metadata },
      withColumns: true,
    });
    // Kinds without columns of their own have no rows instead of none.
    return jsonTextOf(objects.length === 0 && view.resource.columns === DEFAULT_COLUMNS ? { ...table, rows: null } : table);
  }
  if (view.form === 'metadata')
    throw formMismatch('you requested PartialObjectMetadata, but the requested object is a list', goTypeOf(view.resource, true));
  if (view.form === 'metadata-list') {
    const items = objects.length === 0 ? null : objects.map((object) => partialOf(view, object.body));
    return jsonTextOf({ kind: 'PartialObjectMetadataList', apiVersion: `meta.k8s.io/${view.formVersion}`, metadata, items });
  }
  const { resource } = view;
  const version = JSON.stringify(apiVersionOf(resource));
  const kind = JSON.stringify(resource.listKind);
  // Lists of built-in kinds leave out what all items have in common; lists of custom resources do not.
  const start = resource.isCustom ? opening(resource) : '{';
  const items = objects.map((object) => start + rest(resource, object)).join(',');
  if (!resource.isCustom) return `{"kind":${kind},"apiVersion":${version},"metadata":${JSON.stringify(metadata)},"items":[${items}]}`;
  return `{"apiVersion":${version},"items":[${items}],"kind":${kind},"metadata":${JSON.stringify({ continue: '', ...metadata })}}`;
}

/** Writes the objects of a watch; a table names its columns only in the first event. */
export function eventRenderer(view: View): (type: string, object: StoredObject) => string {
  const { zero: usual, bookmark: zero = usual } = view.resource.rules;
  const isEmpty = Object.keys(zero).length === 0;
  if (view.form !== 'table')
    return (type, object) =>
      type === 'BOOKMARK' && !isEmpty ? renderBody(view, { ...zero, metadata: metaOf(object.body) }) : renderStored(view, object);
  let isFirst = true;
  return (_type, object) => {
    const table = tableOf({ view, bodies: [readStored(view.resource, object)], metadata: versionOnly(object.body), withColumns: isFirst });
    isFirst = false;
    return jsonTextOf(table);
  };
}
