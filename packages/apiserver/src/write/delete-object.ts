import { conflict, forbidden } from '../errors.js';
import { DEFINITIONS, NAMESPACES } from '../kind/builtin-resources.js';
import { terminatingDefinition } from '../kind/definition.js';
import type { Resource } from '../kind/resource.js';
import { generationOf, isDeleting, metaOf, timestamp, withMeta } from '../meta/object-meta.js';
import type { JsonObject } from '../store/json-value.js';
import { objectAt, own, stringAt, stringsAt } from '../store/json-value.js';
import type { StoredObject } from '../store/stored-object.js';
import type { DeleteOptions } from './delete-options.js';
import { invalidObject, storageKey } from './storage-key.js';
import type { WriteContext } from './write-context.js';

/** What a deletion did: the object is gone, or it is marked and waits for its finalizers. */
export type Deletion = { readonly kind: 'gone'; readonly body: JsonObject } | { readonly kind: 'marked'; readonly body: JsonObject };

const PODS = 'pods';
// Events own nothing that a garbage collector would care about.
const EVENTS = 'events';
const UNDELETABLE_NAMESPACES = ['default', 'kube-system', 'kube-public'];

/** Deletes an object, or marks it while finalizers (or the grace period of a running pod) hold it. */
export function deleteObject(
  context: WriteContext,
  resource: Resource,
  request: { current: StoredObject; options: DeleteOptions },
): Deletion {
  const { current, options } = request;
  checkPreconditions(resource, current, options);
  const marked = mark(context, resource, request);
  if (marked === undefined) checkVersionAgain(resource, request);
  const isStopped = stopsFirst(resource, current);
  if (options.isDryRun)
    return { kind: marked === undefined ? 'gone' : 'marked', body: marked ?? (isStopped ? stopped(context, current) : current.body) };
  if (marked === undefined) {
    const last = isStopped ? context.store.update(PODS, current, stopped(context, current)) : current;
    return { kind: 'gone', body: context.store.remove(resource.collection, last).body };
  }
  if (marked === current.body) return { kind: 'marked', body: marked };
  return { kind: 'marked', body: context.store.update(resource.collection, current, marked).body };
}

/** A pod that runs nowhere is marked and removed in one go, and watches see both; one whose time to stop is over is only removed. */
function stopsFirst({ collection }: Resource, { body }: StoredObject): boolean {
  return collection === PODS && !(isDeleting(body) && (own(metaOf(body), 'deletionGracePeriodSeconds') ?? 0) === 0);
}

function stopped(context: WriteContext, { body }: StoredObject): JsonObject {
  return withMeta(body, {
    // Only those of the garbage collector could still be there, and they fell.
    finalizers: undefined,
    deletionTimestamp: timestamp(context.now()),
    deletionGracePeriodSeconds: 0,
    generation: generationOf(body) + 1,
  });
}

function checkPreconditions(resource: Resource, current: StoredObject, { preconditions }: DeleteOptions): void {
  // The real server names the kind here, not the plural.
  const named = { group: resource.errorGroup, plural: resource.kind };
  const ofStorage = (what: string, wanted: string, found: string): Error =>
    conflict(resource, current.name, `Precondition failed: ${what} in precondition: ${wanted}, ${what} in object meta: ${found}`);
  if (preconditions.uid !== undefined && preconditions.uid !== current.uid) {
    if (resource.collection === NAMESPACES) throw ofStorage('UID', preconditions.uid, current.uid);
    const why = `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${current.uid}). The object might have been deleted and then recreated`;
    throw conflict(named, current.name, why);
  }
  if (preconditions.resourceVersion !== undefined && preconditions.resourceVersion !== String(current.version)) {
    if (resource.collection === NAMESPACES) throw ofStorage('ResourceVersion', preconditions.resourceVersion, String(current.version));
    const why = `the ResourceVersion in the precondition (${preconditions.resourceVersion}) does not match the ResourceVersion in record (${current.version}). The object might have been modified`;
    throw conflict(named, current.name, why);
  }
}

/**
 * When the last finalizer falls with the deletion itself, the real server asks for a version a second time: that of an object which it has
 * not written, so no version is right (`Store.Delete` in apiserver's registry).
 */
function checkVersionAgain(resource: Resource, { current, options }: { current: StoredObject; options: DeleteOptions }): void {
  const isSecondLook = !stopsFirst(resource, current) && stringsAt(metaOf(current.body), 'finalizers').length > 0;
  if (!isSecondLook || options.isDryRun || options.preconditions.resourceVersion === undefined) return;
  const why = `Precondition failed: ResourceVersion in precondition: , ResourceVersion in object meta: ${current.version}`;
  throw conflict(resource, current.name, invalidObject(storageKey(resource, current), why));
}

/** The body of an object that has to wait; the same body when it is waiting already; undefined when it may go. */
function mark(
  context: WriteContext,
  resource: Resource,
  { current, options }: { current: StoredObject; options: DeleteOptions },
): JsonObject | undefined {
  const { body } = current;
  if (resource.collection === DEFINITIONS) return terminatingDefinition(body, context.now());
  if (resource.collection === NAMESPACES) return terminatingNamespace(context, resource, { current, options });
  const grace = gracePeriod(resource, body, options);
  const before = stringsAt(metaOf(body), 'finalizers');
  const finalizers =
    resource.collection === EVENTS ? before.filter((finalizer) => !OF_COLLECTOR.has(finalizer)) : finalizersFor(before, options);
  if (finalizers.length === 0 && grace === 0) return undefined;
  if (isDeleting(body) && own(metaOf(body), 'deletionGracePeriodSeconds') === grace && sameSet(before, finalizers)) return body;
  const generation = generationOf(body);
  return withMeta(body, {
    finalizers: finalizers.length === 0 ? undefined : finalizers,
    deletionTimestamp: isDeleting(body) ? own(metaOf(body), 'deletionTimestamp') : timestamp(context.now() + grace * 1000),
    deletionGracePeriodSeconds: grace,
    generation: generation === 0 ? undefined : generation + (isDeleting(body) ? 0 : 1),
  });
}

const OF_COLLECTOR: ReadonlySet<string> = new Set(['orphan', 'foregroundDeletion']);
const ORPHAN = 'orphan';
const FOREGROUND = 'foregroundDeletion';

interface Dependents {
  readonly propagationPolicy?: DeleteOptions['propagationPolicy'] | undefined;
  readonly orphanDependents?: boolean | undefined;
}

/** With the finalizer that tells the garbage collector what to do with dependents, which others before it told otherwise. */
function finalizersFor(before: readonly string[], { propagationPolicy, orphanDependents }: Dependents): readonly string[] {
  const others = before.filter((finalizer) => finalizer !== ORPHAN && finalizer !== FOREGROUND);
  const next = [...others, ...collectorFinalizers(before, propagationPolicy, orphanDependents)];
  return sameSet(before, next) ? before : next;
}

function collectorFinalizers(
  before: readonly string[],
  policy: DeleteOptions['propagationPolicy'],
  orphanDependents: boolean | undefined,
): readonly string[] {
  if (orphanDependents !== undefined) return orphanDependents ? [ORPHAN] : [];
  if (policy !== undefined) return policy === 'Orphan' ? [ORPHAN] : policy === 'Foreground' ? [FOREGROUND] : [];
  const first = before.find((finalizer) => finalizer === ORPHAN || finalizer === FOREGROUND);
  return first === undefined ? [] : [first];
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return new Set(a).size === new Set(b).size && a.every((item) => b.includes(item));
}

/** Only pods that run somewhere get time to stop. */
function gracePeriod(resource: Resource, body: JsonObject, options: DeleteOptions): number {
  const spec = objectAt(body, 'spec');
  if (resource.collection !== PODS || stringAt(spec, 'nodeName') === '') return 0;
  if (['Failed', 'Succeeded'].includes(stringAt(objectAt(body, 'status'), 'phase'))) return 0;
  const ofPod = own(spec, 'terminationGracePeriodSeconds');
  return options.gracePeriodSeconds ?? (typeof ofPod === 'number' ? ofPod : 30);
}

function terminatingNamespace(
  context: WriteContext,
  resource: Resource,
  { current, options }: { current: StoredObject; options: DeleteOptions },
): JsonObject {
  if (UNDELETABLE_NAMESPACES.includes(current.name))
    throw forbidden(resource, current.name, { message: 'this namespace may not be deleted' });
  if (isDeleting(current.body)) return current.body;
  // For namespaces, "not orphaned" means "in the foreground".
  const { orphanDependents } = options;
  const before = stringsAt(metaOf(current.body), 'finalizers');
  const wanted = finalizersFor(
    before,
    orphanDependents === false ? { ...options, orphanDependents: undefined, propagationPolicy: 'Foreground' } : options,
  );
  // A changed list is a set here, and only here.
  const finalizers = wanted === before ? before : [...new Set(wanted)];
  const marks = { deletionTimestamp: timestamp(context.now()), finalizers: finalizers.length === 0 ? undefined : finalizers };
  return {
    ...withMeta(current.body, marks),
    status: { ...objectAt(current.body, 'status'), phase: 'Terminating' },
  };
}
