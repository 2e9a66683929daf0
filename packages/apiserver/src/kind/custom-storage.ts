// The stored form of custom resources, as kube-apiserver keeps it in etcd: the text of the version that is stored. An object that comes
// in that version is kept as it is, with what its schema does not know; another version is pruned by the schema of the stored one.
// Reading prunes and fills by the schema of the version in which the text is, and prunes once more by the version that is asked for.

import { metaOf } from '../meta/object-meta.js';
import { applyDefaults } from '../schema/defaults.js';
import { dropNulls } from '../schema/drop-nulls.js';
import { prune } from '../schema/prune.js';
import { rootSchema } from '../schema/root-schema.js';
import type { JsonObject, JsonValue } from '../store/json-value.js';
import { EMPTY, isObject, withoutKey } from '../store/json-value.js';
import type { StoredObject } from '../store/stored-object.js';
import type { DefinedVersion, KindRules } from './resource.js';

export interface StoredFormOptions {
  readonly versions: ReadonlyMap<string, DefinedVersion>;
  readonly version: string;
  readonly storageVersion: string;
}

export function storedForm({ versions, version, storageVersion }: StoredFormOptions): Required<Pick<KindRules, 'read' | 'toStorage'>> {
  const schemas = new Map([...versions].map(([name, { schema }]) => [name, rootSchema(schema)]));
  const schemaOf = (name: string): JsonObject => schemas.get(name) ?? EMPTY;
  const known = new WeakMap<StoredObject, JsonObject>();
  return {
    toStorage: (body) => (version === storageVersion ? body : changed(body, (content) => pruned(content, schemaOf(storageVersion)))),
    // Each stored object is looked at once.
    read: (stored) => {
      const found = known.get(stored) ?? read(stored);
      known.set(stored, found);
      return found;
    },
  };

  function read(stored: StoredObject): JsonObject {
    const { body, writtenVersion } = stored;
    const written = schemas.has(writtenVersion) ? writtenVersion : storageVersion;
    return changed(body, (content) => {
      const schema = schemaOf(written);
      const filled = dropNulls(applyDefaults(prune(content, schema, { path: '', unknown: [], embedded: [] }), schema), schema);
      return written === version ? filled : pruned(filled, schemaOf(version));
    });
  }
}

function pruned(content: JsonValue, schema: JsonObject): JsonValue {
  return dropNulls(prune(content, schema, { path: '', unknown: [], embedded: [] }), schema);
}

/** The schema of a kind says nothing of metadata. */
function changed(body: JsonObject, change: (content: JsonValue) => JsonValue): JsonObject {
  const content = withoutKey(body, 'metadata');
  const after = change(content);
  return after === content || !isObject(after) ? body : { metadata: metaOf(body), ...after };
}
