import type { Json } from '../conformance/case.js';
import type { FuzzAnswer } from './request.js';
import { isMap } from './symbols.js';

/** One field in which two answers differ; the field of a list item is called like that of the object alone. */
export interface Difference {
  readonly field: string;
  readonly ours: Json | undefined;
  readonly real: Json | undefined;
}

export function differencesOf(ours: FuzzAnswer, real: FuzzAnswer): readonly Difference[] {
  if (ours.status !== real.status) return [{ field: 'status code', ours: [ours.status, ours.body], real: [real.status, real.body] }];
  const differences: Difference[] = [];
  if (ours.contentType !== real.contentType) differences.push({ field: 'content type', ours: ours.contentType, real: real.contentType });
  if (ours.warnings !== real.warnings) differences.push({ field: 'warning', ours: ours.warnings, real: real.warnings });
  return [...differences, ...between(ours.body, real.body, '')];
}

function between(ours: Json | undefined, real: Json | undefined, path: string): readonly Difference[] {
  if (isMap(ours) && isMap(real)) {
    const keys = [...new Set([...Object.keys(ours), ...Object.keys(real)])];
    return keys.flatMap((key) => between(ours[key], real[key], path === '' ? key : `${path}.${key}`));
  }
  if (Array.isArray(ours) && Array.isArray(real) && ours.length === real.length) {
    return (ours as readonly Json[]).flatMap((item, index) => between(item, (real as readonly Json[])[index], `${path}[]`));
  }
  if (JSON.stringify(ours) === JSON.stringify(real)) return [];
  return [{ field: fieldName(path), ours, real }];
}

/** Without the surroundings in which an object stands. */
function fieldName(path: string): string {
  const inner = path.replace(/^(?:\[\]\.object\.|items\[\]\.|rows\[\]\.object\.)+/, '');
  return inner === '' ? 'body' : inner;
}
