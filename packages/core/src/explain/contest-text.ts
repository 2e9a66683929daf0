import type { FactBody } from '../model/fact.js';

type Contested = Extract<FactBody, { readonly kind: 'notes-contested' }>;

/** Who fights with us, and over which fields. */
export function contestText({ fields, times, managers }: Contested): string {
  const who = managers.length === 0 ? 'Somebody without a name there' : `Somebody (${managers.join(', ')} write the object, too)`;
  return `${who} took away or changed ${fields.join(', ')} of ours, ${String(times)} times in a row.`;
}
