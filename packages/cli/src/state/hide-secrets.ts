// What is shown of an object's memory is copied into tickets: values that may be secret are not in it.
import { isJsonObject, isSecretName, withoutSecrets, type Json, type JsonObject, type Resource } from '@kopfts/core';

const HIDDEN = '[redacted]';

/** What was handled last, without what it keeps secret: of a Secret all of its data, of others the values of fields and annotations called like one. */
export function hideSecretsOfEssence(essence: Json, { group, plural }: Pick<Resource, 'group' | 'plural'>): Json {
  if (!isJsonObject(essence)) return essence;
  const isSecret = group === '' && plural === 'secrets';
  return mapFields(essence, (name, value) =>
    isSecret && (name === 'data' || name === 'stringData') ? hideAll(value) : hideField(name, value),
  );
}

/** The same of anything else that is JSON; texts lose what looks like a credential. */
export function hideSecrets(value: Json): Json {
  if (typeof value === 'string') return withoutSecrets(value);
  if (Array.isArray(value)) return value.map(hideSecrets);
  if (!isJsonObject(value)) return value;
  return mapFields(value, hideField);
}

/** Keeps the shape: that a key is there is no secret. */
function hideAll(value: Json): Json {
  if (Array.isArray(value)) return value.map(hideAll);
  if (isJsonObject(value)) return mapFields(value, (_name, inner) => hideAll(inner));
  return value === null || typeof value === 'boolean' ? value : HIDDEN;
}

function hideField(name: string, value: Json): Json {
  return isSecretName(name) ? hideAll(value) : hideSecrets(value);
}

/** Own fields stay own fields, whatever they are called. */
function mapFields(value: JsonObject, map: (name: string, value: Json) => Json): JsonObject {
  return Object.fromEntries(Object.entries(value).flatMap(([name, inner]) => (inner === undefined ? [] : [[name, map(name, inner)]])));
}
