import { createApiServer } from '@kopfts/apiserver';
import { systemClock } from '@kopfts/core';
import { clusterClientContract } from '@kopfts/core/contracts';
import { afterEach, describe, it } from 'vitest';
import { createHttp2Transport } from '../src/http2/http2-transport.js';
import { openSubject, type OpenSubject } from './support/contract-subject.js';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Our client over HTTP/2, against the in-memory API server. */
async function make(): Promise<OpenSubject> {
  const server = createApiServer({ seed: 1 });
  const { url, ca, close } = await server.listen({ tls: true });
  cleanups.push(async () => {
    await close();
    await server.close();
  });
  const subject = await openSubject({
    credentials: { server: new URL(url), headers: {}, tls: { ca }, source: 'the test' },
    forgetHistory: () => server.compact(),
    open: (credentials) =>
      createHttp2Transport({
        clock: systemClock,
        userAgent: 'kopfts (contract)',
        lanes: ['write', 'watch'],
        credentials: { get: () => Promise.resolve(credentials), reject: () => undefined },
      }),
  });
  cleanups.push(() => subject.close());
  return subject;
}

describe('the cluster client on the in-memory server, over HTTP/2', () => {
  for (const one of clusterClientContract) it(one.name, () => one.run(make));
});
