import { Buffer } from 'node:buffer';
import { isPermanentError } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { failureOf, judgeWrite, readFailure, refusalError } from './status-error.js';

const reply = (status: number, body: unknown, headers: Record<string, string> = {}) => ({
  status,
  headers,
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});
const status = (code: number, details: object = {}, more: object = {}) => ({
  kind: 'Status',
  apiVersion: 'v1',
  status: 'Failure',
  reason: 'R',
  message: 'M',
  code,
  details,
  ...more,
});
const causes = (...fields: string[]) => ({
  name: 'a',
  causes: fields.map((field) => ({ field, reason: 'FieldValueInvalid', message: 'm' })),
});

interface Answered {
  readonly answer: string;
  readonly endpoint: 'main' | 'status';
  readonly form?: 'merge' | 'json';
  readonly reply: ReturnType<typeof reply>;
  readonly means: string;
}

describe('judgeWrite', () => {
  it.each([
    { answer: '200', endpoint: 'main', reply: reply(200, {}), means: 'committed' },
    { answer: '201', endpoint: 'main', reply: reply(201, {}), means: 'committed' },
    {
      answer: '422 with a cause metadata.uid',
      endpoint: 'main',
      reply: reply(422, status(422, causes('metadata.uid'))),
      means: 'replaced',
    },
    {
      answer: '422 with metadata.uid among others',
      endpoint: 'main',
      reply: reply(422, status(422, causes('spec.a', 'metadata.uid'))),
      means: 'replaced',
    },
    { answer: '422 with no causes to a JSON patch', endpoint: 'main', form: 'json', reply: reply(422, status(422, {})), means: 'stale' },
    { answer: '422 with no causes to a merge patch', endpoint: 'main', reply: reply(422, status(422, {})), means: 'invalid' },
    { answer: '422 with no causes', endpoint: 'status', form: 'json', reply: reply(422, status(422, { name: 'a' })), means: 'stale' },
    { answer: '422 with other causes', endpoint: 'main', reply: reply(422, status(422, causes('spec.size'))), means: 'invalid' },
    { answer: '422 with other causes', endpoint: 'status', reply: reply(422, status(422, causes('status.note'))), means: 'invalid' },
    { answer: '409', endpoint: 'main', reply: reply(409, status(409, { name: 'a' })), means: 'stale' },
    {
      answer: '404 with details.name',
      endpoint: 'main',
      reply: reply(404, status(404, { name: 'a', kind: 'kopfexamples' })),
      means: 'gone',
    },
    { answer: '404 without details.name', endpoint: 'main', reply: reply(404, status(404, {})), means: 'kindChanged' },
    { answer: '404 with details.name', endpoint: 'status', reply: reply(404, status(404, { name: 'a' })), means: 'undecided' },
    { answer: '404 without details.name', endpoint: 'status', reply: reply(404, status(404, {})), means: 'undecided' },
    { answer: '404 in plain text', endpoint: 'main', reply: reply(404, '404 page not found\n'), means: 'kindChanged' },
    { answer: '404 in plain text', endpoint: 'status', reply: reply(404, '404 page not found\n'), means: 'kindChanged' },
    { answer: '429', endpoint: 'main', reply: reply(429, status(429)), means: 'busy' },
    { answer: '503 with Retry-After', endpoint: 'main', reply: reply(503, 'no', { 'retry-after': '1' }), means: 'busy' },
    { answer: '503 without Retry-After', endpoint: 'main', reply: reply(503, 'upstream reset'), means: 'unknown' },
    { answer: '500', endpoint: 'main', reply: reply(500, status(500)), means: 'unknown' },
    {
      answer: '500 of a webhook',
      endpoint: 'main',
      reply: reply(500, status(500, {}, { message: 'Internal error occurred: failed calling webhook "x"' })),
      means: 'refused',
    },
    { answer: '504', endpoint: 'status', reply: reply(504, status(504)), means: 'unknown' },
    { answer: '400', endpoint: 'main', reply: reply(400, status(400)), means: 'refused' },
    { answer: '401', endpoint: 'main', reply: reply(401, status(401)), means: 'refused' },
    { answer: '403', endpoint: 'main', reply: reply(403, status(403)), means: 'refused' },
    { answer: '413', endpoint: 'main', reply: reply(413, status(413)), means: 'invalid' },
    {
      answer: '500 of a store that takes no such object',
      endpoint: 'status',
      reply: reply(500, status(500, {}, { message: 'rpc error: code = InvalidArgument desc = etcdserver: request is too large' })),
      means: 'invalid',
    },
    { answer: '415', endpoint: 'main', reply: reply(415, status(415)), means: 'refused' },
  ] as readonly Answered[])('[C1] takes $answer on $endpoint for $means', ({ endpoint, form = 'merge', reply: answer, means }) => {
    expect(judgeWrite({ endpoint, form }, answer).kind).toBe(means);
  });

  it.each([
    { code: 400, means: 'invalid' },
    { code: 403, means: 'invalid' },
    { code: 404, means: 'invalid' },
    { code: 409, means: 'invalid' },
    { code: 422, means: 'invalid' },
    // It asks for another try, or says that it failed itself.
    { code: 429, means: 'busy' },
    { code: 500, means: 'refused' },
  ])('[C1] takes the no of a webhook with $code for $means, whatever was sent', ({ code, means }) => {
    const message = 'admission webhook "w.example.com" denied the request: no label x';
    const answer = reply(code, status(code, {}, { message }));
    const forms = [
      { endpoint: 'main', form: 'merge' },
      { endpoint: 'main', form: 'json' },
      { endpoint: 'status', form: 'json' },
    ] as const;
    expect(forms.map((sent) => judgeWrite(sent, answer).kind)).toEqual([means, means, means]);
    const quoting = reply(409, status(409, {}, { message: `it is said that ${message}` }));
    expect(judgeWrite({ endpoint: 'main', form: 'merge' }, quoting).kind).toBe('stale');
  });

  it('[C5] names what the schema refuses', () => {
    expect(judgeWrite({ endpoint: 'status', form: 'json' }, reply(422, status(422, causes('status.note', 'status.size'))))).toEqual({
      kind: 'invalid',
      message: 'M',
      causes: [
        { field: 'status.note', reason: 'FieldValueInvalid', message: 'm' },
        { field: 'status.size', reason: 'FieldValueInvalid', message: 'm' },
      ],
    });
  });
});

describe('readFailure', () => {
  it.each([
    { says: 'an HTML page', body: '<html>nginx</html>', message: 'HTTP status 502' },
    { says: 'nothing', body: '', message: 'HTTP status 502' },
    { says: 'truncated JSON', body: '{"kind":"Status","mess', message: '{"kind":"Status","mess' },
    { says: 'JSON that is no Status', body: '{"error":"x"}', message: 'HTTP status 502' },
    { says: 'odd fields', body: '{"kind":"Status","message":7,"reason":null,"details":[],"code":"x"}', message: '' },
    { says: 'odd causes', body: '{"kind":"Status","message":"m","details":{"causes":[null,"x",{"field":1}]}}', message: 'm' },
  ])('[C13] survives an answer that says $says', ({ body, message }) => {
    expect(readFailure(reply(502, body))).toMatchObject({ code: 502, message, name: undefined });
  });

  it.each([
    { header: '0', ms: 0 },
    { header: '5', ms: 5000 },
    { header: '3600', ms: 300_000 },
    { header: '-1', ms: undefined },
    { header: 'soon', ms: undefined },
    { header: 'Wed, 21 Oct 2026 07:28:00 GMT', ms: undefined },
  ])('[C3] waits $ms ms when told Retry-After: $header', ({ header, ms }) => {
    expect(readFailure(reply(429, status(429), { 'retry-after': header })).retryAfterMs).toBe(ms);
  });

  it('[C3, N-06] takes the seconds of the body when there is no header', () => {
    expect(readFailure(reply(429, status(429, { retryAfterSeconds: 2 }))).retryAfterMs).toBe(2000);
  });
});

describe('refusalError', () => {
  it.each([
    [400, 'KOPF_REQUEST_FAILED'],
    [401, 'KOPF_UNAUTHORIZED'],
    [403, 'KOPF_FORBIDDEN'],
    [410, 'KOPF_WATCH_EXPIRED'],
    [429, 'KOPF_CLUSTER_BUSY'],
    [500, 'KOPF_REQUEST_FAILED'],
  ])('[B7] calls %i %s', (code, expected) => {
    expect(refusalError({ method: 'GET', path: '/x' }, failureOf({ kind: 'Status', reason: 'R', message: 'M', code })).code).toBe(expected);
  });

  it('[E10] tells a namespace that is being deleted from a permission that is missing: nothing can be created there any more', () => {
    const causes = [{ reason: 'NamespaceTerminating', message: 'namespace x is being terminated', field: 'metadata.namespace' }];
    const error = refusalError({ method: 'POST', path: '/x' }, failureOf({ kind: 'Status', code: 403, message: 'M', details: { causes } }));
    expect(error.code).toBe('KOPF_NAMESPACE_TERMINATING');
    expect(isPermanentError(error)).toBe(true);
  });

  it('[B6] takes the reason Expired for 410, whatever the code', () => {
    expect(refusalError({ method: 'GET', path: '/x' }, failureOf({ kind: 'Status', reason: 'Expired' })).code).toBe('KOPF_WATCH_EXPIRED');
  });
});
