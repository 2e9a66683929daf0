import { ABSENT, type ChangeArgs } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { A, createWorld, example, FINALIZER } from './world.js';

describe('handlers of fields', () => {
  it('[H-27, C-42] are called when the field comes, changes and goes, with what it was and is, and for nothing else', async () => {
    const seen: unknown[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.field('KopfExample', { id: 'watch', field: 'spec.size' }, ({ reason, old, new: fresh, diff }) => {
        seen.push([reason, old, fresh, diff.map(({ op, field }) => [op, ...field])]);
      });
    });
    await world.start();
    await world.create(example('a', { spec: { size: 1, other: 1 } }));
    await world.settle();
    await world.patch(A, { spec: { other: 2 } });
    await world.settle();
    await world.patch(A, { spec: { size: 2 } });
    await world.settle();
    await world.patch(A, { spec: { size: null } });
    await world.settle();
    expect(seen).toEqual([
      ['create', undefined, 1, [['add']]],
      ['update', 1, 2, [['change']]],
      ['update', 2, undefined, [['remove']]],
    ]);
    expect(world.factsOf('handler-started').map(({ handler }) => handler)).toEqual(Array(3).fill('watch/spec.size'));
    await world.close();
  });

  it('[H-27, C-41] are called in a deletion that brings a change along, and not in a resumption', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.field('KopfExample', { id: 'watch', field: 'spec.size' }, ({ reason }) => void seen.push(`field ${reason}`));
      kopf.on.resume('KopfExample', { id: 'again' }, ({ reason }) => void seen.push(`resume ${reason}`));
      kopf.on.delete('KopfExample', { id: 'delete_fn' }, ({ reason }) => void seen.push(`delete ${reason}`));
    });
    await world.start();
    await world.create(example('a', { spec: { size: 1 } }));
    await world.settle();
    await world.stop();
    await world.start();
    await world.settle();
    expect(seen).toEqual(['field create', 'resume resume']);
    await world.stop();
    await world.patch(A, { spec: { size: 2 } });
    await world.delete(A);
    expect((await world.get(A))?.metadata.finalizers).toEqual([FINALIZER]);
    await world.start();
    await world.settle();
    expect(seen.slice(2)).toEqual(['field delete', 'delete delete']);
    expect(await world.get(A)).toBeUndefined();
    await world.close();
  });

  it('[F-09, F-15] ask for values before and after; a value may be that of either side', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.field('KopfExample', { id: 'grown', field: 'spec.size', old: 1, new: 2 }, () => void seen.push('grown'));
      kopf.on.field('KopfExample', { id: 'gone', field: 'spec.size', new: ABSENT }, () => void seen.push('gone'));
      kopf.on.field('KopfExample', { id: 'one', field: 'spec.size', value: 1 }, () => void seen.push('one'));
    });
    await world.start();
    await world.create(example('a', { spec: { size: 1 } }));
    await world.settle();
    await world.patch(A, { spec: { size: 2 } });
    await world.settle();
    await world.patch(A, { spec: { size: null } });
    await world.settle();
    expect(seen).toEqual(['one', 'grown', 'one', 'gone']);
    await world.close();
  });

  it('[R-09, R-24] one function for a field and for creations is called once per change under one id', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => {
      const grow = ({ reason }: ChangeArgs): void => void seen.push(reason);
      kopf.on.create('KopfExample', { id: 'grow', field: 'spec.size' }, grow);
      kopf.on.field('KopfExample', { id: 'grow', field: 'spec.size' }, grow);
    });
    await world.start();
    await world.create(example('a', { spec: { size: 1 } }));
    await world.settle();
    await world.patch(A, { spec: { size: 2 } });
    await world.settle();
    expect(seen).toEqual(['create', 'update']);
    await world.close();
  });
});
