import { ApiStatusError } from '../errors.js';
import type { Owner } from './owners.js';

/** A field that an applier wants to change and somebody else owns. */
export interface ApplyConflict {
  readonly owner: Owner;
  readonly path: string;
}

/** 409 with one cause per field. */
export function applyConflict(conflicts: readonly ApplyConflict[]): ApiStatusError {
  const causes = conflicts.map(({ owner, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${shownOwner(owner)}`,
    field: path,
  }));
  return new ApiStatusError(409, messageOf(conflicts), { reason: 'Conflict', details: { causes } });
}

function messageOf(conflicts: readonly ApplyConflict[]): string {
  const [first] = conflicts;
  if (conflicts.length === 1 && first !== undefined) {
    return `Apply failed with 1 conflict: conflict with ${shownOwner(first.owner)}: ${first.path}`;
  }
  const owners = [...new Set(conflicts.map(({ owner }) => owner))];
  const lines = owners.flatMap((owner) => [
    `conflicts with ${shownOwner(owner)}:`,
    ...conflicts.filter((conflict) => conflict.owner === owner).map(({ path }) => `- ${path}`),
  ]);
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`;
}

function shownOwner({ manager, subresource, operation, apiVersion }: Owner): string {
  const through = subresource === '' ? '' : ` with subresource ${JSON.stringify(subresource)}`;
  return `${JSON.stringify(manager)}${through}${operation === 'Update' ? ` using ${apiVersion}` : ''}`;
}
