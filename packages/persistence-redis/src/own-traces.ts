import { isJsonObject, type ObjectView, type OperatorIdentity } from '@kopfts/core';

/**
 * Whether an object shows that an operator of this name has written to it: by our mark, our finalizer, or the server's own book of who wrote
 * what. Then it is not new, whatever Redis says. Pure.
 */
export function createTraceFinder({ finalizer, fieldManager }: OperatorIdentity, annotation: string): (object: ObjectView) => boolean {
  return ({ body: { metadata } }) => {
    if (metadata.annotations !== undefined && Object.hasOwn(metadata.annotations, annotation)) return true;
    if (metadata.finalizers?.includes(finalizer)) return true;
    const managed = metadata['managedFields'];
    return Array.isArray(managed) && managed.some((entry) => isJsonObject(entry) && entry['manager'] === fieldManager);
  };
}
