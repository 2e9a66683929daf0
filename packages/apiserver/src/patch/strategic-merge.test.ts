import { describe, expect, it } from 'vitest';
import type { JsonDraft, JsonObject } from '../store/json-value.js';
import { applyStrategicMerge } from './strategic-merge.js';

const pod = (spec: JsonObject): JsonObject => ({ metadata: { name: 'a', labels: { a: 'b' }, finalizers: ['x/a', 'x/b'] }, spec });
const container = (name: string, more: JsonObject = {}): JsonObject => ({ name, image: 'i', ...more });
const merged = (document: JsonObject, patch: JsonObject): JsonObject =>
  applyStrategicMerge(structuredClone(document), structuredClone<JsonDraft>(patch), 'core.v1.Pod');

describe('a strategic merge patch', () => {
  const document = pod({ containers: [container('one', { args: ['a'] }), container('two')], nodeSelector: { disk: 'ssd' } });

  it('merges items of a list by the key of their type', () => {
    const { spec } = merged(document, { spec: { containers: [{ name: 'two', image: 'j' }] } });
    expect(spec).toEqual({
      containers: [container('one', { args: ['a'] }), container('two', { image: 'j' })],
      nodeSelector: { disk: 'ssd' },
    });
  });

  it('adds new items of such a list', () => {
    const { spec } = merged(document, { spec: { containers: [container('three')] } });
    expect((spec as { containers: { name: string }[] }).containers.map(({ name }) => name)).toContain('three');
    expect((spec as { containers: unknown[] }).containers).toHaveLength(3);
  });

  it('deletes, replaces and retains by its directives', () => {
    expect(merged(document, { spec: { containers: [{ name: 'one', $patch: 'delete' }] } })['spec']).toEqual({
      containers: [container('two')],
      nodeSelector: { disk: 'ssd' },
    });
    expect(merged(document, { spec: { nodeSelector: { $patch: 'replace', zone: 'a' } } })).toEqual({
      ...document,
      spec: { ...(document['spec'] as JsonObject), nodeSelector: { zone: 'a' } },
    });
    expect(merged(document, { spec: { $retainKeys: ['containers'] } })['spec']).toEqual({
      containers: [container('one', { args: ['a'] }), container('two')],
    });
  });

  it('adds to sets of texts, takes from them, and replaces plain lists', () => {
    const finalizers = (patch: JsonObject): unknown => (merged(document, { metadata: patch })['metadata'] as JsonObject)['finalizers'];
    expect(finalizers({ finalizers: ['x/c'] })).toEqual(['x/c', 'x/a', 'x/b']);
    expect(finalizers({ '$deleteFromPrimitiveList/finalizers': ['x/a'] })).toEqual(['x/b']);
    expect(merged(document, { spec: { containers: [{ name: 'one', args: ['b'] }] } })['spec']).toMatchObject({
      containers: [{ name: 'one', args: ['b'] }, { name: 'two' }],
    });
  });

  it('removes what is null', () => {
    expect(merged(document, { metadata: { labels: { a: null } } })['metadata']).toMatchObject({ labels: {} });
    expect(merged(document, { spec: { nodeSelector: null } })['spec']).not.toHaveProperty('nodeSelector');
  });

  it('refuses what the type does not know, and directives that nobody knows', () => {
    expect(() => merged(document, { spec: { containers: [{ name: 'one', ports: [{}] }] } })).not.toThrow();
    expect(() =>
      merged(pod({ containers: [container('one', { ports: [{ containerPort: 1 }] })] }), {
        spec: { containers: [{ name: 'one', ports: [{}] }] },
      }),
    ).toThrow('does not contain declared merge key: containerPort');
    expect(() => merged(document, { spec: { containers: [{ name: 'one', $patch: 'odd' }] } })).toThrow('odd');
  });
});
