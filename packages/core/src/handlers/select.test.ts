import { describe, expect, it } from 'vitest';
import { detectCause, type Cause, type SeenState } from '../cause/detect-cause.js';
import { PRESENT } from '../model/filter.js';
import type { JsonObject } from '../model/json.js';
import type { ChangeHandler, TimerHandler } from './handler-spec.js';
import type { MatchInput } from './match.js';
import { createRegistry, type Registry } from './registry.js';
import { argsForField, extraFields, isStealth, requiresFinalizer, selectChangeHandlers } from './select.js';

const KIND = 'kopfexamples';
const fn = (): void => undefined;

function input(body: JsonObject = {}): MatchInput {
  const { metadata, ...rest } = body;
  const meta = { name: 'x', uid: 'u', resourceVersion: '1', ...(metadata as JsonObject | undefined) };
  return { body: { apiVersion: 'kopf.dev/v1', kind: 'KopfExample', ...rest, metadata: meta }, args: () => ({}) };
}

function cause(state: Partial<SeenState>): Cause {
  const essence = { spec: { a: 1 } };
  return detectCause({ gone: false, deleting: false, finalizerPresent: true, stored: essence, fresh: essence, initial: false, ...state });
}

const changes = (kopf: Registry): ChangeHandler[] => kopf.handlers.filter((handler) => handler.family === 'change');
const timers = (kopf: Registry): TimerHandler[] => kopf.handlers.filter((handler) => handler.family === 'timer');

const created = cause({ stored: undefined });
const updated = cause({ fresh: { spec: { a: 2 } } });
const updatedAtStart = cause({ fresh: { spec: { a: 2 } }, initial: true });
const deleted = cause({ deleting: true });
const deletedAtStart = cause({ deleting: true, initial: true });
const resumed = cause({ initial: true });

function oneOfEach(): ChangeHandler[] {
  const kopf = createRegistry();
  kopf.on.create(KIND, { id: 'create' }, fn);
  kopf.on.update(KIND, { id: 'update' }, fn);
  kopf.on.delete(KIND, { id: 'delete' }, fn);
  kopf.on.resume(KIND, { id: 'resume' }, fn);
  kopf.on.resume(KIND, { id: 'resume-deleted', deleted: true }, fn);
  return changes(kopf);
}

describe('selectChangeHandlers', () => {
  const deleting = { metadata: { deletionTimestamp: '2020-12-31T23:59:59Z' } };
  it.each<[title: string, row: { of: Cause; body?: JsonObject; ids: string[] }]>([
    ['[C-40] [H-20] takes create handlers for creation', { of: created, ids: ['create'] }],
    ['[C-23] takes no resume handlers for creation at the start', { of: cause({ stored: undefined, initial: true }), ids: ['create'] }],
    ['[C-40] [H-21] takes update handlers for updates', { of: updated, ids: ['update'] }],
    ['[H-24] [H-25] mixes resume handlers into the first update', { of: updatedAtStart, ids: ['update', 'resume', 'resume-deleted'] }],
    ['[H-24] takes no resume handlers for an object that is known since', { of: updated, ids: ['update'] }],
    ['[C-40] [H-22] takes delete handlers for deletion', { of: deleted, body: deleting, ids: ['delete'] }],
    ['[H-25] mixes only willing resume handlers into deletion', { of: deletedAtStart, body: deleting, ids: ['delete', 'resume-deleted'] }],
    ['[C-41] takes only resume handlers for resuming', { of: resumed, ids: ['resume', 'resume-deleted'] }],
    ['[C-25] takes nobody when nothing happened', { of: cause({}), ids: [] }],
    ['[C-21] takes nobody for an object that is free', { of: cause({ deleting: true, finalizerPresent: false, initial: true }), ids: [] }],
    ['[C-20] takes nobody for an object that is gone', { of: cause({ gone: true, initial: true }), ids: [] }],
  ])('%s', (_, { of, body, ids }) => {
    expect(selectChangeHandlers(oneOfEach(), of, input(body)).selected.map(({ id }) => id)).toEqual(ids);
  });

  it('tells why the others do not run', () => {
    const { skipped } = selectChangeHandlers(oneOfEach(), updated, input());
    expect(skipped.map(({ handler, filter }) => [handler.id, filter])).toEqual([
      ['create', 'reason'],
      ['delete', 'reason'],
      ['resume', 'initial'],
      ['resume-deleted', 'initial'],
    ]);
    expect(selectChangeHandlers(oneOfEach(), deletedAtStart, input(deleting)).skipped.at(-1)).toMatchObject({ filter: 'deleted' });
  });

  it('[R-10] [F-09] runs a function for creation and resumption once', () => {
    const kopf = createRegistry();
    kopf.on.resume(KIND, kopf.on.create(KIND, fn));
    kopf.on.update(KIND, fn);
    for (const of of [created, resumed, updatedAtStart]) {
      expect(selectChangeHandlers(changes(kopf), of, input()).selected.map(({ id }) => id)).toEqual(['fn']);
    }
  });

  it('[R-09] takes the first matching registration, and one per id', () => {
    const kopf = createRegistry();
    kopf.on.create(KIND, { param: 1, labels: { none: PRESENT } }, fn);
    kopf.on.create(KIND, { param: 2 }, fn);
    kopf.on.create(KIND, { param: 3 }, fn);
    kopf.on.create(KIND, { param: 4, field: 'spec.a' }, fn);
    const { selected, skipped } = selectChangeHandlers(changes(kopf), created, input());
    expect(selected.map(({ id, param }) => [id, param])).toEqual([
      ['fn', 2],
      ['fn/spec.a', 4],
    ]);
    expect(skipped).toMatchObject([{ filter: 'labels', handler: { param: 1 } }]);
  });

  it('[F-14] takes field handlers only when their field changed', () => {
    const kopf = createRegistry();
    kopf.on.update(KIND, { field: 'spec.a' }, fn);
    kopf.on.update(KIND, { field: 'metadata.labels' }, fn);
    const { selected, skipped } = selectChangeHandlers(changes(kopf), updated, input());
    expect(selected.map(({ id }) => id)).toEqual(['fn/spec.a']);
    expect(skipped).toMatchObject([{ filter: 'value', handler: { id: 'fn/metadata.labels' } }]);
  });
});

describe('isStealth', () => {
  const kopf = createRegistry();
  kopf.on.create(KIND, { labels: { mine: 'yes' } }, fn);
  kopf.on.update(KIND, { labels: { mine: 'yes' }, field: 'spec.a' }, fn);

  it.each<[title: string, row: { labels: JsonObject; stealth: boolean }]>([
    ['[F-40] leaves alone what no change handler could match', { labels: {}, stealth: true }],
    ['[F-40] does not leave alone what one could match, whatever the reason', { labels: { mine: 'yes' }, stealth: false }],
  ])('%s', (_, { labels, stealth }) => {
    expect(isStealth(changes(kopf), input({ metadata: { labels } }))).toBe(stealth);
  });

  it('[F-02] [F-40] does not look at changes', () => {
    const updates = changes(kopf).slice(1);
    const same = { ...input({ metadata: { labels: { mine: 'yes' } } }), old: { spec: { a: 1 } }, new: { spec: { a: 1 } } };
    expect(isStealth(updates, same)).toBe(false);
  });

  it('[F-40] is what a kind without change handlers is in', () => {
    expect(isStealth([], input())).toBe(true);
  });
});

describe('requiresFinalizer', () => {
  const required = (declare: (kopf: Registry) => unknown, ended: string[] = []): boolean => {
    const kopf = createRegistry();
    declare(kopf);
    return requiresFinalizer(changes(kopf), timers(kopf), input({ metadata: { labels: { a: 'x' } } }), new Set(ended));
  };

  it.each<[title: string, row: { declare: (kopf: Registry) => unknown; ended?: string[]; answer: boolean }]>([
    ['[Z-02] asks for it for a delete handler', { declare: (kopf) => kopf.on.delete(KIND, fn), answer: true }],
    ['[H-22] does not ask for it for an optional one', { declare: (kopf) => kopf.on.delete(KIND, { optional: true }, fn), answer: false }],
    [
      '[Z-02] does not ask for it if the handler does not match',
      { declare: (kopf) => kopf.on.delete(KIND, { labels: { a: 'y' } }, fn), answer: false },
    ],
    ['[Z-02] does not ask for it for other handlers', { declare: (kopf) => kopf.on.create(KIND, kopf.on.update(KIND, fn)), answer: false }],
    ['[H-14] does not ask for it for event handlers', { declare: (kopf) => kopf.on.event(KIND, fn), answer: false }],
    ['[Z-02] does not ask for it for a timer', { declare: (kopf) => kopf.timer(KIND, { interval: 1 }, fn), answer: false }],
    ['[Z-02] asks for it for a timer that wants it', { declare: (kopf) => kopf.timer(KIND, { finalizer: true }, fn), answer: true }],
    [
      '[Z-02] does not ask for it for a timer that does not match',
      { declare: (kopf) => kopf.timer(KIND, { finalizer: true, labels: { a: 'y' } }, fn), answer: false },
    ],
    [
      '[Z-12] does not ask for it for a timer that ended',
      { declare: (kopf) => kopf.timer(KIND, { finalizer: true }, fn), ended: ['fn'], answer: false },
    ],
  ])('%s', (_, { declare, ended, answer }) => {
    expect(required(declare, ended)).toBe(answer);
  });
});

describe('fields of handlers', () => {
  it('[C-04] are collected from all families, each once', () => {
    const kopf = createRegistry();
    kopf.on.create(KIND, { field: 'spec.a' }, fn);
    kopf.on.update(KIND, { field: ['spec', 'a'] }, fn);
    kopf.on.event(KIND, { field: 'status.b' }, fn);
    kopf.timer(KIND, { field: ['metadata', 'annotations', 'a.b/c'] }, fn);
    kopf.timer(KIND, { id: 'other' }, fn);
    expect(extraFields(kopf.handlers)).toEqual([
      ['spec', 'a'],
      ['status', 'b'],
      ['metadata', 'annotations', 'a.b/c'],
    ]);
  });

  it.each<[title: string, row: { of: Cause; field: string[] | undefined; old: unknown; new: unknown; ops: string[] }]>([
    [
      '[K-10] are the essences without a field',
      { of: updated, field: undefined, old: { spec: { a: 1 } }, new: { spec: { a: 2 } }, ops: ['change spec.a'] },
    ],
    ['[C-42] [K-13] reduce old, new and diff', { of: updated, field: ['spec', 'a'], old: 1, new: 2, ops: ['change '] }],
    ['[C-42] [K-13] are undefined where absent', { of: updated, field: ['spec', 'b'], old: undefined, new: undefined, ops: [] }],
    ['[C-42] [K-12] look into what was created', { of: created, field: ['spec', 'a'], old: undefined, new: 1, ops: ['add '] }],
  ])('%s', (_, { of, field, old, new: fresh, ops }) => {
    const values = argsForField(of, { field });
    expect(values.old).toEqual(old);
    expect(values.new).toEqual(fresh);
    expect(values.diff.map(({ op, field: at }) => `${op} ${at.join('.')}`)).toEqual(ops);
  });
});
