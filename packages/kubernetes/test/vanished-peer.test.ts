import { Agent, createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect, Socket } from 'node:net';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createHttp2Loopback } from './support/http2-loopback.js';
import { credentialsFor, never, request } from './support/loopback.js';

const loopback = createHttp2Loopback();
beforeAll(() => loopback.prepare());
afterEach(async () => {
  vi.restoreAllMocks();
  await loopback.close();
});

const watch = { ...request, lane: 'watch' } as const;

/** Which sockets to the port are probed by TCP, and after how many idle milliseconds. */
function probesTo(port: () => number): () => readonly number[] {
  const set = vi.spyOn(Socket.prototype, 'setKeepAlive');
  return () =>
    set.mock.calls.flatMap(([enable, ms], index) => {
      const socket = set.mock.contexts[index];
      return enable === true && socket instanceof Socket && socket.remotePort === port() ? [ms ?? 0] : [];
    });
}

/** A proxy that connects everybody. */
function createProxy(): Server {
  const server = createServer();
  server.on('connect', (incoming: IncomingMessage, client: Socket) => {
    const upstream = connect(Number(new URL(`http://${incoming.url ?? ''}`).port), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.pipe(upstream).pipe(client);
    });
    client.on('error', () => upstream.destroy());
    upstream.on('error', () => client.destroy());
  });
  return server;
}

const silentServer = () => createServer((_incoming, response) => response.flushHeaders());

describe('a connection of a watch whose peer vanished without a word', () => {
  // The system does the rest: a probe a second, and the end after ten without an answer.
  it('[B4] is probed by TCP after five idle seconds, over HTTP/1.1', async () => {
    const port = await loopback.listen(silentServer());
    const probes = probesTo(() => port);
    await loopback.transport(credentialsFor(`http://127.0.0.1:${String(port)}`)).open(watch, never);
    expect(probes()).toContain(5000);
  });

  it('[B4] is probed by TCP after five idle seconds, over HTTP/2', async () => {
    const { port } = await loopback.serve({ handle: ({ stream }) => stream.respond({ ':status': 200 }) });
    const probes = probesTo(() => port);
    await loopback.http2(loopback.credentials(port)).open(watch, never);
    expect(probes()).toContain(5000);
  });

  it.each(['http', 'https'] as const)(
    '[B4] is probed by TCP after five idle seconds, over HTTP/1.1 through a proxy to an %s server',
    async (kind) => {
      const answer = silentServer();
      const target = await loopback.listen(
        kind === 'http' ? answer : createSecureServer(loopback.identity(), (...args) => answer.emit('request', ...args)),
      );
      const proxy = await loopback.listen(createProxy());
      const probes = probesTo(() => proxy);
      const credentials = { ...loopback.credentials(target), server: new URL(`${kind}://127.0.0.1:${String(target)}`) };
      const through = { ...credentials, proxy: new URL(`http://127.0.0.1:${String(proxy)}`) };
      await loopback.transport(through).open(watch, never);
      expect(probes()).toContain(5000);
    },
  );

  it('[B4, C15] is probed by TCP after five idle seconds, over HTTP/2 through a proxy', async () => {
    const { port } = await loopback.serve({ handle: ({ stream }) => stream.respond({ ':status': 200 }) });
    const proxy = await loopback.listen(createProxy());
    const probes = probesTo(() => proxy);
    await loopback.http2(loopback.credentials(port, { proxy: new URL(`http://127.0.0.1:${String(proxy)}`) })).open(watch, never);
    expect(probes()).toContain(5000);
  });

  it('[B4, AU-07] is probed by TCP after five idle seconds, made by the agent of a login before it hands it out', async () => {
    const port = await loopback.listen(silentServer());
    const probes = probesTo(() => port);
    const agent = Object.assign(new Agent(), {
      createConnection: (_to: unknown, made: (error: Error | null, socket: Socket) => void) => {
        const socket = connect(port, '127.0.0.1', () => made(null, socket));
      },
    });
    await loopback.transport(credentialsFor(`http://127.0.0.1:${String(port)}`, { agent })).open(watch, never);
    expect(probes()).toContain(5000);
  });
});
