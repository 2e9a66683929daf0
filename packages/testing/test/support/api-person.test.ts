import { afterEach, describe, expect, it } from 'vitest';
import { createApiServer } from '@kopfts/apiserver';
import { createApiPerson } from './api-person.js';

const server = createApiServer({ seed: 1 });
afterEach(() => server.close());

describe('somebody at a real server', () => {
  it('asks again while a changed definition takes over its kind, and takes any other answer as it is', async () => {
    const { url } = await server.listen();
    const person = createApiPerson({ url, token: 'nobody', ca: '' }, 'person');
    server.faults.add({ verb: 'get', times: 2 }, { kind: 'status', code: 503, message: 'apiserver is shutting down' });
    expect(await person.ask('GET', '/api/v1/namespaces/default')).toMatchObject({ status: 200 });
    server.faults.add({ verb: 'get', times: 1 }, { kind: 'status', code: 503, message: 'etcd is away' });
    expect(await person.ask('GET', '/api/v1/namespaces/default')).toMatchObject({ status: 503 });
    await person.close();
  });
});
