import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import type { WireRequest } from '../transport/request.js';
import { answerError } from './answer.js';

const get: WireRequest = { lane: 'read', method: 'GET', path: '/x?y=1', timeoutMs: 1000 };
const answer = (status: number, body: unknown) => ({
  status,
  headers: {},
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
});
const refused = (code: number, reason = 'R') => ({
  kind: 'Status',
  code,
  reason,
  message: 'M',
  details: { causes: [{ field: 'spec.a' }] },
});

describe('the error of an answer', () => {
  it.each([
    [401, 'R', 'KOPF_UNAUTHORIZED'],
    [403, 'R', 'KOPF_FORBIDDEN'],
    [404, 'NotFound', 'KOPF_NOT_FOUND'],
    [409, 'Conflict', 'KOPF_CONFLICT'],
    [409, 'AlreadyExists', 'KOPF_ALREADY_EXISTS'],
    [422, 'Invalid', 'KOPF_OBJECT_INVALID'],
    [429, 'TooManyRequests', 'KOPF_CLUSTER_BUSY'],
    [400, 'BadRequest', 'KOPF_REQUEST_FAILED'],
    [500, 'InternalError', 'KOPF_REQUEST_FAILED'],
    [600, 'R', 'KOPF_REQUEST_FAILED'],
  ])('[N-10] %i %s is %s', (status, reason, code) => {
    expect(answerError(get, true, answer(status, refused(status, reason)))).toMatchObject({ code, context: { status } });
  });

  it('[N-09] has the status, the reason, the message and the causes that the server gave, and where it was asked', () => {
    expect(answerError(get, true, answer(422, refused(422, 'Invalid')))).toMatchObject({
      message: 'The API server refuses GET /x: M',
      context: { method: 'GET', path: '/x', status: 422, reason: 'Invalid', message: 'M', causes: [{ field: 'spec.a' }] },
    });
  });

  it('[N-09] quotes no answer that is no Status, but a short beginning of a plain text', () => {
    const of = (body: unknown) => answerError(get, true, answer(502, body)).context['message'];
    expect([of('<html>proxy</html>'), of('no route'), of({ kind: 'Secret', data: 'x' })]).toEqual([
      'HTTP status 502',
      'no route',
      'HTTP status 502',
    ]);
    expect(of('x'.repeat(256))).toBe('x'.repeat(256));
    expect(of('x'.repeat(257))).toBe(`${'x'.repeat(253)}...`);
  });
});
