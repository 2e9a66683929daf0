import { Buffer } from 'node:buffer';
import { systemClock } from '@kopfts/core';
import { afterAll, describe, expect, inject, it } from 'vitest';
import type {} from '../../../tools/kube-apiserver/global-setup.js';
import { impersonationHeaders } from '../src/auth/impersonation.js';
import { createCredentialSource, createHttpsTransport } from '../src/index.js';

const { url, ca, token } = inject('controlPlane');
const as = {
  user: 'żółw',
  groups: ['first', 'system:masters'],
  uid: 'uid-1',
  extra: { 'Example.com/Scopes': ['x', 'ü'] },
};
const credentials = {
  server: new URL(url),
  headers: { authorization: `Bearer ${token}`, ...impersonationHeaders(as, 'the test') },
  tls: { ca },
  source: 'the test',
};
const transport = createHttpsTransport({
  clock: systemClock,
  credentials: createCredentialSource(async () => credentials, systemClock),
  userAgent: 'impersonation',
});
afterAll(() => transport.close());

describe('impersonation on a real kube-apiserver', () => {
  it('makes us who was named, with all groups, in any alphabet', async () => {
    const reply = await transport.send(
      {
        lane: 'read',
        method: 'POST',
        path: '/apis/authentication.k8s.io/v1/selfsubjectreviews',
        body: JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }),
        timeoutMs: 30_000,
      },
      new AbortController().signal,
    );
    const review = JSON.parse(Buffer.from(reply.body).toString('utf8')) as { status: { userInfo: object } };
    expect(review.status.userInfo).toMatchObject({
      username: 'żółw',
      uid: 'uid-1',
      groups: ['first', 'system:masters', 'system:authenticated'],
      extra: { 'example.com/scopes': ['x', 'ü'] },
    });
  });
});
