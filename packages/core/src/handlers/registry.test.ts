import { describe, expect, it } from 'vitest';
import { ABSENT, PRESENT } from '../model/filter.js';
import { createRegistry, findDuplicateIds, isRegistry, mergeHandlers } from './registry.js';
import { resource } from './typed-resource.js';

const SELECTOR = 'kopfexamples.v1.kopf.dev';
const nothing = (): void => undefined;

/** As if from plain JavaScript. */
type Loose = Record<string, (...args: unknown[]) => unknown>;

function loose(options?: Parameters<typeof createRegistry>[0]): Loose {
  const kopf = createRegistry(options);
  return { ...kopf.on, timer: kopf.timer, daemon: kopf.daemon } as unknown as Loose;
}

describe('a registry', () => {
  it('[R-04] [R-05] returns the function and keeps the order of declaration', () => {
    const kopf = createRegistry();
    const created = kopf.on.create(SELECTOR, function first() {});
    kopf.on.event(SELECTOR, function second() {});
    kopf.timer(SELECTOR, { interval: 5 }, function third() {});
    kopf.daemon(SELECTOR, function fourth() {});
    expect(typeof created).toBe('function');
    expect(kopf.handlers.map(({ id, family }) => [id, family])).toEqual([
      ['first', 'change'],
      ['second', 'event'],
      ['third', 'timer'],
      ['fourth', 'daemon'],
    ]);
    expect(kopf.handlers[0]?.fn).toBe(created);
  });

  it('[R-05] keeps the order of declaration within a family, whatever the ids and the causes are', () => {
    const kopf = createRegistry();
    kopf.on.update(SELECTOR, { id: 'z' }, nothing);
    kopf.on.create(SELECTOR, { id: 'm' }, nothing);
    kopf.on.delete(SELECTOR, { id: 'b' }, nothing);
    kopf.on.create(SELECTOR, { id: 'a' }, nothing);
    for (const id of ['y', 'x']) kopf.on.event(SELECTOR, { id }, nothing);
    expect(kopf.handlers.map(({ id }) => id)).toEqual(['z', 'm', 'b', 'a', 'y', 'x']);
  });

  it('[A-06] keeps the activities of the operator apart from the handlers of objects, each in its order', () => {
    const kopf = createRegistry();
    kopf.on.cleanup({ id: 'a' }, () => undefined);
    kopf.on.create('pods', { id: 'b' }, () => undefined);
    kopf.on.probe({ id: 'c' }, () => undefined);
    kopf.timer('pods', { id: 'd' }, () => undefined);
    kopf.on.startup({ id: 'e' }, () => undefined);
    expect(kopf.activities.map(({ activity, id }) => `${activity} ${id}`)).toEqual(['cleanup a', 'probe c', 'startup e']);
    expect(kopf.handlers.map(({ family, id }) => `${family} ${id}`)).toEqual(['change b', 'timer d']);
  });

  it('declares each reason as a handler of its own', () => {
    const kopf = createRegistry();
    for (const reason of ['create', 'update', 'delete', 'resume'] as const) kopf.on[reason](SELECTOR, nothing);
    expect(kopf.handlers.map((handler) => handler.family === 'change' && handler.reason)).toEqual(['create', 'update', 'delete', 'resume']);
  });

  it('works when taken apart', () => {
    const { on, timer } = createRegistry();
    const { create } = on;
    expect(create(SELECTOR, nothing)).toBe(nothing);
    expect(timer(SELECTOR, nothing)).toBe(nothing);
  });

  it('[H-02] tells several registrations of one function apart by their parameter', () => {
    const kopf = createRegistry();
    kopf.on.event(SELECTOR, { id: 'a', param: 1 }, nothing);
    kopf.on.event(SELECTOR, { id: 'b', param: { any: 'thing' } }, nothing);
    kopf.on.event(SELECTOR, { id: 'c' }, nothing);
    expect(kopf.handlers.map(({ param }) => param)).toEqual([1, { any: 'thing' }, undefined]);
  });

  it('is recognised by its brand', () => {
    expect(isRegistry(createRegistry())).toBe(true);
    expect([{}, null, undefined, 'x', { handlers: [] }].some(isRegistry)).toBe(false);
  });

  it('makes memos: empty ones, or those of the option', () => {
    expect(createRegistry().createMemo()).toEqual({});
    const kopf = createRegistry({ memo: () => ({ seen: 0 }) });
    expect(kopf.createMemo()).toEqual({ seen: 0 });
    expect(kopf.createMemo()).not.toBe(kopf.createMemo());
  });

  it('knows where a handler was declared', () => {
    const kopf = createRegistry();
    kopf.on.create(SELECTOR, nothing);
    kopf.timer(SELECTOR, {}, nothing);
    for (const { place } of kopf.handlers) expect(place).toMatch(/^registry\.test\.ts:\d+$/);
  });

  it('[R-11] makes immutable handlers with all their options', () => {
    const kopf = createRegistry();
    const when = (): boolean => true;
    const labels = { a: PRESENT, b: ABSENT, c: 'x' } as const;
    kopf.on.update(SELECTOR, { id: 'one', param: 7, labels, when, field: 'spec.a', old: 1, new: 2, errors: 'permanent', timeout: '1m', retries: 3, backoff: 0.5 }, nothing); // prettier-ignore
    const [handler] = kopf.handlers;
    expect(handler).toMatchObject({ id: 'one/spec.a', param: 7, labels, when, field: ['spec', 'a'], old: 1, new: 2 });
    expect(handler).toMatchObject({
      errors: 'permanent',
      timeoutMs: 60_000,
      retries: 3,
      backoff: { initialMs: 500, factor: 1, limitMs: 500, jitter: 0 },
      reason: 'update',
    });
    expect(Object.isFrozen(handler)).toBe(true);
  });

  it('[H-01] leaves unset what is not given', () => {
    const kopf = createRegistry();
    kopf.on.delete(SELECTOR, nothing);
    kopf.timer(SELECTOR, nothing);
    expect(kopf.handlers[0]).toMatchObject({
      errors: undefined,
      timeoutMs: undefined,
      retries: undefined,
      backoff: undefined,
      optional: false,
      deleted: false,
    });
    expect(kopf.handlers[1]).toMatchObject({
      intervalMs: undefined,
      initialDelay: 0,
      jitterMs: 0,
      idleMs: undefined,
      sharp: false,
      finalizer: false,
    });
  });

  it('[T-02] [T-05] [T-06] takes the schedule of timers', () => {
    const kopf = createRegistry();
    kopf.timer(SELECTOR, { interval: 5, initialDelay: '500ms', jitter: 2, idle: '1m', sharp: true, finalizer: true }, nothing);
    expect(kopf.handlers[0]).toMatchObject({
      intervalMs: 5000,
      initialDelay: 500,
      jitterMs: 2000,
      idleMs: 60_000,
      sharp: true,
      finalizer: true,
    });
  });

  it('[DM-07] takes the patience of daemons, and a function for their initial delay', () => {
    const kopf = createRegistry();
    const initialDelay = (): number => 1;
    kopf.daemon(SELECTOR, { initialDelay, cancellationBackoff: 1, cancellationTimeout: '500ms', cancellationPolling: '1m' }, nothing);
    kopf.daemon(SELECTOR, { id: 'plain' }, nothing);
    expect(kopf.handlers[0]).toMatchObject({
      initialDelay,
      cancellationBackoffMs: 1000,
      cancellationTimeoutMs: 500,
      cancellationPollingMs: 60_000,
      finalizer: false,
    });
    const unset = { cancellationBackoffMs: undefined, cancellationTimeoutMs: undefined, cancellationPollingMs: undefined };
    expect(kopf.handlers[1]).toMatchObject({ ...unset, initialDelay: 0, finalizer: false });
  });

  it('[T-01] refuses a timer and a daemon of one id, also of one function', () => {
    const kopf = createRegistry();
    kopf.timer(SELECTOR, { interval: 5 }, nothing);
    expect(catchError(() => kopf.daemon(SELECTOR, nothing))).toMatchObject({ code: 'KOPF_DUPLICATE_ID' });
  });
});

describe('handler ids', () => {
  it.each([
    ['[R-06] is mine when given', { options: { id: 'mine' }, fn: nothing, expected: 'mine' }],
    ['[R-06] is nothing when named', { options: {}, fn: nothing, expected: 'nothing' }],
    ['[R-06] is nothing when bound', { options: {}, fn: nothing.bind(null), expected: 'nothing' }],
    [
      '[R-06] is create when anonymous',
      {
        options: {},
        fn: (
          () => () =>
            undefined
        )(),
        expected: 'create',
      },
    ],
    ['[R-07] is nothing/spec.field when on a field', { options: { field: 'spec.field' }, fn: nothing, expected: 'nothing/spec.field' }],
    [
      '[R-07] is x/metadata.a.b/c when on a field with dots',
      { options: { id: 'x', field: ['metadata', 'a.b/c'] }, fn: nothing, expected: 'x/metadata.a.b/c' },
    ],
    ['[R-13] is nothing when on no field at all', { options: { field: [] }, fn: nothing, expected: 'nothing' }],
  ])('%s', (_, { options, fn, expected }) => {
    const kopf = createRegistry();
    kopf.on.create(SELECTOR, options, fn);
    expect(kopf.handlers[0]?.id).toBe(expected);
  });

  it('must be explicit with strictIds', () => {
    const kopf = createRegistry({ strictIds: true });
    expect(() => kopf.on.create(SELECTOR, nothing)).toThrow(/`id` of on\.create 'nothing' \(registry\.test\.ts:\d+\)/);
    kopf.on.create(SELECTOR, { id: 'x' }, nothing);
    expect(kopf.handlers).toHaveLength(1);
  });

  it('are one handler for one function, whatever the reasons', () => {
    const kopf = createRegistry();
    kopf.on.resume(SELECTOR, kopf.on.create(SELECTOR, nothing));
    kopf.on.create(SELECTOR, { labels: { a: 'b' } }, nothing);
    expect(findDuplicateIds(kopf.handlers)).toEqual([]);
  });

  it('cannot belong to two functions of one selector; both places are named, and nothing is declared', () => {
    const kopf = createRegistry();
    kopf.on.create(SELECTOR, { id: 'x' }, () => undefined);
    expect(() => kopf.on.update('kopf.dev/v1/kopfexamples', { id: 'x' }, () => undefined)).toThrow(
      expect.objectContaining({
        code: 'KOPF_DUPLICATE_ID',
        message: expect.stringMatching(/'x': on\.create \(registry\.test\.ts:\d+\) and on\.update \(registry\.test\.ts:\d+\)/),
      }),
    );
    expect(kopf.handlers).toHaveLength(1);
  });

  it('cannot belong to two anonymous functions', () => {
    const kopf = createRegistry();
    kopf.on.create(SELECTOR, () => 1);
    expect(() => kopf.on.create(SELECTOR, () => 2)).toThrow(expect.objectContaining({ code: 'KOPF_DUPLICATE_ID' }));
  });

  it('may be the same in different families, and for different kinds until it is known that they are the same', () => {
    const kopf = createRegistry();
    kopf.on.create(SELECTOR, { id: 'x' }, () => undefined);
    kopf.on.event(SELECTOR, { id: 'x' }, () => undefined);
    kopf.timer(SELECTOR, { id: 'x' }, () => undefined);
    kopf.on.create('kopfexamples', { id: 'x' }, () => undefined);
    const [first, , , second] = kopf.handlers;
    expect(findDuplicateIds(kopf.handlers)).toEqual([{ id: 'x', first, second }]);
  });

  it('are collected from several registries, each once', () => {
    const [a, b] = [createRegistry(), createRegistry()];
    b.on.create(SELECTOR, { id: 'b' }, nothing);
    a.on.create(SELECTOR, { id: 'a' }, nothing);
    expect(mergeHandlers([b, a, b]).map(({ id }) => id)).toEqual(['b', 'a']);
  });

  it('[R-14, B-60] takes bound methods under their own names', () => {
    class Operator {
      readonly greeting = 'hello';
      greet(): string {
        return this.greeting;
      }
    }
    const operator = new Operator();
    const kopf = createRegistry();
    const bound = kopf.on.create(SELECTOR, operator.greet.bind(operator));
    expect(kopf.handlers.map(({ id }) => id)).toEqual(['greet']);
    expect(bound()).toBe('hello');
  });

  it.each(['ignored', 'temporary', 'permanent'] as const)('[E-37] takes the mode %s for errors', (errors) => {
    const kopf = createRegistry();
    kopf.on.create(SELECTOR, { errors }, nothing);
    expect(kopf.handlers).toMatchObject([{ errors }]);
  });

  it('[H-27, R-07] takes the same options for a field as for an update, without a reason of its own', () => {
    const kopf = createRegistry();
    const old = (): boolean => true;
    kopf.on.field(SELECTOR, { field: ['metadata', 'labels', 'a.b'], old, new: 2, retries: 3, backoff: { initial: 1 } }, nothing);
    kopf.on.field(SELECTOR, { field: 'spec.x' }, () => undefined);
    expect(kopf.handlers).toMatchObject([
      { id: 'nothing/metadata.labels.a.b', family: 'change', reason: undefined, needsChange: true, old, new: 2, retries: 3 },
      { id: 'field/spec.x', needsChange: true },
    ]);
  });
});

describe('a declaration', () => {
  it.each([
    [
      '[R-20] is refused when a label is null, naming the handler and its place',
      { kind: 'create', options: { labels: { a: null } }, says: /labels\['a'\].*PRESENT and ABSENT/ },
    ],
    [
      '[R-20] is refused when an annotation is null, naming the handler and its place',
      { kind: 'event', options: { annotations: { a: null } }, says: /annotations\['a'\]/ },
    ],
    [
      '[R-20] is refused when labels are a list, naming the handler and its place',
      { kind: 'create', options: { labels: ['a'] }, says: /labels/ },
    ],
    [
      '[R-21] is refused when value has no field, naming the handler and its place',
      { kind: 'create', options: { value: 1 }, says: /`value`.*together with `field`/ },
    ],
    [
      '[R-21] is refused when old has no field, naming the handler and its place',
      { kind: 'update', options: { old: 1 }, says: /`old`.*together with `field`/ },
    ],
    [
      '[R-21] is refused when new has an empty field, naming the handler and its place',
      { kind: 'update', options: { new: 1, field: [] }, says: /`new`/ },
    ],
    [
      '[R-22] is refused when value comes with new, naming the handler and its place',
      { kind: 'update', options: { field: 'spec', value: 1, new: 1 }, says: /`value`.*without `old` and `new`/ },
    ],
    [
      '[R-13] is refused when the field is a number, naming the handler and its place',
      { kind: 'create', options: { field: 5 }, says: /`field`/ },
    ],
    ['[R-06] is refused when the id is empty, naming the handler and its place', { kind: 'create', options: { id: '' }, says: /`id`/ }],
    [
      '[H-01] is refused when errors is unknown, naming the handler and its place',
      { kind: 'create', options: { errors: 'retry' }, says: /`errors`.*'temporary'/ },
    ],
    [
      '[H-01] is refused when retries is negative, naming the handler and its place',
      { kind: 'create', options: { retries: -1 }, says: /`retries`/ },
    ],
    [
      '[H-01] is refused when retries is a fraction, naming the handler and its place',
      { kind: 'create', options: { retries: 1.5 }, says: /`retries`/ },
    ],
    [
      '[H-01] is refused when the timeout has no unit, naming the handler and its place',
      { kind: 'create', options: { timeout: '5' }, says: /`timeout`/ },
    ],
    [
      '[F-17] is refused when the filter is no function, naming the handler and its place',
      { kind: 'create', options: { when: true }, says: /`when`/ },
    ],
    [
      '[H-22] is refused when optional is text, naming the handler and its place',
      { kind: 'delete', options: { optional: 'yes' }, says: /`optional`/ },
    ],
    [
      '[H-27] is refused when a handler of a field has no field, naming the handler and its place',
      { kind: 'field', options: {}, says: /`field`/ },
    ],
    [
      '[T-03] is refused when sharp has no interval, naming the handler and its place',
      { kind: 'timer', options: { sharp: true }, says: /`sharp`/ },
    ],
    [
      '[DM-36] is refused when a daemon is polled without a pause, naming the handler and its place',
      { kind: 'daemon', options: { cancellationPolling: 0 }, says: /`cancellationPolling`.*more than 0/ },
    ],
  ])('%s', (_, { kind, options, says }) => {
    const declare = loose()[kind];
    const error = catchError(() => declare?.(SELECTOR, options, nothing));
    expect(error).toMatchObject({ code: 'KOPF_INVALID_OPTION' });
    expect(String(error)).toMatch(says);
    expect(String(error)).toMatch(/'nothing' \(registry\.test\.ts:\d+\)/);
  });

  it.each<[title: string, row: { kind: string; option: string; remedy?: string; nearest?: string | undefined }]>([
    [
      '[R-24] is refused for the option old of create',
      { kind: 'create', option: 'old', remedy: '`old` is an option of on.update, on.field.' },
    ],
    [
      '[R-24] is refused for the option new of delete',
      { kind: 'delete', option: 'new', remedy: '`new` is an option of on.update, on.field.' },
    ],
    [
      '[H-11] is refused for the option retries of event',
      {
        kind: 'event',
        option: 'retries',
        remedy: '`retries` is an option of on.create, on.update, on.delete, on.resume, on.field, index, on.reconcile, timer, daemon.',
      },
    ],
    ['[R-15] is refused for the option intervall of timer', { kind: 'timer', option: 'intervall', nearest: 'interval' }],
    ['[R-15] is refused for the option lables of create', { kind: 'create', option: 'lables', nearest: 'labels' }],
    ['[R-15] is refused for the option cooldown of create', { kind: 'create', option: 'cooldown', nearest: undefined }],
  ])('%s', (_, { kind, option, remedy, nearest }) => {
    const error = catchError(() => loose()[kind]?.(SELECTOR, { [option]: 1 }, nothing));
    expect(error).toMatchObject({ code: 'KOPF_UNKNOWN_OPTION', context: { option, nearest }, ...(remedy ? { remedy } : {}) });
    expect(String(error)).toMatch(/'nothing' \(registry\.test\.ts:\d+\)/);
  });

  it.each([
    { when: 'there is no function', args: [SELECTOR] },
    { when: 'there are only options', args: [SELECTOR, { id: 'x' }] },
    { when: 'the options come last', args: [SELECTOR, nothing, { id: 'x' }] },
    { when: 'the options are text', args: [SELECTOR, 'v1', nothing] },
  ])('is refused when $when', ({ args }) => {
    expect(catchError(() => loose()['create']?.(...args))).toMatchObject({ code: 'KOPF_INVALID_OPTION' });
  });

  it('[R-25] is refused for a wrong selector', () => {
    expect(() => createRegistry().on.create('', nothing)).toThrow(expect.objectContaining({ code: 'KOPF_INVALID_SELECTOR' }));
    expect(() => resource({ group: 'kopf.dev', version: 'v1', plural: '' })).toThrow(
      expect.objectContaining({ code: 'KOPF_INVALID_SELECTOR' }),
    );
  });

  it('takes null and other JSON as criteria for values', () => {
    const kopf = createRegistry();
    kopf.on.create(SELECTOR, { field: 'spec.a', value: null }, nothing);
    expect(kopf.handlers[0]?.value).toBeNull();
  });

  it('takes a kind with a schema for a selector, and refuses what is no schema', () => {
    const schema = { '~standard': { version: 1, vendor: 'test', validate: () => ({}) } } as const;
    const Example = resource({ group: 'kopf.dev', version: 'v1', plural: 'kopfexamples', schema });
    const kopf = createRegistry();
    kopf.on.create(Example, nothing);
    expect(kopf.handlers[0]?.selector).toMatchObject({ by: 'plural', name: 'kopfexamples', group: 'kopf.dev', version: 'v1' });
    expect(Example.schema).toBe(schema);
    for (const wrong of [{}, 'schema', { '~standard': { version: 2 } }]) {
      const declare = (): unknown => resource({ group: 'kopf.dev', version: 'v1', plural: 'kopfexamples', schema: wrong as never });
      expect(catchError(declare)).toMatchObject({
        code: 'KOPF_INVALID_OPTION',
        message: expect.stringContaining('kopfexamples') as string,
      });
    }
  });
});

function catchError(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}
