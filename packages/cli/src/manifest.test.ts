import { describe, expect, it } from 'vitest';
import { parseManifests } from './manifest.js';

describe('manifests', () => {
  it('reads several documents and lists, and leaves out empty ones', async () => {
    const text =
      'apiVersion: v1\nkind: A\nmetadata: {name: a}\n---\n---\n# nothing\n---\napiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: B, metadata: {name: b, namespace: ns}}\n';
    const manifests = await parseManifests(text, 'x.yaml');
    expect(manifests.map(({ kind, name, namespace }) => [kind, name, namespace])).toEqual([
      ['A', 'a', undefined],
      ['B', 'b', 'ns'],
    ]);
  });

  it('reads scalars as Kubernetes does', async () => {
    const text = 'apiVersion: v1\nkind: A\nmetadata: {name: a}\nspec: {yes: yes, ports: 22:22, day: 2020-01-01, ratio: 1.5, "null": ~}\n';
    const [manifest] = await parseManifests(text, 'x.yaml');
    expect(manifest?.body['spec']).toEqual({ true: true, ports: '22:22', day: '2020-01-01', ratio: 1.5, null: null });
  });

  it.each([
    { text: 'a: [1', says: 'x.yaml:1 is no YAML: ' },
    { text: '- 1', says: 'x.yaml holds no Kubernetes object.' },
    { text: 'kind: A', says: 'x.yaml has no apiVersion.' },
    { text: 'apiVersion: v1', says: 'x.yaml has no kind.' },
    { text: 'apiVersion: v1\nkind: A\n---\napiVersion: v1\nkind: A\n', says: 'x.yaml (document 1) has no metadata.name.' },
  ])('refuses $text', async ({ text, says }) => {
    await expect(parseManifests(text, 'x.yaml')).rejects.toThrow(says);
  });
});
