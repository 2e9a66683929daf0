import { createApiServer } from '@kopfts/apiserver';
import { clusterClientContract } from '@kopfts/core/contracts';
import { afterEach, describe, it } from 'vitest';
import { openSubject, type OpenSubject } from './support/contract-subject.js';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Our client over sockets, against the in-memory API server. */
async function make(): Promise<OpenSubject> {
  const server = createApiServer({ seed: 1 });
  const { url, close } = await server.listen();
  cleanups.push(async () => {
    await close();
    await server.close();
  });
  const subject = await openSubject({
    credentials: { server: new URL(url), headers: {}, tls: {}, source: 'the test' },
    forgetHistory: () => server.compact(),
  });
  cleanups.push(() => subject.close());
  return subject;
}

describe('the cluster client on the in-memory server', () => {
  for (const one of clusterClientContract) it(one.name, () => one.run(make));
});
