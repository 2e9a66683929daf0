// Whose an object is: by its owner references, or by a mark where such a reference is not possible, between namespaces and above them.
import { isJsonObject, type Json } from './json.js';

/** The label of a marked child: the uid of its owner. One for all operators, so that anybody finds the children of an object. */
export const OWNER_LABEL = 'kopf.zalando.org/owner-uid';
/** Its annotation: the owner for people and tools, as JSON with `apiVersion`, `kind`, `namespace`, `name` and `uid`. */
export const OWNER_ANNOTATION = 'kopf.zalando.org/owner';

/** Of an object with these metadata. They are the user's: what is no owner has no uid. */
export function ownerUidsOf(meta: { readonly ownerReferences?: unknown; readonly labels?: unknown }): readonly string[] {
  const references: readonly unknown[] = Array.isArray(meta.ownerReferences) ? meta.ownerReferences : [];
  const marks = isJsonObject(meta.labels) ? [meta.labels[OWNER_LABEL]] : [];
  const uids = [...references.map((reference) => (isJsonObject(reference) ? reference['uid'] : undefined)), ...marks];
  return uids.filter((uid: Json | undefined): uid is string => typeof uid === 'string' && uid !== '');
}
