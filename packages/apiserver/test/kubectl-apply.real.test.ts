import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { JsonObject, JsonValue } from '@kopfts/apiserver';
import { createApiServer } from '@kopfts/apiserver';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { jsonTextOf } from '../src/exact-numbers.js';
import { definitions } from './conformance/case.js';
import { ownersOf } from './conformance/owners-of.js';

const run = promisify(execFile);
const server = createApiServer({ seed: 1 });
let folder = '';

interface Called {
  readonly stdout: string;
  readonly stderr: string;
}

/** The real kubectl, on the in-memory server. */
async function kubectl(args: readonly string[], input?: JsonValue): Promise<Called> {
  const { assetsDir } = inject('controlPlane');
  const child = run(join(assetsDir, 'kubectl'), ['--kubeconfig', join(folder, 'kubeconfig'), ...args], {
    env: { ...process.env, HOME: folder },
  });
  if (input !== undefined) child.child.stdin?.end(jsonTextOf(input));
  return child;
}

async function get(name: string): Promise<JsonObject> {
  const { stdout } = await kubectl(['get', name, '-o', 'json', '--show-managed-fields']);
  return JSON.parse(stdout) as JsonObject;
}

const gadget = (name: string, spec: JsonObject): JsonObject => ({
  apiVersion: 'owned.kubectl.dev/v1',
  kind: 'Gadget',
  metadata: { name },
  spec,
});
const configMap = (name: string, data: JsonObject): JsonObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data });
const deployment = (name: string, containers: readonly JsonObject[], metadata: JsonObject = {}): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, ...metadata },
  spec: { selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: { containers } } },
});
const APPLY = ['apply', '-f', '-'];
const SERVER_SIDE = ['apply', '--server-side', '-f', '-'];

describe('kubectl apply on the in-memory server', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kopfts-apply-'));
    await writeFile(join(folder, 'kubeconfig'), JSON.stringify(server.kubeconfig((await server.listen()).url)));
    for (const definition of definitions('kubectl.dev')) await kubectl(['create', '-f', '-'], definition);
  });
  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('creates, changes and leaves alone a custom resource from the server side', async () => {
    const first = await kubectl(SERVER_SIDE, gadget('a', { size: 1, name: 'x', parts: [{ id: 'p', weight: 1 }] }));
    const second = await kubectl(SERVER_SIDE, gadget('a', { size: 2, parts: [{ id: 'q' }] }));
    const { metadata: before } = await get('gadgets.v1.owned.kubectl.dev/a');
    await kubectl(SERVER_SIDE, gadget('a', { size: 2, parts: [{ id: 'q' }] }));
    const after = await get('gadgets.v1.owned.kubectl.dev/a');
    expect([first.stdout, second.stdout].join('')).toBe('gadget.owned.kubectl.dev/a serverside-applied\n'.repeat(2));
    expect(after['spec']).toEqual({ color: 'red', size: 2, parts: [{ id: 'q' }] });
    expect(after['metadata']).toEqual(before);
    expect(ownersOf(after)).toEqual({ 'kubectl Apply': '.spec.parts[{"id":"q"}] .spec.parts[{"id":"q"}].id .spec.size' });
  });

  it('shows conflicts, and takes the fields by force', async () => {
    await kubectl([...SERVER_SIDE, '--field-manager=first'], configMap('conflict', { k: '1' }));
    const refused = kubectl([...SERVER_SIDE, '--field-manager=second'], configMap('conflict', { k: '2' }));
    await expect(refused).rejects.toThrow('Apply failed with 1 conflict: conflict with "first": .data.k');
    await kubectl([...SERVER_SIDE, '--field-manager=second', '--force-conflicts'], configMap('conflict', { k: '2' }));
    expect(ownersOf(await get('configmap/conflict'))).toEqual({ 'second Apply': '.data.k' });
  });

  it('applies a custom resource from the client side, by a merge of three', async () => {
    await kubectl(APPLY, gadget('client', { size: 1, name: 'x', labels: { a: '1', b: '2' } }));
    await kubectl(['patch', 'gadget', 'client', '--type=merge', '-p', '{"spec":{"labels":{"c":"3"}}}']);
    const { stdout } = await kubectl(APPLY, gadget('client', { size: 2, labels: { a: '1' } }));
    const same = await kubectl(APPLY, gadget('client', { size: 2, labels: { a: '1' } }));
    expect([stdout, same.stdout]).toEqual(['gadget.owned.kubectl.dev/client configured\n', 'gadget.owned.kubectl.dev/client unchanged\n']);
    const object = await get('gadgets.v1.owned.kubectl.dev/client');
    expect(object['spec']).toEqual({ color: 'red', size: 2, labels: { a: '1', c: '3' } });
    expect(ownersOf(object)['kubectl-client-side-apply Update']).toContain('.spec.size');
  });

  it('applies built-in kinds from the client side, by a strategic merge of three', async () => {
    await kubectl(APPLY, configMap('plain', { k: '1', gone: 'x' }));
    const changed = await kubectl(APPLY, configMap('plain', { k: '2' }));
    expect(changed).toEqual({ stdout: 'configmap/plain configured\n', stderr: '' });
    expect((await get('configmap/plain'))['data']).toEqual({ k: '2' });

    await kubectl(
      APPLY,
      deployment('web', [
        {
          name: 'a',
          image: 'busybox:1',
          env: [
            { name: 'A', value: '1' },
            { name: 'B', value: '2' },
          ],
        },
      ]),
    );
    await kubectl(APPLY, deployment('web', [{ name: 'a', image: 'busybox:2', env: [{ name: 'B', value: '2' }] }], { labels: { l: '1' } }));
    const { spec } = await get('deployment/web');
    expect(spec).toMatchObject({
      template: { spec: { containers: [{ name: 'a', image: 'busybox:2', env: [{ name: 'B', value: '2' }] }] } },
    });
  });

  it('moves from the client side to the server side without a conflict', async () => {
    await kubectl(APPLY, configMap('moving', { k: '1', gone: 'x' }));
    await kubectl(SERVER_SIDE, configMap('moving', { k: '2' }));
    const object = await get('configmap/moving');
    expect(object['data']).toEqual({ k: '2' });
    expect(ownersOf(object)).toEqual({
      'kubectl Apply': '.data.k',
      'kubectl-last-applied Apply untimed': '.metadata.annotations.kubectl.kubernetes.io/last-applied-configuration',
    });
  });

  it('shows the difference that an apply would make', async () => {
    await kubectl(APPLY, configMap('differing', { k: '1' }));
    const diff = kubectl(['diff', '--server-side', '--force-conflicts', '-f', '-'], configMap('differing', { k: '2' }));
    await expect(diff).rejects.toMatchObject({ code: 1, stdout: expect.stringContaining('+  k: "2"') as string });
    expect((await get('configmap/differing'))['data']).toEqual({ k: '1' });
  });
});
