/** Anything as one text, for people: texts as they are, errors by their messages, other things as JSON if they have it. Never throws. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  try {
    if (value instanceof Error) return value.message;
    if (typeof value !== 'object') return (value as number | bigint | boolean | symbol).toString();
    const json: unknown = JSON.stringify(value);
    return typeof json === 'string' ? json : '';
  } catch {
    return `[${typeof value}]`;
  }
}
