import { Buffer } from 'node:buffer';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** One completed request of the audit log. */
export interface AuditEntry {
  readonly stage: string;
  readonly verb: string;
  readonly userAgent?: string;
  readonly requestURI: string;
  readonly objectRef?: { readonly resource?: string; readonly namespace?: string; readonly name?: string; readonly subresource?: string };
  readonly requestObject?: unknown;
  readonly responseStatus?: { readonly code?: number };
}

/** Reads what the server writes down about one API group, as it grows. */
export interface AuditTail {
  /** All entries so far of a namespace, oldest first. */
  entries(namespace: string): readonly AuditEntry[];
  close(): void;
}

/** From the end of the log on. */
export function createAuditTail(path: string, group: string): AuditTail {
  const file = openSync(path, 'r');
  let position = fstatSync(file).size;
  let rest = '';
  const found = new Map<string, AuditEntry[]>();
  const marker = `/apis/${group}/`;
  const take = (line: string): void => {
    if (!line.includes(marker)) return;
    const entry = JSON.parse(line) as AuditEntry;
    const namespace = entry.objectRef?.namespace ?? '';
    const entries = found.get(namespace) ?? [];
    entries.push(entry);
    found.set(namespace, entries);
  };
  const readOn = (): void => {
    const { size } = fstatSync(file);
    if (size <= position) return;
    const bytes = Buffer.alloc(size - position);
    position += readSync(file, bytes, 0, bytes.length, position);
    const lines = (rest + bytes.toString('utf8')).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(take);
  };
  return {
    entries: (namespace) => {
      readOn();
      return found.get(namespace) ?? [];
    },
    close: () => closeSync(file),
  };
}
