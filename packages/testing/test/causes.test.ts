// Why handlers run, over the life of an object: what detection alone (a pure function) cannot show.
import { TemporaryError } from '@kopfts/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Harness } from '../src/index.js';
import { A, createWorld, example, progressOf, storedEssence } from './world.js';

async function worldOf(...given: Parameters<typeof createWorld>): Promise<Harness> {
  const world = await createWorld(...given);
  onTestFinished(() => world.close());
  return world;
}

/** A list in place of the watch: the server has forgotten what happened in between. */
async function listAgain(world: Harness, meanwhile: () => Promise<unknown> = () => Promise.resolve()): Promise<void> {
  world.faults.add({ kind: 'status', code: 503 }, { when: (call) => call.path.includes('watch=true'), times: 3 });
  world.breakWatches();
  await meanwhile();
  world.server.compact();
  await world.advance('2m');
}

describe('the first sight of an object', () => {
  it('[C-27] lasts until its handlers are done: a resumption that is tried again is still one, and the last one in this process', async () => {
    const seen: string[] = [];
    const world = await worldOf((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, () => undefined);
      kopf.on.resume('KopfExample', { id: 'back' }, ({ reason, retry }) => {
        seen.push(`${reason} ${String(retry)}`);
        if (retry < 2) throw new TemporaryError('not yet', { delay: 10 });
      });
    });
    await world.start();
    await world.create(example());
    await world.settle();
    await world.restart();
    await world.settle();
    await world.mergeStatus(A, { seen: 1 });
    await world.advance('1m');
    expect(seen).toEqual(['resume 0', 'resume 1', 'resume 2']);
    await world.mergeStatus(A, { seen: 2 });
    await world.advance('1m');
    expect(seen).toHaveLength(3);
    expect(progressOf(await world.get(A))).toEqual({});
  });

  it('[C-28] is none if a later list shows it again, but is one if a later list shows it for the first time', async () => {
    const seen: string[] = [];
    const world = await worldOf((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, ({ name }) => void seen.push(`create ${name}`));
      kopf.on.resume('KopfExample', { id: 'back' }, ({ name }) => void seen.push(`resume ${name}`));
    });
    await world.start();
    await world.create(example('a'));
    await world.create(example('b'));
    await world.settle();
    const b = await world.get({ ...A, metadata: { ...A.metadata, name: 'b' } });
    seen.length = 0;
    // Another life of this operator handled it before: what is met is an object with a diff base.
    await listAgain(world, () => world.create(example('c', { spec: {}, metadata: { annotations: b?.metadata.annotations } })));
    expect(seen).toEqual(['resume c']);
    await listAgain(world);
    expect(seen).toEqual(['resume c']);
  });
});

describe('an unfinished change', () => {
  it('[C-31] is still the creation when the object is edited: who succeeded stays, and the edit counts as handled at the end', async () => {
    const seen: string[] = [];
    const world = await worldOf((kopf) => {
      kopf.on.create('KopfExample', { id: 'once' }, ({ reason }) => void seen.push(`once ${reason}`));
      kopf.on.create('KopfExample', { id: 'slow' }, ({ reason, retry, spec }) => {
        seen.push(`slow ${reason} ${String(spec.size)}`);
        if (retry === 0) throw new TemporaryError('not yet', { delay: 10 });
      });
      kopf.on.update('KopfExample', { id: 'changed' }, () => void seen.push('update'));
    });
    await world.start();
    await world.create(example('a', { spec: { size: 1 } }));
    await world.settle();
    await world.patch(A, { spec: { size: 2 } });
    await world.advance('1m');
    expect(seen).toEqual(['once create', 'slow create 1', 'slow create 2']);
    expect(storedEssence(await world.get(A))).toEqual({ spec: { size: 2 } });
  });

  it('[C-32, C-30] takes in what changes before its end: who succeeded is not called for it again', async () => {
    const seen: string[] = [];
    const world = await worldOf((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, () => undefined);
      kopf.on.update('KopfExample', { id: 'once' }, ({ spec }) => void seen.push(`once ${String(spec.size)}`));
      kopf.on.update('KopfExample', { id: 'slow' }, ({ old, new: fresh, retry }) => {
        seen.push(`slow ${String(old.spec.size)} to ${String(fresh.spec.size)}`);
        if (retry === 0) throw new TemporaryError('not yet', { delay: 10 });
      });
    });
    await world.start();
    await world.create(example('a', { spec: { size: 1 } }));
    await world.settle();
    await world.patch(A, { spec: { size: 2 } });
    await world.settle();
    expect(storedEssence(await world.get(A))).toEqual({ spec: { size: 1 } });
    await world.patch(A, { spec: { size: 3 } });
    await world.advance('1m');
    expect(seen).toEqual(['once 2', 'slow 1 to 2', 'slow 1 to 3']);
    expect(storedEssence(await world.get(A))).toEqual({ spec: { size: 3 } });
  });

  it('[C-33, G-30] gives way to the deletion, with a word on what was achieved', async () => {
    const seen: string[] = [];
    const world = await worldOf((kopf) => {
      kopf.on.create('KopfExample', { id: 'once' }, () => void seen.push('once'));
      kopf.on.create('KopfExample', { id: 'slow' }, () => {
        seen.push('slow');
        throw new TemporaryError('not yet', { delay: 60 });
      });
      kopf.on.delete('KopfExample', { id: 'gone' }, ({ reason }) => void seen.push(reason));
    });
    await world.start();
    await world.create(example());
    await world.settle();
    await world.delete(A);
    await world.advance('5m');
    expect(seen).toEqual(['once', 'slow', 'delete']);
    expect(world.factsOf('pass-superseded')).toMatchObject([{ old: 'create', by: 'delete', succeeded: 1, failed: 0, left: 1 }]);
    expect(await world.get(A)).toBeUndefined();
  });

  it('[ST-45, B-43] leaves the diff base on the object for as long as it exists', async () => {
    const world = await worldOf((kopf) => {
      kopf.on.create('KopfExample', { id: 'made' }, () => undefined);
      kopf.on.delete('KopfExample', { id: 'gone' }, () => undefined);
    });
    await world.start();
    await world.create(example('a', { spec: { size: 1 }, metadata: { finalizers: ['others.example.com/hold'] } }));
    await world.settle();
    await world.delete(A);
    await world.advance('1m');
    const object = await world.get(A);
    expect(object?.metadata.finalizers).toEqual(['others.example.com/hold']);
    expect(storedEssence(object)).toEqual({ spec: { size: 1 } });
  });

  it('[C-29] is one of four for handlers, and one of three more for observers only', async () => {
    const reasons = new Set<string>();
    const world = await worldOf((kopf) => {
      const note = ({ reason }: { reason: string }): void => void reasons.add(reason);
      kopf.on.create('KopfExample', note);
      kopf.on.update('KopfExample', note);
      kopf.on.resume('KopfExample', note);
      kopf.on.delete('KopfExample', note);
    });
    await world.start();
    await world.create(example('a', { metadata: { finalizers: ['others.example.com/hold'] } }));
    await world.settle();
    await world.restart();
    await world.settle();
    await world.mergeStatus(A, { seen: 1 });
    await world.settle();
    await world.patch(A, { spec: { size: 2 } });
    await world.settle();
    await world.delete(A);
    await world.advance('1m');
    await world.patch(A, { metadata: { finalizers: null } });
    await world.advance('1m');
    expect([...reasons].sort()).toEqual(['create', 'delete', 'resume', 'update']);
    const detected = new Set(world.factsOf('cause-detected').map(({ reason }) => reason));
    expect([...detected].sort()).toEqual(['create', 'delete', 'free', 'gone', 'noop', 'resume', 'update']);
  });
});
