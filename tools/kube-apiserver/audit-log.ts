/** The audit log of a control plane while the server writes it: lines that are not whole yet are not there yet. */
import { readFileSync } from 'node:fs';

const NEW_LINE = 10;

/** Where the last whole line ends, in bytes. */
export function auditEnd(path: string): number {
  return readFileSync(path).lastIndexOf(NEW_LINE) + 1;
}

/** Whole lines from such a place on, oldest first. */
export function auditLines(path: string, from = 0): readonly string[] {
  const bytes = readFileSync(path).subarray(from);
  return bytes
    .subarray(0, bytes.lastIndexOf(NEW_LINE) + 1)
    .toString('utf8')
    .split('\n')
    .slice(0, -1);
}
