import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createSecureServer as createBoth } from 'node:http2';
import { createServer as createSecureServer } from 'node:https';
import { connect, createServer as createTcpServer, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';
import { createManualClock } from '@kopfts/core';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { answerWith, createHttp2Loopback, until, untilReceived, type Arrived } from './support/http2-loopback.js';
import { credentialsFor, never, request, write } from './support/loopback.js';

const loopback = createHttp2Loopback();
beforeAll(() => loopback.prepare());
afterEach(() => loopback.close());

const watch = { ...request, lane: 'watch', path: '/watch' } as const;
const textOf = ({ body }: { readonly body: Uint8Array }): string => Buffer.from(body).toString('utf8');
/** Begins an answer that does not end. */
const beginAnswer = ({ stream }: Arrived): void => {
  stream.respond({ ':status': 200 });
  stream.write('one\n');
};

describe('requests over HTTP/2', () => {
  it('carry method, path, body, credentials and name, and bring the whole answer', async () => {
    let body = '';
    const { port, arrived } = await loopback.serve({
      handle: ({ stream }) => {
        stream.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
        stream.once('end', () => {
          stream.respond({ ':status': 201, 'x-some': 'header' });
          stream.end('ünï');
        });
      },
    });
    const bytes = Buffer.from('żółw', 'utf8').toString('latin1');
    const headers = { authorization: 'Bearer t', 'impersonate-user': bytes, 'impersonate-group': ['a', 'b'] };
    const transport = loopback.http2(loopback.credentials(port, { server: new URL(`https://127.0.0.1:${String(port)}/base/`), headers }));
    const reply = await transport.send({ ...write, path: '/x?y=1', body: '{"ü":1}', contentType: 'application/merge-patch+json' }, never);
    expect([reply.status, reply.headers['x-some'], textOf(reply), body]).toEqual([201, 'header', 'ünï', '{"ü":1}']);
    expect(arrived[0]?.headers).toMatchObject({
      ':method': 'PATCH',
      ':path': '/base/x?y=1',
      ':authority': `127.0.0.1:${String(port)}`,
      authorization: 'Bearer t',
      'impersonate-user': bytes,
      'impersonate-group': 'a, b',
      'content-type': 'application/merge-patch+json',
      'content-length': '8',
      'user-agent': 'kopfts (test)',
      'accept-encoding': 'identity',
    });
  });

  it('[N-01, AU-07] have the name that the connection gives them', async () => {
    const { port, arrived } = await loopback.serve();
    const headers = { 'user-agent': 'mine/1', host: 'else', 'content-length': '7', 'x-own': 'o' };
    await loopback.http2(loopback.credentials(port, { headers })).send(write, never);
    expect(arrived[0]?.headers).toMatchObject({ 'user-agent': 'mine/1', 'content-length': '2', 'x-own': 'o' });
    expect(arrived[0]?.headers).not.toHaveProperty('host');
  });

  it('of each lane have connections of their own, and leases and reads go over HTTP/1.1', async () => {
    const seen: Record<string, string> = {};
    const both = createBoth({ ...loopback.identity(), allowHTTP1: true }, (incoming, response) => {
      seen[incoming.url] = `${incoming.httpVersion} ${String(incoming.socket.remotePort)}`;
      response.end('{}');
    });
    const transport = loopback.http2(loopback.credentials(await loopback.listen(both)));
    for (const lane of ['write', 'watch', 'read', 'lease'] as const) {
      await transport.send({ ...request, lane, path: `/${lane}` }, never);
      await transport.send({ ...request, lane, path: `/${lane}2` }, never);
      expect(seen[`/${lane}`]).toBe(seen[`/${lane}2`]);
    }
    expect(Object.values(seen).map((text) => text.split(' ')[0])).toEqual(['2.0', '2.0', '2.0', '2.0', '1.1', '1.1', '1.1', '1.1']);
    expect(new Set(Object.values(seen)).size).toBe(4);
    expect(transport.stats()).toMatchObject({ requests: 8, inFlight: 0, streams: 0 });
  });

  it('are sent once more with new credentials after 401, and only once', async () => {
    const tokens: unknown[] = [];
    const { port } = await loopback.serve({
      handle: (arrived) => {
        tokens.push(arrived.headers.authorization);
        answerWith('body', arrived.headers.authorization === 'Bearer 2' && arrived.headers[':path'] === '/ok' ? 200 : 401)(arrived);
      },
    });
    let current = 1;
    const transport = loopback.http2({
      get: () => Promise.resolve(loopback.credentials(port, { headers: { authorization: `Bearer ${String(current)}` } })),
      reject: () => (current += 1),
    });
    expect((await transport.send({ ...write, path: '/ok' }, never)).status).toBe(200);
    expect((await transport.send(write, never)).status).toBe(401);
    expect(tokens).toEqual(['Bearer 1', 'Bearer 2', 'Bearer 2', 'Bearer 3']);
  });

  it('fill as many connections as the limit of the server asks for', async () => {
    const { port, sessions } = await loopback.serve({ maxConcurrentStreams: 12, handle: beginAnswer });
    const transport = loopback.http2(loopback.credentials(port));
    const streams = await Promise.all(Array.from({ length: 5 }, () => transport.open(watch, never)));
    expect([sessions.length, transport.stats().streams]).toEqual([3, 5]);
    streams[0]?.destroy();
    await until(() => transport.stats().streams === 4);
    await transport.open(watch, never);
    expect(sessions.length).toBe(3);
  });

  it('leave some of the usual hundred streams free', async () => {
    const { port, sessions } = await loopback.serve({ maxConcurrentStreams: 1000, handle: beginAnswer });
    const transport = loopback.http2(loopback.credentials(port));
    await Promise.all(Array.from({ length: 91 }, () => transport.open(watch, never)));
    expect(sessions.length).toBe(2);
  });

  it('of writes wait for each other when they are fifty, watches do not wait for them', async () => {
    const waiting: Arrived[] = [];
    const { port } = await loopback.serve({
      handle: (arrived) => (arrived.headers[':path'] === '/watch' ? beginAnswer(arrived) : waiting.push(arrived)),
    });
    const transport = loopback.http2(loopback.credentials(port));
    const writes = Array.from({ length: 51 }, () => transport.send(write, never));
    await until(() => waiting.length === 50);
    await transport.open(watch, never);
    expect([waiting.length, transport.stats().limits?.write]).toEqual([50, 50]);
    waiting.splice(0).forEach(answerWith('{}'));
    await until(() => waiting.length === 1);
    waiting.forEach(answerWith('{}'));
    expect((await Promise.all(writes)).map(({ status }) => status)).toEqual(Array.from({ length: 51 }, () => 200));
  });

  it('bring answers that are larger than any window, beside a stream that nobody reads', async () => {
    const large = 'x'.repeat(20 * 1024 * 1024);
    const { port } = await loopback.serve({
      handle: (arrived) => {
        if (arrived.headers[':path'] !== '/unread') return answerWith(large)(arrived);
        arrived.stream.respond({ ':status': 200 });
        arrived.stream.end(large);
      },
    });
    const transport = loopback.http2(loopback.credentials(port));
    await transport.open({ ...watch, path: '/unread' }, never);
    expect((await transport.send({ ...watch, path: '/read' }, never)).body.length).toBe(large.length);
  });
});

describe('a server without HTTP/2', () => {
  const answer = (incoming: IncomingMessage, response: ServerResponse): void => void response.end(incoming.httpVersion);

  it('is spoken to in HTTP/1.1, and not asked again for ten minutes', async () => {
    const clock = createManualClock();
    let connections = 0;
    const server = createSecureServer(loopback.identity(), answer).on('connection', () => (connections += 1));
    const transport = loopback.http2(loopback.credentials(await loopback.listen(server)), { clock });
    const ask = async () => [textOf(await transport.send(write, never)), connections];
    expect([await ask(), await ask(), transport.stats().requests]).toEqual([['1.1', 2], ['1.1', 2], 2]);
    const stream = await transport.open(watch, never);
    expect([stream.status, connections]).toEqual([200, 3]);
    clock.advanceBy(600_000);
    expect((await ask())[1]).toBeGreaterThan(3);
  });

  it('nor TLS is not asked', async () => {
    const port = await loopback.listen(createServer(answer));
    expect(textOf(await loopback.http2(credentialsFor(`http://127.0.0.1:${String(port)}`)).send(write, never))).toBe('1.1');
  });
});

describe('a proxy', () => {
  it('[C15] leads to a server of HTTP/2', async () => {
    const { port, sessions } = await loopback.serve();
    const asked: (string | undefined)[] = [];
    const proxy = createServer().on('connect', (incoming: IncomingMessage, client: Socket) => {
      asked.push(incoming.url);
      const upstream = connect(port, '127.0.0.1', () => {
        client.write('HTTP/1.1 200 Connection established\r\n\r\n');
        client.pipe(upstream).pipe(client);
      });
      upstream.on('error', () => client.destroy());
    });
    const at = new URL(`http://127.0.0.1:${String(await loopback.listen(proxy))}`);
    const transport = loopback.http2(loopback.credentials(port, { proxy: at }));
    await transport.send(write, never);
    await transport.send(write, never);
    expect([asked, sessions.length]).toEqual([[`127.0.0.1:${String(port)}`], 1]);
  });
});

/** Frames of RFC 9113: empty settings, and an end before the first stream. */
const SETTINGS = Buffer.from('000000040000000000', 'hex');
const GOAWAY = Buffer.from('0000080700000000000000000000000000', 'hex');

const PREFACE_BYTES = 24;
const FRAME_HEAD_BYTES = 9;
const HEADERS = 1;

/** Of what a client sent on a connection, as far as it came. */
function frameTypes(bytes: Buffer): readonly number[] {
  const types: number[] = [];
  for (let at = PREFACE_BYTES; at + FRAME_HEAD_BYTES <= bytes.length; at += FRAME_HEAD_BYTES + bytes.readUIntBE(at, 3)) {
    types.push(bytes.readUInt8(at + 3));
  }
  return types;
}

describe('a connection that the server ends', () => {
  it('[C14] with GOAWAY finishes what was begun, and the rest goes over another one', async () => {
    const { port, sessions, arrived } = await loopback.serve({ handle: beginAnswer });
    const transport = loopback.http2(loopback.credentials(port));
    const running = await transport.open(watch, never);
    arrived[0]?.session.goaway(0, 2 ** 31 - 1);
    const chunks = running.chunks[Symbol.asyncIterator]();
    await chunks.next();
    for (const session of sessions) await untilReceived(session);
    await transport.open(watch, never);
    expect(sessions.length).toBe(2);
    arrived[0]?.stream.end('two\n');
    expect(Buffer.from((await chunks.next()).value ?? '').toString()).toBe('two\n');
    expect((await chunks.next()).done).toBe(true);
  });

  it('[C14] with GOAWAY sends again what it says it has not seen, and that only', async () => {
    const { port, sessions, arrived } = await loopback.serve({
      handle: (request) => {
        if (request.session !== sessions[0]) return answerWith('second')(request);
        if (arrived.length === 3) request.session.goaway(0, arrived[0]?.stream.id ?? 0);
      },
    });
    const transport = loopback.http2(loopback.credentials(port));
    const replies = ['/a', '/b', '/c'].map((path) => transport.send({ ...write, path }, never));
    expect(textOf((await replies[1]) ?? { body: new Uint8Array() })).toBe('second');
    await replies[2];
    if (arrived[0] !== undefined) answerWith('first')(arrived[0]);
    expect((await Promise.all(replies)).map(textOf)).toEqual(['first', 'second', 'second']);
    expect(arrived.map(({ headers }) => headers[':path'])).toEqual(['/a', '/b', '/c', '/b', '/c']);
  });

  it('[C14] with an error leaves open what it had seen, and sends again what not', async () => {
    const { port, sessions, arrived } = await loopback.serve({
      handle: (request) => {
        if (request.session !== sessions[0]) return answerWith('second')(request);
        if (arrived.length === 2) request.session.goaway(2, arrived[0]?.stream.id ?? 0);
      },
    });
    const transport = loopback.http2(loopback.credentials(port));
    const [first, second] = [transport.send(write, never), transport.send(write, never)];
    await expect(first).rejects.toMatchObject({ code: 'KOPF_CLUSTER_UNREACHABLE', phase: 'sent' });
    expect(textOf(await second)).toBe('second');
  });

  it.each([
    { when: 'before anything was sent', greeting: [SETTINGS, GOAWAY], later: undefined },
    { when: 'before it looks at anything', greeting: [SETTINGS], later: GOAWAY },
  ])('[C14] each time $when is not asked for ever', async ({ greeting, later }) => {
    let made = 0;
    const server = createTlsServer({ ...loopback.identity(), ALPNProtocols: ['h2'] }, (socket) => {
      made += 1;
      socket.on('error', () => undefined);
      socket.write(Buffer.concat(greeting));
      let seen = Buffer.alloc(0);
      socket.on('data', (bytes) => {
        seen = Buffer.concat([seen, bytes]);
        if (later !== undefined && frameTypes(seen).includes(HEADERS)) socket.end(later);
      });
    });
    const transport = loopback.http2(loopback.credentials(await loopback.listen(server)));
    const error = await transport.send(write, never).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'KOPF_CLUSTER_UNREACHABLE', phase: 'connect' });
    expect(made).toBe(6);
  });
});

describe('failures over HTTP/2', () => {
  it.each([
    { when: 'the server refuses the stream', act: ({ stream }: Arrived) => stream.close(7), phase: 'connect' },
    { when: 'the server gives the stream up', act: ({ stream }: Arrived) => stream.close(2), phase: 'sent' },
    { when: 'the server closes the stream without a word', act: ({ stream }: Arrived) => stream.close(8), phase: 'sent' },
    { when: 'the connection breaks', act: ({ session }: Arrived) => session.destroy(), phase: 'sent' },
    {
      when: 'the answer breaks off',
      act: ({ stream }: Arrived) => {
        stream.respond({ ':status': 200 });
        stream.write('abc', () => stream.destroy(new Error('enough')));
      },
      phase: 'body',
    },
    {
      when: 'the connection breaks in the answer',
      act: ({ stream, session }: Arrived) => {
        stream.respond({ ':status': 200 });
        stream.write('abc', () => session.destroy());
      },
      phase: 'body',
    },
  ])('[C14] tell phase $phase when $when', async ({ act, phase }) => {
    const { port } = await loopback.serve({ handle: act });
    const error = await loopback
      .http2(loopback.credentials(port))
      .send(write, never)
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'KOPF_CLUSTER_UNREACHABLE', phase });
  });

  it('[C15] say that nothing listens, and that a certificate is not trusted', async () => {
    const free = await loopback.listen(createTcpServer());
    await loopback.close();
    await expect(loopback.http2(loopback.credentials(free)).send(write, never)).rejects.toMatchObject({ phase: 'connect' });
    const { port, arrived } = await loopback.serve();
    await expect(loopback.http2(loopback.credentials(port, { tls: {} })).send(write, never)).rejects.toMatchObject({ phase: 'connect' });
    expect(arrived).toEqual([]);
  });

  it.each([
    { what: 'no status', begin: () => undefined, afterMs: 15_000, phase: 'sent' },
    { what: 'no more of the answer', begin: beginAnswer, afterMs: 30_000, phase: 'body' },
    { what: 'no end of the answer in the time of the request', begin: beginAnswer, timeoutMs: 20_000, afterMs: 20_000, phase: 'body' },
  ])('[B4] come with time when there is $what', async ({ begin, timeoutMs = 60_000, afterMs, phase }) => {
    const clock = createManualClock();
    const { port, arrived } = await loopback.serve({ handle: begin });
    const transport = loopback.http2(loopback.credentials(port), { clock });
    const outcome = transport.send({ ...write, timeoutMs }, never).catch((error: unknown) => error);
    await until(() => arrived.length === 1);
    for (const { session } of arrived) await untilReceived(session);
    await passing(clock, afterMs - 1);
    expect(transport.stats().inFlight).toBe(1);
    await passing(clock, 1);
    expect(await outcome).toMatchObject({ code: 'KOPF_CLUSTER_UNREACHABLE', phase, context: { timedOut: true } });
  });

  it.each(['of TLS', 'of HTTP/2'])('[B4] [C15] come after ten seconds without a word %s', async (what) => {
    const clock = createManualClock();
    let reached = 0;
    const server = createTcpServer((socket) => {
      if (what === 'of TLS') return void (reached += 1);
      new TLSSocket(socket, { isServer: true, ...loopback.identity(), ALPNProtocols: ['h2'] })
        .once('secure', () => (reached += 1))
        .resume();
    });
    const transport = loopback.http2(loopback.credentials(await loopback.listen(server)), { clock });
    const outcome = transport.send(write, never).catch((error: unknown) => error);
    await until(() => reached === 1);
    await passing(clock, 9999);
    expect(transport.stats().inFlight).toBe(1);
    await passing(clock, 1);
    expect(await outcome).toMatchObject({ code: 'KOPF_CLUSTER_UNREACHABLE', phase: 'connect' });
  });

  it('[B4] of a connection that is cut without a word show within twenty seconds, for all that is on it', async () => {
    const clock = createManualClock();
    const { port, arrived } = await loopback.serve({
      handle: (request) => (request.headers[':path'] === '/x' ? undefined : beginAnswer(request)),
    });
    let frozen = false;
    const relay = createTcpServer((client) => {
      const upstream = connect(port, '127.0.0.1');
      client.on('data', (bytes) => frozen || upstream.write(bytes));
      upstream.on('data', (bytes) => frozen || client.write(bytes));
      upstream.on('error', () => undefined);
    });
    const transport = loopback.http2(loopback.credentials(await loopback.listen(relay)), { clock });
    const stream = await transport.open(watch, never);
    const chunks = stream.chunks[Symbol.asyncIterator]();
    await chunks.next();
    const broken = chunks.next().catch((error: unknown) => error);
    await passing(clock, 14_999);
    expect(transport.stats().streams).toBe(1);
    await passing(clock, 1);
    await passing(clock, 14_000);
    frozen = true;
    const lost = transport.send({ ...watch, path: '/x', method: 'PATCH', body: '{}' }, never).catch((error: unknown) => error);
    await passing(clock, 1000);
    await passing(clock, 5000);
    expect([await broken, await lost]).toMatchObject([{ phase: 'body' }, { phase: 'sent' }]);
    expect(arrived.length).toBe(1);
  });

  it.each(['before', 'during'] as const)('give way to the signal %s the request, with its reason', async (when) => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const { port, arrived } = await loopback.serve({ handle: () => controller.abort(reason) });
    if (when === 'before') controller.abort(reason);
    const transport = loopback.http2(loopback.credentials(port));
    await expect(transport.send(write, controller.signal)).rejects.toBe(reason);
    expect([arrived.length, transport.stats().inFlight]).toEqual([when === 'before' ? 0 : 1, 0]);
  });
});

describe('streams over HTTP/2', () => {
  it('give chunks as they come, and end with the answer', async () => {
    const { port } = await loopback.serve({
      handle: (arrived) => {
        beginAnswer(arrived);
        arrived.stream.end('two\n');
      },
    });
    const transport = loopback.http2(loopback.credentials(port));
    const stream = await transport.open(watch, never);
    let all = '';
    for await (const chunk of stream.chunks) all += Buffer.from(chunk).toString('utf8');
    expect(all).toBe('one\ntwo\n');
    await until(() => transport.stats().streams === 0);
  });

  it('end when they are destroyed, also when nobody reads them, and the others go on', async () => {
    const { port, arrived } = await loopback.serve({ handle: beginAnswer });
    const transport = loopback.http2(loopback.credentials(port));
    const [stream, other] = [await transport.open(watch, never), await transport.open(watch, never)];
    const closed = once(arrived[0]?.stream ?? process, 'close');
    stream.destroy();
    await closed;
    const chunks = other.chunks[Symbol.asyncIterator]();
    await chunks.next();
    arrived[1]?.stream.write('still');
    expect(Buffer.from((await chunks.next()).value ?? '').toString()).toBe('still');
  });

  it('throw the reason of their signal', async () => {
    const controller = new AbortController();
    const { port } = await loopback.serve({ handle: beginAnswer });
    const stream = await loopback.http2(loopback.credentials(port)).open(watch, controller.signal);
    const chunks = stream.chunks[Symbol.asyncIterator]();
    await chunks.next();
    controller.abort(new Error('enough'));
    await expect(chunks.next()).rejects.toThrow('enough');
  });

  it('end with the transport', async () => {
    const { port } = await loopback.serve({ handle: beginAnswer });
    const transport = loopback.http2(loopback.credentials(port));
    const stream = await transport.open(watch, never);
    await transport.close();
    const read = async () => {
      for await (const chunk of stream.chunks) expect(Buffer.from(chunk).toString()).toBe('one\n');
    };
    await expect(read()).rejects.toMatchObject({ code: 'KOPF_CLUSTER_UNREACHABLE' });
    await expect(transport.send(write, never)).rejects.toMatchObject({ phase: 'connect' });
  });

  it('leave no connection behind when the lane is idle, and no timer', async () => {
    const clock = createManualClock();
    const { port, sessions } = await loopback.serve();
    const transport = loopback.http2(loopback.credentials(port), { clock });
    await transport.send(write, never);
    await passing(clock, 15_000);
    expect(sessions[0]?.closed).toBe(false);
    await passing(clock, 5000);
    await until(() => sessions[0]?.closed === true);
    await until(() => clock.pending === 0);
  });
});

/** Virtual time, and then what it set going over the wire. */
async function passing(clock: ReturnType<typeof createManualClock>, ms: number): Promise<void> {
  clock.advanceBy(ms);
  for (let i = 0; i < 20; i += 1) await new Promise((resolve) => setImmediate(resolve));
}
