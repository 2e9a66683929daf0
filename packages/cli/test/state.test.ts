import { KopfError, multi } from '@kopfts/core';
import { annotations, status } from '@kopfts/persistence-annotations';
import { describe, expect, it } from 'vitest';
import { createStateWorld, LAST_HANDLED, moveThereAndBack } from './state-world.js';
import { inTable, type Table, type TableRow } from './table-store.js';

describe('kopf state move', () => {
  it('moves from annotations to another store and back while the operator runs, and no handler is called again', async () => {
    const table: Table = new Map();
    await moveThereAndBack(await createStateWorld(), { there: () => inTable(table), name: 'table' });
  }, 60_000);

  it.each([
    ['with an endpoint of its own', true],
    ['of a kind without an endpoint for it', false],
  ])(
    'moves to the status %s and back while the operator runs, and no handler is called again',
    async (_, hasStatus) => {
      await moveThereAndBack(await createStateWorld({ hasStatus }), { there: () => status(), name: 'status' });
    },
    60_000,
  );

  it.each([
    ['a table', 'table', true],
    ['the status with an endpoint of its own', 'status', true],
    ['the status of a kind without an endpoint for it', 'status', false],
  ])(
    'to %s that dies before and after each of its writes is done by the next one: no handler is called again, there and back',
    async (_, name, hasStatus) => {
      const table: Table = new Map();
      const there = () => (name === 'table' ? inTable(table) : status());
      await moveThereAndBack(await createStateWorld({ hasStatus }), { there, name, dies: true });
    },
    120_000,
  );

  it('that broke off in the middle is done by the next one, which leaves alone what is there', async () => {
    let left = 3;
    const table: Table = new (class extends Map<string, TableRow> {
      override set(key: string, row: TableRow): this {
        left -= 1;
        if (left < 0) throw new KopfError('KOPF_STORE_AWAY', 'The table is full.');
        return super.set(key, row);
      }
    })();
    const world = await createStateWorld();
    await world.run(annotations());
    const names = ['a', 'b', 'c', 'd'];
    for (const name of names) await world.create(name, 1);
    await world.called(4);
    const isHandled = async (name: string) => (await world.get(name)).metadata.annotations?.[LAST_HANDLED] !== undefined;
    await expect.poll(async () => (await Promise.all(names.map(isHandled))).every(Boolean)).toBe(true);
    const argv = ['state', 'move', '--from', 'annotations', '--to', 'table'];
    const move = () => world.kopf(argv, multi(inTable(table), annotations()));
    expect(await move()).toMatchObject({ code: 1, err: expect.stringContaining('The table is full.') as string });
    expect(table.size).toBe(3);
    left = Infinity;
    expect((await move()).out).toMatch(/moved +3\n[^]*there already +1\n/);
    expect((await move()).out).toMatch(/there already +4\n/);
    await world.run(inTable(table));
    for (const name of names) await world.resize(name, 2);
    await world.called(8);
    expect(world.calls.slice(4).sort()).toEqual(names.map((name) => `${name}: 1 to 2`));
  });

  it('only says what it would do, if asked to', async () => {
    const table: Table = new Map();
    const world = await createStateWorld();
    await world.run(annotations());
    await world.create('a', 1);
    await world.called(1);
    await expect.poll(async () => (await world.get('a')).metadata.annotations).toHaveProperty([LAST_HANDLED]);
    const argv = ['state', 'move', '--from', 'annotations', '--to', 'table', '--dry-run'];
    const { code, out } = await world.kopf(argv, multi(inTable(table), annotations()));
    expect(out).toContain('would be moved');
    expect(out).toMatch(/would be moved +1\n/);
    expect(code).toBe(0);
    expect(table.size).toBe(0);
  });

  it('copies again what has changed since it was copied, as long as no operator has written it there', async () => {
    const table: Table = new Map();
    const world = await createStateWorld();
    await world.run(annotations());
    await world.create('a', 1);
    const argv = ['state', 'move', '--from', 'annotations', '--to', 'table'];
    const move = () => world.kopf(argv, multi(inTable(table), annotations()));
    const sizeOf = async () => /"size":(\d+)/.exec((await world.get('a')).metadata.annotations?.[LAST_HANDLED] ?? '')?.[1];
    for (const size of ['1', '2']) {
      await expect.poll(sizeOf).toBe(size);
      expect((await move()).out).toMatch(/moved +1\n/);
      expect((await move()).out).toMatch(/there already +1\n/);
      if (size === '1') await world.resize('a', 2);
    }
    await world.run(inTable(table));
    await world.resize('a', 3);
    await world.called(3);
    expect(world.calls).toEqual(['a: create', 'a: 1 to 2', 'a: 2 to 3']);
  });

  it('takes along what an object waits for: the next attempt is the second, wherever its record is', async () => {
    const table: Table = new Map();
    const world = await createStateWorld();
    await world.run(annotations());
    await world.create('a', 13);
    await expect.poll(async () => (await world.get('a')).metadata.annotations).toHaveProperty(['mover.kopf.zalando.org/made']);
    const { code, out } = await world.kopf(
      ['state', 'move', '--from', 'annotations', '--to', 'table'],
      multi(inTable(table), annotations()),
    );
    expect([code, /moved +1\n/.test(out)]).toEqual([0, true]);
    const { metadata } = await world.get('a');
    expect(JSON.parse(table.get(`progress ${metadata.uid}`)?.text ?? '{}')).toMatchObject({ made: { retries: 1, success: false } });
    await world.run(inTable(table));
    await world.create('b', 1);
    await world.called(2);
    expect(world.calls).toEqual(['a: create', 'b: create']);
  });

  it.each([
    [['--from', 'annotations', '--to', 'annotations'], 'name the same store'],
    [['--from', 'annotations', '--to', 'nowhere'], "has no store 'nowhere'"],
    [['--from', 'annotations', '--to', 'status', 'pods'], "No handler is declared for 'pods'"],
    [['--from', 'annotations'], "required option '--to <store>' not specified"],
  ])('refuses %j', async (options, says) => {
    const world = await createStateWorld();
    const { code, err } = await world.kopf(['state', 'move', ...options], annotations());
    expect(code).toBe(2);
    expect(err).toContain(`error KOPF_USAGE: `);
    expect(err).toContain(says);
  });

  it('says that the schema of the kind does not keep a status, and takes nothing away then', async () => {
    const spec = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
    const world = await createStateWorld({ hasStatus: true, schema: { type: 'object', properties: { spec, status: { type: 'object' } } } });
    await world.run(annotations());
    await world.create('a', 1);
    await expect.poll(async () => (await world.get('a')).metadata.annotations).toHaveProperty([LAST_HANDLED]);
    for (const more of [[], ['--remove']]) {
      const { code, err } = await world.kopf(['state', 'move', '--from', 'annotations', '--to', 'status', ...more]);
      expect([code, err]).toEqual([1, expect.stringContaining('KOPF_STATE_WRITE')]);
    }
    expect((await world.get('a')).metadata.annotations).toHaveProperty([LAST_HANDLED]);
  });
});

describe.each([
  ['annotations', () => annotations()],
  ['the status', () => status()],
  ['a store of somebody else', () => inTable(new Map())],
] as const)('kopf state, with all in %s,', (_, makeStore) => {
  it('shows what is kept of an object, for people and for programs', async () => {
    const world = await createStateWorld();
    const store = makeStore();
    await world.run(store);
    await world.create('a', 13);
    await world.called(1);
    const show = async () => {
      const { out } = await world.kopf(['state', 'show', 'things/default/a', '--output', 'json']);
      return JSON.parse(out) as { stores: readonly unknown[] };
    };
    await expect.poll(show).toEqual({
      object: 'things/default/a',
      stores: [
        expect.objectContaining({
          store: store.name,
          lost: false,
          lastHandled: null,
          memo: null,
          progress: { made: expect.objectContaining({ retries: 1 }) as unknown },
        }),
      ],
    });
    const { code, out } = await world.kopf(['state', 'show', 'things/default/a']);
    expect(code).toBe(0);
    expect(out).toContain("progress of 'made'");
  });

  it('clears one object: it is handled as a new one, and no other is', async () => {
    const world = await createStateWorld();
    await world.run(makeStore());
    for (const name of ['a', 'b']) await world.create(name, 1);
    await world.called(2);
    const shown = async () => (await world.kopf(['state', 'show', 'things/default/a', '--output', 'json'])).out;
    await expect
      .poll(async () => (JSON.parse(await shown()) as { stores: [{ lastHandled: unknown }] }).stores[0].lastHandled)
      .not.toBeNull();
    expect((await world.kopf(['state', 'clear', 'things/default/a', '--dry-run'])).out).toContain('would be cleared');
    expect((await world.kopf(['state', 'clear', 'things/default/a'])).code).toBe(0);
    await world.resize('a', 2);
    await world.resize('b', 2);
    await world.called(4);
    await expect.poll(() => world.calls.filter((call) => call.startsWith('b'))).toEqual(['b: create', 'b: 1 to 2']);
    // Where the memory is on the object, clearing it is seen at once; the change came later, then.
    expect(world.calls.filter((call) => call.startsWith('a')).slice(0, 2)).toEqual(['a: create', 'a: create']);
  });
});

describe('kopf state, beside other operators that keep theirs in the status,', () => {
  const others = { progress: { theirs: { started: '2024-01-01T00:00:00.000000+00:00', retries: 1, success: false, failure: false } } };

  it.each([
    ['clears', ['clear', 'things/default/a']],
    ['moves and takes away', ['move', '--from', 'status', '--to', 'annotations', '--remove']],
  ])('%s only what is of its own operator', async (_, argv) => {
    const world = await createStateWorld();
    await world.run(status());
    await world.create('a', 1);
    const inStatus = async () => (await world.get('a')).status?.kopf ?? {};
    await expect.poll(inStatus).toMatchObject({ mover: { 'last-handled-configuration': expect.any(String) as string } });
    await world.merge('a', { status: { kopf: { other: others } } });
    // An operator would handle the object as a new one, and write that at once.
    await world.stop();
    // The first time it is copied, the second time it is there and goes here.
    expect((await world.kopf(['state', ...argv], multi(annotations(), status()))).code).toBe(0);
    if (argv[0] === 'move') expect((await world.kopf(['state', ...argv], multi(annotations(), status()))).code).toBe(0);
    expect(await inStatus()).toEqual({ mover: {}, other: others });
  });
});

describe('kopf state', () => {
  it.each([
    ['things/default/nobody', 1, 'KOPF_OBJECT_MISSING'],
    ['things', 2, 'KOPF_USAGE'],
    ['things//a', 2, 'KOPF_USAGE'],
  ])('refuses to show %s', async (object, code, says) => {
    const world = await createStateWorld();
    const answer = await world.kopf(['state', 'show', object], annotations());
    expect([answer.code, answer.err]).toEqual([code, expect.stringContaining(says)]);
  });
});
