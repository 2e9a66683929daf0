// What a real server wrote down about our operators.
import { inject } from 'vitest';
import { auditLines } from '../../../tools/kube-apiserver/audit-log.js';

export interface AuditedWrite {
  readonly endpoint: 'main' | 'status';
  readonly type: 'merge' | 'json';
  readonly body: unknown;
}

/** Completed writes of operators in a namespace, from the audit log of the server, from a place in it on. */
export function operatorWrites(
  { namespace, resource }: { readonly namespace: string; readonly resource: string },
  from: number,
): readonly AuditedWrite[] {
  const found: AuditedWrite[] = [];
  for (const line of auditLines(inject('controlPlane').auditLogPath, from)) {
    if (!line.includes(`"namespace":"${namespace}"`) || !line.includes('"stage":"ResponseComplete"')) continue;
    const entry = JSON.parse(line) as {
      verb: string;
      userAgent?: string;
      requestObject?: unknown;
      objectRef?: { namespace?: string; subresource?: string; resource?: string };
    };
    if (entry.objectRef?.namespace !== namespace || entry.objectRef.resource !== resource) continue;
    if (!entry.userAgent?.startsWith('kopfts') || !['patch', 'update', 'create', 'delete'].includes(entry.verb)) continue;
    const endpoint = entry.objectRef.subresource === 'status' ? 'status' : 'main';
    found.push({ endpoint, type: Array.isArray(entry.requestObject) ? 'json' : 'merge', body: entry.requestObject });
  }
  return found;
}
