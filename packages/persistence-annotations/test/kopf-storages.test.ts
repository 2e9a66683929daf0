// Byte for byte against what Kopf 1.45.2 made of the same ids and records; `tools/kopf-fixtures` made the file.
import { readFileSync } from 'node:fs';
import type { JsonObject, LoadedProgress, MergePatch, ObjectView, ProgressStore } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { annotationKeys, hasValidName, keyV1, keyV2 } from '../src/annotation-key.js';
import { keysOn } from '../src/annotation-layout.js';
import { createAnnotationProgressStore } from '../src/progress-store.js';
import { readRecord } from '../src/record-text.js';
import { createStatusProgressStore } from '../src/status-progress-store.js';
import { id, never, objectWith, patched } from './objects.js';

interface KeyFixture {
  readonly prefix: string;
  readonly kind: string;
  readonly id: string;
  readonly keys: readonly string[];
}

interface RecordFixture {
  readonly what: string;
  readonly options: {
    readonly kind: string;
    readonly prefix: string;
    readonly v1: boolean;
    readonly verbose: boolean;
    readonly name?: string;
  };
  readonly id: string;
  readonly record: JsonObject;
  readonly patch: MergePatch;
}

const fixtures = JSON.parse(readFileSync(new URL('kopf-1.45.2/storages.json', import.meta.url), 'utf8')) as {
  readonly keys: readonly KeyFixture[];
  readonly records: readonly RecordFixture[];
};
const nothing: LoadedProgress = { records: new Map(), version: undefined };
const onUnreadable = () => expect.unreachable('Kopf wrote it');

describe('the names of Kopf', () => {
  const groups = [...new Set(fixtures.keys.map(({ prefix, kind }) => `${kind} ${prefix}`))].map((title) => ({
    title,
    rows: fixtures.keys.filter(({ prefix, kind }) => title === `${kind} ${prefix}`),
  }));

  it.each(groups)('[ST-10, ST-03, MIG-10] are made as Kopf makes them: $title', ({ rows }) => {
    const made = rows.map(({ prefix, kind, id: handler }) => {
      const full = kind === 'ReplicaSet' ? `${handler}-ofDRS` : handler;
      return [handler, [...new Set([keyV2(prefix, full), keyV1(prefix, full)])]];
    });
    expect(made).toEqual(rows.map(({ id: handler, keys }) => [handler, keys]));
  });

  it.each(groups)('[MIG-04, MIG-09, MIG-10] are those of our annotations: $title', ({ rows }) => {
    const valid = rows.filter(({ keys }) => keys.every(hasValidName));
    const made = valid.map(({ prefix, kind, id: handler }) => {
      const { body } = objectWith({}, kind === 'ReplicaSet' ? { kind, metadata: { ownerReferences: [{ kind: 'Deployment' }] } } : {});
      return [handler, keysOn(body, handler, { prefix, v1: true }), keysOn(body, handler, { prefix, v1: false })];
    });
    expect(made).toEqual(valid.map(({ id: handler, keys }) => [handler, keys, keys.slice(0, 1)]));
    expect(valid.length).toBeGreaterThan(20);
  });

  it('are the same for ids that differ only in what is replaced, as in Kopf', () => {
    const keys = (handler: string) => annotationKeys('kopf.zalando.org', handler, true);
    expect(keys('create_fn/spec.field')).toEqual(keys('create_fn.spec.field'));
    expect(keys(`handler/${'y'.repeat(60)}`)[0]).not.toEqual(keys(`handler.${'y'.repeat(60)}`)[0]);
  });
});

function storeLike({ options }: RecordFixture, path: readonly string[]): ProgressStore {
  if (options.kind === 'annotations') return createAnnotationProgressStore({ ...options, now: () => 0, onUnreadable });
  const layout = { progress: path, diffBase: ['status', 'x'], touch: ['status', 'y'], ownedByProgress: path, ownedByDiffBase: path };
  return createStatusProgressStore({ layout, now: () => 0, onUnreadable });
}

const FIELDS: Readonly<Record<string, readonly string[]>> = { mine: ['status', 'mine', 'progress'], 'status.a.b': ['status', 'a', 'b'] };

function storeFor(fixture: RecordFixture & { readonly options: { readonly progressField?: string } }): ProgressStore {
  const { name, progressField } = fixture.options;
  return storeLike(fixture, FIELDS[name ?? progressField ?? ''] ?? ['status', 'kopf', 'progress']);
}

async function loadFrom(store: ProgressStore, object: ObjectView, handler: string): Promise<LoadedProgress> {
  return (await store.load([{ object, handlers: [id(handler)] }], never))[0] ?? nothing;
}

describe('the records of Kopf', () => {
  const rows = fixtures.records.map((fixture) => ({ ...fixture, title: `${fixture.what}, in ${JSON.stringify(fixture.options)}` }));

  it.each(rows)('[G-01, G-04, ST-25] $title: written as Kopf writes them', (fixture) => {
    const store = storeFor(fixture);
    const record = readRecord(fixture.record, 0);
    const plan = store.plan({ object: objectWith(), store: new Map([[id(fixture.id), record]]), purge: [] }, nothing);
    // As text: the order of the keys counts.
    expect(JSON.stringify(plan.patch)).toBe(JSON.stringify(fixture.patch));
  });

  it.each(rows)(
    '[G-02, MIG-04, MIG-08] $title: read as Kopf meant them, not written again, and written elsewhere as they were',
    async (fixture) => {
      const store = storeFor(fixture);
      const object = patched(objectWith(), fixture.patch);
      const seen = await loadFrom(store, object, fixture.id);
      expect([...seen.records]).toEqual([[fixture.id, readRecord(fixture.record, 0)]]);
      expect(store.plan({ object, store: seen.records, purge: [] }, seen)).toEqual({});
      const elsewhere = store.plan({ object: objectWith(), store: seen.records, purge: [] }, nothing);
      expect(JSON.stringify(elsewhere.patch)).toBe(JSON.stringify(fixture.patch));
      const purged = patched(object, store.plan({ object, store: new Map(), purge: [id(fixture.id)] }, seen).patch);
      expect((await loadFrom(store, purged, fixture.id)).records.size).toBe(0);
      expect(JSON.stringify(purged.body)).not.toContain('started');
    },
  );
});
