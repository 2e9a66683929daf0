// Whose fault is it that the cluster refuses a write (design 6.8)?
import type { InvalidCause } from '../model/fact.js';
import type { HandlerId } from '../model/ids.js';
import type { MergePatch } from '../model/patch.js';

/**
 * The handlers whose contribution a cause names; all that contributed to the request, if none does. Nobody, if it was nothing
 * but our own records.
 *
 * @param contributed what each handler has in this request: merged, or changed by its functions
 */
export function blamedHandlers(
  contributed: readonly (readonly [HandlerId, MergePatch])[],
  causes: readonly InvalidCause[],
): readonly HandlerId[] {
  const blamed = contributed.filter(([, patch]) => causes.some((cause) => concerns(patch, cause)));
  return [...new Set((blamed.length > 0 ? blamed : contributed).map(([handler]) => handler))];
}

/** The part of a contribution that goes to an endpoint; `undefined` if nothing does. */
export function partFor(endpoint: 'main' | 'status', patch: MergePatch, hasStatusEndpoint: boolean): MergePatch | undefined {
  const keys = Object.keys(patch).filter((key) => !hasStatusEndpoint || (key === 'status') === (endpoint === 'status'));
  return keys.length === 0 ? undefined : Object.fromEntries(keys.map((key) => [key, patch[key]]));
}

/** Whether a patch writes the field that a cause names, such as `status.name` or `spec.items[0].size`. */
function concerns(patch: MergePatch, cause: InvalidCause): boolean {
  const keys = cause.field.replace(/\[[^[\]]*\]/g, '').split('.');
  let value: unknown = patch;
  for (const key of keys) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return true;
    if (!Object.hasOwn(value, key)) return false;
    value = (value as Record<string, unknown>)[key];
  }
  return true;
}
