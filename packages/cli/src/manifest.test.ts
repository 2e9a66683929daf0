import { describe, expect, it } from 'vitest';
import { parseManifests } from './manifest.js';

const OBJECT = 'apiVersion: v1\nkind: A\nmetadata: {name: a}\n';
const LETTERS = 'abcde'.split('');
const bomb = `a: &a [x]\n${LETTERS.slice(1)
  .map(
    (letter, i) =>
      `${letter}: &${letter} [${Array(9)
        .fill(`*${LETTERS[i] ?? ''}`)
        .join(',')}]`,
  )
  .join('\n')}\n`;
const merges = `m0: &m0 {k: 1}\n${Array.from({ length: 14 }, (_, i) => `m${String(i + 1)}: &m${String(i + 1)} {<<: [*m${String(i)}, *m${String(i)}]}`).join('\n')}\n`;

describe('manifests', () => {
  it.each([
    { what: 'aliases that multiply', text: OBJECT + bomb, why: 'x.yaml is no YAML: its aliases have no anchor, or multiply it' },
    { what: 'merge keys that multiply', text: OBJECT + merges, why: 'x.yaml is no YAML: its aliases have no anchor, or multiply it' },
    { what: 'an alias of nothing', text: `${OBJECT}x: *nobody\n`, why: 'x.yaml' },
    { what: 'a value that is a part of itself', text: `${OBJECT}x: &x {y: [*x]}\n`, why: 'x.yaml is no YAML: it is a part of itself' },
    {
      what: '600 levels',
      text: `${OBJECT}x: ${'['.repeat(600)}${']'.repeat(600)}\n`,
      why: 'x.yaml is no YAML: it is nested too deep',
    },
    { what: '10,000 levels', text: `${OBJECT}x: ${'{a: '.repeat(10_000)}${'}'.repeat(10_000)}\n`, why: 'x.yaml:4 is no YAML' },
    { what: 'a tag', text: `${OBJECT}x: !!js/function 'return 1'\n`, why: 'x.yaml:4 is no YAML: Unresolved tag' },
    { what: 'a key twice', text: `${OBJECT}kind: B\n`, why: 'x.yaml:4 is no YAML: Map keys must be unique' },
    { what: 'more than 16 MiB', text: `${OBJECT}x: ${'x'.repeat(16 * 1024 * 1024)}\n`, why: 'x.yaml is larger than 16 MiB.' },
  ])('[N3, SEC8] refuses $what', async ({ text, why }) => {
    await expect(parseManifests(text, 'x.yaml')).rejects.toMatchObject({ code: 'KOPF_MANIFEST', message: expect.stringContaining(why) });
  });

  it('[N1, SEC6] keeps keys that objects inherit as keys', async () => {
    const [manifest] = await parseManifests(
      `${OBJECT}spec: {__proto__: {polluted: true}, constructor: {prototype: {polluted: true}}}\n`,
      'x.yaml',
    );
    expect(Object.keys(manifest?.body['spec'] ?? {})).toEqual(['__proto__', 'constructor']);
    expect('polluted' in {}).toBe(false);
  });

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
