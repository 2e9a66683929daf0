import type { RecordedCall } from '@kopfts/testing';
import { describe, expect, it } from 'vitest';
import { A, createWorld, example, shape } from './world.js';

/** Each kind of request that an operator makes on an object. */
const REQUESTS = [
  { what: 'the finalizer', nth: 0, shape: 'main json' },
  { what: 'the results', nth: 1, shape: 'status json' },
  { what: 'the essence', nth: 2, shape: 'main merge' },
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
    const isNth = (call: RecordedCall): boolean => call.method === 'PATCH' && patches++ === nth;
    world.faults.add({ kind: 'delay', ms: 100 }, { when: isNth });
    const old = await world.create(example('a', { spec: { life: 'old' } }));
    await world.settle();
    expect(world.writes().map(shape)[nth]).toBe(expected);
    // Somebody forces the old object away and creates another one under its name, while the request is on its way.
    await world.patch(A, { metadata: { finalizers: null } });
    if ((await world.get(A))?.metadata.uid === old.metadata.uid) await world.delete(A);
    const fresh = await world.create(example('a', { spec: { life: 'new' } }));
    await world.advance(10);
    const object = await world.get(A);
    expect(object?.metadata.uid).toBe(fresh.metadata.uid);
    expect(object?.['status']).toEqual({ made: { life: 'new' } });
    expect(bodies.at(-1)).toEqual({ spec: 'new', uid: fresh.metadata.uid });
    const own = world.writes().filter(({ body }) => JSON.stringify(body).includes(old.metadata.uid));
    const answered = own.slice(nth).map(({ result }) => (result.kind === 'answered' ? result.status : result.kind));
    expect(answered.filter((status) => status === 200)).toEqual([]);
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
