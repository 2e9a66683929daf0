// Whose fault it is, when a plugin throws or does not do what its part should.
import type { Plugin } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { A, createWorld, example } from './world.js';

const plugin = (name: string, setup: Plugin['setup']): Plugin => ({ name, setup });

describe('a plugin that does not do what it should is named', () => {
  it.each([
    {
      what: 'never',
      calls: 0,
      around: async () => 5,
      says: 'its aroundInvoke returned without calling next(), so the handler did not run.',
      warned: [],
    },
    {
      what: 'twice',
      calls: 1,
      around: async (_invocation: unknown, next: () => Promise<unknown>) => (await next(), next().catch(() => undefined)),
      says: undefined,
      warned: [
        {
          message: "The plugin 'bad' failed: its aroundInvoke called next() twice; the handler runs once.",
          name: 'a',
          fields: { plugin: 'bad', handler: 'c' },
        },
      ],
    },
    {
      what: 'and returns before its handler has',
      calls: 1,
      around: async (_invocation: unknown, next: () => Promise<unknown>) => void next().catch(() => undefined),
      says: undefined,
      warned: [],
    },
  ])(
    'aroundInvoke that calls next $what: the handler runs once or fails, and whose fault it is is told',
    async ({ around, calls, says, warned }) => {
      let runs = 0;
      const world = await createWorld(
        (kopf) =>
          void kopf.on.create('KopfExample', { id: 'c', retries: 1 }, async () => {
            await Promise.resolve();
            runs += 1;
            return { ok: runs };
          }),
        { plugins: [plugin('bad', (host) => host.contribute('aroundInvoke', around))] },
      );
      await world.start();
      await world.create(example());
      await world.advance('10m');
      const warnings = world.factsOf('logged').filter(({ level }) => level === 'warn');
      expect(warnings.map(({ message, object, fields }) => ({ message, name: object?.name, fields }))).toEqual(warned);
      const ends = world.factsOf('handler-ended').map((ended) => ('error' in ended ? ended.error.message : undefined));
      expect({ runs, ends, result: (await world.get(A))?.['status'] }).toEqual({
        runs: calls,
        ends: [says === undefined ? undefined : `The handler would exceed 1 retries: The plugin 'bad' failed: ${says}`],
        result: says === undefined ? { c: { ok: 1 } } : undefined,
      });
      await world.close();
    },
  );

  it.each([
    { verdict: undefined, says: 'its admitPass returned neither { go: true } nor { go: false, reason, retryAfterMs }.' },
    { verdict: { go: false }, says: 'its admitPass returned neither { go: true } nor { go: false, reason, retryAfterMs }.' },
    { verdict: new Error('plugin'), says: 'its admitPass threw: plugin' },
  ])('admitPass: nonsense and errors name the plugin: $verdict', async ({ verdict, says }) => {
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'c' }, () => undefined), {
      plugins: [
        plugin('bad', (host) =>
          host.contribute('admitPass', () => {
            if (verdict instanceof Error) throw verdict;
            return verdict as never;
          }),
        ),
      ],
    });
    await world.start();
    await world.create(example());
    await world.advance(0.5);
    expect(world.factsOf('object-failed').map(({ error }) => error.message)[0]).toBe(`The plugin 'bad' failed: ${says}`);
    await world.close();
  });

  const lost = 'which is neither a part of an object nor undefined.';
  it.each<{ what: string; gives: () => unknown; says: string }>([
    { what: 'text', gives: () => 'done', says: `its contributeToPatch returned "done", ${lost}` },
    { what: 'a list', gives: () => [1], says: `its contributeToPatch returned [1], ${lost}` },
    { what: 'a promise', gives: () => Promise.reject(new Error('late')), says: `its contributeToPatch returned a promise, ${lost}` },
    {
      what: 'an error',
      gives: () => {
        throw new Error('plugin');
      },
      says: 'its contributeToPatch threw: plugin',
    },
  ])('contributeToPatch: $what names the plugin, and costs the handler nothing', async ({ gives, says }) => {
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'c' }, () => ({ ok: 1 })), {
      plugins: [plugin('bad', (host) => host.contribute('contributeToPatch', gives as () => undefined))],
    });
    await world.start();
    await world.create(example());
    await world.advance(1);
    expect(world.factsOf('object-failed').map(({ error }) => error.message)).toEqual([`The plugin 'bad' failed: ${says}`]);
    expect((await world.get(A))?.['status']).toEqual({ c: { ok: 1 } });
    await world.close();
  });

  it('contributeToPatch: what cannot be written is dropped under the name of the plugin', async () => {
    const world = await createWorld((kopf) => void kopf.on.create('KopfExample', { id: 'c' }, () => ({ ok: 1 })), {
      plugins: [plugin('bad', (host) => host.contribute('contributeToPatch', () => ({ metadata: { labels: { app: 'no label' } } })))],
    });
    await world.start();
    await world.create(example());
    await world.advance(1);
    expect(world.factsOf('result-dropped').map(({ handler }) => handler)).toEqual(['plugin:bad']);
    expect((await world.get(A))?.['status']).toMatchObject({ c: { ok: 1 } });
    await world.close();
  });

  it('service: what it throws names the plugin and the service, and ends the operator', async () => {
    const world = await createWorld((kopf) => void kopf.on.event('KopfExample', { id: 'e' }, () => undefined), {
      plugins: [plugin('bad', (host) => host.contribute('service', { name: 'pump', run: () => Promise.reject(new Error('dry')) }))],
    });
    await expect(world.start()).rejects.toMatchObject({
      code: 'KOPF_PLUGIN_FAILED',
      message: "The plugin 'bad' failed: its service 'pump' failed: dry",
    });
  });
});
