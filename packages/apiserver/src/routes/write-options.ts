import type { FieldError } from '../errors.js';
import { fieldForbidden, fieldInvalid, fieldUnsupported, invalid } from '../errors.js';

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

/** The query of a create, update or patch. */
export interface WriteOptions {
  readonly isDryRun: boolean;
  readonly fieldValidation: FieldValidation;
}

export function parseWriteOptions(query: URLSearchParams, kind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions'): WriteOptions {
  const errors: FieldError[] = [];
  if (kind === 'PatchOptions' && (query.get('force') ?? '') !== '')
    errors.push(fieldForbidden('force', 'may not be specified for non-apply patch'));
  errors.push(...managerProblems(query.get('fieldManager') ?? ''));
  const dryRun = query.getAll('dryRun').filter((value) => value !== '');
  if (dryRun.some((value) => value !== 'All')) errors.push(fieldUnsupported('dryRun', JSON.stringify(dryRun), ['All']));
  const validation = query.get('fieldValidation') ?? '';
  if (!['', 'Ignore', 'Strict', 'Warn'].includes(validation)) {
    errors.push(fieldUnsupported('fieldValidation', JSON.stringify(validation), ['', 'Ignore', 'Strict', 'Warn']));
  }
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind }, '', errors);
  // Warnings are the default of the real server.
  return { isDryRun: dryRun.length > 0, fieldValidation: validation === 'Ignore' || validation === 'Strict' ? validation : 'Warn' };
}

const LONGEST_MANAGER = 128;

function managerProblems(manager: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (Buffer.byteLength(manager) > LONGEST_MANAGER) {
    const message = `Too long: may not be more than ${LONGEST_MANAGER} bytes`;
    errors.push({ reason: 'FieldValueTooLong', field: 'fieldManager', message });
  }
  const unprintable = [...manager].findIndex((character) => /[\p{C}\p{Zl}\p{Zp}]/u.test(character));
  if (unprintable >= 0) {
    const code = ([...manager][unprintable]?.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    errors.push(fieldInvalid('fieldManager', JSON.stringify(manager), `invalid character U+${code} (at position ${unprintable})`));
  }
  return errors;
}
