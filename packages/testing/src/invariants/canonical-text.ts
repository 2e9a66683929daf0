import { isJsonObject } from '@kopfts/core';

/** How {@link canonicalText} reads a value. */
export interface CanonicalTextOptions {
  /** In mappings null equals absence, as in diffs; default false. */
  readonly nullIsNothing?: boolean | undefined;
}

/** One text for equal values: keys sorted, what is `undefined` left out. `none` for `undefined` itself. */
export function canonicalText(value: unknown, options: CanonicalTextOptions = {}): string {
  if (value === undefined) return 'none';
  if (Array.isArray(value)) return `[${value.map((item) => canonicalText(item ?? null)).join(',')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const parts: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const child = value[key];
    if (child === undefined || (child === null && options.nullIsNothing === true)) continue;
    parts.push(`${JSON.stringify(key)}:${canonicalText(child, options)}`);
  }
  return `{${parts.join(',')}}`;
}
