import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createKubeconfigLoader } from '../src/auth/kubeconfig.js';
import { createCredentialSource, type Transport } from '../src/index.js';
import { createFakeMachine, portsOn } from './support/fake-machine.js';
import { createLoopback, never, request } from './support/loopback.js';

const loopback = createLoopback();
afterEach(() => loopback.close());

describe('two users of one kubeconfig, in one process', () => {
  it('[I1] are never taken for each other, also when both tokens are exchanged', async () => {
    const port = await loopback.listen(createServer((incoming, response) => response.end(incoming.headers.authorization)));
    const config = JSON.stringify({
      clusters: [{ name: 'c', cluster: { server: `http://127.0.0.1:${String(port)}` } }],
      users: ['ada', 'grace'].map((name) => ({ name, user: { tokenFile: `/${name}` } })),
      contexts: ['ada', 'grace'].map((name) => ({ name, context: { cluster: 'c', user: name } })),
    });
    const disk = createFakeMachine({}, { '/k': config, '/ada': 'ada-1', '/grace': 'grace-1' });
    const ports = portsOn(disk);
    const transportOf = (context: string): Transport => {
      const load = createKubeconfigLoader({ kind: 'kubeconfig', paths: ['/k'], context, source: '/k' }, ports);
      return loopback.transport(createCredentialSource(load, ports.clock), { clock: ports.clock });
    };
    const users = [transportOf('ada'), transportOf('grace')];
    const ask = () =>
      Promise.all([0, 1, 0, 1].map(async (user) => Buffer.from((await users[user]?.send(request, never))?.body ?? '').toString('utf8')));
    expect(await ask()).toEqual(['Bearer ada-1', 'Bearer grace-1', 'Bearer ada-1', 'Bearer grace-1']);
    disk.write('/grace', 'grace-2');
    disk.write('/ada', 'ada-2');
    ports.clock.advanceBy(10_000);
    expect(await ask()).toEqual(['Bearer ada-2', 'Bearer grace-2', 'Bearer ada-2', 'Bearer grace-2']);
  });
});
