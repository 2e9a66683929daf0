import { createRegistry, defineConfig, TemporaryError, type Fact, type Plugin } from '@kopfts/core';
import { createMemoryStores } from '@kopfts/core/contracts';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { createHarness, customResourceDefinition } from '@kopfts/testing';
import { describe, expect, it } from 'vitest';
import { A, createWorld, example, progressOf, KIND } from './world.js';

const status = (code: number, message = 'no') => ({
  kind: 'status' as const,
  code,
  body: JSON.stringify({ kind: 'Status', status: 'Failure', reason: 'Forbidden', code, message }),
});
const plugin = (name: string, setup: Plugin['setup']): Plugin => ({ name, setup });

describe('plugins that throw', () => {
  it('contributeToPatch: the handler is not repeated, its result is written, and the failure is told', async () => {
    let calls = 0;
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'c' }, () => ((calls += 1), { ok: 1 })), {
      plugins: [
        plugin('bad', (host) =>
          host.contribute('contributeToPatch', () => {
            throw new Error('plugin');
          }),
        ),
      ],
    });
    await world.start();
    await world.create(example());
    await world.advance('10m');
    expect({ calls, s: (await world.get(A))?.['status'] }).toEqual({ calls: 1, s: { c: { ok: 1 } } });
    expect(world.factsOf('object-failed').map(({ error }) => error.message)).toEqual([
      "The plugin 'bad' failed: its contributeToPatch threw: plugin",
    ]);
    await world.close();
  });

  it('aroundInvoke after next: the handler that succeeded is not repeated', async () => {
    let calls = 0;
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'c' }, () => ((calls += 1), { ok: 1 })), {
      plugins: [
        plugin('bad', (host) =>
          host.contribute('aroundInvoke', async (_i, next) => {
            await next();
            throw new Error('plugin');
          }),
        ),
      ],
    });
    await world.start();
    await world.create(example());
    await world.advance('10m');
    expect({ calls, s: (await world.get(A))?.['status'] }).toEqual({ calls: 1, s: { c: { ok: 1 } } });
    await world.close();
  });

  it('admitPass: the object waits, the operator lives', async () => {
    let calls = 0;
    let broken = true;
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'c' }, () => void (calls += 1)), {
      plugins: [
        plugin('bad', (host) =>
          host.contribute('admitPass', () => {
            if (broken) throw new Error('plugin');
            return { go: true };
          }),
        ),
      ],
    });
    await world.start();
    await world.create(example());
    await world.advance(10);
    expect(calls).toBe(0);
    broken = false;
    await world.advance(10);
    expect(calls).toBe(1);
    await world.close();
  });

  it.each(['event-seen', 'cause-detected', 'handler-started', 'timer-ended', 'watch-synced'])(
    'factSink on %s: the operator lives and works',
    async (kind) => {
      let calls = 0;
      const world = await createWorld(
        (kopf) => {
          kopf.on.create('KopfExample', { id: 'c' }, () => void (calls += 1));
          kopf.timer('KopfExample', { id: 't' }, () => undefined);
        },
        {
          plugins: [
            plugin('bad', (host) =>
              host.contribute('factSink', {
                open: () => ({
                  accept: (fact: Fact) => {
                    if (fact.kind === kind) throw new Error('sink');
                  },
                }),
              }),
            ),
          ],
        },
      );
      await world.start();
      await world.create(example());
      await world.advance(10);
      expect({ calls, stopped: world.factsOf('operator-stopped').length }).toEqual({ calls: 1, stopped: 0 });
      await world.close();
    },
  );

  it('a memo factory that throws takes down neither the watch nor the operator', async () => {
    const seen: string[] = [];
    const world = await createHarness({
      crds: [customResourceDefinition(KIND)],
      config: ({ transport }) => {
        let made = 0;
        const kopf = createRegistry({
          memo: () => {
            made += 1;
            if (made === 1) throw new Error('memo');
            return {};
          },
        });
        kopf.on.create('KopfExample', { id: 'c' }, ({ name }) => void seen.push(name));
        return defineConfig({ name: 'test', handlers: [kopf], plugins: [kubernetes({ transport }), annotations()] });
      },
    });
    await world.start();
    await world.create(example('a'));
    await world.create(example('b'));
    await world.advance(10);
    expect(world.factsOf('operator-stopped')).toEqual([]);
    expect(seen).toContain('b');
    await world.close();
  });

  it('a service that ignores its signal does not hold the end of the operator beyond its grace', async () => {
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'c' }, () => undefined), {
      plugins: [plugin('deaf', (host) => host.contribute('service', { name: 'deaf', run: () => new Promise(() => undefined) }))],
    });
    await world.start();
    await expect(world.stop()).resolves.toBeUndefined();
    await world.close();
  });

  it('a part that fails to close does not keep others open', async () => {
    const closed: string[] = [];
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'c' }, () => undefined), {
      plugins: [
        plugin('one', (host) =>
          host.contribute('factSink', {
            open: (scope) => {
              scope.onClose(() => void closed.push('one'));
              return { accept: () => undefined };
            },
          }),
        ),
        plugin('two', (host) =>
          host.contribute('factSink', {
            open: (scope) => {
              scope.onClose(() => {
                throw new Error('close');
              });
              return { accept: () => undefined };
            },
          }),
        ),
      ],
    });
    await world.start();
    await world.stop().catch(() => undefined);
    expect(closed).toEqual(['one']);
    expect(world.factsOf('operator-stopped')).toHaveLength(1);
    await world.close();
  });
});

describe('stop', () => {
  it('writes within the grace what handlers did, beside one that ignores its signal', async () => {
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'one' }, () => ({ ok: 1 }));
      kopf.on.create('KopfExample', { id: 'deaf' }, () => new Promise(() => undefined));
    });
    await world.start();
    await world.create(example());
    await world.advance(1);
    await world.stop();
    expect((await world.get(A))?.['status']).toEqual({ one: { ok: 1 } });
    await world.close();
  });

  it('tries once more at the end to write what waits in a back-off', async () => {
    let calls = 0;
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'one' }, () => ((calls += 1), { ok: calls })));
    await world.start();
    world.faults.add(status(403), { when: (call) => call.method === 'PATCH', times: 1 });
    await world.create(example());
    await world.advance(0.5);
    await world.stop();
    expect((await world.get(A))?.['status']).toEqual({ one: { ok: 1 } });
    await world.close();
  });

  it('[6.11] does not count an attempt that the end of the operator cancelled, also if a flush counted it', async () => {
    const world = await createWorld(
      (kopf) =>
        void kopf.on.create('KopfExample', { id: 'c', backoff: 5 }, ({ retry, signal }) => {
          if (retry === 0) throw new Error('boom');
          return new Promise((_r, reject) => signal.addEventListener('abort', () => reject(new Error('cancelled'))));
        }),
    );
    await world.start();
    await world.create(example());
    await world.advance(10);
    await world.stop();
    expect(progressOf(await world.get(A))).toMatchObject({ c: { retries: 1 } });
    await world.close();
  });
});

describe('flush and others', () => {
  it('[S4] does not write again what a flush wrote and somebody else changed since', async () => {
    let finish: () => void = () => undefined;
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'one' }, ({ patch }) => void (patch.status.phase = 'one'));
      kopf.on.create('KopfExample', { id: 'slow' }, () => new Promise<void>((resolve) => (finish = resolve)));
    });
    await world.start();
    await world.create(example());
    await world.advance(3);
    await world.mergeStatus(A, { phase: 'theirs' });
    await world.settle();
    finish();
    await world.advance(5);
    expect((await world.get(A))?.['status']).toEqual({ phase: 'theirs' });
    await world.close();
  });

  it('[E1] tells a running delete handler that the object is gone', async () => {
    const seen: string[] = [];
    const world = await createWorld(
      (kopf) =>
        void kopf.on.delete(
          'KopfExample',
          { id: 'd' },
          ({ signal }) =>
            new Promise((_r, reject) =>
              signal.addEventListener('abort', () => {
                seen.push('told');
                reject(new Error('x'));
              }),
            ),
        ),
    );
    await world.start();
    await world.create(example());
    await world.settle();
    await world.delete(A);
    await world.settle();
    await world.patch(A, { metadata: { finalizers: null } });
    await world.advance('1h');
    expect(await world.get(A)).toBeUndefined();
    expect(seen).toEqual(['told']);
    expect(world.factsOf('object-forgotten')).toHaveLength(1);
    await world.close();
  });

  it('[E5] tells a creation handler of a deletion that came while the store was being read', async () => {
    const stores = createMemoryStores();
    let open: () => void = () => undefined;
    let slow = false;
    const gate = async (): Promise<void> => {
      if (slow) await new Promise<void>((resolve) => (open = resolve));
    };
    const seen: string[] = [];
    const world = await createHarness({
      crds: [customResourceDefinition(KIND)],
      config: ({ transport }) => {
        const kopf = createRegistry();
        kopf.on.create('KopfExample', { id: 'c' }, ({ signal }) => {
          seen.push('create');
          if (signal.aborted) {
            seen.push('told');
            throw new Error('x');
          }
          return new Promise((_r, reject) =>
            signal.addEventListener('abort', () => {
              seen.push('told');
              reject(new Error('x'));
            }),
          );
        });
        kopf.on.delete('KopfExample', { id: 'd' }, () => void seen.push('delete'));
        return defineConfig({
          name: 'test',
          handlers: [kopf],
          plugins: [
            kubernetes({ transport }),
            plugin('mem', (host) => {
              host.contribute('progressStore', {
                open: () => ({
                  ...stores.progress,
                  load: async (q, s) => {
                    await gate();
                    return stores.progress.load(q, s);
                  },
                }),
              });
              host.contribute('diffBaseStore', { open: () => stores.diffBase });
            }),
          ],
        });
      },
    });
    await world.start();
    slow = true;
    await world.create(example('a', { metadata: { finalizers: ['test.kopf.zalando.org/finalizer'] } }));
    await world.settle();
    await world.delete(A);
    await world.settle();
    slow = false;
    open();
    await world.advance('10m');
    expect(seen).toContain('delete');
    expect(await world.get(A)).toBeUndefined();
    await world.close();
  });

  it('commit "newer-exists" is not taken for done', async () => {
    const stores = createMemoryStores();
    let refuse = 1;
    const world = await createHarness({
      crds: [customResourceDefinition(KIND)],
      config: ({ transport }) => {
        const kopf = createRegistry();
        kopf.on.create('KopfExample', { id: 'c' }, () => {
          throw new TemporaryError('x', { delay: 5 });
        });
        return defineConfig({
          name: 'test',
          handlers: [kopf],
          plugins: [
            kubernetes({ transport }),
            plugin('mem', (host) => {
              host.contribute('progressStore', {
                open: () => ({
                  ...stores.progress,
                  commit: async (w, s) =>
                    refuse-- > 0 ? ('newer-exists' as const) : (stores.progress.commit?.(w, s) ?? ('done' as const)),
                }),
              });
              host.contribute('diffBaseStore', { open: () => stores.diffBase });
            }),
          ],
        });
      },
    });
    await world.start();
    await world.create(example());
    await world.settle();
    expect(stores.size).toBe(1);
    await world.close();
  });

  it('external stores: a flush commits that an attempt is running', async () => {
    const stores = createMemoryStores();
    const world = await createHarness({
      crds: [customResourceDefinition(KIND)],
      config: ({ transport }) => {
        const kopf = createRegistry();
        kopf.on.create('KopfExample', { id: 'c' }, () => new Promise(() => undefined));
        return defineConfig({
          name: 'test',
          handlers: [kopf],
          plugins: [
            kubernetes({ transport }),
            plugin('mem', (host) => {
              host.contribute('progressStore', { open: () => stores.progress });
              host.contribute('diffBaseStore', { open: () => stores.diffBase });
            }),
          ],
        });
      },
    });
    await world.start();
    await world.create(example());
    await world.advance(10);
    expect(stores.size).toBe(1);
    await world.close();
  });
});

describe('timers', () => {
  it('[T-10] idle-only: a change during the invocation begins a new idle period', async () => {
    let calls = 0;
    const world = await createWorld(
      (kopf) =>
        void kopf.timer('KopfExample', { id: 't', idle: 10 }, async () => {
          calls += 1;
          await world.clock.sleep(5000, new AbortController().signal);
        }),
    );
    await world.start();
    await world.create(example());
    await world.advance(12);
    expect(calls).toBe(1);
    await world.patch(A, { spec: { x: 1 } });
    await world.advance(100);
    expect(calls).toBe(2);
    await world.close();
  });

  it('[T-06] idle: a change prolongs it also while a change handler runs', async () => {
    const calls: number[] = [];
    const world = await createWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'c' }, () => new Promise(() => undefined));
      kopf.timer('KopfExample', { id: 't', idle: 10 }, () => void calls.push(1));
    });
    await world.start();
    await world.create(example());
    await world.advance(6);
    await world.patch(A, { spec: { x: 1 } });
    await world.advance(6);
    expect(calls).toEqual([]);
    await world.close();
  });

  it('[6.10] the finalizer stays until the running invocation ended although filters ceased to match', async () => {
    let finish: () => void = () => undefined;
    const world = await createWorld(
      (kopf) =>
        void kopf.timer(
          'KopfExample',
          { id: 't', interval: 10, finalizer: true, labels: { on: 'yes' } },
          () => new Promise<void>((resolve) => (finish = resolve)),
        ),
    );
    await world.start();
    await world.create(example('a', { metadata: { labels: { on: 'yes' } } }));
    await world.settle();
    await world.patch(A, { metadata: { labels: { on: 'no' } } });
    await world.settle();
    expect((await world.get(A))?.metadata.finalizers).toHaveLength(1);
    finish();
    await world.close();
  });
});
