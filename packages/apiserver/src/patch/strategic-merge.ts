// Strategic merge patch for built-in kinds: maps merge like a merge patch, lists with a merge key merge by it, the directives `$patch`,
// `$retainKeys`, `$deleteFromPrimitiveList/…` and `$setElementOrder/…` are understood. Which lists have keys is a table of paths.

import { untyped } from '../errors.js';
import { goText } from '../go/go-text.js';
import type { JsonArray, JsonDraft, JsonObject, JsonValue } from '../store/json-value.js';
import { arrayAt, deepEqual, isArray, isObject, own, setOwn } from '../store/json-value.js';

/** Merge keys of lists by field name; the empty key marks a list of scalars that merges as a set. */
const MERGE_KEYS: Readonly<Record<string, string>> = {
  finalizers: '',
  ownerReferences: 'uid',
  containers: 'name',
  initContainers: 'name',
  ephemeralContainers: 'name',
  env: 'name',
  volumes: 'name',
  volumeMounts: 'mountPath',
  volumeDevices: 'devicePath',
  imagePullSecrets: 'name',
  hostAliases: 'ip',
  tolerations: 'key',
  topologySpreadConstraints: 'topologyKey',
  conditions: 'type',
  secrets: 'name',
  podIPs: 'ip',
};

const DELETE_FROM = '$deleteFromPrimitiveList/';
const ELEMENT_ORDER = '$setElementOrder/';

/** The key of a list: `ports` of a Service differ from those of a container. */
function mergeKeyOf(field: string, parent: string): string | undefined {
  if (field === 'ports') return parent === 'containers' ? 'containerPort' : 'port';
  return Object.hasOwn(MERGE_KEYS, field) ? MERGE_KEYS[field] : undefined;
}

export function applyStrategicMerge(document: JsonObject, patch: JsonObject, parent = ''): JsonObject {
  const directive = own(patch, '$patch');
  if (directive === 'replace') return withoutDirectives(patch);
  if (directive === 'delete') return {};
  if (directive !== undefined && directive !== 'merge') {
    throw untyped(`unknown patch type: ${goText(directive)} in map: ${goText(patch)}`);
  }
  const result: JsonDraft = retained(document, patch);
  for (const key of Object.keys(patch)) {
    const change = own(patch, key) ?? null;
    if (key.startsWith(DELETE_FROM)) {
      const field = key.slice(DELETE_FROM.length);
      const removed = isArray(change) ? change : [];
      setOwn(
        result,
        field,
        arrayAt(document, field).filter((item) => !removed.some((gone) => deepEqual(gone, item))),
      );
    } else if (!key.startsWith('$')) mergeField(result, key, { change, parent });
  }
  return result;
}

function mergeField(result: JsonDraft, key: string, { change, parent }: { change: JsonValue; parent: string }): void {
  if (change === null) {
    delete result[key];
    return;
  }
  const current = own(result, key);
  const mergeKey = mergeKeyOf(key, parent);
  if (isObject(change)) setOwn(result, key, applyStrategicMerge(isObject(current) ? current : {}, change, key));
  else if (isArray(change) && mergeKey !== undefined)
    setOwn(result, key, mergeList(isArray(current) ? current : [], change, { mergeKey, field: key }));
  else setOwn(result, key, change);
}

function retained(document: JsonObject, patch: JsonObject): JsonDraft {
  const keep = own(patch, '$retainKeys');
  if (!isArray(keep)) return { ...document };
  return Object.fromEntries(Object.entries(document).filter(([key]) => keep.includes(key)));
}

function mergeList(current: JsonArray, change: JsonArray, by: { mergeKey: string; field: string }): JsonArray {
  // New members of a set of scalars go first, as kube-apiserver orders them.
  if (by.mergeKey === '')
    return [...change.filter((item) => !current.some((old) => deepEqual(old, item))), ...current].filter((item) => !isObject(item));
  if (change.some((item) => isObject(item) && own(item, '$patch') === 'replace' && Object.keys(item).length === 1)) {
    return change.filter((item) => !(isObject(item) && own(item, '$patch') === 'replace'));
  }
  const merged: Placed[] = [];
  const gone = new Set<number>();
  for (const item of change) {
    if (!isObject(item)) continue;
    const at = current.findIndex((old) => isObject(old) && deepEqual(own(old, by.mergeKey), own(item, by.mergeKey)));
    const old = current[at];
    if (at >= 0) gone.add(at);
    if (own(item, '$patch') === 'delete') continue;
    merged.push({ at, item: isObject(old) ? applyStrategicMerge(old, item, by.field) : withoutDirectives(item) });
  }
  const kept = current.flatMap((item, at): Placed[] => (gone.has(at) ? [] : [{ at, item }]));
  return inServerOrder(merged, kept);
}

/** An item with its place in the list of the server; -1 for a new one. */
interface Placed {
  readonly at: number;
  readonly item: JsonValue;
}

/** What the patch names goes first, except where the list of the server has another order. */
function inServerOrder(merged: readonly Placed[], kept: readonly Placed[]): JsonArray {
  const result: JsonValue[] = [];
  const [left, right] = [[...merged], [...kept]];
  for (;;) {
    const [first, second] = [left[0], right[0]];
    if (first === undefined && second === undefined) return result;
    const takesRight = first === undefined || (second !== undefined && first.at >= 0 && second.at < first.at);
    const next = takesRight ? right.shift() : left.shift();
    if (next !== undefined) result.push(next.item);
  }
}

function withoutDirectives(patch: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(patch)
      .filter(([key, value]) => value !== null && !key.startsWith('$') && !key.startsWith(ELEMENT_ORDER))
      .map(([key, value]) => [key, isObject(value) ? withoutDirectives(value) : value]),
  );
}
