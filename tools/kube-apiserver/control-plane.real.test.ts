import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { startControlPlane, type ControlPlane } from './control-plane.mjs';
import { PATIENCE_MS } from './patience.js';

const moduleUrl = new URL('./control-plane.mjs', import.meta.url).href;

describe('the control plane shared by all suites', () => {
  it('lets the administrator in with the certificate and token it hands out', async () => {
    const shared = inject('controlPlane');
    const own = await kubectlVersion(shared);
    expect(own).toMatch(/Server Version: v1\.\d+\.\d+/);
  });
});

describe('a control plane of its own', () => {
  const { controllerManager } = inject('controlPlane');
  let controlPlane: ControlPlane;
  beforeAll(async () => {
    controlPlane = await startControlPlane({ auditLog: true, controllerManager });
  });
  afterAll(async () => {
    await controlPlane.stop();
    expect(existsSync(controlPlane.dataDir)).toBe(false);
  });

  const create = (name: string) => controlPlane.kubectl(['create', 'configmap', name, '-n', 'default', '-o', 'jsonpath={.metadata.uid}']);

  it('refuses what a user without a role asks for', async () => {
    const result = await controlPlane.kubectl(['get', 'configmaps', '-n', 'default'], { user: 'limited' });
    expect(result).toMatchObject({ code: 1, stderr: expect.stringContaining('Forbidden') });
  });

  it('writes down who wrote what, with the body', async () => {
    expect(await create('audited')).toMatchObject({ code: 0 });
    await vi.waitFor(async () => {
      const entries = await controlPlane.auditEntries();
      const writes = entries.filter((entry) => entry.verb === 'create' && entry.objectRef?.name === 'audited');
      expect(writes).toMatchObject([{ user: { username: 'admin' }, requestObject: { kind: 'ConfigMap' } }]);
    }, PATIENCE_MS);
  });

  it.skipIf(!controllerManager)('deletes a namespace with everything in it', async () => {
    await controlPlane.kubectl(['create', 'namespace', 'doomed']);
    const result = await controlPlane.kubectl(['delete', 'namespace', 'doomed', '--wait']);
    expect(result).toMatchObject({ code: 0 });
  });

  it('keeps its data over a restart of the server', async () => {
    const { stdout: uid } = await create('survivor');
    await controlPlane.restart();
    const found = await controlPlane.kubectl(['get', 'configmap', 'survivor', '-n', 'default', '-o', 'jsonpath={.metadata.uid}']);
    expect(found.stdout).toBe(uid);
  });

  it('forgets history when compacted and restarted, so that an old watch gets 410', async () => {
    const old = await controlPlane.kubectl(['get', 'configmaps', '-n', 'default', '-o', 'json']);
    const { resourceVersion } = (JSON.parse(old.stdout) as { items: { metadata: { resourceVersion: string } }[] }).items[0]?.metadata ?? {};
    await create('newer');
    await controlPlane.compact();
    await controlPlane.restart();
    const path = `/api/v1/namespaces/default/configmaps?watch=1&timeoutSeconds=1&resourceVersion=${String(resourceVersion)}`;
    const watch = await controlPlane.kubectl(['get', '--raw', path]);
    expect(watch.stdout + watch.stderr).toMatch(/Expired|too old resource version/);
  });

  it('loses everything when wiped', async () => {
    await controlPlane.wipe();
    const gone = await controlPlane.kubectl(['get', 'configmap', 'survivor', '-n', 'default']);
    expect(gone).toMatchObject({ code: 1, stderr: expect.stringContaining('NotFound') });
  });
});

describe('when the process that started it is killed', () => {
  it('ends every program and removes the data', async () => {
    const script = `const { startControlPlane } = await import(${JSON.stringify(moduleUrl)});
      const { url, dataDir } = await startControlPlane(); console.log(JSON.stringify({ url, dataDir })); setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
    const { url, dataDir } = JSON.parse(line) as { url: string; dataDir: string };
    parent.kill('SIGKILL');
    await vi.waitFor(async () => {
      expect(existsSync(dataDir)).toBe(false);
      await expect(fetch(url)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    }, PATIENCE_MS);
  });
});

async function kubectlVersion({ assetsDir, kubeconfigPath, dataDir }: { assetsDir: string; kubeconfigPath: string; dataDir: string }) {
  const env = { KUBECONFIG: kubeconfigPath, HOME: dataDir };
  const child = spawn(`${assetsDir}/kubectl`, ['version'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  await once(child, 'close');
  return output;
}
