import type { ObjectRef } from './object.js';
import type { JsonPatchOperation, MergePatch } from './patch.js';

/**
 * One request that changes one object. The uid is bound by whoever builds it: a merge patch carries `metadata.uid`,
 * a JSON patch begins with `test /metadata/uid`.
 */
export type ObjectWrite =
  | { readonly kind: 'merge'; readonly ref: ObjectRef; readonly patch: MergePatch }
  | {
      readonly kind: 'json';
      readonly ref: ObjectRef;
      readonly endpoint: 'main' | 'status';
      readonly operations: readonly JsonPatchOperation[];
    };
