import { createManualClock, createSeededRandom, isKopfError, type KubernetesEvent, type RecordOutcome } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { createEventRecorder } from '../src/events/event-recorder.js';
import { createScriptedTransport, unreachable, type PendingRequest } from './support/scripted-transport.js';
import { settle } from './support/watch-reader.js';

const event = (message: string, { name = 'a', ...more }: Partial<KubernetesEvent> & { readonly name?: string } = {}): KubernetesEvent => ({
  about: { apiVersion: 'kopf.dev/v1', kind: 'KopfExample', name, namespace: 'default', uid: `uid-${name}` },
  type: 'Normal',
  reason: 'Reason',
  message,
  reporter: { component: 'op', instance: 'dev', namePrefix: 'kopf-event-' },
  retryDelaysMs: [1000, 2000],
  ...more,
});
const EVENTS = '/api/v1/namespaces/default/events';
const failure = (code: number, reason = 'Forbidden') => ({ kind: 'Status', status: 'Failure', code, reason, message: 'no' });

function open() {
  const server = createScriptedTransport();
  const clock = createManualClock();
  const recorder = createEventRecorder({ transport: server, clock, random: createSeededRandom(1) });
  const controller = new AbortController();
  const record = (one: KubernetesEvent): Promise<RecordOutcome> => recorder.record(one, controller.signal);
  /** The next request, answered. */
  const answer = async (reply: (request: PendingRequest) => void = (request) => request.reply(201, {})): Promise<PendingRequest> => {
    const request = await server.next();
    reply(request);
    await settle();
    return request;
  };
  return { server, clock, record, answer, stop: () => controller.abort(new Error('over')) };
}
const said = (request: PendingRequest): unknown => (JSON.parse(request.body ?? '{}') as { message?: unknown }).message;

describe('the recorder of Kubernetes Events', () => {
  it('[EV-08, EV-17] posts those of one object in their order, and different objects beside each other', async () => {
    const { server, record, answer } = open();
    const all = [record(event('first')), record(event('second')), record(event('other', { name: 'b' }))];
    await settle();
    expect(server.waiting).toBe(2);
    const requests = [await answer(), await answer(), await answer()];
    expect(requests.map(said)).toEqual(['first', 'other', 'second']);
    expect(requests.map(({ method, at }) => `${method} ${at}`)).toEqual([`POST ${EVENTS}`, `POST ${EVENTS}`, `POST ${EVENTS}`]);
    expect(await Promise.all(all)).toEqual([{ kind: 'recorded' }, { kind: 'recorded' }, { kind: 'recorded' }]);
  });

  it('[M12, B-25] counts repetitions of an Event instead of posting them, for ten minutes', async () => {
    const { clock, record, answer } = open();
    const posted = record(event('same'));
    const { body } = await answer();
    await posted;
    const again = record(event('same'));
    const patch = await answer((request) => request.reply(200, {}));
    const name = (JSON.parse(body ?? '') as { metadata: { name: string } }).metadata.name;
    expect([patch.method, patch.at, patch.contentType]).toEqual(['PATCH', `${EVENTS}/${name}`, 'application/merge-patch+json']);
    expect(JSON.parse(patch.body ?? '')).toMatchObject({ count: 2 });
    expect(await again).toEqual({ kind: 'counted', count: 2 });
    clock.advanceBy(600_000);
    const later = record(event('same'));
    expect((await answer()).method).toBe('POST');
    expect(await later).toEqual({ kind: 'recorded' });
  });

  it('posts it anew when the counted one is gone, and always when it may not be changed', async () => {
    const { record, answer } = open();
    const first = record(event('same'));
    await answer();
    await first;
    const second = record(event('same'));
    await answer((request) => request.reply(404, failure(404, 'NotFound')));
    expect((await answer()).method).toBe('POST');
    expect(await second).toEqual({ kind: 'recorded' });
    const third = record(event('same'));
    expect((await answer((request) => request.reply(403, failure(403)))).method).toBe('PATCH');
    expect((await answer()).method).toBe('POST');
    await third;
    const fourth = record(event('same'));
    expect((await answer()).method).toBe('POST');
    expect(await fourth).toEqual({ kind: 'recorded' });
  });

  it('[EV-16] tries again after each delay while the server is away, broken or busy, with the same name', async () => {
    const { clock, record, answer, server } = open();
    const outcome = record(event('m'));
    const first = await answer((request) => request.fail(unreachable('sent')));
    clock.advanceBy(999);
    await settle();
    expect(server.waiting).toBe(0);
    clock.advanceBy(1);
    const second = await answer((request) => request.reply(503, failure(503)));
    clock.advanceBy(2000);
    const third = await answer((request) => request.reply(409, failure(409, 'AlreadyExists')));
    expect([second.body, third.body]).toEqual([first.body, first.body]);
    expect(await outcome).toEqual({ kind: 'recorded' });
  });

  it('[EV-13, EV-16, B-76] loses it after the last delay, and goes on with the next one', async () => {
    const { clock, record, answer } = open();
    const lost = record(event('lost', { retryDelaysMs: [500] }));
    const next = record(event('next'));
    await answer((request) => request.reply(500, failure(500)));
    clock.advanceBy(500);
    await answer((request) => request.reply(500, failure(500)));
    expect(await lost).toMatchObject({ kind: 'lost' });
    expect(said(await answer())).toBe('next');
    expect(await next).toEqual({ kind: 'recorded' });
  });

  it('does not ask again for what is forbidden', async () => {
    const { record, answer } = open();
    const outcome = record(event('m'));
    await answer((request) => request.reply(403, failure(403)));
    const { kind, error } = (await outcome) as { kind: string; error: unknown };
    expect([kind, isKopfError(error, 'KOPF_FORBIDDEN')]).toEqual(['lost', true]);
  });

  it('[EV-12] posts nothing about Events, but about other kinds of that name', async () => {
    const { record, server } = open();
    const about = { apiVersion: 'v1', kind: 'Event', name: 'e', namespace: 'default', uid: 'u' };
    expect(await record(event('m', { about }))).toEqual({ kind: 'suppressed', why: 'event' });
    expect(await record(event('m', { about: { ...about, apiVersion: 'events.k8s.io/v1' } }))).toMatchObject({ why: 'event' });
    expect(server.waiting).toBe(0);
    const recorded = record(event('m', { about: { ...about, apiVersion: 'example.com/v1' } }));
    const posted = await Promise.race([server.next(), recorded]);
    expect(posted).toMatchObject({ method: 'POST' });
  });

  it('[M12] sends no request for what an object says beyond its rate', async () => {
    const { record, server } = open();
    const outcomes = Array.from({ length: 30 }, () => record(event('same')));
    expect(await Promise.all(outcomes.slice(25))).toEqual(Array.from({ length: 5 }, () => ({ kind: 'suppressed', why: 'rate' })));
    await settle();
    expect(server.waiting).toBe(1);
  });

  it('[M12] keeps at most 10,000 waiting', async () => {
    const { record } = open();
    const outcomes = Array.from({ length: 10_001 }, (_, n) => record(event('m', { name: `o${String(n)}` })));
    expect(await outcomes.at(-1)).toEqual({ kind: 'suppressed', why: 'overflow' });
  });

  it('[EV-14] loses what waits when the operator ends', async () => {
    const { record, stop } = open();
    const outcomes = [record(event('a')), record(event('b'))];
    await settle();
    stop();
    expect((await Promise.all(outcomes)).map(({ kind }) => kind)).toEqual(['lost', 'lost']);
  });

  it('leaves most of the lane of writes to objects: ten are on their way at once, pauses between attempts not counted', async () => {
    const { server, clock, record, answer } = open();
    const all = Array.from({ length: 25 }, (_, index) => record(event('said', { name: `o-${String(index)}` })));
    await settle();
    expect(server.waiting).toBe(10);
    await answer((request) => request.reply(500, failure(500)));
    expect(server.waiting).toBe(10);
    for (let left = 24; left > 0; left -= 1) await answer();
    expect(server.waiting).toBe(0);
    clock.advanceBy(1000);
    await settle();
    await answer();
    expect(await Promise.all(all)).toEqual(Array.from({ length: 25 }, () => ({ kind: 'recorded' })));
  });

  it('has fewer on their way when the server says that there are too many', async () => {
    const { server, record, answer } = open();
    for (let index = 0; index < 25; index += 1) record(event('said', { name: `o-${String(index)}` })).catch(() => undefined);
    await settle();
    await answer((request) => request.reply(429, failure(429)));
    for (let left = 4; left > 0; left -= 1) await answer();
    expect(server.waiting).toBe(5);
    await answer();
    expect(server.waiting).toBe(5);
  });
});
