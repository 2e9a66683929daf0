import type { ObjectBody } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import type { AuditEntry } from './audit-tail.js';
import { evidenceOf, type Evidence } from './evidence.js';
import type { Call } from './scenario.js';

const call = (more: Partial<Call>): Call => ({ object: 'a', handler: 'fn', reason: 'update', retry: 0, seen: {}, result: 'ok', ...more });
const object = (annotations: Record<string, string>, more: object = {}): ObjectBody => ({
  apiVersion: 'v1',
  kind: 'Twin',
  metadata: { name: 'a', uid: 'u', resourceVersion: '7', generation: 3, annotations },
  ...more,
});

function evidence(parts: { calls?: readonly Call[]; body?: ObjectBody; writes?: readonly AuditEntry[] }): Evidence {
  const { calls = [], body, writes = [] } = parts;
  return evidenceOf({ calls, snapshots: new Map(body ? [['end', [body]]] : []), writes });
}

const annotationsAtEnd = (annotations: Record<string, string>): unknown =>
  (evidence({ body: object(annotations) }).objects['end']?.['a'] as ObjectBody).metadata.annotations;

describe('what is compared of a run', () => {
  it('are objects without what the server decides, and without the touch', () => {
    const body = object({ 'kopf.zalando.org/touch-dummy': '2020-01-01T00:00:00.000000+00:00' }, { spec: { x: 1 } });
    expect(evidence({ body }).objects).toEqual({ end: { a: { apiVersion: 'v1', kind: 'Twin', metadata: { name: 'a' }, spec: { x: 1 } } } });
  });

  it('are annotations byte for byte, but for times, exponents and what a framework says of limits', () => {
    const record = (message: string): string => `{"started":"2020-12-31T23:59:59.123456+00:00","message":${JSON.stringify(message)}}`;
    expect(
      annotationsAtEnd({
        users: record('it said "no" \\ at 10'),
        kopfs: record(`Handler 'fn' has exceeded "3" retries.`),
        ours: record('The handler has exceeded 3 retries.'),
        essence: '{"b":1e-07,"a":"\\u00f6"}\n',
      }),
    ).toEqual({
      users: '{"started":"T","message":"it said \\"no\\" \\\\ at 10"}',
      kopfs: '{"started":"T","message":"M"}',
      ours: '{"started":"T","message":"M"}',
      essence: '{"b":1e-7,"a":"\\u00f6"}\n',
    });
  });

  it('are records of parents without the count and the message that Kopf gives them while they wait', () => {
    const record = (retries: number, more: string): string => `{"purpose":"create","retries":${String(retries)},"success":false${more}}`;
    const subrefs = ',"subrefs":["fn/a"]';
    expect(
      annotationsAtEnd({ kopf: record(2, `,"message":"None"${subrefs}`), ours: record(0, subrefs), alone: record(1, ',"message":"None"') }),
    ).toEqual({
      kopf: '{"purpose":"create","retries":"N","success":false,"subrefs":["fn/a"]}',
      ours: '{"purpose":"create","retries":"N","success":false,"subrefs":["fn/a"]}',
      alone: '{"purpose":"create","retries":1,"success":false,"message":"None"}',
    });
  });

  it('are calls of parents without how they ended', () => {
    const calls = [call({ handler: 'fn', retry: 2, result: 'retry' }), call({ handler: 'fn/a' })];
    expect(evidence({ calls }).calls['a']).toMatchObject([
      { handler: 'fn', retry: 0, result: 'parent' },
      { handler: 'fn/a', retry: 0, result: 'ok' },
    ]);
  });

  it('are calls object by object, in order, with the diff as a set', () => {
    const [first, second] = [
      { op: 'add', field: ['b'] },
      { op: 'add', field: ['a'] },
    ];
    const calls = [call({ diff: [first, second] }), call({ object: 'b' }), call({ handler: 'other', seen: { spec: 1, status: 2 } })];
    const { calls: compared } = evidence({ calls });
    expect(Object.keys(compared)).toEqual(['a', 'b']);
    expect(compared['a']?.map(({ handler }) => handler)).toEqual(['fn', 'other']);
    expect(compared['a']?.[0]?.diff).toEqual([second, first]);
    expect(compared['a']?.[1]?.seen).toEqual({ spec: 1 });
  });

  it('are the states that event handlers saw, however often', () => {
    const event = (status: number): Call => call({ reason: 'event', handler: 'event_fn', seen: { status } });
    const { events, calls } = evidence({ calls: [event(1), event(1), event(2), event(1)] });
    expect(calls).toEqual({});
    expect(events['a']?.map(({ seen }) => seen.status)).toEqual([1, 2, 1]);
  });

  it('are writes with their endpoint, but for those that only touch', () => {
    const entry = { stage: 'ResponseComplete', verb: 'patch', requestURI: '', requestObject: [] };
    const touch = { 'kopf.zalando.org/touch-dummy': '2020-01-01T00:00:00.000000+00:00' };
    const touching = { ...entry, objectRef: { name: 'a' }, requestObject: { metadata: { annotations: touch } } };
    const writes = [
      { ...entry, objectRef: { name: 'a', subresource: 'status' } },
      touching,
      { ...entry, objectRef: { name: 'a' }, requestObject: {} },
    ];
    expect(evidence({ writes }).writes).toEqual({
      a: [
        { endpoint: 'status', type: 'json' },
        { endpoint: 'main', type: 'merge' },
      ],
    });
  });
});
