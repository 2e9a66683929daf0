// What the names that users import are for: each is used here as a user would, and does what it is there for.
import { readFileSync } from 'node:fs';
import {
  ABSENT,
  all,
  allAtOnce,
  any,
  asap,
  createRegistry,
  EVERYTHING,
  HandlerRetriesError,
  HandlerTimeoutError,
  isKopfError,
  isPermanentError,
  isTemporaryError,
  none,
  not,
  oneByOne,
  PermanentError,
  PRESENT,
  randomized,
  resource,
  shuffled,
  TemporaryError,
  VERSION,
  type DiffItem,
  type FieldPath,
  type HandlerId,
  type HandlerLogger,
  type Lifecycle,
  type MetadataCriteria,
  type ObjectBody,
  type ObjectIndex,
  type Patch,
  type Reason,
  type SelectorInput,
  type ServedOperator,
  type StopFlag,
  type ValueCriterion,
} from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { startRunner } from '@kopfts/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { A, createWorld, example, type WorldOptions } from './world.js';

const ON = { metadata: { labels: { on: 'yes' } } };

/** A world that is closed with its test. */
async function openWorld(declare: Parameters<typeof createWorld>[0], options: WorldOptions = {}) {
  const world = await createWorld(declare, options);
  onTestFinished(() => world.close().catch(() => undefined));
  await world.start();
  return world;
}

describe('handlers', () => {
  it('[API-01] are called in each way to declare them, for what it is about, with what was declared along', async () => {
    const called: string[] = [];
    const say =
      (what: string) =>
      ({ param, name = '-' }: { readonly param: unknown; readonly name?: string }): void =>
        void called.push(`${what} ${name} ${String(param)}`);
    const of = (param: string) => ({ id: param, param, labels: { on: 'yes' } });
    let served: ServedOperator | undefined;
    const asker = {
      name: 'asker',
      setup: (host) => {
        const run = (signal: AbortSignal, operator: ServedOperator): Promise<void> => {
          served = operator;
          return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
        };
        host.contribute('service', { name: 'asker', run });
      },
    } satisfies NonNullable<WorldOptions['plugins']>[number];
    const world = await openWorld(
      (kopf) => {
        kopf.on.startup({ id: 's', param: 's' }, say('startup'));
        kopf.on.cleanup({ id: 'c', param: 'c' }, say('cleanup'));
        kopf.on.probe({ id: 'p', param: 'p' }, say('probe'));
        kopf.index('KopfExample', of('index'), say('index'));
        kopf.on.event('KopfExample', of('event'), say('event'));
        kopf.on.create('KopfExample', of('create'), async ({ param, name, register, execute }) => {
          say('create')({ param, name });
          register(say('registered'), { id: 'registered', param: 'sub' });
          await execute({ executed: say('executed') });
        });
        kopf.on.update('KopfExample', of('update'), say('update'));
        kopf.on.delete('KopfExample', of('delete'), say('delete'));
        kopf.on.resume('KopfExample', of('resume'), say('resume'));
        kopf.on.field('KopfExample', { ...of('field'), field: 'spec.x' }, say('field'));
        kopf.timer('KopfExample', { ...of('timer'), interval: 1000 }, say('timer'));
        kopf.daemon('KopfExample', of('daemon'), async (ctx) => {
          say('daemon')(ctx);
          await ctx.stopped.wait();
        });
      },
      { plugins: [asker] },
    );
    const since = (): readonly string[] => called.splice(0).sort();
    expect(since()).toEqual(['startup - s']);
    await served?.probe();
    expect(since()).toEqual(['probe - p']);
    await world.create(example('a', ON));
    await world.create(example('other'));
    await world.settle();
    const made = ['create a create', 'daemon a daemon', 'executed a undefined', 'registered a sub', 'timer a timer'];
    expect([...new Set(since())]).toEqual([...made, 'event a event', 'index a index'].sort());
    await world.patch(A, { spec: { x: 1 } });
    await world.settle();
    expect([...new Set(since())]).toEqual(['event a event', 'field a field/spec.x', 'index a index', 'update a update'].map(paramOf));
    await world.restart();
    await world.settle();
    const resumed = ['cleanup - c', 'daemon a daemon', 'event a event', 'index a index', 'resume a resume', 'startup - s', 'timer a timer'];
    expect([...new Set(since())]).toEqual(resumed);
    await world.delete(A);
    await world.settle();
    expect([...new Set(since())]).toEqual(expect.arrayContaining(['delete a delete', 'event a event']));
    await world.stop();
    expect(since()).toEqual(['cleanup - c']);
  });
});

/** The id of a field handler has the field; its `param` is as declared. */
function paramOf(line: string): string {
  return line.replace('/spec.x', '');
}

describe('errors', () => {
  it('[API-03] mean to a handler what their names say, and limits end as theirs', async () => {
    const calls: Record<string, number> = {};
    const count = (id: string): number => (calls[id] = (calls[id] ?? 0) + 1);
    const world = await openWorld((kopf) => {
      const failing = (id: string, options: object, error: () => Error): void => {
        kopf.on.create('KopfExample', { id, backoff: 1, ...options }, () => {
          count(id);
          throw error();
        });
      };
      failing('temporary', { retries: 3 }, () => new TemporaryError('later', { delay: 2 }));
      failing('permanent', {}, () => new PermanentError('never'));
      failing('timed-out', { timeout: 5 }, () => new Error('boom'));
      failing('errors-permanent', { errors: 'permanent' }, () => new Error('boom'));
      failing('errors-ignored', { errors: 'ignored' }, () => new Error('boom'));
      failing('errors-temporary', { errors: 'temporary', retries: 2 }, () => new Error('boom'));
      failing('retries-error', {}, () => new HandlerRetriesError('mine'));
      failing('timeout-error', {}, () => new HandlerTimeoutError('mine'));
    });
    await world.create(example());
    await world.advance(60);
    const ends = Object.fromEntries(
      world
        .factsOf('handler-ended')
        .filter(({ result }) => result !== 'retry')
        .map(({ handler, result, error }) => [handler, [result, error?.code, calls[handler]]]),
    );
    expect(ends).toEqual({
      temporary: ['failed', 'KOPF_HANDLER_RETRIES', 3],
      permanent: ['failed', 'KOPF_PERMANENT', 1],
      'timed-out': ['failed', 'KOPF_HANDLER_TIMEOUT', expect.any(Number)],
      'errors-permanent': ['failed', undefined, 1],
      'errors-ignored': ['ignored', undefined, 1],
      'errors-temporary': ['failed', 'KOPF_HANDLER_RETRIES', 2],
      'retries-error': ['failed', 'KOPF_HANDLER_RETRIES', 1],
      'timeout-error': ['failed', 'KOPF_HANDLER_TIMEOUT', 1],
    });
    const errors = [new TemporaryError('t'), new PermanentError('p'), new HandlerTimeoutError('h'), new HandlerRetriesError('r')];
    expect(errors.map((error) => [isKopfError(error), isTemporaryError(error), isPermanentError(error)])).toEqual([
      [true, true, false],
      [true, false, true],
      [true, false, true],
      [true, false, true],
    ]);
  });
});

const isLong = (value: unknown): boolean => typeof value === 'string' && value.length > 3;
const hasX = (value: unknown): boolean => typeof value === 'string' && value.includes('x');
const LABELS = { absent: {}, short: { l: 'a' }, long: { l: 'aaaa' }, x: { l: 'x' }, 'long-x': { l: 'xxxx' } } as const;

describe('filters and selectors', () => {
  it.each<[name: string, criterion: ValueCriterion & MetadataCriteria[string], matching: readonly string[]]>([
    ['PRESENT', PRESENT, ['long', 'long-x', 'short', 'x']],
    ['ABSENT', ABSENT, ['absent']],
    ['not', not(isLong), ['absent', 'short', 'x']],
    ['all', all([isLong, hasX]), ['long-x']],
    ['any', any([isLong, hasX]), ['long', 'long-x', 'x']],
    ['none', none([isLong, hasX]), ['absent', 'short']],
  ])('[API-04] %s chooses by a label', async (_name, criterion, matching) => {
    const seen: string[] = [];
    const world = await openWorld((kopf) => {
      kopf.on.create('KopfExample', { id: 'made', labels: { l: criterion } }, ({ name }) => void seen.push(name));
    });
    for (const [name, labels] of Object.entries(LABELS)) await world.create(example(name, { metadata: { labels } }));
    await world.settle();
    expect(seen.sort()).toEqual([...matching].sort());
  });

  it.each<[name: string, selector: SelectorInput, kinds: readonly string[]]>([
    ['EVERYTHING', EVERYTHING, ['ConfigMap', 'KopfExample']],
    ['a typed resource', resource({ group: 'kopf.dev', version: 'v1', plural: 'kopfexamples' }), ['KopfExample']],
    ['a predicate over resources', ({ group, plural }) => group === '' && plural === 'configmaps', ['ConfigMap']],
  ])('[API-04] %s chooses kinds', async (_name, selector, kinds) => {
    const seen = new Set<string>();
    const world = await openWorld((kopf) => {
      kopf.on.event(selector, { id: 'seen', labels: { on: 'yes' } }, ({ resource: of, body }) => {
        expect(of.kind).toBe(body.kind);
        seen.add(of.kind);
      });
    });
    await world.create(example('a', ON));
    await world.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'default', ...ON.metadata } });
    await world.settle();
    expect([...seen].sort()).toEqual([...kinds]);
  });
});

describe('what handlers get', () => {
  it('[API-09] is what its types say: views, differences, patches, memos, indexes, flags, ids and reasons', async () => {
    interface Seen {
      body: ObjectBody;
      views: readonly unknown[];
      diff: readonly DiffItem[];
      reason: Reason;
      logger: HandlerLogger;
      flag: StopFlag;
      names: ObjectIndex;
    }
    const seen: Partial<Seen> = {};
    const ids: HandlerId[] = [];
    const field: FieldPath = ['spec', 'x'];
    const give = (patch: Patch): void => {
      patch.status['given'] = true;
      patch.fns.push((body) => {
        body.metadata.labels = { ...body.metadata.labels, fn: 'yes' };
      });
    };
    const world = await openWorld((kopf) => {
      const names = kopf.index('KopfExample', { id: 'names' }, ({ name }) => name);
      kopf.on.update(
        'KopfExample',
        { id: 'changed', field },
        ({ body, spec, meta, status, labels, annotations, diff, patch, memo, ...more }) => {
          memo['noted'] = more.name;
          const { reason, logger, index } = more;
          Object.assign(seen, { body, views: [spec.x, meta.name, status['given'], labels['on'], annotations['n']], diff, reason, logger });
          seen.names = index(names);
          logger.info('heard');
          give(patch);
        },
      );
      kopf.daemon('KopfExample', { id: 'flag' }, async ({ stopped }) => {
        seen.flag = stopped;
        await stopped.wait();
      });
    });
    await world.create(example('a', { spec: { x: 1 }, metadata: { labels: { on: 'yes' }, annotations: { n: '1' } } }));
    await world.settle();
    await world.patch(A, { spec: { x: 2 } });
    await world.settle();
    expect(seen.body).toMatchObject({ kind: 'KopfExample', metadata: { name: 'a' }, spec: { x: 2 } });
    expect([seen.views, seen.reason, seen.names?.get(null)]).toEqual([[2, 'a', undefined, 'yes', '1'], 'update', ['a']]);
    expect(seen.diff).toEqual([{ op: 'change', field: [], old: 1, new: 2 }]);
    expect(await world.get(A)).toMatchObject({ status: { given: true }, metadata: { labels: { on: 'yes', fn: 'yes' } } });
    expect(world.factsOf('logged')).toMatchObject([{ level: 'info', message: 'heard', object: { name: 'a' } }]);
    ids.push(...world.factsOf('handler-ended').map(({ handler }) => handler));
    expect(ids).toContain('changed/spec.x');
    expect(seen.flag?.isSet()).toBe(false);
    await world.delete(A);
    await world.settle();
    expect([seen.flag?.isSet(), seen.flag?.reason]).toEqual([true, 'object-deleted']);
  });
});

describe('registries, lifecycles, the version and the runner', () => {
  it.each<[name: string, lifecycle: Lifecycle, passes: readonly number[]]>([
    ['allAtOnce', allAtOnce, [3]],
    ['shuffled', shuffled, [3]],
    ['oneByOne', oneByOne, [1, 1, 1]],
    ['asap', asap, [1, 1, 1]],
    ['randomized', randomized, [1, 1, 1]],
  ])('[API-10] the lifecycle %s runs so many handlers in a pass', async (_name, lifecycle, passes) => {
    const world = await openWorld(
      (kopf) => {
        for (const id of ['a', 'b', 'c']) kopf.on.create('KopfExample', { id }, () => undefined);
      },
      { settings: { execution: { lifecycle } } },
    );
    await world.create(example());
    await world.settle();
    const told = world.facts.flatMap(({ kind }) => (kind === 'handler-started' || kind === 'cause-detected' ? [kind] : []));
    const perPass = told
      .join(' ')
      .split('cause-detected')
      .map((pass) => pass.trim().split(' ').filter(Boolean).length);
    expect(perPass.filter((count) => count > 0)).toEqual(passes);
  });

  it('[API-10] a registry is a value, which a runner runs; the version is that of the package', async () => {
    const seen: string[] = [];
    const kopf = createRegistry();
    kopf.on.startup({ id: 'begun' }, () => void seen.push('begun'));
    createRegistry().on.startup({ id: 'of-nobody' }, () => void seen.push('of nobody'));
    const runner = await startRunner({ config: { name: 'named', handlers: [kopf], plugins: [kubernetes(), annotations()] } });
    expect((await runner.stop()).exitCode).toBe(0);
    expect(seen).toEqual(['begun']);
    const manifest = JSON.parse(readFileSync(new URL('../../core/package.json', import.meta.url), 'utf8')) as { readonly version: string };
    expect(VERSION).toBe(manifest.version);
  });
});
