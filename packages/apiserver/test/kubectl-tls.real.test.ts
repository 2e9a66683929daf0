import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createApiServer } from '@kopfts/apiserver';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

const run = promisify(execFile);
const server = createApiServer({ seed: 1 });
let folder = '';

/** The real kubectl (by HTTP/2, as clients in Go do), with nothing but the kubeconfig of the server. */
async function kubectl(...args: readonly string[]): Promise<string> {
  const child = run(join(inject('controlPlane').assetsDir, 'kubectl'), ['--kubeconfig', join(folder, 'kubeconfig'), ...args], {
    env: { ...process.env, HOME: folder },
  });
  // It would ask for a password here.
  child.child.stdin?.end();
  return (await child).stdout;
}

describe('the real kubectl over HTTPS', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kopfts-kubectl-'));
    const { url } = await server.listen({ tls: true });
    await writeFile(join(folder, 'kubeconfig'), JSON.stringify(server.kubeconfig(url)));
  });
  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('trusts the certificate, asks for no password, writes, reads and waits on watches', async () => {
    expect(await kubectl('create', 'configmap', 'a', '--from-literal=k=v')).toBe('configmap/a created\n');
    expect(await kubectl('get', 'configmaps', '-o', 'name')).toBe('configmap/a\n');
    const waiting = kubectl('wait', '--for=jsonpath={.data.k}=w', 'configmap/a', '--timeout=120s');
    await kubectl('patch', 'configmap', 'a', '--type=merge', '-p', '{"data":{"k":"w"}}');
    expect(await waiting).toBe('configmap/a condition met\n');
  });
});
