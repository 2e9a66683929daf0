import { createServer } from 'node:https';
import { createManualClock } from '@kopfts/core';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createServiceAccountLoader } from '../src/auth/service-account.js';
import { createCredentialSource } from '../src/index.js';
import { createAuthority, type Authority, type Identity } from './support/certificates.js';
import { createFakeMachine, type FakeMachine } from './support/fake-machine.js';
import { createLoopback, never, request } from './support/loopback.js';

const loopback = createLoopback();
afterEach(() => loopback.close());

let authority: Authority;
let identity: Identity;
beforeAll(async () => {
  authority = await createAuthority('cluster');
  identity = await authority.issue(['127.0.0.1']);
});

const FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';

/** A pod beside a server that knows these tokens; a GET of `/watch` is a stream that says one line for each `say`. */
async function startPod(valid: Set<string>, refused: () => void = () => undefined) {
  const streams: { write(text: string): unknown }[] = [];
  const asked: (string | undefined)[] = [];
  const server = createServer(identity, (incoming, response) => {
    const { authorization = '' } = incoming.headers;
    asked.push(authorization);
    if (!valid.has(authorization.slice('Bearer '.length))) {
      refused();
      return response.writeHead(401).end();
    }
    if (incoming.url !== '/watch') return response.end('fine');
    response.flushHeaders();
    return streams.push(response);
  });
  const port = await loopback.listen(server);
  const disk: FakeMachine = createFakeMachine(
    { KUBERNETES_SERVICE_HOST: '127.0.0.1', KUBERNETES_SERVICE_PORT: String(port) },
    { [`${FOLDER}/token`]: 'first', [`${FOLDER}/ca.crt`]: authority.ca },
  );
  const clock = createManualClock();
  const load = createServiceAccountLoader({ environment: disk, clock, proxyFromEnvironment: false });
  const transport = loopback.transport(createCredentialSource(load, clock), { clock });
  return { disk, clock, transport, asked, say: (text: string) => streams.forEach((stream) => stream.write(text)) };
}

describe('the service account of a pod', () => {
  it('[I1] changes its token while a watch lives on, and the next request has the new one', async () => {
    const valid = new Set(['first']);
    const { disk, clock, transport, asked, say } = await startPod(valid);
    const stream = await transport.open({ ...request, lane: 'watch', path: '/watch' }, never);
    const chunks = stream.chunks[Symbol.asyncIterator]();
    disk.write(`${FOLDER}/token`, 'second');
    valid.add('second');
    clock.advanceBy(10_000);
    expect((await transport.send(request, never)).status).toBe(200);
    valid.delete('first');
    say('one\n');
    expect(Buffer.from(((await chunks.next()).value ?? []) as Uint8Array).toString()).toBe('one\n');
    expect(asked).toEqual(['Bearer first', 'Bearer second']);
    stream.destroy();
  });

  it('[I1] that exchanged its token just now is read again on 401, without waiting', async () => {
    const exchange = (): void => disk.write(`${FOLDER}/token`, 'second');
    const { disk, transport, asked } = await startPod(new Set(['second']), () => exchange());
    expect((await transport.send(request, never)).status).toBe(200);
    expect(asked).toEqual(['Bearer first', 'Bearer second']);
  });

  it('[I6] that was deleted and created anew is accepted again as soon as its new token is there', async () => {
    const valid = new Set(['first']);
    const { disk, clock, transport } = await startPod(valid);
    const statuses = [(await transport.send(request, never)).status];
    valid.clear();
    for (let i = 0; i < 3; i += 1) {
      statuses.push((await transport.send(request, never)).status);
      clock.advanceBy(5000);
    }
    disk.write(`${FOLDER}/token`, 'of-the-new-account');
    valid.add('of-the-new-account');
    statuses.push((await transport.send(request, never)).status);
    expect(statuses).toEqual([200, 401, 401, 401, 200]);
  });
});
