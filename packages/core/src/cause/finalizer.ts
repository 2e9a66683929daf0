import { jsonEqual } from '../model/json.js';
import type { ObjectBody } from '../model/object.js';
import type { JsonPatchOperation } from '../model/patch.js';

/** What the decision depends on. */
export interface FinalizerState {
  /** Deletion was requested. */
  readonly deleting: boolean;
  /** The event says that the object is gone; its body still shows the last finalizer (spec Z-07). */
  readonly deleted: boolean;
  /** Ours is on the object. */
  readonly present: boolean;
  /** Some handler asks for it (spec Z-02). */
  readonly required: boolean;
  /** It bears our own name, or a handler of ours matched this object (design 6.1). */
  readonly mayRemove: boolean;
}

/** Before change handlers: does the finalizer have to be added or removed (spec Z-02..Z-04, Z-07, Z-08)? If so, they wait. */
export function decideFinalizer(state: FinalizerState): 'add' | 'remove' | 'keep' {
  if (state.deleted) return 'keep';
  if (state.required && !state.present && !state.deleting) return 'add';
  if (!state.required && state.present && state.mayRemove) return 'remove';
  return 'keep';
}

/**
 * Adds or removes our finalizer as a guarded JSON patch; empty if there is nothing to do (design 6.8). All tests come
 * first. The resourceVersion is never tested: on a busy object such a patch would never succeed. The list is tested
 * instead, so that nobody else's entry can be hit or lost.
 */
export function finalizerOperations(body: ObjectBody, finalizer: string, change: 'add' | 'remove'): readonly JsonPatchOperation[] {
  const seen = body.metadata.finalizers;
  const list = seen ?? [];
  const sameObject: JsonPatchOperation = { op: 'test', path: '/metadata/uid', value: body.metadata.uid };
  if (change === 'add') {
    if (list.includes(finalizer)) return [];
    if (seen) {
      return [
        sameObject,
        { op: 'test', path: '/metadata/finalizers', value: list },
        { op: 'add', path: '/metadata/finalizers/-', value: finalizer },
      ];
    }
    return [
      sameObject,
      { op: 'test', path: '/metadata/finalizers', value: null },
      { op: 'add', path: '/metadata/finalizers', value: [finalizer] },
    ];
  }
  // All occurrences (spec Z-09), from the last to the first, so that the indexes stay right.
  const places = list.flatMap((item, i) => (jsonEqual(item, finalizer) ? [`/metadata/finalizers/${i}`] : [])).reverse();
  if (places.length === 0) return [];
  return [
    sameObject,
    ...places.map((path): JsonPatchOperation => ({ op: 'test', path, value: finalizer })),
    ...places.map((path): JsonPatchOperation => ({ op: 'remove', path })),
  ];
}
