import type { Printed } from './run-lines.js';
import type { CommandLine, Line } from './script.js';

/** What kubectl printed for the lines, reduced to what they say is comparable. */
export function comparable(lines: readonly Line[], printed: readonly Printed[]): string {
  return lines
    .flatMap(inOrderOfEnding)
    .map((line, index) => textOf(printed[index], line))
    .join('\n');
}

function inOrderOfEnding(line: Line): readonly CommandLine[] {
  if (typeof line === 'string') return [{ run: line }];
  return [...(line.meanwhile ?? []).flatMap(inOrderOfEnding), line];
}

function textOf(printed: Printed | undefined, { from, only }: CommandLine): string {
  if (printed === undefined) return '';
  const { run, code, stdout, stderr } = printed;
  const part = from === undefined ? stdout : stdout.slice(Math.max(0, stdout.indexOf(from)));
  const some = only === undefined ? part : part.replace(/^.*\n/gm, (line) => (only.test(line) ? line : ''));
  return `$ kubectl ${run}\n${some}${stderr}(${String(code)})\n`;
}
