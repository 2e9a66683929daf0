import type { RecordedCall } from '@kopfts/testing';
import { describe, expect, it } from 'vitest';
import { A, createWorld, example, shape } from './world.js';

/** Each kind of request that an operator makes on an object. */
const REQUESTS = [
  { what: 'the finalizer', nth: 0, shape: 'main json' },
  { what: 'the results', nth: 1, shape: 'status json' },
  { what: 'the essence', nth: 2, shape: 'main json' },
] as const;

describe('identity: the object is deleted and created anew before a request arrives', () => {
  it.each(REQUESTS)('[S3, D1] $what of the old object never reaches the new one', async ({ nth, shape: expected }) => {
    const bodies: unknown[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, ({ spec, uid }) => {
        bodies.push({ spec: spec.life, uid });
        return { life: spec.life };
      });
      kopf.on.delete('KopfExample', { id: 'bye' }, () => undefined);
    });
    await world.start();
    let patches = 0;
    const exchanged: Promise<unknown>[] = [];
    // While the request leaves, somebody forces the old object away and creates another one under its name.
    const exchange = (call: RecordedCall): boolean => {
      if (call.method !== 'PATCH' || patches++ !== nth) return false;
      const path = '/apis/kopf.dev/v1/namespaces/default/kopfexamples';
      const merge = { 'content-type': 'application/merge-patch+json' };
      exchanged.push(world.server.handle({ method: 'PATCH', path: `${path}/a`, headers: merge, body: '{"metadata":{"finalizers":null}}' }));
      exchanged.push(world.server.handle({ method: 'DELETE', path: `${path}/a` }));
      const body = JSON.stringify(example('a', { spec: { life: 'new' } }));
      exchanged.push(world.server.handle({ method: 'POST', path, headers: { 'content-type': 'application/json' }, body }));
      return false;
    };
    world.faults.add({ kind: 'drop' }, { when: exchange });
    const old = await world.create(example('a', { spec: { life: 'old' } }));
    await world.advance(10);
    expect(await Promise.all(exchanged)).toHaveLength(3);
    expect(world.writes().map(shape)[nth]).toBe(expected);
    const fresh = await world.get(A);
    expect(fresh?.metadata.uid).not.toBe(old.metadata.uid);
    const object = await world.get(A);
    expect(object?.['status']).toEqual({ made: { life: 'new' } });
    expect(bodies.at(-1)).toEqual({ spec: 'new', uid: fresh?.metadata.uid });
    // The request that was on its way when the object was exchanged changed nothing.
    expect(world.writes()[nth]?.result).toMatchObject({ kind: 'answered', status: 422 });
    await world.close();
  });

  it('[B10] ends what was known of the old object and handles the new one as new, when both happened unseen', async () => {
    const seen: unknown[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, ({ spec, memo }) => {
        seen.push({ life: spec.life, memo: memo.life });
        memo.life = spec.life;
      });
    });
    await world.start();
    await world.create(example('a', { spec: { life: 'old' } }));
    await world.settle();
    world.faults.add({ kind: 'status', code: 503 }, { when: (call) => call.path.includes('watch=true'), times: 2 });
    world.breakWatches();
    await world.delete(A);
    await world.create(example('a', { spec: { life: 'new' } }));
    world.server.compact();
    await world.advance(60);
    expect(seen).toEqual([
      { life: 'old', memo: undefined },
      { life: 'new', memo: undefined },
    ]);
    expect(world.factsOf('object-forgotten')).toHaveLength(1);
    await world.close();
  });
});
