// What people who run operators rely on, or do by recipe.
import { ABSENT, events, TemporaryError } from '@kopfts/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { A, createWorld, example, FINALIZER, type WorldOptions } from './world.js';

async function openWorld(declare: Parameters<typeof createWorld>[0], options: WorldOptions = {}) {
  const world = await createWorld(declare, options);
  onTestFinished(() => world.close());
  await world.start();
  return world;
}

describe('an operator', () => {
  it('[OP-02] lists, watches and patches what it handles, creates Kubernetes Events, and asks for nothing else', async () => {
    const world = await openWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, (ctx) => {
        events(ctx).info('Made');
        if (ctx.retry === 0) throw new TemporaryError('later', { delay: 1 });
        return { retry: ctx.retry };
      });
      kopf.on.update('KopfExample', { id: 'changed' }, () => ({ changed: true }));
      kopf.on.delete('KopfExample', { id: 'bye' }, () => undefined);
      kopf.timer('KopfExample', { id: 'tick', interval: 5, finalizer: true }, ({ patch }) => void (patch.status['ticked'] = true));
    });
    await world.create(example());
    await world.advance(6);
    await world.patch(A, { spec: { x: 1 } });
    await world.advance(6);
    await world.delete(A);
    await world.advance(6);
    expect(await world.get(A)).toBeUndefined();
    const asked = world.calls.map(({ method, path }) => {
      const [place = '', query = ''] = path.split('?');
      return `${query.includes('watch=true') ? 'WATCH' : method} ${place.replace(/events\/[^/]+$/, 'events/…')}`;
    });
    const kind = '/apis/kopf.dev/v1/kopfexamples';
    const object = '/apis/kopf.dev/v1/namespaces/default/kopfexamples/a';
    const definitions = 'WATCH /apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    const posted = 'POST /api/v1/namespaces/default/events';
    // Repetitions of an Event are counted on it.
    const counted = 'PATCH /api/v1/namespaces/default/events/…';
    const needed = [`WATCH ${kind}`, `PATCH ${object}`, `PATCH ${object}/status`, posted, counted, definitions, 'GET /api', 'GET /apis'];
    expect([...new Set(asked)].sort()).toEqual(needed.sort());
  });

  it('[OP-03] may be killed at any time: what was finished is not repeated, what was interrupted is', async () => {
    const calls: string[] = [];
    let hang = true;
    const world = await openWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'finished' }, () => void calls.push('finished'));
      kopf.on.create('KopfExample', { id: 'interrupted' }, async () => {
        calls.push('interrupted');
        if (hang) await new Promise(() => undefined);
      });
      kopf.on.create('KopfExample', { id: 'waiting' }, ({ retry }) => {
        calls.push(`waiting ${String(retry)}`);
        if (retry === 0) throw new TemporaryError('later', { delay: 60 });
      });
    });
    await world.create(example());
    // Longer than a pass may last without writing what it has.
    await world.advance(5);
    world.kill();
    hang = false;
    const before = calls.splice(0);
    await world.start();
    await world.advance('2m');
    expect(before).toEqual(['finished', 'interrupted']);
    expect([...calls].sort()).toEqual(['interrupted', 'waiting 0', 'waiting 1']);
  });

  it.each([
    { properties: {}, status: undefined },
    { properties: { status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } }, status: { made: { size: 1 } } },
  ])('[OP-05] needs definitions that keep what it does not name in the status: with $properties', async ({ properties, status }) => {
    const spec = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
    const schema = { type: 'object', properties: { spec, ...properties } };
    const kind = { group: 'kopf.dev', kind: 'KopfExample', schema };
    const world = await openWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => ({ size: 1 })), { kind });
    await world.create(example());
    await world.advance(30);
    expect((await world.get(A))?.['status']).toEqual(status);
    const told = world.factsOf('fields-not-kept').flatMap(({ fields }) => fields.map(({ field }) => field));
    expect(told.length > 0).toBe(status === undefined);
  });
});

describe('a recipe', () => {
  it('[OP-07] never again: a handler leaves a mark, and its filter asks for the absence of it', async () => {
    const calls: string[] = [];
    const world = await openWorld((kopf) => {
      kopf.on.update('KopfExample', { id: 'once', annotations: { 'done-once': ABSENT } }, ({ patch, spec }) => {
        calls.push(`once ${String(spec.x)}`);
        patch.metadata.annotations['done-once'] = 'yes';
      });
      kopf.on.update('KopfExample', { id: 'always' }, ({ spec }) => void calls.push(`always ${String(spec.x)}`));
    });
    await world.create(example());
    await world.settle();
    for (const x of [1, 2]) {
      await world.patch(A, { spec: { x } });
      await world.advance(5);
    }
    await world.restart();
    await world.patch(A, { spec: { x: 3 } });
    await world.advance(5);
    expect(calls.filter((call) => call.startsWith('once'))).toEqual(['once 1']);
    expect(calls).toContain('always 3');
    expect((await world.get(A))?.metadata.annotations).toMatchObject({ 'done-once': 'yes' });
  });

  it('[OP-08] by level: an index has what is there, a timer writes it into the status, a handler compares it with what is wanted', async () => {
    const missing: unknown[] = [];
    const world = await openWorld((kopf) => {
      const children = kopf.index('configmaps', { id: 'children', labels: { of: 'a' } }, ({ name }) => ({ a: name }));
      kopf.timer('KopfExample', { id: 'count', interval: 10 }, ({ index, name, patch }) => {
        patch.status['children'] = index(children).get(name).length;
      });
      kopf.on.field('KopfExample', { id: 'compare', field: 'status.children' }, ({ spec, status }) => {
        missing.push(Number(spec.wanted) - Number(status['children']));
      });
    });
    await world.create(example('a', { spec: { wanted: 2 } }));
    await world.advance(11);
    for (const name of ['x', 'y']) {
      await world.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default', labels: { of: 'a' } } });
      await world.advance(11);
    }
    await world.delete({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'default' } });
    await world.advance(11);
    expect(missing).toEqual([2, 1, 0, 1]);
  });

  it('[OP-09] a handler that would run for any object, and never does, keeps all objects in scope: what matches later was seen before, and is no creation', async () => {
    const seenBy = async (hasDummy: boolean): Promise<readonly string[]> => {
      const seen: string[] = [];
      const world = await openWorld((kopf) => {
        kopf.on.create('KopfExample', { id: 'made', labels: { on: 'yes' } }, () => void seen.push('created'));
        kopf.on.update('KopfExample', { id: 'changed', labels: { on: 'yes' } }, () => void seen.push('updated'));
        if (hasDummy) kopf.on.update('KopfExample', { id: 'dummy', field: 'spec.no-such-field', value: ABSENT }, () => undefined);
      });
      await world.create(example());
      await world.settle();
      await world.patch(A, { metadata: { labels: { on: 'yes' } } });
      await world.settle();
      return seen;
    };
    expect([await seenBy(false), await seenBy(true)]).toEqual([['created'], ['updated']]);
  });
});

describe('what an operator leaves when it is gone for good', () => {
  it('[OP-03] is its finalizer, with which the next one goes on', async () => {
    const seen: string[] = [];
    const world = await openWorld((kopf) => void kopf.on.delete('KopfExample', { id: 'bye' }, () => void seen.push('bye')));
    await world.create(example());
    await world.settle();
    world.kill();
    await world.delete(A);
    expect((await world.get(A))?.metadata.finalizers).toEqual([FINALIZER]);
    await world.start();
    await world.settle();
    expect([seen, await world.get(A)]).toEqual([['bye'], undefined]);
  });
});
