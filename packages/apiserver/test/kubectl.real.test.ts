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

/** The real kubectl, on the in-memory server. */
async function kubectl(args: readonly string[], input?: object): Promise<string> {
  const { assetsDir } = inject('controlPlane');
  const child = run(join(assetsDir, 'kubectl'), ['--kubeconfig', join(folder, 'kubeconfig'), ...args], {
    env: { ...process.env, HOME: folder },
  });
  if (input !== undefined) child.child.stdin?.end(JSON.stringify(input));
  return (await child).stdout;
}

const WIDGETS = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList', shortNames: ['wd'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        additionalPrinterColumns: [{ name: 'Size', type: 'integer', jsonPath: '.spec.size' }],
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: { type: 'object', properties: { size: { type: 'integer' } } },
              status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
            },
          },
        },
      },
    ],
  },
};
const widget = (size: number) => ({ apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'a' }, spec: { size } });

describe('the real kubectl on the in-memory server', () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kopfts-kubectl-'));
    await writeFile(join(folder, 'kubeconfig'), JSON.stringify(server.kubeconfig((await server.listen()).url)));
    await kubectl(['create', '-f', '-'], WIDGETS);
    await kubectl(['wait', '--for=condition=Established', 'crd/widgets.example.com', '--timeout=120s']);
  });
  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('creates, applies, patches, labels, gets, describes and deletes an object', async () => {
    expect(await kubectl(['create', '-f', '-'], widget(1))).toContain('widget.example.com/a created');
    expect(await kubectl(['apply', '-f', '-'], widget(2))).toContain('widget.example.com/a configured');
    expect(await kubectl(['patch', 'wd', 'a', '--type=merge', '-p', '{"spec":{"size":3}}'])).toContain('patched');
    expect(await kubectl(['patch', 'wd', 'a', '--subresource=status', '--type=merge', '-p', '{"status":{"ok":true}}'])).toContain(
      'patched',
    );
    expect(await kubectl(['patch', 'wd', 'a', '--type=json', '-p', '[{"op":"replace","path":"/spec/size","value":4}]'])).toContain(
      'patched',
    );
    await kubectl(['label', 'wd', 'a', 'tier=gold']);
    expect(await kubectl(['get', 'wd', '-l', 'tier=gold'])).toMatch(/^NAME +SIZE\na +4\n/);
    expect(JSON.parse(await kubectl(['get', 'wd', 'a', '-o', 'json']))).toMatchObject({ spec: { size: 4 }, status: { ok: true } });
    expect(await kubectl(['describe', 'wd', 'a'])).toContain('Size:  4');
    expect(await kubectl(['delete', 'wd', 'a', '--timeout=120s'])).toContain('deleted');
    await expect(kubectl(['get', 'wd', 'a'])).rejects.toThrow('widgets.example.com "a" not found');
  });

  it.each([
    { cascade: 'background', left: '' },
    { cascade: 'foreground', left: '' },
    { cascade: 'orphan', left: 'child' },
  ])('waits for a deletion with --cascade=$cascade, after which "$left" is left', async ({ cascade, left }) => {
    await kubectl(['create', '-f', '-'], { ...widget(1), metadata: { name: 'owner' } });
    const uid = await kubectl(['get', 'wd', 'owner', '-o', 'jsonpath={.metadata.uid}']);
    const owner = { apiVersion: 'example.com/v1', kind: 'Widget', name: 'owner', uid, blockOwnerDeletion: true };
    await kubectl(['create', '-f', '-'], { ...widget(1), metadata: { name: 'child', ownerReferences: [owner] } });
    expect(await kubectl(['delete', 'wd', 'owner', `--cascade=${cascade}`, '--timeout=120s'])).toContain('deleted');
    expect(await kubectl(['get', 'wd', '-o', 'jsonpath={.items[*].metadata.name}'])).toBe(left);
    await kubectl(['delete', 'wd', '--all', '--timeout=120s']);
  });

  it('shows what the server refuses, in the words of the real one', async () => {
    const refused = kubectl(['create', '--validate=false', '-f', '-'], { ...widget(1), spec: { size: 'large' } });
    await expect(refused).rejects.toThrow('spec.size: Invalid value: "string"');
  });
});
