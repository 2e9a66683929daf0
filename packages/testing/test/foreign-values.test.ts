// Anybody who may edit objects may put anything where an operator keeps its memory.
import type { ObjectBody } from '@kopfts/core';
import { annotations, status } from '@kopfts/persistence-annotations';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Harness } from '../src/index.js';
import { A, createWorld, example, LHC, type WorldOptions } from './world.js';

interface Place {
  readonly where: string;
  readonly stores: NonNullable<WorldOptions['stores']>;
  readonly put: (world: Harness, what: { readonly record?: string; readonly base?: string }) => Promise<unknown>;
}

const PLACES: readonly Place[] = [
  {
    where: 'annotations',
    stores: () => [annotations()],
    put: (world, { record, base }) =>
      world.patch(A, {
        metadata: {
          annotations: {
            ...(record === undefined ? {} : { 'test.kopf.zalando.org/made': record }),
            ...(base === undefined ? {} : { [LHC]: base }),
          },
        },
      }),
  },
  {
    where: 'the status',
    stores: () => [status()],
    put: (world, { record, base }) =>
      world.mergeStatus(A, {
        kopf: {
          test: {
            ...(record === undefined ? {} : { progress: { made: parsedIfJson(record) } }),
            ...(base === undefined ? {} : { 'last-handled-configuration': base }),
          },
        },
      }),
  },
];

/** What is left of the record of the handler, wherever it was. */
function recordOn(object: ObjectBody | undefined): unknown {
  const { kopf } = (object?.['status'] ?? {}) as { kopf?: { test?: { progress?: { made?: unknown } } } };
  return kopf?.test?.progress?.made ?? object?.metadata.annotations?.['test.kopf.zalando.org/made'];
}

function parsedIfJson(text: string): never {
  try {
    return JSON.parse(text) as never;
  } catch {
    return text as never;
  }
}

const nested = `{"spec":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;

describe.each(PLACES)('foreign values in $where', ({ stores, put }) => {
  async function handle(what: { readonly record?: string; readonly base?: string }) {
    const calls: string[] = [];
    const world = await createWorld(
      (kopf) => {
        kopf.on.create('KopfExample', { id: 'made' }, ({ name, retry }) => {
          calls.push(`${name} ${String(retry)}`);
          return 'done';
        });
      },
      { stores },
    );
    onTestFinished(() => world.close());
    await world.create(example('a'));
    await world.create(example('b'));
    await put(world, what);
    await world.start();
    await world.advance('20m');
    return { world, calls: calls.sort(), reports: world.factsOf('plugin').filter(({ name }) => name.endsWith('-unreadable')) };
  }

  it.each([
    '{"started":"yesterday","purpose":"create"}',
    '{"purpose":"reconcile","success":true}',
    '{"purpose":7,"success":true}',
    '{"purpose":"create","success":"yes"}',
    '{"purpose":"create","success":1,"failure":"no"}',
    '{"purpose":"create","retries":-5}',
    '{"purpose":"create","retries":1.5}',
    '{"purpose":"create","retries":"many"}',
    '{"purpose":"create","retries":9007199254740993}',
    '{"purpose":"create","retries":1e300}',
    '{"purpose":"create","delayed":9999999999999}',
    '{"purpose":"create","stopped":{"when":"now"}}',
    '{"purpose":"create","message":["x"]}',
    '{"purpose":"create","subrefs":"made/a"}',
    '{"purpose":"create","subrefs":[1,null]}',
    '[1]',
    '"text"',
    '42',
    'true',
  ])('[ST-28] count as no record, are reported once, and go with the next write: %s', async (record) => {
    const { world, calls, reports } = await handle({ record });
    expect(calls).toEqual(['a 0', 'b 0']);
    expect(reports).toHaveLength(1);
    expect(world.factsOf('object-failed')).toEqual([]);
    const object = await world.get(A);
    expect(object?.['status']).toMatchObject({ made: 'done' });
    expect(recordOn(object)).toBeUndefined();
    const before = world.writes().length;
    await world.restart();
    await world.advance('20m');
    expect(world.writes()).toHaveLength(before);
  });

  it.each([
    { what: 'no JSON', base: '{' },
    { what: 'a list', base: '[]' },
    { what: 'a number', base: '42' },
    { what: 'a text', base: '"spec"' },
    { what: 'a deep nest', base: nested },
  ])('[ST-28] count as no diff base, are reported once, and go with the next write: $what', async ({ base }) => {
    const { world, calls, reports } = await handle({ base });
    expect(calls).toEqual(['a 0', 'b 0']);
    expect(reports).toHaveLength(1);
    expect(world.factsOf('object-failed')).toEqual([]);
    const before = world.writes().length;
    await world.restart();
    await world.advance('20m');
    expect(world.writes()).toHaveLength(before);
    expect(JSON.stringify(await world.get(A))).toContain('spec');
  });

  it('[MIG-06] are no reason to complain if only a newer version knows them', async () => {
    const { calls, reports } = await handle({ record: '{"purpose":"create","retries":2,"future":{"a":1}}' });
    expect(calls).toEqual(['a 2', 'b 0']);
    expect(reports).toEqual([]);
  });
});
