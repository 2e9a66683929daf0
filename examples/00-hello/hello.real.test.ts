import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest';

const run = promisify(execFile);
const here = fileURLToPath(new URL('.', import.meta.url));
const bin = fileURLToPath(new URL('../../packages/cli/dist/main.js', import.meta.url));
const plane = inject('controlPlane');
const NAMESPACE = 'hello';

async function kubectl(...args: string[]): Promise<string> {
  return (await run(join(plane.assetsDir, 'kubectl'), ['--kubeconfig', plane.kubeconfigPath, '-n', NAMESPACE, ...args], { cwd: here }))
    .stdout;
}

/** PATCHes of our operator in the audit log, as `main` and `status`, per object. */
async function writesOf(name: string): Promise<string[]> {
  const found: string[] = [];
  for await (const line of createInterface({ input: createReadStream(plane.auditLogPath) })) {
    if (!line.includes('"stage":"ResponseComplete"') || !line.includes(`"namespace":"${NAMESPACE}"`)) continue;
    const entry = JSON.parse(line) as {
      verb: string;
      userAgent?: string;
      objectRef?: { name?: string; subresource?: string; namespace?: string };
    };
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
  const child = spawn(process.execPath, [bin, 'run', '--kubeconfig', plane.kubeconfigPath, '-n', NAMESPACE], { cwd: here });
  alive.add(child);
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
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
  vi.waitFor(() => expect(operator.stdout()).toContain(`Hello, ${name}!`), { timeout: 15_000, interval: 50 });

async function apply(name: string): Promise<void> {
  const created = run(join(plane.assetsDir, 'kubectl'), ['--kubeconfig', plane.kubeconfigPath, '-n', NAMESPACE, 'create', '-f', '-']);
  created.child.stdin?.end(JSON.stringify({ apiVersion: 'kopf.dev/v1', kind: 'KopfExample', metadata: { name }, spec: { name } }));
  await created;
}

describe('the seed example as a process on a real kube-apiserver', () => {
  beforeAll(async () => {
    await kubectl('apply', '-f', 'crd.yaml');
    await kubectl('wait', '--for=condition=Established', 'crd/kopfexamples.kopf.dev', '--timeout=20s');
    await run(join(plane.assetsDir, 'kubectl'), ['--kubeconfig', plane.kubeconfigPath, 'create', 'namespace', NAMESPACE]);
  });
  afterEach(() => {
    for (const child of alive) child.kill('SIGKILL');
    alive.clear();
  });
  afterAll(async () => {
    await kubectl('delete', 'crd', 'kopfexamples.kopf.dev', '--wait=false');
  });

  it('greets, notices changes, and survives restart and death: one status and one metadata write per creation, no other', async () => {
    let operator = startOperator();
    await apply('world');
    await greets(operator, 'world');
    await vi.waitFor(async () => expect(await writesOf('world')).toEqual(['status', 'main']), { timeout: 5000 });

    await kubectl('patch', 'kopfexample', 'world', '--subresource=status', '--type=merge', '-p', '{"status":{"name":"Ada"}}');
    await greets(operator, 'Ada');
    // Somebody else changed a field that counts and no handler wants: it is noted as handled, once.
    await vi.waitFor(async () => expect(await writesOf('world')).toEqual(['status', 'main', 'main']), { timeout: 5000 });

    expect(await end(operator, 'SIGTERM')).toBe(0);
    operator = startOperator();
    await greets(operator, 'Ada');
    await end(operator, 'SIGKILL');
    await apply('unseen');
    operator = startOperator();
    await greets(operator, 'unseen');
    await greets(operator, 'Ada');
    await vi.waitFor(async () => expect(await writesOf('unseen')).toEqual(['status', 'main']), { timeout: 5000 });

    await kubectl('delete', 'kopfexample', 'unseen', '--timeout=10s');
    await new Promise((resolve) => setTimeout(resolve, 60_000));
    expect(await writesOf('world')).toEqual(['status', 'main', 'main']);
    expect(await writesOf('unseen')).toEqual(['status', 'main']);
    expect(await end(operator, 'SIGINT')).toBe(0);
  }, 150_000);

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
    for (const name of names) {
      const writes = await writesOf(name);
      expect(writes.at(-1)).toBe('main');
      expect(writes.filter((endpoint) => endpoint === 'status')).toHaveLength(1);
      expect(writes).toHaveLength(2);
    }
    expect(await end(operator, 'SIGTERM')).toBe(0);
  }, 120_000);
});
