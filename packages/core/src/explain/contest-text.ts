import type { FactBody } from '../model/fact.js';

type Contested = Extract<FactBody, { readonly kind: 'notes-contested' }>;

/** Who fights with us, and over which fields. */
export function contestText({ how, fields, times, managers }: Contested): string {
  if (how === 'overtaken')
    return `Somebody else, perhaps another operator of this name, wrote ${fields.join(', ')} of ours first: that stands, and the object is looked at again.`;
  const who = managers.length === 0 ? 'Somebody without a name there' : `Somebody (${managers.join(', ')} write the object, too)`;
  return `${who} took away or changed ${fields.join(', ')} of ours, ${String(times)} times in a row.`;
}
