import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer, type Socket } from 'node:net';
import { createManualClock, systemClock, type Clock } from '@kopfts/core';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpsTransport, type Credentials, type CredentialSource, type Transport, type WireRequest } from '../src/index.js';

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const request: WireRequest = { lane: 'read', method: 'GET', path: '/x?y=1', timeoutMs: 60_000 };
const never = new AbortController().signal;

async function listen(server: Server | TcpServer): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  cleanups.push(
    () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  );
  return (server.address() as AddressInfo).port;
}

const serve = (handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<number> => listen(createServer(handle));

interface TransportChoice {
  readonly clock?: Clock;
  readonly credentials?: CredentialSource;
  /** Of the server's address. */
  readonly path?: string;
  readonly headers?: Credentials['headers'];
}

function transportTo(port: number, options: TransportChoice = {}): Transport {
  const fixed: Credentials = {
    server: new URL(`http://127.0.0.1:${String(port)}${options.path ?? ''}`),
    headers: options.headers ?? { authorization: 'Bearer t' },
    tls: {},
    source: 'the test',
  };
  const transport = createHttpsTransport({
    clock: options.clock ?? systemClock,
    userAgent: 'kopfts (test)',
    credentials: options.credentials ?? { get: () => Promise.resolve(fixed), reject: () => undefined },
  });
  cleanups.push(() => transport.close());
  return transport;
}

async function text(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  let all = '';
  for await (const chunk of chunks) all += Buffer.from(chunk).toString('utf8');
  return all;
}

describe('requests', () => {
  it('[N-01] carry method, path, body, credentials and name, and bring the whole answer', async () => {
    let seen: unknown;
    const port = await serve((incoming, response) => {
      text(incoming).then(
        (body) => {
          const { authorization, 'content-type': type, 'user-agent': agent, 'accept-encoding': encoding } = incoming.headers;
          seen = { method: incoming.method, url: incoming.url, body, authorization, type, agent, encoding };
          response.writeHead(201, { 'x-some': 'header' }).end('ünï');
        },
        () => response.destroy(),
      );
    });
    const reply = await transportTo(port).send(
      { ...request, method: 'PATCH', body: '{"ü":1}', contentType: 'application/merge-patch+json' },
      never,
    );
    expect(seen).toEqual({
      method: 'PATCH',
      url: '/x?y=1',
      body: '{"ü":1}',
      authorization: 'Bearer t',
      type: 'application/merge-patch+json',
      agent: 'kopfts (test)',
      encoding: 'identity',
    });
    expect([reply.status, reply.headers['x-some'], Buffer.from(reply.body).toString()]).toEqual([201, 'header', 'ünï']);
  });

  it('[N-01, AU-07] have the name that the connection gives them, and of what they say themselves one of a kind', async () => {
    let seen: readonly string[] = [];
    const port = await serve((incoming, response) => {
      seen = incoming.rawHeaders;
      response.end();
    });
    const headers = {
      'user-agent': 'mine/1',
      host: 'else',
      accept: 'text/html',
      'accept-encoding': 'br',
      'content-length': '7',
      'x-own': 'o',
    };
    await transportTo(port, { headers }).send({ ...request, method: 'PATCH', body: '{}' }, never);
    const named = (name: string) =>
      seen.flatMap((text, index) => (index % 2 === 0 && text.toLowerCase() === name ? [seen[index + 1]] : []));
    expect(['user-agent', 'host', 'accept', 'accept-encoding', 'content-length', 'x-own'].map(named)).toEqual([
      ['mine/1'],
      [`127.0.0.1:${String(port)}`],
      ['application/json'],
      ['identity'],
      ['2'],
      ['o'],
    ]);
  });

  it('[N-01] go below the path that the address of the server has, and are JSON where they do not say otherwise', async () => {
    const seen: unknown[] = [];
    const port = await serve((incoming, response) => {
      seen.push([incoming.url, incoming.headers['content-type'], incoming.headers.accept]);
      response.end();
    });
    for (const path of ['', '/', '/clusters/one/']) {
      await transportTo(port, { path }).send({ ...request, method: 'POST', body: '{}' }, never);
    }
    const json = 'application/json';
    expect(seen).toEqual(['/x?y=1', '/x?y=1', '/clusters/one/x?y=1'].map((url) => [url, json, json]));
  });

  it.each(['GET', 'PATCH'] as const)('carry headers of credentials byte by byte, in a %s', async (method) => {
    let seen: readonly string[] = [];
    const port = await serve((incoming, response) => {
      seen = incoming.rawHeaders;
      response.end();
    });
    const bytes = Buffer.from('żółw', 'utf8').toString('latin1');
    const credentials: CredentialSource = {
      get: () =>
        Promise.resolve({
          server: new URL(`http://127.0.0.1:${String(port)}`),
          headers: { 'impersonate-user': bytes, 'impersonate-group': ['a', 'b'] },
          tls: {},
          source: 's',
        }),
      reject: () => undefined,
    };
    await transportTo(port, { credentials }).send(method === 'GET' ? request : { ...request, method, body: '{"ü":1}' }, never);
    const lines = seen.flatMap((name, index) => (name.startsWith('impersonate') ? [seen[index + 1]] : []));
    expect(lines).toEqual([bytes, 'a', 'b']);
  });

  it('share a connection one after the other', async () => {
    const ports = new Set<number | undefined>();
    const port = await serve((incoming, response) => {
      ports.add(incoming.socket.remotePort);
      response.end('x');
    });
    const transport = transportTo(port);
    for (let i = 0; i < 5; i += 1) await transport.send(request, never);
    expect(ports.size).toBe(1);
  });

  it('of a lane wait for each other when it is full, those of other lanes do not', async () => {
    const waiting: ServerResponse[] = [];
    let arrived = (): void => undefined;
    const port = await serve((incoming, response) => {
      if (incoming.url === '/lease') response.end('now');
      else waiting.push(response);
      arrived();
    });
    const transport = transportTo(port);
    const reads = Array.from({ length: 17 }, () => transport.send(request, never));
    await new Promise<void>((resolve) => {
      arrived = () => {
        if (waiting.length === 16) resolve();
      };
    });
    await transport.send({ ...request, lane: 'lease', path: '/lease' }, never);
    expect([waiting.length, transport.stats().inFlight]).toEqual([16, 17]);
    arrived = () => {
      for (const response of waiting.splice(0)) response.end();
    };
    arrived();
    await Promise.all(reads);
  });

  it('[N-07] are sent once more with new credentials after 401, and only once', async () => {
    const tokens: (string | undefined)[] = [];
    const port = await serve((incoming, response) => {
      tokens.push(incoming.headers.authorization);
      response.writeHead(incoming.headers.authorization === 'Bearer 2' && incoming.url === '/ok' ? 200 : 401).end('body');
    });
    let current = 1;
    const credentials: CredentialSource = {
      get: () =>
        Promise.resolve({
          server: new URL(`http://127.0.0.1:${String(port)}`),
          headers: { authorization: `Bearer ${String(current)}` },
          tls: {},
          source: 's',
        }),
      reject: () => (current += 1),
    };
    const transport = transportTo(port, { credentials });
    expect((await transport.send({ ...request, method: 'PATCH', path: '/ok', body: '{}' }, never)).status).toBe(200);
    expect((await transport.send(request, never)).status).toBe(401);
    expect(tokens).toEqual(['Bearer 1', 'Bearer 2', 'Bearer 2', 'Bearer 3']);
  });
});

describe('failures', () => {
  it('[C15] say that nothing listens, and where', async () => {
    const port = await serve(() => undefined);
    const unused = createTcpServer();
    const free = await listen(unused);
    await new Promise<void>((resolve) => unused.close(() => resolve()));
    await expect(transportTo(free).send(request, never)).rejects.toMatchObject({
      code: 'KOPF_CLUSTER_UNREACHABLE',
      phase: 'connect',
      context: { server: `http://127.0.0.1:${String(free)}`, source: 'the test' },
    });
    expect(port).not.toBe(free);
  });

  it.each([
    { when: 'the server resets after the request', act: (socket: Socket) => socket.resetAndDestroy(), phase: 'sent' },
    { when: 'the server closes without an answer', act: (socket: Socket) => socket.end(), phase: 'sent' },
    { when: 'the answer is no HTTP', act: (socket: Socket) => socket.end('hello\r\n\r\n'), phase: 'sent' },
    {
      when: 'the answer breaks off',
      act: (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc'),
      phase: 'body',
    },
    {
      when: 'the answer breaks off in a chunk',
      act: (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab'),
      phase: 'body',
    },
  ])('[C13] [C14] tell phase $phase when $when', async ({ act, phase }) => {
    const port = await listen(createTcpServer((socket) => socket.once('data', () => act(socket))));
    await expect(transportTo(port).send({ ...request, method: 'PATCH', body: '{}' }, never)).rejects.toMatchObject({ phase });
  });

  it('[C14] of an idle connection are repaired for reads, and told for writes', async () => {
    let connections = 0;
    const port = await listen(
      createTcpServer((socket) => {
        connections += 1;
        // The first request is answered, the second one meets a connection that is closed.
        socket.once('data', () => {
          socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
          socket.once('data', () => socket.resetAndDestroy());
        });
      }),
    );
    const transport = transportTo(port);
    await transport.send(request, never);
    expect((await transport.send(request, never)).status).toBe(200);
    expect(connections).toBe(2);
    await expect(transport.send({ ...request, method: 'PATCH', body: '{}' }, never)).rejects.toMatchObject({ phase: 'sent' });
  });

  it.each([
    { what: 'no status', greeting: '', afterMs: 15_000, phase: 'sent' },
    { what: 'no more of the answer', greeting: 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc', afterMs: 30_000, phase: 'body' },
    {
      what: 'no end of the answer in the time of the request',
      greeting: 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc',
      timeoutMs: 20_000,
      afterMs: 20_000,
      phase: 'body',
    },
  ])('[B4, N-02] come with time when there is $what', async ({ greeting, timeoutMs = 60_000, afterMs, phase }) => {
    const clock = createManualClock();
    let asked = (): void => undefined;
    const isAsked = new Promise<void>((resolve) => (asked = resolve));
    const port = await listen(
      createTcpServer((socket) =>
        socket.once('data', () => {
          socket.write(greeting, () => asked());
        }),
      ),
    );
    const sent = transportTo(port, { clock }).send({ ...request, timeoutMs }, never);
    const outcome = sent.catch((error: unknown) => error);
    await isAsked;
    // The answer is on its way: the phase changes when its first bytes are here, which needs no virtual time.
    while (clock.nextDueMs() !== afterMs) await new Promise((resolve) => setImmediate(resolve));
    clock.advanceBy(afterMs - 1);
    expect(await Promise.race([outcome, new Promise((resolve) => setImmediate(() => resolve('waiting')))])).toBe('waiting');
    clock.advanceBy(1);
    expect(await outcome).toMatchObject({ code: 'KOPF_CLUSTER_UNREACHABLE', phase });
    expect(clock.pending).toBe(0);
  });

  it.each(['before', 'during'] as const)('give way to the signal %s the request, with its reason', async (when) => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const port = await serve(() => controller.abort(reason));
    if (when === 'before') controller.abort(reason);
    const clock = createManualClock();
    await expect(transportTo(port, { clock }).send(request, controller.signal)).rejects.toBe(reason);
    expect(clock.pending).toBe(0);
  });
});

describe('streams', () => {
  it('give chunks as they come, and end with the answer', async () => {
    const port = await serve((_incoming, response) => {
      response.write('one\n');
      response.write('two\n');
      response.end();
    });
    const transport = transportTo(port);
    const stream = await transport.open({ ...request, lane: 'watch' }, never);
    expect(await text(stream.chunks)).toBe('one\ntwo\n');
    expect(transport.stats().streams).toBe(0);
  });

  it.each([
    {
      how: 'the connection breaks',
      act: ({ socket }: { socket: Socket }) => socket.resetAndDestroy(),
      error: { code: 'KOPF_CLUSTER_UNREACHABLE', phase: 'body' },
    },
    {
      how: 'the signal aborts',
      act: ({ controller }: { controller: AbortController }) => controller.abort(new Error('enough')),
      error: { message: 'enough' },
    },
  ])('throw when $how', async ({ act, error }) => {
    const controller = new AbortController();
    let socket: Socket | undefined;
    const port = await serve((incoming, response) => {
      socket = incoming.socket;
      response.write('one\n');
    });
    const stream = await transportTo(port).open({ ...request, lane: 'watch' }, controller.signal);
    const chunks = stream.chunks[Symbol.asyncIterator]();
    await chunks.next();
    if (socket !== undefined) act({ socket, controller });
    await expect(chunks.next()).rejects.toMatchObject(error);
  });

  it('live longer than the time-out of their headers', async () => {
    const clock = createManualClock();
    const port = await serve((_incoming, response) => response.flushHeaders());
    const stream = await transportTo(port, { clock }).open({ ...request, lane: 'watch', timeoutMs: 1000 }, never);
    expect(clock.pending).toBe(0);
    stream.destroy();
    await expect(text(stream.chunks)).rejects.toThrow();
  });

  it('end when they are destroyed, also when nobody reads them', async () => {
    let closed: Promise<unknown> = Promise.resolve();
    const port = await serve((incoming, response) => {
      closed = once(incoming.socket, 'close');
      response.flushHeaders();
    });
    const transport = transportTo(port);
    const stream = await transport.open({ ...request, lane: 'watch' }, never);
    stream.destroy();
    await closed;
    expect(transport.stats().streams).toBe(0);
  });

  it('end with the transport', async () => {
    const port = await serve((_incoming, response) => response.flushHeaders());
    const transport = transportTo(port);
    const stream = await transport.open({ ...request, lane: 'watch' }, never);
    await transport.close();
    await expect(text(stream.chunks)).rejects.toMatchObject({ code: 'KOPF_CLUSTER_UNREACHABLE' });
    await expect(transport.send(request, never)).rejects.toMatchObject({ phase: 'connect' });
  });
});
