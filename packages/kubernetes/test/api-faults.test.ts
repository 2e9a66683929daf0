import { Buffer } from 'node:buffer';
import { createApiServer } from '@kopfts/apiserver';
import { createManualClock, createSeededRandom, isKopfError } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { createKindFinder } from '../src/api/address.js';
import { createObjectCalls, type ObjectCalls } from '../src/api/object-calls.js';
import { ClusterUnreachableError, type Transport, type WireReply, type WireRequest } from '../src/index.js';
import { callOf } from '../src/api/call.js';
import { createRetryBudget, MOST_RETRIES_SAVED } from '../src/transport/retry-budget.js';

const never = new AbortController().signal;
const resource = { group: '', version: 'v1', plural: 'configmaps', kind: 'ConfigMap', namespaced: true } as const;
const address = { resource, name: 'a', namespace: 'default' };
const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'default' }, data: { k: 'new' } };

/** What happens to a request: it may be carried out, and this is what its sender hears. */
interface Fault {
  readonly committed: boolean;
  readonly answer: number | 'reset' | 'refused';
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls on an in-memory server, the first ones of which meet these faults. Time passes by itself. */
async function world(faults: readonly Fault[], exists: boolean) {
  const server = createApiServer({ seed: 1 });
  const carryOut = async ({ method, path, body, contentType = 'application/json' }: WireRequest): Promise<WireReply> => {
    const reply = await server.handle({
      method,
      path,
      headers: { accept: 'application/json', 'content-type': contentType },
      ...(body === undefined ? {} : { body }),
    });
    const chunks = [];
    for await (const chunk of reply.chunks) chunks.push(Buffer.from(chunk));
    return { status: reply.status, headers: { 'content-type': 'application/json' }, body: Buffer.concat(chunks) };
  };
  const sent: WireRequest[] = [];
  const transport: Transport = {
    async send(request) {
      const fault = faults[sent.length];
      sent.push(request);
      if (fault === undefined) return carryOut(request);
      if (fault.committed) await carryOut(request);
      if (typeof fault.answer === 'number') return failure(fault.answer, fault.headers);
      const phase = fault.answer === 'refused' ? 'connect' : 'sent';
      throw new ClusterUnreachableError({ server: 's', phase, why: fault.answer });
    },
    open: () => Promise.reject(new Error('nothing is watched')),
    stats: () => ({ requests: 0, inFlight: 0, streams: 0 }),
    close: async () => undefined,
  };
  const clock = { ...createManualClock(), sleep: async () => undefined };
  const calls = createObjectCalls({
    transport,
    clock,
    random: createSeededRandom(1),
    budget: createRetryBudget(),
    fieldManager: 'op',
    kinds: createKindFinder(async () => [
      { ...resource, singular: '', shortNames: [], categories: [], subresources: [], preferred: true, verbs: [] },
    ]),
    defaultNamespace: async () => 'default',
    note: () => undefined,
  });
  const path = '/api/v1/namespaces/default/configmaps';
  const create = { lane: 'write', method: 'POST', path, body: JSON.stringify({ ...object, data: { k: 'old' } }), timeoutMs: 1 } as const;
  if (exists) await carryOut(create);
  const stored = async (): Promise<unknown> => {
    const reply = await carryOut({ lane: 'read', method: 'GET', path: `${path}/a`, timeoutMs: 1 });
    return reply.status === 404 ? undefined : (JSON.parse(Buffer.from(reply.body).toString('utf8')) as { data: { k: string } }).data.k;
  };
  return { calls, sent, stored };
}

function failure(code: number, headers: Readonly<Record<string, string>> = {}): WireReply {
  const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', message: 'by the test', reason: 'Tested', code };
  return { status: code, headers: { 'content-type': 'application/json', ...headers }, body: Buffer.from(JSON.stringify(status)) };
}

const CODES = [400, 401, 403, 404, 409, 410, 413, 415, 422, 429, 500, 502, 503, 504] as const;
/** The server, or a proxy, may have done it. */
const UNDECIDED: readonly number[] = [500, 502, 503, 504];
const ERRORS: Readonly<Record<number, string>> = {
  401: 'KOPF_UNAUTHORIZED',
  403: 'KOPF_FORBIDDEN',
  404: 'KOPF_NOT_FOUND',
  409: 'KOPF_CONFLICT',
  410: 'KOPF_WATCH_EXPIRED',
  422: 'KOPF_OBJECT_INVALID',
};

interface Kind {
  readonly what: string;
  readonly repeatable: boolean;
  readonly exists: boolean;
  run(calls: ObjectCalls): Promise<unknown>;
}
const KINDS: readonly Kind[] = [
  { what: 'a creation', repeatable: false, exists: false, run: (calls) => calls.create(object, never) },
  { what: 'an apply', repeatable: true, exists: false, run: (calls) => calls.apply(object, {}, never) },
  { what: 'a merge patch', repeatable: true, exists: true, run: (calls) => calls.patch(address, { patch: { data: { k: 'new' } } }, never) },
  {
    what: 'a JSON patch',
    repeatable: false,
    exists: true,
    run: (calls) => calls.patch(address, { patch: [{ op: 'replace', path: '/data/k', value: 'new' }] }, never),
  },
];
const FAULTS = [false, true].flatMap((committed) => CODES.map((answer) => ({ committed, answer })));

async function outcomeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'done';
  } catch (error) {
    return isKopfError(error) ? error.code : String(error);
  }
}

describe.each(KINDS)('$what', ({ repeatable, exists, run }) => {
  it.each(FAULTS)(
    '[C1, C2] answered once with $answer (committed: $committed) is sent again only where that does no harm',
    async (fault) => {
      const { calls, sent, stored } = await world([fault], exists);
      const outcome = await outcomeOf(run(calls));
      const isSentAgain = fault.answer === 429 || (repeatable && UNDECIDED.includes(fault.answer));
      expect(sent).toHaveLength(isSentAgain ? 2 : 1);
      if (!isSentAgain) {
        const lost = UNDECIDED.includes(fault.answer);
        expect(outcome).toBe(lost ? 'KOPF_ANSWER_LOST' : (ERRORS[fault.answer] ?? 'KOPF_REQUEST_FAILED'));
      } else if (fault.answer === 429 && fault.committed && !exists && !repeatable) expect(outcome).toBe('KOPF_ALREADY_EXISTS');
      else expect(outcome).toBe('done');
      expect(await stored()).toBe(isSentAgain || fault.committed ? 'new' : exists ? 'old' : undefined);
    },
  );

  it.each([false, true])('[C2] whose connection broke (committed: %s) may have been done', async (committed) => {
    const { calls, sent, stored } = await world([{ committed, answer: 'reset' }], exists);
    expect(await outcomeOf(run(calls))).toBe(repeatable ? 'done' : 'KOPF_ANSWER_LOST');
    expect(sent).toHaveLength(repeatable ? 2 : 1);
    expect(await stored()).toBe(repeatable || committed ? 'new' : exists ? 'old' : undefined);
  });

  it('that was not sent is sent again, five times in all', async () => {
    const refused: Fault = { committed: false, answer: 'refused' };
    const once = await world([refused], exists);
    expect([await outcomeOf(run(once.calls)), once.sent.length]).toEqual(['done', 2]);
    const always = await world(
      Array.from({ length: 9 }, () => refused),
      exists,
    );
    expect([await outcomeOf(run(always.calls)), always.sent.length]).toEqual(['KOPF_CLUSTER_UNREACHABLE', 5]);
  });

  it('[C3] that is to wait for too long is not sent again', async () => {
    const { calls, sent } = await world([{ committed: false, answer: 429, headers: { 'retry-after': '31' } }], exists);
    expect([await outcomeOf(run(calls)), sent.length]).toEqual(['KOPF_CLUSTER_BUSY', 1]);
  });
});

describe('a read', () => {
  it.each(CODES)('[C1] answered once with %i is sent again if the server is at fault', async (answer) => {
    const { calls, sent } = await world([{ committed: false, answer }], true);
    const isSentAgain = answer === 429 || answer >= 500;
    const outcome = await outcomeOf(calls.get(address, never));
    expect([outcome, sent.length]).toEqual(isSentAgain ? ['done', 2] : [ERRORS[answer] ?? 'KOPF_REQUEST_FAILED', 1]);
  });
});

describe('an outage', () => {
  it('[C9] is not amplified: of all requests a fifth is sent again, when what was saved up is used', async () => {
    const requests = 500;
    const { calls, sent } = await world(
      Array.from({ length: 5 * requests }, () => ({ committed: false, answer: 503 as const })),
      true,
    );
    const errors: unknown[] = [];
    for (let count = 0; count < requests; count += 1) await calls.get(address, never).catch((error: unknown) => errors.push(error));
    expect(errors).toHaveLength(requests);
    expect(sent.length).toBeLessThanOrEqual(requests * 1.2 + MOST_RETRIES_SAVED);
    expect(sent.length).toBeGreaterThan(requests * 1.15);
  });
});

describe('a lease', () => {
  it.each([
    { what: 'a renewal', path: '/apis/coordination.k8s.io/v1/namespaces/a/leases/op?x=1', method: 'PATCH', lane: 'lease' },
    { what: 'a look', path: '/apis/coordination.k8s.io/v1/namespaces/a/leases/op', method: 'GET', lane: 'lease' },
    { what: 'a first one', path: '/apis/coordination.k8s.io/v1/namespaces/a/leases', method: 'POST', lane: 'lease' },
    { what: 'a list of all', path: '/apis/coordination.k8s.io/v1/leases', method: 'GET', lane: 'read' },
    { what: 'something else of that name', path: '/apis/other.dev/v1/namespaces/a/leases/op', method: 'PATCH', lane: 'write' },
  ] as const)('takes the lane of leases: $what is on the lane "$lane"', ({ path, method, lane }) => {
    expect(callOf({ path, method }, 'op').request.lane).toBe(lane);
  });

  it('is waited for no longer than half of the ten seconds in which it is to be renewed, unlike all else', () => {
    const path = '/apis/coordination.k8s.io/v1/namespaces/a/leases/op';
    const times = [path, '/apis/coordination.k8s.io/v1/namespaces/a/leases', '/api/v1/nodes/a'].map((one) =>
      (['GET', 'PATCH'] as const).map((method) => callOf({ path: one, method }, 'op').request.timeoutMs),
    );
    expect(times).toEqual([
      [5000, 5000],
      [5000, 5000],
      [60_000, 30_000],
    ]);
  });
});
