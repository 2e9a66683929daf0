// What commands say to people, and to programs.
import { visibleJson, visibleText } from './visible-text.js';

/** Values of `--output`. */
export const OUTPUT_FORMATS = ['text', 'json'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

/** Rows with their columns below each other, two spaces apart. */
export function table(given: readonly (readonly string[])[]): readonly string[] {
  const rows = given.map((row) => row.map(visibleText));
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** One document, indented. */
export function jsonText(value: unknown): string {
  return `${visibleJson(JSON.stringify(value, undefined, 2))}\n`;
}
