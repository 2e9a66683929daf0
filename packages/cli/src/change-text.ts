import type { Diff, DiffItem, Json } from '@kopfts/core';

/** More changes than this are counted, longer values are cut: the line is for reading, not for restoring. */
const MAX_ITEMS = 5;
const MAX_VALUE = 60;

/** `status.name "world" → "Ada", spec.size + 3, spec.old - 1`. Pure. */
export function changeText(diff: Diff): string {
  const shown = diff.slice(0, MAX_ITEMS).map(itemText);
  const more = diff.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${String(more)} more`] : [])].join(', ');
}

/** `status.name, +spec.size, -spec.old`: which fields changed, and not what they hold. Pure. */
export function changedFields(diff: Diff): string {
  const signs = { add: '+', remove: '-', change: '' } as const;
  const shown = diff.slice(0, MAX_ITEMS).map(({ op, field }) => `${signs[op]}${field.length === 0 ? 'the object' : field.join('.')}`);
  const more = diff.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${String(more)} more`] : [])].join(', ');
}

function itemText(item: DiffItem): string {
  const field = item.field.length === 0 ? 'the object' : item.field.join('.');
  if (item.op === 'add') return `${field} + ${valueText(item.new)}`;
  if (item.op === 'remove') return `${field} - ${valueText(item.old)}`;
  return `${field} ${valueText(item.old)} → ${valueText(item.new)}`;
}

function valueText(value: Json | undefined): string {
  const text = JSON.stringify(value ?? null);
  return text.length <= MAX_VALUE ? text : `${text.slice(0, MAX_VALUE - 1)}…`;
}
