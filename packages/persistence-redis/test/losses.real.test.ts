import type { ObjectView } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { bucketOf, createKeyNames } from '../src/key.js';
import { finish, look, remember, tellAll, waiting } from './steps.js';
import { openStores, program, useRedis, viewOf } from './support.js';

const one = { spec: { size: 1 } };
const two = { spec: { size: 2 } };
const ours = { finalizers: ['test.kopf.zalando.org/finalizer'] };

describe.runIf(program)('what Redis lost', () => {
  const { server, admin } = useRedis({ appendonly: false });
  const open = (options = {}) => openStores({ url: server().url, ...options });
  let uids = 0;
  const fresh = (metadata = {}) => viewOf(`lost-${String((uids += 1))}`, metadata);
  const keyOf = async (uid: string): Promise<string> => (await admin().keys(`*:${uid}`))[0] ?? '';

  const keys = createKeyNames('kopf:test.kopf.zalando.org:test');
  const indexOf = ({ ref }: ObjectView): string => keys.of(ref.uid).known;
  /** A new one in the same index as all others of this function. */
  const neighbour = (metadata = {}): ObjectView => {
    for (;;) {
      const object = fresh(metadata);
      if (bucketOf(object.ref.uid) === 7) return object;
    }
  };

  it('[K3] is nothing for the process that knows it: what did not change counts as handled, what changed is an update', async () => {
    const stores = await open();
    const object = fresh();
    await finish(stores, object, one);
    await admin().flushall();
    const { diffBase } = await look(stores, object);
    expect(diffBase.essence).toBeUndefined();
    expect(diffBase.lost?.judge(one)).toBe('adopt');
    expect(diffBase.lost?.judge(two)).toBe('changed');
    await finish(stores, object, one);
    expect((await look(stores, object)).diffBase).toMatchObject({ essence: one, lost: undefined });
  });

  it('[K3] keeps attempts counted, and their handler from running again, in the process that knows them', async () => {
    const stores = await open();
    const object = fresh();
    await remember(stores, object);
    await admin().flushall();
    const seen = await look(stores, object);
    expect(seen.progress.records.get('fn')).toEqual(waiting);
    expect(seen.diffBase.lost).toBeUndefined();
  });

  it('[K3] takes nobody who wrote before the loss for somebody who wrote too late', async () => {
    const stores = await open();
    const object = fresh();
    await remember(stores, object);
    const seen = await look(stores, object);
    await admin().flushall();
    expect(await finish(stores, object, one, seen)).toBe('done');
    expect((await look(await open(), object)).diffBase.essence).toEqual(one);
  });

  it.each([
    { trace: 'our finalizer', metadata: ours },
    { trace: 'a result of ours', metadata: { managedFields: [{ manager: 'test', operation: 'Update', subresource: 'status' }] } },
    { trace: 'our mark', metadata: { annotations: { 'test.kopf.zalando.org/kept-in': 'redis' } } },
  ])('[K3] is unknown, not new, to the next life, if the object shows $trace', async ({ metadata }) => {
    const object = fresh(metadata);
    await finish(await open(), object, one);
    await admin().flushall();
    expect((await look(await open(), object)).diffBase.lost?.judge(two)).toBe('adopt');
    // Noted in Redis: it stays unknown until somebody decides.
    expect((await look(await open({ whenLost: 'rehandle' }), object)).diffBase.lost?.judge(two)).toBe('rehandle');
  });

  it('[K3] leaves what nobody has handled new, also if a life before this one put its finalizer on it', async () => {
    const object = fresh();
    await look(await open(), object);
    expect((await look(await open(), viewOf(object.ref.uid, ours))).diffBase).toMatchObject({ essence: undefined, lost: undefined });
  });

  it('[K3] is unknown to the next life, too, if this one saw the loss and did not look at the object since', async () => {
    const first = await open();
    const [resting, begun, changed, made] = [neighbour(), neighbour(), neighbour(), neighbour()];
    await finish(first, resting, one);
    await remember(first, begun);
    await finish(first, changed, one);
    await remember(first, changed);
    await admin().flushall();
    await look(first, made);
    await expect.poll(async () => Object.keys(await admin().hgetall(indexOf(made))).length).toBe(5);
    const next = await open({ whenLost: 'rehandle' });
    expect((await look(next, resting)).diffBase.lost?.judge(one)).toBe('rehandle');
    expect((await look(next, changed)).diffBase.lost?.judge(one)).toBe('rehandle');
    expect((await look(next, made)).diffBase).toMatchObject({ essence: undefined, lost: undefined });
    // Of what was never handled all is there again.
    const seen = await look(next, begun);
    expect(seen.diffBase).toMatchObject({ essence: undefined, lost: undefined });
    expect(seen.progress.records.get('fn')).toEqual(waiting);
    expect(await finish(first, begun, one)).toBe('done');
  });

  it('[K3] is unknown if Redis is wiped while the objects are read for the first time', async () => {
    const [early, late] = [neighbour(ours), neighbour(ours)];
    const before = await open();
    await finish(before, early, one);
    await finish(before, late, one);
    const next = await open();
    expect((await look(next, early)).diffBase.essence).toEqual(one);
    await admin().flushall();
    expect((await look(next, late)).diffBase.lost?.judge(two)).toBe('adopt');
  });

  it('[K6] is unknown, not new, if single keys were evicted', async () => {
    const object = fresh();
    await finish(await open(), object, one);
    await admin().del(await keyOf(object.ref.uid));
    expect((await look(await open(), object)).diffBase.lost?.judge(two)).toBe('adopt');
  });

  it('[K5] is noticed when Redis goes back to an older state, and repaired', async () => {
    const stores = await open();
    const object = fresh();
    await finish(stores, object, one);
    const key = await keyOf(object.ref.uid);
    const old = (await admin().get(key)) ?? '';
    await remember(stores, object);
    await finish(stores, object, two);
    await admin().set(key, old);
    const { diffBase } = await look(stores, object);
    expect(diffBase.lost?.judge(two)).toBe('adopt');
    expect(diffBase.essence).toEqual(one);
    const plan = stores.diffBase.plan({ object, essence: two }, diffBase);
    expect(plan.commit && (await stores.diffBase.commit?.(plan.commit, new AbortController().signal))).toBe('done');
    expect((await look(stores, object)).diffBase).toMatchObject({ essence: two, lost: undefined });
    expect((await look(await open(), object)).diffBase).toMatchObject({ essence: two, lost: undefined });
  });

  it.each([
    'garbage',
    'K1 1-a 1-b x\nno json\n{}',
    'K1 1-a 1-b x\n\n{"half":',
    'K1 1-a 1-b x\n{"fn":{"started":1,"retries":-1,"success":false,"failure":false}}\n{}',
    'K1 1-a 1-b x\n{"fn":{"retries":1}}\n{}',
    '',
  ])('[K7] is unknown if it is %j, is told once, and is replaced', async (text) => {
    const stores = await open();
    const object = fresh();
    await finish(await open(), object, one);
    await admin().set(await keyOf(object.ref.uid), text);
    const seen = await look(stores, object);
    expect(seen.progress.records.size).toBe(0);
    expect(seen.diffBase.lost?.judge(two)).toBe('adopt');
    expect(await finish(stores, object, two, seen)).toBe('done');
    expect((await look(await open(), object)).diffBase.essence).toEqual(two);
    expect(stores.facts.map(({ data }) => data)).toEqual([expect.objectContaining({ code: 'KOPF_STORE_LOSS', level: 'error' })]);
  });

  it('[K7, SEC20] is refused, and not touched, if a version to come has written it', async () => {
    const stores = await open();
    const object = fresh();
    await finish(stores, object, one);
    const seen = await look(stores, object);
    const key = await keyOf(object.ref.uid);
    await admin().set(key, 'K3 of the future');
    await expect(look(stores, object)).rejects.toMatchObject({ code: 'KOPF_STORE_FORMAT' });
    await expect(finish(stores, object, two, seen)).rejects.toMatchObject({ code: 'KOPF_STORE_FORMAT' });
    expect(await admin().get(key)).toBe('K3 of the future');
  });
});

describe.runIf(program)('an index that a life after a wipe began', () => {
  const { server, admin } = useRedis({ appendonly: false });
  const open = (options = {}, isTool = false) => openStores({ url: server().url, ...options }, isTool);
  const keys = createKeyNames('kopf:test.kopf.zalando.org:test');
  let uids = 0;
  /** All of them in the same index. */
  const fresh = (metadata = {}): ObjectView => {
    for (;;) {
      const object = viewOf(`begun-${String((uids += 1))}`, metadata);
      if (bucketOf(object.ref.uid) === 7) return object;
    }
  };
  const index = keys.known[7] ?? '';
  const fields = () => admin().hgetall(index);
  const marked = { timeout: 20_000 };
  const isMarked = () => expect.poll(async () => (await fields())['*'], marked).toBe('1');
  const withTraces = ({ ref }: ObjectView): ObjectView => viewOf(ref.uid, ours);
  const isNew = { essence: undefined, lost: undefined };
  const handled = async (count: number): Promise<readonly ObjectView[]> => {
    await admin().flushall();
    const stores = await open();
    const objects = Array.from({ length: count }, () => fresh(ours));
    for (const object of objects) await finish(stores, object, one);
    return objects;
  };

  it('[K3, S8] leaves unknown, not new, what that life had not looked at when it ended', async () => {
    const [early, late, never] = (await handled(3)) as [ObjectView, ObjectView, ObjectView];
    await admin().flushall();
    expect((await look(await open(), early)).diffBase.lost?.judge(two)).toBe('adopt');
    expect((await look(await open(), late)).diffBase.lost?.judge(two)).toBe('adopt');
    // Also to a life that took over from one that took over.
    expect((await look(await open({ whenLost: 'rehandle' }), never)).diffBase.lost?.judge(two)).toBe('rehandle');
  });

  it('[K3, S5] leaves new what that life saw first and did not come to handle', async () => {
    await admin().flushall();
    const object = fresh();
    await look(await open(), object);
    expect((await look(await open(), withTraces(object))).diffBase).toMatchObject(isNew);
    expect((await look(await open(), withTraces(object))).diffBase).toMatchObject(isNew);
    await finish(await open(), withTraces(object), one);
    await admin().del(keys.of(object.ref.uid).entry);
    // What was noted at first sight is over: there was something.
    expect((await look(await open(), withTraces(object))).diffBase.lost?.judge(two)).toBe('adopt');
  });

  it('[K3] is complete when all was listed and each of the objects looked at, and no sooner; then what it does not have is new', async () => {
    const [early, late, gone] = (await handled(3)) as [ObjectView, ObjectView, ObjectView];
    await admin().flushall();
    const first = await open();
    await look(first, early);
    tellAll(first, [early, late, gone]);
    await look(first, early);
    first.progress.place?.forget?.(gone.ref);
    await look(first, early);
    expect(await fields()).not.toHaveProperty('*');
    await look(first, late);
    await isMarked();
    const made = fresh(ours);
    expect((await look(await open(), made)).diffBase).toMatchObject(isNew);
    expect(await fields()).not.toHaveProperty(made.ref.uid);
    expect((await look(await open(), late)).diffBase.lost?.judge(two)).toBe('adopt');
  });

  it('[K3] is complete at the end of the lists, if all was looked at before', async () => {
    const [early] = (await handled(1)) as [ObjectView];
    await admin().flushall();
    const first = await open();
    await look(first, early);
    expect(await fields()).not.toHaveProperty('*');
    tellAll(first, [early]);
    await isMarked();
  });

  it('[K3] belongs to the life that took it over and completed it: what it comes to see later is unknown to it, not new', async () => {
    const [early, late] = (await handled(2)) as [ObjectView, ObjectView];
    await admin().flushall();
    await look(await open(), early);
    const second = await open();
    await look(second, early);
    tellAll(second, [early]);
    await isMarked();
    expect((await look(second, late)).diffBase.lost?.judge(two)).toBe('adopt');
    const made = fresh();
    expect((await look(second, made)).diffBase).toMatchObject(isNew);
    expect(await fields()).not.toHaveProperty(made.ref.uid);
  });

  it('[K3] is told at once of what another life knows that looks at it, whoever began it', async () => {
    await admin().flushall();
    const [first, object] = [await open(), fresh()];
    await finish(first, object, one);
    await admin().flushall();
    await look(await open(), fresh());
    await look(first, object);
    expect((await look(await open(), object)).diffBase.lost?.judge(two)).toBe('adopt');
  });

  it('[K3] is restored before it is complete, if it was wiped again and somebody else has begun another one', async () => {
    const [resting, undecided] = (await handled(2)) as [ObjectView, ObjectView];
    const [made, other] = [fresh(), fresh()];
    await admin().hdel(index, '*', '#');
    await admin().del(keys.of(undecided.ref.uid).entry);
    const first = await open();
    for (const object of [resting, undecided, made]) await look(first, object);
    await admin().flushall();
    const another = await open();
    await look(another, other);
    // Nothing shows it that there was something.
    await look(another, viewOf(resting.ref.uid));
    tellAll(first, [resting, undecided, made]);
    await isMarked();
    const next = await open();
    expect((await look(next, resting)).diffBase.lost?.judge(one)).toBe('adopt');
    expect((await look(next, undecided)).diffBase.lost?.judge(one)).toBe('adopt');
    expect((await look(next, withTraces(made))).diffBase).toMatchObject(isNew);
  });

  it.each([true, false])('[K3] is as complete as it was when it is wiped under the life that knows it: %s', async (isComplete) => {
    const [resting, undecided] = (await handled(2)) as [ObjectView, ObjectView];
    const [made, asking, never] = [fresh(), fresh(), fresh(ours)];
    await admin().del(keys.of(undecided.ref.uid).entry);
    const first = await open();
    for (const object of [resting, undecided, made, asking]) await look(first, object);
    if (isComplete) {
      tellAll(first, [resting, undecided, made, asking]);
      await isMarked();
    }
    await admin().flushall();
    await look(first, asking);
    await expect.poll(async () => (await fields())['#'], marked).toBeDefined();
    const next = await open();
    expect((await look(next, undecided)).diffBase.lost?.judge(one)).toBe('adopt');
    expect((await look(next, resting)).diffBase.lost?.judge(one)).toBe('adopt');
    expect((await look(next, withTraces(made))).diffBase).toMatchObject(isNew);
    expect((await look(next, never)).diffBase.lost?.judge(one)).toBe(isComplete ? undefined : 'adopt');
  });

  it('[K3, K5] is restored by a life that knew it as complete, if it went back to before that', async () => {
    const [resting] = (await handled(1)) as [ObjectView];
    const [made, asking] = [fresh(), fresh()];
    const first = await open();
    await look(first, resting);
    await look(first, asking);
    tellAll(first, [resting, asking]);
    await isMarked();
    await finish(first, made, one);
    await admin().hdel(index, '*', made.ref.uid);
    await admin().del(keys.of(made.ref.uid).entry);
    await look(first, asking);
    await isMarked();
    expect((await look(await open(), made)).diffBase.lost?.judge(one)).toBe('adopt');
  });

  it('is neither begun, nor completed, nor given notes by a tool', async () => {
    await admin().flushall();
    const tool = await open({}, true);
    expect((await look(tool, fresh(ours))).diffBase).toMatchObject(isNew);
    await look(tool, fresh());
    tellAll(tool, []);
    await look(tool, fresh());
    expect(await fields()).toEqual({});
  });
});

describe.runIf(program)('what Redis keeps', () => {
  const { server, admin } = useRedis({ appendonly: false });
  const open = (options = {}) => openStores({ url: server().url, ...options });

  it('[K8] is never overwritten by who knows less: the second is refused, told once, and can go on from the first', async () => {
    const [a, b] = [await open(), await open()];
    const object = viewOf('shared');
    const [ofA, ofB] = [await look(a, object), await look(b, object)];
    expect(await finish(a, object, one, ofA)).toBe('done');
    expect(await finish(b, object, two, ofB)).toBe('newer-exists');
    expect(await remember(b, object, waiting, ofB)).toBe('done');
    expect(await finish(b, object, two, ofB)).toBe('newer-exists');
    expect((await look(b, object)).diffBase.essence).toEqual(one);
    expect(b.facts.map(({ name, data }) => [name, (data as { code?: string }).code])).toEqual([['store-conflict', 'KOPF_STORE_CONFLICT']]);
  });

  it('[K5] says of which version of the object it is, whoever writes more of it since', async () => {
    const stores = await open();
    const object = viewOf('versioned', { resourceVersion: '17' });
    await finish(stores, object, one);
    await remember(stores, object);
    expect((await look(await open(), object)).diffBase).toMatchObject({ essence: one, objectVersion: '17' });
    await finish(stores, viewOf('versioned', { resourceVersion: '21' }), two);
    expect((await look(await open(), object)).diffBase).toMatchObject({ essence: two, objectVersion: '21' });
  });

  it('[K2] is the same after a commit whose answer was lost was sent again', async () => {
    const stores = await open();
    const object = viewOf('again');
    const seen = await look(stores, object);
    expect(await finish(stores, object, one, seen)).toBe('done');
    expect(await finish(stores, object, one, seen)).toBe('done');
    expect(stores.facts).toEqual([]);
  });

  it('[K7] is of one cluster and one operator only', async () => {
    const object = viewOf('same');
    await finish(await open({ cluster: 'a' }), object, one);
    expect((await look(await open({ cluster: 'b' }), object)).diffBase.essence).toBeUndefined();
    expect((await look(await open({ cluster: 'a', prefix: 'mine' }), object)).diffBase.essence).toBeUndefined();
  });

  it('goes after a while when its object is gone, and stays if it comes back before', async () => {
    const stores = await open({ forgetAfter: 100 });
    const object = viewOf('gone');
    await finish(stores, object, one);
    stores.progress.place?.forget?.(object.ref);
    const [key = ''] = await admin().keys('*:gone');
    await expect.poll(() => admin().pttl(key), { timeout: 60_000 }).toBeGreaterThan(90_000);
    expect((await look(stores, object)).diffBase.essence).toEqual(one);
    expect(await admin().pttl(key)).toBe(-1);
  });

  it('costs one round trip for a look, and one for all that a pass writes', async () => {
    const stores = await open();
    const objects = Array.from({ length: 50 }, (_, index) => viewOf(`trip-${String(index)}`));
    await Promise.all(objects.map((object) => finish(stores, object, one)));
    const commands = async () => {
      const stats = await admin().info('commandstats');
      return Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1]) + Number(/cmdstat_eval:calls=(\d+)/.exec(stats)?.[1] ?? 0);
    };
    const before = await commands();
    await Promise.all(objects.map((object) => look(stores, object)));
    expect((await commands()) - before).toBe(1);
    const [object = viewOf('none')] = objects;
    await remember(stores, object);
    const seen = await look(stores, object);
    const then = await commands();
    await finish(stores, object, two, seen);
    expect((await commands()) - then).toBe(1);
  });
});
