import { isTrue } from '../query-parameter.js';
import type { FieldError } from '../errors.js';
import { fieldForbidden, fieldInvalid, fieldRequired, fieldUnsupported, invalid } from '../errors.js';

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

/** The query of a create, update or patch. */
export interface WriteOptions {
  readonly isDryRun: boolean;
  readonly fieldValidation: FieldValidation;
  /** `''` when the client does not say. */
  readonly fieldManager: string;
  /** Only of an apply. */
  readonly force: boolean;
}

const LONGEST_MANAGER = 128;

export function parseWriteOptions(
  query: URLSearchParams,
  kind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions',
  { isApply = false } = {},
): WriteOptions {
  const fieldManager = query.get('fieldManager') ?? '';
  const errors: FieldError[] = [];
  if (isApply && fieldManager === '') errors.push(fieldRequired('fieldManager', 'is required for apply patch'));
  if (kind === 'PatchOptions' && !isApply && (query.get('force') ?? '') !== '') {
    errors.push(fieldForbidden('force', 'may not be specified for non-apply patch'));
  }
  errors.push(...managerErrors(fieldManager));
  const dryRun = query.getAll('dryRun').filter((value) => value !== '');
  if (dryRun.some((value) => value !== 'All')) errors.push(fieldUnsupported('dryRun', JSON.stringify(dryRun), ['All']));
  const validation = query.get('fieldValidation') ?? '';
  if (!['', 'Ignore', 'Strict', 'Warn'].includes(validation)) {
    errors.push(fieldUnsupported('fieldValidation', JSON.stringify(validation), ['', 'Ignore', 'Strict', 'Warn']));
  }
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind }, '', errors);
  // Warnings are the default of the real server.
  return {
    isDryRun: dryRun.length > 0,
    fieldValidation: validation === 'Ignore' || validation === 'Strict' ? validation : 'Warn',
    fieldManager,
    force: query.has('force') && isTrue(query.get('force') ?? ''),
  };
}

function managerErrors(manager: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (Buffer.byteLength(manager) > LONGEST_MANAGER) {
    const message = `Too long: may not be more than ${LONGEST_MANAGER} bytes`;
    errors.push({ reason: 'FieldValueTooLong', field: 'fieldManager', message });
  }
  let position = 0;
  for (const character of manager) {
    if (!isPrintable(character)) {
      const code = character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0') ?? '';
      errors.push(fieldInvalid('fieldManager', JSON.stringify(manager), `invalid character U+${code} (at position ${position})`));
    }
    position += Buffer.byteLength(character);
  }
  return errors;
}

function isPrintable(character: string): boolean {
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(character);
}

/** The manager that a user agent stands for: what comes before its version. */
export function managerOfAgent(userAgent: string): string {
  let manager = '';
  let bytes = 0;
  for (const character of userAgent.split('/')[0] ?? '') {
    if (!isPrintable(character)) continue;
    bytes += Buffer.byteLength(character);
    if (bytes > LONGEST_MANAGER) break;
    manager += character;
  }
  return manager;
}
