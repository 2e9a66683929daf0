import { describe, expect, it } from 'vitest';
import type { DiffBaseStore, ExtensionPoint, ExtensionPoints, FactBody, Part, PluginHost, ProgressStore } from '@kopfts/core';
import { identityOf, isKopfError } from '@kopfts/core';
import { objectWith, record } from './objects.js';
import { annotations } from '../src/plugin.js';
import { status } from '../src/status-plugin.js';

const signal = new AbortController().signal;

function hostNamed(name: string | undefined): { host: PluginHost; points: Map<ExtensionPoint, unknown>; facts: FactBody[] } {
  const points = new Map<ExtensionPoint, unknown>();
  const facts: FactBody[] = [];
  const host: PluginHost = {
    identity: identityOf(name),
    clock: { now: () => 0, monotonicMs: () => 0, sleep: () => Promise.resolve(), yield: () => Promise.resolve() },
    random: { next: () => 0, uuid: () => 'u' },
    cluster: {},
    contribute: (point, part: ExtensionPoints[ExtensionPoint]) => points.set(point, part),
    emit: (fact) => facts.push(fact),
  };
  return { host, points, facts };
}

async function openStores(points: Map<ExtensionPoint, unknown>): Promise<{ progress: ProgressStore; diffBase: DiffBaseStore }> {
  const scope = { signal, onClose: () => undefined };
  return {
    progress: await (points.get('progressStore') as Part<ProgressStore>).open(scope),
    diffBase: await (points.get('diffBaseStore') as Part<DiffBaseStore>).open(scope),
  };
}

describe('annotations()', () => {
  it("provides both stores under the operator's own prefix", async () => {
    const { host, points } = hostNamed('hello');
    annotations().setup(host);
    const { progress, diffBase } = await openStores(points);
    expect(progress.ownsAnnotation('hello.kopf.zalando.org/fn')).toBe(true);
    expect(diffBase.ownsAnnotation('hello.kopf.zalando.org/last-handled-configuration')).toBe(true);
  });

  it('takes the prefix that it is given', async () => {
    const { host, points } = hostNamed('hello');
    annotations({ prefix: 'kopf.zalando.org' }).setup(host);
    const { progress } = await openStores(points);
    expect(progress.ownsAnnotation('kopf.zalando.org/fn')).toBe(true);
  });

  it('reports an unreadable annotation once per object, with the object and the annotation', async () => {
    const { host, points, facts } = hostNamed('hello');
    annotations().setup(host);
    const { diffBase } = await openStores(points);
    const object = objectWith({ 'hello.kopf.zalando.org/last-handled-configuration': '{' });
    await diffBase.load([object, object], signal);
    expect(facts).toEqual([
      expect.objectContaining({
        kind: 'plugin',
        name: 'annotation-unreadable',
        data: expect.objectContaining({
          level: 'warn',
          message:
            "[default/a] The annotation 'hello.kopf.zalando.org/last-handled-configuration' is not readable and counts as absent; the next write repairs it.",
        }) as unknown,
      }),
    ]);
  });

  it('reports once that two handlers of a kind share an annotation, as their ids differ in nothing that is kept', async () => {
    const { host, points, facts } = hostNamed('hello');
    annotations().setup(host);
    const { progress } = await openStores(points);
    const handlers = ['create_fn/spec.a', 'other', 'create_fn.spec.a'];
    for (const object of [objectWith(), objectWith()]) await progress.load([{ object, handlers }], signal);
    await progress.load(
      [{ object: objectWith(), handlers: ['create_fn/spec.a', `long/${'y'.repeat(70)}`, `long.${'y'.repeat(70)}`] }],
      signal,
    );
    expect(facts).toEqual([
      expect.objectContaining({
        name: 'annotation-shared',
        data: expect.objectContaining({
          level: 'error',
          annotation: 'hello.kopf.zalando.org/create_fn.spec.a',
          ids: ['create_fn/spec.a', 'create_fn.spec.a'],
        }) as unknown,
      }),
    ]);
  });

  it.each([
    { options: { prefix: '' }, code: 'KOPF_INVALID_OPTION' },
    { options: { prefix: 'a/b' }, code: 'KOPF_INVALID_OPTION' },
    { options: { prefix: 'Upper.example.com' }, code: 'KOPF_INVALID_OPTION' },
    { options: { prefix: `${'a'.repeat(63)}.`.repeat(3) + 'org' }, code: 'KOPF_INVALID_OPTION' },
    { options: { v1: 'no' }, code: 'KOPF_INVALID_OPTION' },
    { options: { keeps: [] }, code: 'KOPF_INVALID_OPTION' },
    { options: { keeps: ['everything'] }, code: 'KOPF_INVALID_OPTION' },
    { options: { ignoredFields: 'spec' }, code: 'KOPF_INVALID_OPTION' },
    { options: { key: '' }, code: 'KOPF_INVALID_OPTION' },
    { options: { touchKey: 5 }, code: 'KOPF_INVALID_OPTION' },
    { options: { Prefix: 'a.example.com' }, code: 'KOPF_UNKNOWN_OPTION' },
  ])('[ST-01] refuses $options', ({ options, code }) => {
    const attempt = () => annotations(options as never);
    expect(attempt).toThrow();
    try {
      attempt();
    } catch (error) {
      expect(isKopfError(error, code)).toBe(true);
    }
  });
});

describe('status()', () => {
  const id = 'create_fn/spec.field' as never;
  const planned = async (name: string | undefined, options: Parameters<typeof status>[0]) => {
    const { host, points } = hostNamed(name);
    status(options).setup(host);
    const stores = await openStores(points);
    const object = objectWith();
    const nothing = { records: new Map(), version: undefined };
    return {
      ...stores,
      progressPatch: stores.progress.plan({ object, store: new Map([[id, record()]]), purge: [] }, nothing).patch,
      diffBasePatch: stores.diffBase.plan({ object, essence: { spec: {} } }, { essence: undefined, version: undefined }).patch,
    };
  };

  it.each([
    { name: undefined, options: {}, at: ['kopf'] },
    { name: 'hello', options: {}, at: ['kopf', 'hello'] },
    { name: 'hello', options: { name: 'kopf' }, at: ['kopf'] },
    { name: undefined, options: { name: 'a.b' }, at: ['a', 'b'] },
  ])('[ST-25, ST-42] keeps everything in a field of its own: $name $options', async ({ name, options, at }) => {
    const { progressPatch, diffBasePatch, progress, diffBase } = await planned(name, options);
    const within = (value: object) => ({ status: at.reduceRight((inner, key) => ({ [key]: inner }), value) });
    expect(progressPatch).toEqual(within({ progress: { [id]: expect.objectContaining({ retries: 0, stopped: null }) as object } }));
    expect(diffBasePatch).toEqual(within({ 'last-handled-configuration': '{"spec":{}}' }));
    // In `status.kopf` other operators may keep their own.
    expect([progress.ownsField, diffBase.ownsField]).toEqual([
      ['status', at[0]],
      ['status', at[0]],
    ]);
    expect([progress.ownsAnnotation('kopf.zalando.org/x'), diffBase.ownsAnnotation('kopf.zalando.org/x')]).toEqual([false, false]);
  });

  it('[ST-25, ST-42] takes fields as text or as lists of keys, and owns nothing but them', async () => {
    const options = { progressField: 'status.{name}.records', diffBaseField: ['status', 'a.b', 'base'] };
    const { progressPatch, diffBasePatch, progress, diffBase } = await planned('hello', { name: 'mine', ...options });
    expect(progressPatch).toEqual({ status: { mine: { records: expect.anything() as unknown } } });
    expect(diffBasePatch).toEqual({ status: { 'a.b': { base: '{"spec":{}}' } } });
    expect(progress.ownsField).toEqual(['status', 'mine', 'records']);
    expect(diffBase.ownsField).toEqual(['status', 'a.b', 'base']);
  });

  it.each([
    { plugins: [status({ keeps: ['progress'] }), annotations({ keeps: ['diffBase'] })], inStatus: 'progress' },
    { plugins: [status({ keeps: ['diffBase'] }), annotations({ keeps: ['progress'] })], inStatus: 'diffBase' },
  ] as const)('shares the work with annotations(): $inStatus in the status', async ({ plugins, inStatus }) => {
    const { host, points } = hostNamed('hello');
    for (const plugin of plugins) plugin.setup(host);
    const { progress, diffBase } = await openStores(points);
    const ofStatus = inStatus === 'progress' ? progress : diffBase;
    const ofAnnotations = inStatus === 'progress' ? diffBase : progress;
    expect([ofStatus.endpoint, ofAnnotations.endpoint]).toEqual([undefined, 'main']);
  });

  it.each([{ plugin: annotations }, { plugin: status }])(
    '[ST-40] hands on the fields that never count: $plugin.name',
    async ({ plugin }) => {
      const { host, points } = hostNamed('hello');
      plugin({ ignoredFields: ['spec.replicas', ['metadata', 'labels', 'a.b']] }).setup(host);
      const { diffBase } = await openStores(points);
      expect(diffBase.ignoredFields).toEqual([
        ['spec', 'replicas'],
        ['metadata', 'labels', 'a.b'],
      ]);
    },
  );

  it.each([
    { options: { progressField: 'spec.kopf' }, code: 'KOPF_INVALID_OPTION' },
    { options: { progressField: 'status' }, code: 'KOPF_INVALID_OPTION' },
    { options: { diffBaseField: 'status..x' }, code: 'KOPF_INVALID_OPTION' },
    { options: { touchField: 7 }, code: 'KOPF_INVALID_OPTION' },
    { options: { name: 'a..b' }, code: 'KOPF_INVALID_OPTION' },
    { options: { name: '' }, code: 'KOPF_INVALID_OPTION' },
    { options: { keeps: 'progress' }, code: 'KOPF_INVALID_OPTION' },
    { options: { prefix: 'kopf.dev' }, code: 'KOPF_UNKNOWN_OPTION' },
  ])('refuses $options', ({ options, code }) => {
    expect(() => status(options as never)).toThrow(expect.objectContaining({ code }));
  });
});
