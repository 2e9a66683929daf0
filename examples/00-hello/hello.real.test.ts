import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { auditLines } from '../../tools/kube-apiserver/audit-log.js';
import { define, undefine } from '../../tools/kube-apiserver/definitions.js';
import type {} from '../../tools/kube-apiserver/global-setup.js';
import { PATIENCE_MS } from '../../tools/kube-apiserver/patience.js';
import { DEFINITION } from '../shared/stage.js';

const run = promisify(execFile);
const here = fileURLToPath(new URL('.', import.meta.url));
const bin = fileURLToPath(new URL('../../packages/cli/dist/main.js', import.meta.url));
const plane = inject('controlPlane');
const NAMESPACE = 'hello';

async function kubectl(...args: string[]): Promise<string> {
  // What kubectl remembers of kinds is of this server alone.
  const options = { cwd: here, env: { ...process.env, HOME: plane.dataDir } };
  return (await run(join(plane.assetsDir, 'kubectl'), ['--kubeconfig', plane.kubeconfigPath, '-n', NAMESPACE, ...args], options)).stdout;
}

/** What our operator changed by PATCHes, from the audit log, as `main` and `status`, per object. Who is killed may leave one that failed. */
function writesOf(name: string): string[] {
  const found: string[] = [];
  for (const line of auditLines(plane.auditLogPath)) {
    if (!line.includes('"stage":"ResponseComplete"') || !line.includes(`"namespace":"${NAMESPACE}"`)) continue;
    const entry = JSON.parse(line) as {
      verb: string;
      userAgent?: string;
      objectRef?: { name?: string; subresource?: string; namespace?: string };
      responseStatus?: { code?: number };
    };
    if (entry.responseStatus?.code !== 200) continue;
    const isOurs = entry.userAgent?.startsWith('kopfts') === true && !['get', 'list', 'watch'].includes(entry.verb);
    if (isOurs && entry.objectRef?.namespace === NAMESPACE && entry.objectRef.name === name)
      found.push(entry.objectRef.subresource ?? 'main');
  }
  return found;
}

interface Running {
  readonly child: ChildProcess;
  readonly stdout: () => string;
}

const alive = new Set<ChildProcess>();
function startOperator(): Running {
  const args = [bin, 'run', '--kubeconfig', plane.kubeconfigPath, '-n', NAMESPACE];
  const child = spawn(process.execPath, args, { cwd: here, stdio: ['ignore', 'pipe', 'inherit'] });
  alive.add(child);
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  return { child, stdout: () => text };
}

async function end({ child }: Running, signal: NodeJS.Signals): Promise<number | null> {
  const closed = once(child, 'close');
  child.kill(signal);
  await closed;
  alive.delete(child);
  return child.exitCode;
}

const greets = (operator: Running, name: string): Promise<void> =>
  vi.waitFor(() => expect(operator.stdout()).toContain(`Hello, ${name}!`), { timeout: PATIENCE_MS, interval: 50 });

/** In the end; a greeting may come before the last of them. */
const expectWrites = (name: string, expected: readonly string[]): Promise<void> =>
  vi.waitFor(() => expect(writesOf(name)).toEqual(expected), { timeout: PATIENCE_MS, interval: 50 });

async function apply(name: string): Promise<void> {
  const created = run(join(plane.assetsDir, 'kubectl'), ['--kubeconfig', plane.kubeconfigPath, '-n', NAMESPACE, 'create', '-f', '-']);
  created.child.stdin?.end(JSON.stringify({ apiVersion: 'kopf.dev/v1', kind: 'KopfExample', metadata: { name }, spec: { name } }));
  await created;
}

describe('the seed example as a process on a real kube-apiserver', () => {
  beforeAll(async () => {
    await define(plane, DEFINITION);
    await kubectl('create', 'namespace', NAMESPACE);
  });
  afterEach(() => {
    for (const child of alive) child.kill('SIGKILL');
    alive.clear();
  });
  afterAll(() => undefine(plane, DEFINITION));

  it('greets, notices changes, and survives restart and death: one status and one metadata write per creation, no other', async () => {
    let operator = startOperator();
    await apply('world');
    await greets(operator, 'world');
    await expectWrites('world', ['status', 'main']);

    await kubectl('patch', 'kopfexamples.kopf.dev', 'world', '--subresource=status', '--type=merge', '-p', '{"status":{"name":"Ada"}}');
    await greets(operator, 'Ada');
    // Somebody else changed a field that counts and no handler wants: it is noted as handled, once.
    await expectWrites('world', ['status', 'main', 'main']);

    expect(await end(operator, 'SIGTERM')).toBe(0);
    operator = startOperator();
    await greets(operator, 'Ada');
    await end(operator, 'SIGKILL');
    await apply('unseen');
    operator = startOperator();
    await greets(operator, 'unseen');
    await greets(operator, 'Ada');
    await expectWrites('unseen', ['status', 'main']);

    await kubectl('delete', 'kopfexamples.kopf.dev', 'unseen');
    await new Promise((resolve) => setTimeout(resolve, 60_000));
    expect(writesOf('world')).toEqual(['status', 'main', 'main']);
    expect(writesOf('unseen')).toEqual(['status', 'main']);
    expect(await end(operator, 'SIGINT')).toBe(0);
  });

  it('[A1] loses nothing when it is killed again and again while objects are created', async () => {
    const names = Array.from({ length: 12 }, (_, i) => `burst-${String(i)}`);
    let operator = startOperator();
    for (const [i, name] of names.entries()) {
      await apply(name);
      if (i % 3 !== 2) continue;
      await end(operator, 'SIGKILL');
      operator = startOperator();
    }
    for (const name of names) await greets(operator, name);
    for (const name of names) await expectWrites(name, ['status', 'main']);
    expect(await end(operator, 'SIGTERM')).toBe(0);
  });
});
