import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createAuditTail } from './audit-tail.js';

it('tells of the audit log what came since, line by line, of one group and namespace', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kopfts-audit-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'audit.log');
  const line = (verb: string, namespace: string, group = 'g.dev'): string =>
    `${JSON.stringify({ verb, requestURI: `/apis/${group}/v1/namespaces/${namespace}/things`, objectRef: { namespace } })}\n`;
  writeFileSync(path, line('before', 'a'));
  const tail = createAuditTail(path, 'g.dev');
  onTestFinished(() => tail.close());
  const verbs = (namespace: string): readonly string[] => tail.entries(namespace).map(({ verb }) => verb);
  expect(verbs('a')).toEqual([]);
  const [head, rest] = [line('second', 'a').slice(0, 20), line('second', 'a').slice(20)];
  appendFileSync(path, line('first', 'a') + line('elsewhere', 'b') + line('other group', 'a', 'h.dev') + head);
  expect(verbs('a')).toEqual(['first']);
  appendFileSync(path, rest);
  expect(verbs('a')).toEqual(['first', 'second']);
  expect(verbs('b')).toEqual(['elsewhere']);
});
