import type { Column, Resource } from '../kind/resource.js';
import { apiVersionOf } from '../kind/resource.js';
import { metaOf } from '../meta/object-meta.js';
import type { JsonObject, JsonValue } from '../store/json-value.js';

/** What the rows carry beside their cells. */
export type IncludeObject = 'None' | 'Metadata' | 'Object';

export interface TableRequest {
  readonly view: { readonly resource: Resource; readonly include: IncludeObject; readonly nowMs: number; readonly formVersion: string };
  readonly bodies: readonly JsonObject[];
  readonly metadata: JsonObject;
  readonly withColumns: boolean;
}

export function tableOf({ view, bodies, metadata, withColumns }: TableRequest): JsonObject {
  const { resource, include, nowMs, formVersion } = view;
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${formVersion}`,
    metadata,
    columnDefinitions: withColumns ? resource.columns.map(definitionOf) : null,
    rows: bodies.map((body) => ({
      cells: resource.columns.map((column) => column.cell(body, nowMs)),
      object: rowObject(resource, include, { body, formVersion }),
    })),
  };
}

function definitionOf(column: Column): JsonObject {
  return {
    name: column.name,
    type: column.type,
    format: column.format ?? '',
    description: column.description,
    priority: column.priority ?? 0,
  };
}

function rowObject(
  resource: Resource,
  include: IncludeObject,
  { body, formVersion }: { body: JsonObject; formVersion: string },
): JsonValue {
  switch (include) {
    case 'None':
      return null;
    case 'Metadata':
      return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${formVersion}`, metadata: metaOf(body) };
    case 'Object':
      return { apiVersion: apiVersionOf(resource), kind: resource.kind, ...resource.rules.toServed(body) };
  }
}
