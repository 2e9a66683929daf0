// What a real server wrote down about our operators.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { inject } from 'vitest';

export interface AuditedWrite {
  readonly endpoint: 'main' | 'status';
  readonly type: 'merge' | 'json';
  readonly body: unknown;
}

/** Completed writes of operators in a namespace, from the audit log of the server, from a place in it on. */
export async function operatorWrites(
  { namespace, resource }: { readonly namespace: string; readonly resource: string },
  from: number,
): Promise<readonly AuditedWrite[]> {
  const found: AuditedWrite[] = [];
  const lines = createInterface({ input: createReadStream(inject('controlPlane').auditLogPath, { start: from }) });
  for await (const line of lines) {
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
