import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect, type Socket } from 'node:net';
import { createManualClock } from '@kopfts/core';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createAuthority, type Authority, type Identity } from './support/certificates.js';
import { createLoopback, credentialsFor, never, request } from './support/loopback.js';

const loopback = createLoopback();
afterEach(() => loopback.close());

let authority: Authority;
let identity: Identity;
beforeAll(async () => {
  authority = await createAuthority('servers');
  identity = await authority.issue(['127.0.0.1']);
});

/** A proxy: it connects whoever has the password; `asked` has what it saw. */
function createProxy(password?: string): { readonly server: Server; readonly asked: string[] } {
  const asked: string[] = [];
  const server = createServer((incoming, response) => {
    asked.push(`${incoming.method ?? ''} ${incoming.url ?? ''}`);
    response.writeHead(400).end();
  });
  server.on('connect', (incoming: IncomingMessage, client: Socket) => {
    asked.push(`CONNECT ${incoming.url ?? ''}`);
    client.on('error', () => undefined);
    const expected = password === undefined ? undefined : `Basic ${Buffer.from(password).toString('base64')}`;
    if (incoming.headers['proxy-authorization'] !== expected) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    const { hostname, port } = new URL(`http://${incoming.url ?? ''}`);
    const upstream = connect(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.pipe(upstream).pipe(client);
    });
    upstream.on('error', () => client.destroy());
  });
  return { server, asked };
}

const secureServer = (): Promise<number> =>
  loopback.listen(createSecureServer(identity, (incoming, response) => response.end(incoming.headers.authorization)));

describe('a proxy', () => {
  it('[C15] is asked for one connection, which carries many requests, and sees nothing of them', async () => {
    const target = await secureServer();
    const proxy = createProxy('ada:p w');
    const port = await loopback.listen(proxy.server);
    const transport = loopback.transport(
      credentialsFor(`https://127.0.0.1:${String(target)}`, {
        tls: { ca: authority.ca },
        proxy: new URL(`http://ada:p%20w@127.0.0.1:${String(port)}`),
      }),
    );
    for (let i = 0; i < 3; i += 1) {
      expect(Buffer.from((await transport.send(request, never)).body).toString()).toBe('Bearer t');
    }
    expect(proxy.asked).toEqual([`CONNECT 127.0.0.1:${String(target)}`]);
  });

  it('with TLS is trusted by the certificates of the machine only', async () => {
    const target = await loopback.listen(createServer((_incoming, response) => response.end('plain')));
    const proxy = createProxy();
    const secured = createSecureServer(identity);
    secured.on('connect', (...args: unknown[]) => proxy.server.emit('connect', ...args));
    const port = await loopback.listen(secured);
    const credentials = credentialsFor(`http://127.0.0.1:${String(target)}`, { proxy: new URL(`https://127.0.0.1:${String(port)}`) });
    await expect(loopback.transport(credentials).send(request, never)).rejects.toMatchObject({ phase: 'connect' });
    expect(proxy.asked).toEqual([]);
  });

  it('leads to servers without TLS, too', async () => {
    const target = await loopback.listen(createServer((_incoming, response) => response.end('plain')));
    const proxy = createProxy();
    const port = await loopback.listen(proxy.server);
    const credentials = credentialsFor(`http://127.0.0.1:${String(target)}`, { proxy: new URL(`http://127.0.0.1:${String(port)}`) });
    expect(Buffer.from((await loopback.transport(credentials).send(request, never)).body).toString()).toBe('plain');
    expect(proxy.asked).toEqual([`CONNECT 127.0.0.1:${String(target)}`]);
  });

  it('[C15] that wants a password says so, and its address is told without one', async () => {
    const port = await loopback.listen(createProxy('ada:right').server);
    const proxy = new URL(`http://ada:wr0ng@127.0.0.1:${String(port)}`);
    const error = await loopback
      .transport(credentialsFor('https://127.0.0.1:1', { proxy }))
      .send(request, never)
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'KOPF_CLUSTER_UNREACHABLE', phase: 'connect' });
    expect(String(error)).toContain(
      `the proxy http://127.0.0.1:${String(port)} refused the connection: it wants a user and a password (407)`,
    );
    expect(String(error)).not.toContain('wr0ng');
  });

  it.each([
    {
      does: 'refuses',
      act: (socket: Socket) => socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n'),
      says: 'it answered 403',
    },
    { does: 'breaks', act: (socket: Socket) => socket.resetAndDestroy(), says: 'cannot be used: ' },
    { does: 'speaks something else', act: (socket: Socket) => socket.end('hello\r\n\r\n'), says: 'cannot be used: ' },
  ])('[C15] that $does is a failure to connect', async ({ act, says }) => {
    const server = createServer();
    server.on('connection', (socket: Socket) => socket.once('data', () => act(socket)));
    server.on('connect', () => undefined);
    const port = await loopback.listen(server);
    const proxy = new URL(`http://127.0.0.1:${String(port)}`);
    const error = await loopback
      .transport(credentialsFor('https://127.0.0.1:1', { proxy }))
      .send(request, never)
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'KOPF_CLUSTER_UNREACHABLE', phase: 'connect' });
    expect(String(error)).toContain(says);
  });

  it('does not hide a server that cannot be trusted', async () => {
    const target = await secureServer();
    const port = await loopback.listen(createProxy().server);
    const stranger = await createAuthority('strangers');
    const credentials = credentialsFor(`https://127.0.0.1:${String(target)}`, {
      tls: { ca: stranger.ca },
      proxy: new URL(`http://127.0.0.1:${String(port)}`),
    });
    const error = await loopback
      .transport(credentials)
      .send(request, never)
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'KOPF_CLUSTER_UNREACHABLE', phase: 'connect' });
    expect(String(error)).toMatch(/unable to (verify|get)|self-signed/);
  });

  it.each(['the proxy', 'the server behind it'])('[C15] is given up when %s says nothing for ten seconds', async (who) => {
    const clock = createManualClock();
    let reached = (): void => undefined;
    const isReached = new Promise<void>((resolve) => (reached = resolve));
    const silent = createServer();
    silent.on('connect', () => reached());
    const mute = await loopback.listen(createServer().on('connection', () => reached()));
    const port = await loopback.listen(who === 'the proxy' ? silent : createProxy().server);
    const credentials = credentialsFor(`https://127.0.0.1:${String(mute)}`, { proxy: new URL(`http://127.0.0.1:${String(port)}`) });
    const failure = loopback
      .transport(credentials, { clock })
      .send(request, never)
      .catch((caught: unknown) => caught);
    await isReached;
    if (who !== 'the proxy') for (let i = 0; i < 20; i += 1) await new Promise((resolve) => setImmediate(resolve));
    clock.advanceBy(10_000);
    expect(await failure).toMatchObject({ code: 'KOPF_CLUSTER_UNREACHABLE', phase: 'connect' });
    expect(clock.pending).toBe(0);
  });
});
