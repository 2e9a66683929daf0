import { createRegistry } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { A, createWorld, example, progressOf, patchesOf, shape, storedEssence } from './world.js';

const STRICT = {
  type: 'object',
  properties: {
    spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    status: {
      type: 'object',
      properties: { size: { type: 'integer' }, good: { type: 'object', properties: { ok: { type: 'boolean' } } } },
    },
  },
} as const;

describe('failures', () => {
  it('[C5, L2] fails the handler whose result the schema refuses, once, and keeps the others', async () => {
    const calls: string[] = [];
    const world = await createWorld(
      (kopf) => {
        kopf.on.create('KopfExample', { id: 'good' }, () => {
          calls.push('good');
          return { ok: true };
        });
        kopf.on.create('KopfExample', { id: 'bad' }, ({ patch }) => {
          calls.push('bad');
          patch.status.size = 'large';
        });
      },
      { kind: { group: 'kopf.dev', kind: 'KopfExample', schema: STRICT } },
    );
    await world.start();
    await world.create(example());
    await world.advance('1h');
    expect(calls).toEqual(['good', 'bad']);
    const object = await world.get(A);
    expect(object?.['status']).toEqual({ good: { ok: true } });
    expect(storedEssence(object)).toEqual({ spec: {} });
    expect(progressOf(object)).toEqual({});
    expect(world.factsOf('result-dropped')).toMatchObject([{ handler: 'bad', causes: [{ field: 'status.size' }] }]);
    expect(world.factsOf('pass-ended')).toMatchObject([{ succeeded: 1, failed: 1 }]);
    expect(patchesOf(world).map(shape)).toEqual(['status json', 'status json', 'main json']);
    await world.close();
  });

  it('[H-33, B-03] backs off the object alone when a filter throws, and looks at its last state again', async () => {
    let broken = true;
    const seen: string[] = [];
    const world = await createWorld((kopf) => {
      const when = ({ name }: { name: string }): boolean => {
        if (broken && name === 'a') throw new Error('broken filter');
        return true;
      };
      kopf.on.create('KopfExample', { when }, ({ name }) => void seen.push(name));
    });
    await world.start();
    await world.create(example('a'));
    await world.create(example('b'));
    await world.advance(1);
    expect(seen).toEqual(['b']);
    expect(world.factsOf('object-failed')[0]).toMatchObject({ object: { name: 'a' }, error: { message: 'broken filter' } });
    broken = false;
    await world.advance(10);
    expect(seen).toEqual(['b', 'a']);
    await world.close();
  });

  it('[P-10] fails handlers that change their arguments, also in production', async () => {
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'rude', errors: 'permanent' }, ({ spec }) => void (spec.x = 1));
    });
    await world.start();
    await world.create(example());
    await world.settle();
    expect(world.factsOf('handler-ended')).toMatchObject([{ handler: 'rude', result: 'failed' }]);
    await world.close();
  });

  it('fails a handler for good that returns what is no JSON', async () => {
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'odd' }, () => ({ callback: () => 1 })));
    await world.start();
    await world.create(example());
    await world.settle();
    expect(world.factsOf('handler-ended')).toMatchObject([{ handler: 'odd', result: 'failed', error: { code: 'KOPF_NOT_JSON' } }]);
    await world.close();
  });

  it('[S-25] waits for a kind that the cluster does not serve, says so once, and starts when it appears', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, () => undefined);
      kopf.on.create('Later', { id: 'later' }, ({ name }) => void seen.push(name));
    });
    await world.start();
    await world.advance('10m');
    expect(world.factsOf('kind-unresolved')).toMatchObject([{ selectors: ['Later'] }]);
    await world.create({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'laters.kopf.dev' },
      spec: {
        group: 'kopf.dev',
        scope: 'Namespaced',
        names: { plural: 'laters', singular: 'later', kind: 'Later', listKind: 'LaterList' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          },
        ],
      },
    });
    await world.advance(5);
    await world.create({ apiVersion: 'kopf.dev/v1', kind: 'Later', metadata: { name: 'l' } });
    await world.advance(1);
    expect(seen).toEqual(['l']);
    await world.close();
  });

  it('does not serve a kind where one id means two functions, and names both places', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'same' }, () => void seen.push('one'));
      kopf.on.create('kopfexamples.v1.kopf.dev', { id: 'same' }, () => void seen.push('two'));
    });
    await world.start();
    await world.create(example());
    await world.advance(10);
    expect(seen).toEqual([]);
    const [refused] = world.factsOf('kind-refused');
    expect(refused?.error.code).toBe('KOPF_DUPLICATE_ID');
    expect(refused?.error.message.match(/failures\.test\.ts:\d+/g)).toHaveLength(2);
    await world.close();
  });

  it('refuses one id for two functions at declaration, where selector and registry are the same', () => {
    const kopf = createRegistry();
    kopf.on.create('KopfExample', () => 1);
    expect(() => kopf.on.create('KopfExample', () => 2)).toThrow(/handler id 'create'.*failures\.test\.ts:\d+/);
  });

  it('[C12] says once that patching is forbidden, keeps the results, and writes them when it is allowed', async () => {
    let calls = 0;
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, () => {
        calls += 1;
        return calls;
      });
    });
    await world.start();
    const body = JSON.stringify({
      kind: 'Status',
      status: 'Failure',
      reason: 'Forbidden',
      code: 403,
      message: 'kopfexamples is forbidden',
    });
    world.faults.add({ kind: 'status', code: 403, body }, { when: (call) => call.method === 'PATCH', times: 5 });
    await world.create(example());
    await world.advance('10m');
    expect(calls).toBe(1);
    expect((await world.get(A))?.['status']).toEqual({ made: 1 });
    expect(world.factsOf('object-failed')[0]?.error).toMatchObject({ code: 'KOPF_FORBIDDEN' });
    await world.close();
  });

  it('holds an object as long as a plugin says so, with the reason as a fact', async () => {
    let open = false;
    const seen: string[] = [];
    const gate = {
      name: 'gate',
      setup: (host: {
        contribute: (point: 'admitPass', part: () => { go: true } | { go: false; reason: string; retryAfterMs: number }) => void;
      }) => host.contribute('admitPass', () => (open ? { go: true } : { go: false, reason: 'closed', retryAfterMs: 5000 })),
    };
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'made' }, () => void seen.push('made')), {
      plugins: [gate],
    });
    await world.start();
    await world.create(example());
    await world.advance(11);
    expect(seen).toEqual([]);
    expect(world.factsOf('pass-held')).toMatchObject([{ plugin: 'gate', why: 'closed' }, { why: 'closed' }, { why: 'closed' }]);
    open = true;
    await world.advance(5);
    expect(seen).toEqual(['made']);
    await world.close();
  });
});
