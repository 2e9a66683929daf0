// The differences that are known and described: the table of docs/conformance.md, which is read here so that nothing else is ignored.

import { readFileSync } from 'node:fs';
import type { Difference } from './difference.js';
import type { FuzzRequest } from './request.js';

const PAGE = new URL('../../../../docs/conformance.md', import.meta.url);

/** One row of the table: where, which field, and a text that what the real server said contains (empty: anything). */
export interface Deviation {
  readonly verb: string;
  readonly resource: string;
  readonly field: string;
  readonly real: string;
}

/** Rows look like `| verb | resource | field | text of the real server | why | source |`; `*` stands for any. */
export function readDeviations(page = readFileSync(PAGE, 'utf8')): readonly Deviation[] {
  const rows = page.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| verb') && !line.startsWith('| -'));
  return rows.map((row) => {
    const [verb = '', resource = '', field = '', real = ''] = row
      .split(/(?<!\\)\|/)
      .slice(1)
      .map((cell) => cell.trim().replaceAll('`', '').replaceAll('\\|', '|'));
    return { verb, resource, field, real };
  });
}

export function isKnown(deviations: readonly Deviation[], request: FuzzRequest, difference: Difference): boolean {
  const text = (): string => JSON.stringify(difference.real ?? null);
  return deviations.some(
    ({ verb, resource, field, real }) =>
      (verb === '*' || verb === request.verb) &&
      (resource === '*' || resource === request.resource) &&
      (field === difference.field || (field.endsWith('.*') && difference.field.startsWith(field.slice(0, -1)))) &&
      (real === '' || text().includes(real)),
  );
}
