import { asap, PermanentError, PRESENT, TemporaryError, type ChangeArgs } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { A, createWorld, example, progressOf, shape, storedEssence } from './world.js';

describe('sub-handlers', () => {
  it('[SH-02, SH-10, R-08] registered ones run after their parent has returned, all in one pass and one write', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'create_fn' }, ({ spec, register }) => {
        for (const item of spec.items) {
          register(
            ({ param }) => {
              seen.push(`${param}`);
              return { item };
            },
            { id: item, param: item },
          );
        }
        seen.push('parent');
        return 'parent';
      });
    });
    await world.start();
    await world.create(example('a', { spec: { items: ['item1', 'item2'] } }));
    await world.settle();
    expect(seen).toEqual(['parent', 'item1', 'item2']);
    const object = await world.get(A);
    expect(object?.['status']).toEqual({
      create_fn: 'parent',
      'create_fn/item1': { item: 'item1' },
      'create_fn/item2': { item: 'item2' },
    });
    expect(progressOf(object)).toEqual({});
    expect(world.writes().map(shape)).toEqual(['status json', 'main json']);
    expect(world.factsOf('pass-ended')).toMatchObject([{ succeeded: 1, failed: 0 }]);
    await world.close();
  });

  it('[SH-03, SH-11, SH-13] what comes after `await execute` is reached when all are finished, and what is finished is not repeated', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'parent' }, async ({ execute, retry }) => {
        seen.push(`parent ${retry}`);
        await execute({
          once: () => void seen.push('once'),
          twice: ({ retry: own }: ChangeArgs) => {
            seen.push(`twice ${own}`);
            if (own === 0) throw new TemporaryError('wait', { delay: 5 });
            return 'done';
          },
        });
        seen.push('after');
        return 'all';
      });
    });
    await world.start();
    await world.create(example());
    await world.settle();
    expect(seen).toEqual(['parent 0', 'once', 'twice 0']);
    expect(progressOf(await world.get(A))).toMatchObject({
      parent: {
        retries: 0,
        success: false,
        failure: false,
        subrefs: ['parent/once', 'parent/twice'],
        delayed: expect.any(String) as string,
      },
      'parent.once': { success: true, retries: 1, purpose: 'create' },
      'parent.twice': { success: false, retries: 1, message: 'wait' },
    });
    await world.advance(4.9);
    expect(seen).toHaveLength(3);
    await world.advance(0.2);
    expect(seen.slice(3)).toEqual(['parent 0', 'twice 1', 'after']);
    const object = await world.get(A);
    expect(object?.['status']).toEqual({ parent: 'all', 'parent/twice': 'done' });
    expect(progressOf(object)).toEqual({});
    await world.close();
  });

  it('[E-31, E-32, B-17] waiting for sub-handlers is no attempt of their parent, however few it may make', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'parent', retries: 1 }, ({ register, retry }) => {
        seen.push(`parent ${retry}`);
        register(
          ({ retry: own }) => {
            seen.push(`child ${own}`);
            if (own < 3) throw new TemporaryError('wait', { delay: 1 });
          },
          { id: 'child' },
        );
      });
    });
    await world.start();
    await world.create(example());
    await world.advance(10);
    expect(seen.filter((one) => one.startsWith('child'))).toEqual(['child 0', 'child 1', 'child 2', 'child 3']);
    expect(new Set(seen.filter((one) => one.startsWith('parent')))).toEqual(new Set(['parent 0']));
    expect(world.factsOf('pass-ended')).toMatchObject([{ succeeded: 1, failed: 0 }]);
    expect(world.factsOf('handler-ended').filter(({ handler }) => handler === 'parent')).toMatchObject([
      { result: 'unfinished', retryInMs: 1000 },
      { result: 'unfinished' },
      { result: 'unfinished' },
      { result: 'succeeded' },
    ]);
    await world.close();
  });

  it('[SH-13] one that fails for good does not fail its parent', async () => {
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'parent' }, async ({ execute }) => {
        await execute({
          bad: () => {
            throw new PermanentError('never');
          },
          good: () => 'good',
        });
        return 'parent';
      });
    });
    await world.start();
    await world.create(example());
    await world.advance(100);
    expect((await world.get(A))?.['status']).toEqual({ parent: 'parent', 'parent/good': 'good' });
    expect(world.factsOf('pass-ended')).toMatchObject([{ succeeded: 1, failed: 0 }]);
    await world.close();
  });

  it('[SH-14, SH-15] nest to any depth; all ancestors refer to all of them, and all records go in the end', async () => {
    let fail = true;
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'a' }, ({ register }) => {
        register(
          async ({ execute }) => {
            await execute({
              c: ({ register: deeper }: ChangeArgs) => {
                deeper(
                  () => {
                    if (fail) throw new TemporaryError('wait', { delay: 7 });
                    return 'deep';
                  },
                  { id: 'd' },
                );
              },
            });
          },
          { id: 'b' },
        );
      });
    });
    await world.start();
    await world.create(example());
    await world.settle();
    expect(progressOf(await world.get(A))).toMatchObject({
      a: { retries: 0, subrefs: ['a/b', 'a/b/c', 'a/b/c/d'] },
      'a.b': { retries: 0, subrefs: ['a/b/c', 'a/b/c/d'] },
      'a.b.c': { retries: 0, subrefs: ['a/b/c/d'] },
      'a.b.c.d': { retries: 1 },
    });
    fail = false;
    await world.advance(7.1);
    const object = await world.get(A);
    expect(object?.['status']).toEqual({ 'a/b/c/d': 'deep' });
    expect(progressOf(object)).toEqual({});
    await world.close();
  });

  it('[SH-16] one that is not declared any more is not waited for, and its record goes in the end', async () => {
    const declared = ['kept', 'dropped'];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'parent' }, ({ register }) => {
        for (const id of declared) {
          register(
            ({ retry }) => {
              if (id === 'dropped' || retry === 0) throw new TemporaryError('wait', { delay: id === 'dropped' ? 100 : 2 });
            },
            { id },
          );
        }
      });
    });
    await world.start();
    await world.create(example());
    await world.settle();
    expect(Object.keys(progressOf(await world.get(A))).toSorted()).toEqual(['parent', 'parent.dropped', 'parent.kept']);
    declared.pop();
    await world.advance(3);
    expect(progressOf(await world.get(A))).toEqual({});
    expect(storedEssence(await world.get(A))).toEqual({ spec: {} });
    await world.close();
  });

  it('[SH-03] `execute()` runs those registered so far, once; later ones run in the end', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'parent' }, async ({ register, execute }) => {
        register(() => void seen.push('first'), { id: 'first' });
        await execute();
        seen.push('between');
        await execute();
        register(() => void seen.push('second'), { id: 'second' });
        seen.push('end');
      });
    });
    await world.start();
    await world.create(example());
    await world.settle();
    expect(seen).toEqual(['first', 'between', 'end', 'second']);
    await world.close();
  });

  it('[SH-05] executing some functions leaves what is registered for the end; names of listed functions are the ids', async () => {
    const seen: string[] = [];
    function named(): string {
      seen.push('named');
      return 'named';
    }
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'parent' }, async ({ register, execute }) => {
        register(() => void seen.push('registered'), { id: 'registered' });
        await execute(new Set([named]));
        seen.push('between');
      });
    });
    await world.start();
    await world.create(example());
    await world.settle();
    expect(seen).toEqual(['named', 'between', 'registered']);
    expect((await world.get(A))?.['status']).toEqual({ 'parent/named': 'named' });
    await world.close();
  });

  it('[SH-08, C-42] see old, new and diff reduced to the field of the parent, and to their own below it', async () => {
    const seen: unknown[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.update('KopfExample', { id: 'update_fn', field: 'spec.items' }, ({ register }) => {
        register(({ old, new: fresh, diff }) => void seen.push([old, fresh, diff.map((item) => [item.op, ...item.field])]), {
          id: 'whole',
        });
        register(({ old, new: fresh }) => void seen.push([old, fresh]), { id: 'b', field: 'b' });
        register(() => void seen.push('same'), { id: 'a', field: 'a' });
      });
    });
    await world.start();
    await world.create(example('a', { spec: { items: { a: 1, b: 2 } } }));
    await world.settle();
    await world.patch(A, { spec: { items: { b: 3 } } });
    await world.settle();
    expect(seen).toEqual([
      [{ a: 1, b: 2 }, { a: 1, b: 3 }, [['change', 'b']]],
      [2, 3],
    ]);
    expect(world.factsOf('handler-started').map(({ handler }) => handler)).toEqual([
      'update_fn/spec.items',
      'update_fn/spec.items/whole',
      'update_fn/spec.items/b',
    ]);
    await world.close();
  });

  it('[SH-09, R-24] below a creation a field must only be present, and old and new are refused', async () => {
    const seen: string[] = [];
    const errors: unknown[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'create_fn' }, ({ register }) => {
        register(() => void seen.push('present'), { id: 'present', field: 'spec.a', value: PRESENT });
        register(() => void seen.push('absent'), { id: 'absent', field: 'spec.b' });
        register(() => void seen.push('labelled'), { id: 'labelled', labels: { tier: 'gold' } });
        register(() => void seen.push('when'), { id: 'when', when: ({ spec }) => spec.a === 2 });
        try {
          register(() => undefined, { id: 'changed', field: 'spec.a', old: 1 });
        } catch (error) {
          errors.push(error);
        }
      });
    });
    await world.start();
    await world.create(example('a', { spec: { a: 1 } }));
    await world.settle();
    expect(seen).toEqual(['present']);
    expect(errors).toMatchObject([{ code: 'KOPF_INVALID_OPTION', message: expect.stringContaining("'changed' of 'create_fn'") as string }]);
    await world.close();
  });

  it('[SH-12] a handler that ignores the end of its attempt goes on waiting for what is not finished', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'parent' }, ({ execute }) => {
        // Neither awaited nor returned.
        execute({
          child: async ({ retry }) => {
            await Promise.resolve();
            seen.push(`child ${retry}`);
            if (retry === 0) throw new TemporaryError('wait', { delay: 1 });
          },
        }).catch(() => undefined);
        return 'result';
      });
    });
    await world.start();
    await world.create(example());
    await world.settle();
    expect((await world.get(A))?.['status']).toBeUndefined();
    await world.advance(2);
    expect(seen).toEqual(['child 0', 'child 1']);
    expect((await world.get(A))?.['status']).toEqual({ parent: 'result' });
    await world.close();
  });

  it('[SH-01, R-26] are refused in handlers of events and in timers, and after the handler has ended, with one code', async () => {
    const errors: { readonly code?: string }[] = [];
    const note = (call: () => unknown): void => {
      try {
        call();
      } catch (error) {
        errors.push(error as { readonly code?: string });
      }
    };
    let late: Pick<ChangeArgs, 'register' | 'execute'> | undefined;
    const world = await createWorld((kopf) => {
      const refused = (args: object): void => {
        const { register, execute } = args as Pick<ChangeArgs, 'register' | 'execute'>;
        note(() => register(() => undefined, { id: 'x' }));
        note(() => execute({ x: () => undefined }));
      };
      kopf.on.event('KopfExample', { id: 'heard', when: ({ body }) => body.metadata.generation === 1 }, refused);
      kopf.timer('KopfExample', { id: 'ticking' }, refused);
      kopf.on.create('KopfExample', { id: 'made' }, ({ register, execute }) => void (late = { register, execute }));
      // In the same pass, which is not over.
      kopf.on.create('KopfExample', { id: 'next' }, () => {
        const before = errors.length;
        note(() => late?.register(() => undefined, { id: 'x' }));
        return errors.length - before;
      });
    });
    await world.start();
    await world.create(example());
    await world.settle();
    const before = errors.length;
    expect(before).toBeGreaterThanOrEqual(5);
    expect((await world.get(A))?.['status']).toEqual({ next: 1 });
    note(() => late?.register(() => undefined, { id: 'x' }));
    note(() => late?.execute());
    expect(errors).toHaveLength(before + 2);
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['KOPF_OUTSIDE_OF_HANDLER']));
    await world.close();
  });

  it('[R-06] two functions under one id, no id, and what is no function are refused, naming the parent', async () => {
    const codes: unknown[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'other/child' }, () => undefined);
      kopf.on.create('KopfExample', { id: 'other' }, ({ register, execute }) => {
        const same = (): void => undefined;
        const calls: (() => unknown)[] = [
          () => register(() => undefined),
          () => register(() => undefined, { id: '' }),
          () => register('no' as never, { id: 'x' }),
          () => register(() => undefined, { id: 'x', retires: 3 } as never),
          () => execute((() => undefined) as never),
          () => execute([1] as never),
          () => execute({}, { lifecicle: asap } as never),
          () => execute({}, { lifecycle: 'asap' } as never),
          () => register(() => undefined, { id: 'child' }),
          () => register(same, { id: 'same' }),
          () => register(same, { id: 'same' }),
          () => register(() => undefined, { id: 'same' }),
        ];
        for (const call of calls) {
          try {
            call();
            codes.push('fine');
          } catch (error) {
            codes.push((error as { readonly code?: string }).code);
            expect(String(error)).toMatch(/other/);
          }
        }
      });
    });
    await world.start();
    await world.create(example());
    await world.settle();
    expect(codes).toEqual([
      ...['KOPF_INVALID_OPTION', 'KOPF_INVALID_OPTION', 'KOPF_INVALID_OPTION', 'KOPF_UNKNOWN_OPTION'],
      ...['KOPF_INVALID_OPTION', 'KOPF_INVALID_OPTION', 'KOPF_UNKNOWN_OPTION', 'KOPF_INVALID_OPTION'],
      ...['KOPF_DUPLICATE_ID', 'fine', 'fine', 'KOPF_DUPLICATE_ID'],
    ]);
    await world.close();
  });

  it('[SH-06, SH-17] under `asap` each takes a pass of its own, without waiting in between', async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'parent' }, async ({ execute }) => {
        seen.push('parent');
        await execute({ a: () => void seen.push('a'), b: () => void seen.push('b') }, { lifecycle: asap });
        seen.push('after');
      });
    });
    await world.start();
    await world.create(example());
    await world.settle();
    expect(seen).toEqual(['parent', 'a', 'parent', 'b', 'after']);
    await world.close();
  });

  it('[Y-19] executions started at once run one after another', async () => {
    const seen: string[] = [];
    const slow = (name: string) => async (): Promise<void> => {
      seen.push(`${name} begins`);
      await Promise.resolve();
      await Promise.resolve();
      seen.push(`${name} ends`);
    };
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'parent' }, async ({ execute }) => {
        await Promise.all([execute({ a: slow('a') }), execute({ b: slow('b') })]);
      });
    });
    await world.start();
    await world.create(example());
    await world.settle();
    expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
    await world.close();
  });

  it("one that calls its parent's execute does not wait for itself", async () => {
    const seen: string[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'parent' }, async ({ execute }) => {
        await execute({
          outer: async () => {
            await execute({ inner: () => void seen.push('inner') });
            seen.push('outer');
          },
        });
      });
    });
    await world.start();
    await world.create(example());
    await world.settle();
    expect(seen).toEqual(['inner', 'outer']);
    expect(world.factsOf('pass-ended')).toMatchObject([{ succeeded: 1 }]);
    await world.close();
  });

  it('objects that are handled at the same time have sub-handlers of their own', async () => {
    const finish = new Map<string, () => void>();
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'parent' }, async ({ name, register }) => {
        await new Promise<void>((resolve) => finish.set(name, resolve));
        register(() => name, { id: `of-${name}` });
      });
    });
    await world.start();
    await world.create(example('a'));
    await world.create(example('b'));
    await world.settle();
    finish.get('b')?.();
    finish.get('a')?.();
    await world.settle();
    expect((await world.get(A))?.['status']).toEqual({ 'parent/of-a': 'a' });
    expect((await world.get({ ...A, metadata: { ...A.metadata, name: 'b' } }))?.['status']).toEqual({ 'parent/of-b': 'b' });
    await world.close();
  });
});
