import { TemporaryError } from '@kopfts/core';
import type { RecordedCall } from '@kopfts/testing';
import { describe, expect, it } from 'vitest';
import { A, createWorld, example, LHC, progressOf, patchesOf, shape, storedEssence } from './world.js';

/* eslint-disable @typescript-eslint/no-explicit-any, @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-return -- bodies of untyped kinds are any-valued on purpose */
const addHost =
  (host: string) =>
  (body: any): void => {
    if (!body.spec.hosts.includes(host)) body.spec.hosts.push(host);
  };

const isMain = (call: RecordedCall): boolean => call.method === 'PATCH' && shape(call).startsWith('main');
const STRICT = {
  type: 'object',
  properties: {
    spec: { type: 'object', properties: { hosts: { type: 'array', items: { type: 'string', maxLength: 5 } } } },
    status: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  },
} as const;

describe('transformation functions', () => {
  it('[PA-07, PA-11, PA-12] go out with results and bookkeeping, one request per endpoint', async () => {
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, ({ patch }) => {
        patch.spec.size = 1;
        patch.fns.push(addHost('new'), (body) => (body.status.seen = body.spec.hosts.length));
        return { ok: true };
      });
    });
    await world.start();
    await world.create(example('a', { spec: { hosts: ['old'] } }));
    await world.advance('1h');
    const object = await world.get(A);
    expect(object).toMatchObject({ spec: { size: 1, hosts: ['old', 'new'] }, status: { made: { ok: true }, seen: 2 } });
    expect(world.writes().map(shape)).toEqual(['status json', 'main json']);
    // Nobody wants the change that was made here: the essence stored with it has it already.
    expect(storedEssence(object)).toEqual({ spec: { size: 1, hosts: ['old', 'new'] } });
    await world.close();
  });

  it('[PA-12] make no request when they change nothing', async () => {
    const world = await createWorld((kopf) => {
      kopf.on.event('KopfExample', ({ patch }) => void patch.fns.push(addHost('old')));
    });
    await world.start();
    await world.create(example('a', { spec: { hosts: ['old'] } }));
    await world.advance('1h');
    expect(world.writes()).toEqual([]);
    await world.close();
  });

  it('[PA-13, Y-04, B-44] are called again with the newer state when somebody was faster, and nothing of either is lost', async () => {
    const lists: unknown[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, ({ patch }) => {
        patch.spec.size = 1;
        patch.fns.push((body) => {
          lists.push([...body.spec.hosts]);
          addHost('new')(body);
        });
      });
    });
    await world.start();
    const act = async (): Promise<void> => {
      await world.patch(A, { spec: { hosts: ['old', 'theirs'], size: 7 } });
    };
    world.faults.add({ kind: 'meanwhile', when: 'before', act }, { when: isMain });
    await world.create(example('a', { spec: { hosts: ['old'] } }));
    await world.advance(10);
    expect((await world.get(A))?.['spec']).toEqual({ hosts: ['old', 'theirs', 'new'], size: 1 });
    expect(lists).toContainEqual(['old', 'theirs']);
    expect(world.factsOf('write-ended').filter(({ outcome }) => outcome === 'stale')).toHaveLength(1);
    expect(world.factsOf('handler-started')).toHaveLength(1);
    await world.close();
  });

  it('[PA-10] are not disturbed by others who change other fields all the time', async () => {
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, ({ patch }) => void patch.fns.push(addHost('new')));
    });
    await world.start();
    let beats = 0;
    const act = async (): Promise<void> => {
      await world.patch(A, { spec: { beat: (beats += 1) } });
    };
    world.faults.add({ kind: 'meanwhile', when: 'before', act }, { when: isMain, times: 100 });
    await world.create(example('a', { spec: { hosts: [] } }));
    await world.advance(10);
    expect((await world.get(A))?.['spec']).toMatchObject({ hosts: ['new'] });
    expect(world.factsOf('write-ended').filter(({ outcome }) => outcome === 'stale')).toEqual([]);
    await world.close();
  });

  it('[PA-13] back off after five tries against somebody who is always faster, and win in the end', async () => {
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, ({ patch }) => void patch.fns.push(addHost('new')));
    });
    await world.start();
    let rivals = 0;
    const act = async (): Promise<void> => {
      await world.patch(A, { spec: { hosts: [`rival-${String((rivals += 1))}`] } });
    };
    const isOwnMain = (call: RecordedCall): boolean => isMain(call) && call.contentType?.includes('json-patch') === true;
    world.faults.add({ kind: 'meanwhile', when: 'before', act }, { when: isOwnMain, times: 7 });
    await world.create(example('a', { spec: { hosts: [] } }));
    await world.advance(60);
    expect((await world.get(A))?.['spec']).toEqual({ hosts: ['rival-7', 'new'] });
    expect(world.factsOf('object-waiting').filter(({ why }) => why === 'back-off')).toHaveLength(1);
    await world.close();
  });

  it('[PA-14, B-06] that the schema refuses fail their handler for good, once, and others keep theirs', async () => {
    const calls: string[] = [];
    const world = await createWorld(
      (kopf) => {
        kopf.on.create('KopfExample', { id: 'good' }, ({ patch }) => {
          calls.push('good');
          patch.fns.push((body) => void (body.spec.hosts ??= ['short']));
          return { ok: true };
        });
        kopf.on.create('KopfExample', { id: 'bad' }, ({ patch }) => {
          calls.push('bad');
          patch.fns.push(addHost('much too long'));
        });
        kopf.on.update('KopfExample', { id: 'later' }, ({ spec }) => void calls.push(`later ${String(spec.hosts)}`));
      },
      { kind: { group: 'kopf.dev', kind: 'KopfExample', schema: STRICT } },
    );
    await world.start();
    await world.create(example('a', { spec: { hosts: ['a'] } }));
    await world.advance('1h');
    const object = await world.get(A);
    expect(object).toMatchObject({ spec: { hosts: ['a'] }, status: { good: { ok: true } } });
    expect(world.factsOf('result-dropped')).toMatchObject([{ handler: 'bad', causes: [{ field: 'spec.hosts[1]' }] }]);
    expect(world.factsOf('pass-ended')).toMatchObject([{ succeeded: 1, failed: 1 }]);
    expect(storedEssence(object)).toEqual({ spec: { hosts: ['a'] } });
    // The second one is the condition that tells of it.
    expect(patchesOf(world).map(shape)).toEqual(['status json', 'main json', 'status json', 'main json']);
    // It blocks nothing.
    await world.patch(A, { spec: { hosts: ['b'] } });
    await world.advance(10);
    expect(calls).toEqual(['good', 'bad', 'later b']);
    await world.close();
  });

  it('fail the attempt when they throw, as the handler itself would: tried again, with the merged part written', async () => {
    const tried: number[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, ({ patch, retry }) => {
        tried.push(retry);
        patch.status.retry = retry;
        patch.fns.push((body) => {
          if (retry === 0) throw new TemporaryError('not yet', { delay: 5 });
          body.spec.done = true;
        });
      });
    });
    await world.start();
    await world.create(example());
    await world.advance(4);
    expect(await world.get(A)).toMatchObject({ spec: {}, status: { retry: 0 } });
    expect(world.factsOf('handler-ended')).toMatchObject([{ result: 'retry', retryInMs: 5000, error: { message: 'not yet' } }]);
    await world.advance(10);
    expect(tried).toEqual([0, 1]);
    expect(await world.get(A)).toMatchObject({ spec: { done: true }, status: { retry: 1 } });
    await world.close();
  });

  it('retract the success of their handler when they throw at a newer state, and the handler is tried again', async () => {
    const tried: number[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made', backoff: 5 }, ({ patch, retry, spec }) => {
        tried.push(retry);
        patch.fns.push((body) => void (body.spec.hosts[0].used = spec.hosts.length));
      });
    });
    await world.start();
    const act = async (): Promise<void> => {
      await world.patch(A, { spec: { hosts: [] } });
    };
    world.faults.add({ kind: 'meanwhile', when: 'before', act }, { when: isMain });
    await world.create(example('a', { spec: { hosts: [{ name: 'h' }] } }));
    await world.advance(1);
    const object = await world.get(A);
    expect(object?.metadata.annotations?.[LHC]).toBeUndefined();
    expect(progressOf(object)).toMatchObject({ made: { retries: 1, message: expect.stringContaining('undefined') as string } });
    await world.patch(A, { spec: { hosts: [{ name: 'i' }] } });
    await world.advance(10);
    expect(tried).toEqual([0, 1]);
    expect(await world.get(A)).toMatchObject({ spec: { hosts: [{ name: 'i', used: 1 }] } });
    expect(world.factsOf('pass-ended')).toMatchObject([{ succeeded: 1, failed: 0 }]);
    await world.close();
  });

  it('are seen by later handlers of the pass, in status and metadata', async () => {
    const seen: unknown[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'first' }, ({ patch }) => {
        patch.status.list = ['a'];
        patch.fns.push((body) => {
          if (!body.status.list.includes('b')) body.status.list.push('b');
        });
      });
      kopf.on.create('KopfExample', { id: 'second' }, ({ status }) => void seen.push(status.list));
    });
    await world.start();
    await world.create(example());
    await world.settle();
    expect(seen).toEqual([['a', 'b']]);
    await world.close();
  });

  it('[P-06] of event handlers and timers are written on their own', async () => {
    const world = await createWorld((kopf) => {
      kopf.on.event('KopfExample', { id: 'ev' }, ({ patch }) => void patch.fns.push(addHost('event')));
      kopf.timer('KopfExample', { id: 'tick', interval: 1000, initialDelay: 5 }, ({ patch }) => void patch.fns.push(addHost('timer')));
    });
    await world.start();
    await world.create(example('a', { spec: { hosts: [] } }));
    await world.advance(30);
    expect((await world.get(A))?.['spec']).toEqual({ hosts: ['event', 'timer'] });
    await world.close();
  });

  it('[PA-14] are bound to the version when the server finds something else than it showed, and nobody was faster', async () => {
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, ({ patch }) => void patch.fns.push(addHost('new')));
    });
    await world.start();
    const body = JSON.stringify({ kind: 'Status', status: 'Failure', reason: 'Invalid', code: 422, message: 'test failed', details: {} });
    world.faults.add({ kind: 'status', code: 422, body }, { when: isMain });
    await world.create(example('a', { spec: { hosts: ['old'] } }));
    await world.advance(10);
    expect((await world.get(A))?.['spec']).toEqual({ hosts: ['old', 'new'] });
    const [refused, , again] = world.writes().map((call) => JSON.stringify(call.body));
    expect(refused).toContain('{"op":"test","path":"/spec/hosts","value":["old"]}');
    expect(again).toContain('{"op":"test","path":"/metadata/resourceVersion"');
    expect(again).not.toContain('{"op":"test","path":"/spec/hosts"');
    await world.close();
  });

  it('are not applied twice when the answer is lost', async () => {
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, ({ patch }) => void patch.fns.push(addHost('new')));
    });
    await world.start();
    world.faults.add({ kind: 'commitThenLose' }, { when: isMain });
    await world.create(example('a', { spec: { hosts: [] } }));
    await world.advance(60);
    expect((await world.get(A))?.['spec']).toEqual({ hosts: ['new'] });
    await world.close();
  });
});
