import { TemporaryError, type JsonObject, type ObjectBody } from '@kopfts/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { A, createWorld, example, patchesOf, progressOf, shape, storedEssence, type WorldOptions } from './world.js';

const CONDITIONS = {
  type: 'array',
  items: { type: 'object', required: ['type', 'status'], 'x-kubernetes-preserve-unknown-fields': true },
} as const;

const strict = (conditions: JsonObject) =>
  ({
    type: 'object',
    properties: {
      spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: { size: { type: 'integer' } } },
      status: { type: 'object', properties: { size: { type: 'integer' }, ok: { type: 'boolean' }, conditions } },
    },
  }) as const;

async function createWorldOf(declare: Parameters<typeof createWorld>[0], conditions: JsonObject = CONDITIONS, options: WorldOptions = {}) {
  const world = await createWorld(declare, {
    kind: { group: 'kopf.dev', kind: 'KopfExample', schema: strict(conditions) },
    ...options,
  });
  onTestFinished(() => world.close());
  await world.start();
  return world;
}

const conditionsOf = (object: ObjectBody | undefined): unknown => (object?.['status'] as { conditions?: unknown } | undefined)?.conditions;

describe('results that the cluster refuses', () => {
  it('[C5] are told by a condition, which goes out with the results of the others, before the essence', async () => {
    const world = await createWorldOf((kopf) => {
      kopf.on.create('KopfExample', { id: 'good' }, ({ patch }) => void (patch.status.ok = true));
      kopf.on.create('KopfExample', { id: 'bad' }, ({ patch }) => void (patch.status.size = 'large'));
    });
    await world.create(example());
    await world.advance('1h');
    const object = await world.get(A);
    expect(object?.['status']).toEqual({
      ok: true,
      conditions: [
        {
          type: 'HandlerResultsAccepted',
          status: 'False',
          reason: 'InvalidResult',
          message: expect.stringMatching(/^What 'bad' returned was refused and is dropped: .*status\.size/) as string,
          lastTransitionTime: '2024-01-01T00:00:00Z',
          observedGeneration: 1,
        },
      ],
    });
    expect(patchesOf(world).map(shape)).toEqual(['status json', 'status json', 'main json']);
  });

  it('of the main endpoint are told after the status was written, and before the essence', async () => {
    const world = await createWorldOf((kopf) => {
      kopf.on.create('KopfExample', { id: 'bad' }, ({ patch }) => {
        patch.status.ok = true;
        patch.spec.size = 'large';
      });
    });
    await world.create(example());
    await world.advance('1h');
    const object = await world.get(A);
    expect(conditionsOf(object)).toMatchObject([{ status: 'False', reason: 'InvalidResult' }]);
    expect(object?.['status']).toMatchObject({ ok: true });
    expect(patchesOf(world).map(shape)).toEqual(['status json', 'main json', 'status json', 'main json']);
    expect(world.factsOf('pass-ended')).toMatchObject([{ succeeded: 0, failed: 1 }]);
    expect(storedEssence(object)).toEqual({ spec: {} });
  });

  it('are forgotten by the condition once a later pass has all its results written; conditions of others stay', async () => {
    const world = await createWorldOf((kopf) => {
      const sized = ({ spec, patch }: { spec: { wanted?: unknown }; patch: { status: { size?: unknown } } }): void => {
        patch.status.size = spec.wanted;
      };
      kopf.on.create('KopfExample', { id: 'made' }, sized);
      kopf.on.create('KopfExample', { id: 'ready' }, ({ patch }) => void (patch.status.conditions = [{ type: 'Ready', status: 'True' }]));
      kopf.on.update('KopfExample', { id: 'changed' }, sized);
    });
    await world.create(example('a', { spec: { wanted: 'large' } }));
    await world.advance(1);
    expect(conditionsOf(await world.get(A))).toMatchObject([{ type: 'Ready' }, { status: 'False' }]);
    await world.patch(A, { spec: { wanted: 3 } });
    await world.advance(1);
    const changed = { type: 'HandlerResultsAccepted', status: 'True', reason: 'ResultsWritten', observedGeneration: 2 };
    expect(await world.get(A)).toMatchObject({ status: { size: 3, conditions: [{ type: 'Ready', status: 'True' }, changed] } });
    const { length } = patchesOf(world);
    await world.patch(A, { spec: { wanted: 4 } });
    await world.advance(1);
    expect(conditionsOf(await world.get(A))).toMatchObject([{ type: 'Ready' }, { observedGeneration: 2 }]);
    expect(patchesOf(world).slice(length).map(shape)).toEqual(['status json', 'main json']);
  });

  it('end all the same where the schema refuses the condition as well', async () => {
    const needsMore = { ...CONDITIONS, items: { ...CONDITIONS.items, required: ['type', 'status', 'severity'] } };
    const calls: string[] = [];
    const world = await createWorldOf((kopf) => {
      kopf.on.create('KopfExample', { id: 'bad' }, ({ patch }) => {
        calls.push('bad');
        patch.status.size = 'large';
      });
    }, needsMore);
    await world.create(example());
    await world.advance('1h');
    const object = await world.get(A);
    expect(object?.['status']).toBeUndefined();
    expect(storedEssence(object)).toEqual({ spec: {} });
    expect(calls).toEqual(['bad']);
    expect(patchesOf(world).map(shape)).toEqual(['status json', 'status json', 'main json']);
  });

  it('leave a status alone whose conditions are no list of conditions', async () => {
    const world = await createWorldOf(
      (kopf) => {
        kopf.on.create('KopfExample', { id: 'bad' }, ({ patch }) => {
          patch.status.conditions = 'fine';
          patch.spec.size = 'large';
        });
      },
      { type: 'string' },
    );
    await world.create(example());
    await world.advance('1h');
    const object = await world.get(A);
    expect(conditionsOf(object)).toBe('fine');
    expect(storedEssence(object)).toEqual({ spec: {} });
  });

  it('fail their handler also when they are written while others still run', async () => {
    const world = await createWorldOf((kopf) => {
      kopf.on.create('KopfExample', { id: 'bad' }, ({ patch }) => void (patch.status.size = 'large'));
      kopf.on.create('KopfExample', { id: 'slow' }, () => world.clock.sleep(5000, AbortSignal.any([])));
    });
    await world.create(example());
    await world.advance(3);
    expect(world.factsOf('result-dropped')).toMatchObject([{ handler: 'bad' }]);
    await world.advance('1m');
    expect(world.factsOf('pass-ended')).toMatchObject([{ succeeded: 1, failed: 1 }]);
    expect(conditionsOf(await world.get(A))).toMatchObject([{ status: 'False' }]);
  });
});

describe('functions that throw at a newer state, when they are written while others still run', () => {
  it('take back the success of their handler, which is tried again', async () => {
    const tried: number[] = [];
    const world = await createWorldOf((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, ({ patch, retry }) => {
        tried.push(retry);
        patch.fns.push((body) => {
          if (body.spec.locked === true && retry === 0) throw new TemporaryError('locked', { delay: 20 });
          body.spec.done = true;
        });
      });
      kopf.on.create('KopfExample', { id: 'slow' }, () => world.clock.sleep(5000, AbortSignal.any([])));
    });
    await world.create(example());
    await world.advance(1);
    await world.patch(A, { spec: { locked: true } });
    await world.advance(6);
    expect(progressOf(await world.get(A))).toMatchObject({
      made: { retries: 1, success: false, message: 'locked' },
      slow: { success: true },
    });
    await world.advance('1m');
    expect(tried).toEqual([0, 1]);
    expect(await world.get(A)).toMatchObject({ spec: { done: true } });
    expect(world.factsOf('pass-ended')).toMatchObject([{ succeeded: 2, failed: 0 }]);
  });
});
