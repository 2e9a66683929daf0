import { deepFreeze, isJsonObject, type Json, type JsonObject, presentKeys, setOwn } from '../model/json.js';
import type { ObjectBody, ObjectView } from '../model/object.js';
import type { MergePatch } from '../model/patch.js';
import type { Resource } from '../model/resource.js';
import type { ExternalWrite } from '../ports/external-place.js';
import type { StorePlan } from '../ports/progress-store.js';
import { requireThat } from './require.js';

/** A store under contract: on the objects, or outside. */
export interface StoreSubject<Store> {
  readonly store: Store;
  /** The same storage through a new instance, as after a restart of the operator. */
  reopen(): Store | Promise<Store>;
  /** Part of the uids of the objects, for stores that share a server with other tests; default none. */
  readonly uidPrefix?: string;
}

const resource: Resource = {
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

/** An object that no store has seen. */
export function freshObject(subject: StoreSubject<unknown>, name: string): ObjectView {
  const uid = `${subject.uidPrefix ?? ''}uid-of-${name}`;
  return viewOf({
    apiVersion: 'kopf.dev/v1',
    kind: 'KopfExample',
    metadata: { name, namespace: 'default', uid, resourceVersion: '1', annotations: { 'example.com/foreign': 'kept' } },
    spec: { size: 1 },
  });
}

/** Does with a plan what the engine does: the patch goes to the object, then the rest to the store. */
export async function carryOut(object: ObjectView, plan: StorePlan, store: Committing): Promise<Carried> {
  const patched = plan.patch === undefined ? object : viewOf(bump(applyPatch(object.body, plan.patch) as ObjectBody));
  if (plan.commit === undefined) return { object: patched, committed: undefined };
  requireThat(store.commit !== undefined, 'a plan wants to commit, but the store has no commit()');
  return { object: patched, committed: await store.commit(plan.commit, new AbortController().signal) };
}

export interface Carried {
  readonly object: ObjectView;
  readonly committed: 'done' | 'newer-exists' | undefined;
}

interface Committing {
  commit?(write: ExternalWrite, signal: AbortSignal): Promise<'done' | 'newer-exists'>;
}

interface Owning {
  ownsAnnotation(key: string): boolean;
  readonly ownsField?: readonly string[] | undefined;
  readonly ownsFields?: readonly (readonly string[])[] | undefined;
}

/** A plan may patch only what the store says it owns: everything else would count as a change of the object. */
export function requireOwnPatch(plan: StorePlan, store: Owning): void {
  for (const path of leaves(plan.patch ?? {})) {
    const [stanza, second, key] = path;
    const annotation = stanza === 'metadata' && second === 'annotations' && key !== undefined && store.ownsAnnotation(key);
    const field = [...(store.ownsField ? [store.ownsField] : []), ...(store.ownsFields ?? [])].some((owned) =>
      owned.every((part, index) => path[index] === part),
    );
    requireThat(annotation || field, `the plan patches ${path.join('.')}, which the store does not own`);
  }
}

function leaves(value: Json | undefined, path: readonly string[] = []): readonly (readonly string[])[] {
  if (!isJsonObject(value)) return [path];
  return presentKeys(value).flatMap((key) => leaves(value[key], [...path, key]));
}

function viewOf(body: ObjectBody): ObjectView {
  const { name, namespace, uid } = body.metadata;
  return deepFreeze({ ref: { resource, namespace, name, uid }, body });
}

function bump(body: ObjectBody): ObjectBody {
  return { ...body, metadata: { ...body.metadata, resourceVersion: String(Number(body.metadata.resourceVersion) + 1) } };
}

/** RFC 7386, as the API server does it; the engine's own is a stage and out of reach of contracts. */
export function applyPatch(target: Json | undefined, patch: Json | MergePatch | undefined): Json | undefined {
  if (!isJsonObject(patch)) return patch;
  const result: Record<string, Json | undefined> = {};
  const base: JsonObject = isJsonObject(target) ? target : {};
  for (const key of presentKeys(base)) setOwn(result, key, base[key]);
  for (const key of presentKeys(patch)) {
    if (patch[key] === null) Reflect.deleteProperty(result, key);
    else setOwn(result, key, applyPatch(Object.hasOwn(base, key) ? base[key] : undefined, patch[key]));
  }
  return result;
}
