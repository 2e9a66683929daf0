import { DEFINITIONS } from '../kind/builtin-resources.js';
import type { Resource } from '../kind/resource.js';

/** Where kube-apiserver keeps an object in etcd, which some of its refusals tell. */
export function storageKey(
  { isCustom, collection, group, plural }: Resource,
  { namespace, name, isDryRun = false }: { readonly namespace: string; readonly name: string; readonly isDryRun?: boolean },
): string {
  return [
    // A dry run stops before the root of the storage comes in.
    isDryRun ? '' : '/registry',
    ...(isCustom || collection === DEFINITIONS ? [group] : []),
    plural === 'services' ? 'services/specs' : plural,
    ...(namespace === '' ? [] : [namespace]),
    name,
  ].join('/');
}

/** What the storage says of an object that is not the one that was meant. */
export function invalidObject(key: string, why: string): string {
  return `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${why}`;
}
