import { createManualClock, createSeededRandom, isKopfError, type ObjectWrite, type WriteOutcome } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { CredentialsError } from '../src/index.js';
import { sendWrite } from '../src/write.js';
import { example, EXAMPLES, failure } from './support/sample-objects.js';
import { createScriptedTransport, unreachable, type PendingRequest } from './support/scripted-transport.js';
import { settle } from './support/watch-reader.js';

const ref = { resource: EXAMPLES, namespace: 'default', name: 'a', uid: 'uid-a' };
const change = { metadata: { uid: 'uid-a' }, spec: { size: 2 } };
const merge: ObjectWrite = { kind: 'merge', ref, patch: change };
const json = (endpoint: 'main' | 'status'): ObjectWrite => ({
  kind: 'json',
  ref,
  endpoint,
  operations: [{ op: 'test', path: '/metadata/uid', value: 'uid-a' }],
});
const BASE = '/apis/kopf.dev/v1/namespaces/default/kopfexamples/a';

type Answer = (request: PendingRequest) => void;
const says =
  (status: number, body: unknown, headers?: Record<string, string>): Answer =>
  (request) =>
    request.reply(status, body, headers);
const breaks =
  (phase: 'connect' | 'sent' | 'body'): Answer =>
  (request) =>
    request.fail(unreachable(phase));

interface Written {
  readonly outcome: WriteOutcome | { readonly kind: 'thrown'; readonly code: unknown };
  readonly requests: readonly PendingRequest[];
  readonly tookMs: number;
}

/** Sends a write to a server that gives these answers; the last one repeats. */
async function write(one: ObjectWrite, ...answers: readonly Answer[]): Promise<Written> {
  const server = createScriptedTransport();
  const clock = createManualClock();
  const requests: PendingRequest[] = [];
  const progress = { isDone: false };
  const sent = sendWrite(one, { transport: server, clock, random: createSeededRandom(1), fieldManager: 'op' }, new AbortController().signal)
    .catch((error: unknown) => ({ kind: 'thrown' as const, code: isKopfError(error) ? error.code : error }))
    .finally(() => (progress.isDone = true));
  while (!progress.isDone) {
    await settle();
    if (server.waiting > 0) {
      const request = await server.next();
      requests.push(request);
      (answers[requests.length - 1] ?? answers.at(-1))?.(request);
    } else clock.advanceTo(clock.nextDueMs() ?? 0);
  }
  return { outcome: await sent, requests, tookMs: clock.monotonicMs() };
}

describe('sendWrite', () => {
  it.each([
    {
      what: 'a merge patch',
      one: merge,
      path: BASE,
      type: 'application/merge-patch+json',
      body: change,
    },
    {
      what: 'a JSON patch',
      one: json('main'),
      path: BASE,
      type: 'application/json-patch+json',
      body: [{ op: 'test', path: '/metadata/uid', value: 'uid-a' }],
    },
    {
      what: 'a status',
      one: json('status'),
      path: `${BASE}/status`,
      type: 'application/json-patch+json',
      body: [{ op: 'test', path: '/metadata/uid', value: 'uid-a' }],
    },
  ])('sends $what as one PATCH in our name', async ({ one, path, type, body }) => {
    const { requests, outcome } = await write(one, says(200, example('a', 7)));
    expect(
      requests.map((request) => [
        request.method,
        request.at,
        request.query,
        request.contentType,
        JSON.parse(request.body ?? '') as unknown,
      ]),
    ).toEqual([['PATCH', path, { fieldManager: 'op' }, type, body]]);
    expect(outcome).toMatchObject({ kind: 'committed', object: { uid: 'uid-a', resourceVersion: '7' } });
  });

  it.each([
    { then: 'the object is gone', probe: says(404, failure(404, 'NotFound', { details: { name: 'a' } })), outcome: 'gone' },
    { then: 'the kind lost its status', probe: says(200, example('a', 7)), outcome: 'kindChanged' },
    { then: 'the kind is gone', probe: says(404, '404 page not found'), outcome: 'kindChanged' },
    {
      then: 'the name has a new owner',
      probe: says(422, failure(422, 'Invalid', { details: { causes: [{ field: 'metadata.uid' }] } })),
      outcome: 'replaced',
    },
  ])('[C7] [C11] asks the main endpoint after a 404 on /status whether $then', async ({ probe, outcome }) => {
    const written = await write(json('status'), says(404, failure(404, 'NotFound', { details: { name: 'a' } })), probe);
    expect(written.outcome.kind).toBe(outcome);
    expect(written.requests.map((request) => [request.at, request.contentType])[1]).toEqual([BASE, 'application/merge-patch+json']);
    expect(JSON.parse(written.requests[1]?.body ?? '')).toEqual({ metadata: { uid: 'uid-a' } });
  });

  it.each([
    { when: 'the connection broke after sending', answer: breaks('sent') },
    { when: 'the answer broke off', answer: breaks('body') },
    { when: 'the transport failed in an unknown way', answer: ((request) => request.fail(new Error('?'))) satisfies Answer },
    { when: 'the answer is truncated', answer: says(200, '{"kind":"KopfExample","metad') },
    { when: 'the answer is HTML', answer: says(200, '<html>') },
    { when: 'the answer is a Status', answer: says(200, failure(0, 'x')) },
    { when: 'the server answered 504', answer: says(504, failure(504, 'Timeout')) },
    { when: 'the server answered 500', answer: says(500, failure(500, 'InternalError')) },
    { when: 'a proxy answered 502', answer: says(502, 'bad gateway') },
  ])('[C2] [C13] says that a write is ambiguous, and does not repeat it, when $when', async ({ answer }) => {
    for (const one of [merge, json('main'), json('status')]) {
      const { outcome, requests } = await write(one, answer);
      expect([outcome.kind, requests.length]).toEqual(['ambiguous', 1]);
    }
  });

  it.each([
    { when: 'it could not connect', answer: breaks('connect') },
    { when: 'the server was busy', answer: says(429, failure(429, 'TooManyRequests')) },
    { when: 'there were no credentials', answer: ((request) => request.fail(new CredentialsError('x', 'y'))) satisfies Answer },
  ])('[C14] sends it again when $when', async ({ answer }) => {
    const { outcome, requests } = await write(json('main'), answer, answer, says(200, example('a', 7)));
    expect([outcome.kind, requests.length]).toEqual(['committed', 3]);
  });

  it('[C3, N-06] waits as long as the server asks for, and gives up rather than wait for very long', async () => {
    const patient = await write(merge, says(503, 'x', { 'retry-after': '5' }), says(200, example('a', 7)));
    expect([patient.outcome.kind, patient.tookMs >= 5000, patient.tookMs < 6000]).toEqual(['committed', true, true]);
    const given = await write(merge, says(429, failure(429, 'TooManyRequests'), { 'retry-after': '60' }));
    expect([given.outcome, given.requests.length]).toEqual([{ kind: 'thrown', code: 'KOPF_CLUSTER_BUSY' }, 1]);
  });

  it.each([
    { answer: says(429, failure(429, 'TooManyRequests')), code: 'KOPF_CLUSTER_BUSY', times: 5 },
    { answer: breaks('connect'), code: 'KOPF_CLUSTER_UNREACHABLE', times: 5 },
    { answer: says(401, failure(401, 'Unauthorized')), code: 'KOPF_UNAUTHORIZED', times: 1 },
    { answer: says(403, failure(403, 'Forbidden')), code: 'KOPF_FORBIDDEN', times: 1 },
    { answer: says(400, failure(400, 'BadRequest')), code: 'KOPF_REQUEST_FAILED', times: 1 },
  ])('[C1, N-04] throws $code after $times attempts', async ({ answer, code, times }) => {
    const { outcome, requests } = await write(merge, answer);
    expect([outcome, requests.length]).toEqual([{ kind: 'thrown', code }, times]);
  });

  it.each([
    { when: 'it waits for an answer', answer: undefined },
    { when: 'it waits to try again', answer: breaks('connect') },
  ])('[N-13] ends with its signal while $when', async ({ answer }) => {
    const server = createScriptedTransport();
    const controller = new AbortController();
    const reason = new Error('enough');
    const ports = { transport: server, clock: createManualClock(), random: createSeededRandom(1), fieldManager: 'op' };
    const sent = sendWrite(merge, ports, controller.signal);
    answer?.(await server.next());
    await settle();
    controller.abort(reason);
    await expect(sent).rejects.toBe(reason);
    expect(ports.clock.pending).toBe(0);
  });
});
