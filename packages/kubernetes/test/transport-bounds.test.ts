import { createServer, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { createManualClock } from '@kopfts/core';
import { afterEach, describe, expect, it } from 'vitest';
import { createCredentialSource, type CredentialSource } from '../src/index.js';
import { createLoopback, credentialsFor, never, request, write } from './support/loopback.js';

const loopback = createLoopback();
afterEach(() => loopback.close());

const address = (port: number) => `http://127.0.0.1:${String(port)}`;
const untilTrue = async (look: () => boolean): Promise<void> => {
  while (!look()) await new Promise((resolve) => setImmediate(resolve));
};

describe('the size of an answer', () => {
  it.each([
    { how: 'says so', head: { 'content-length': '1000' } },
    { how: 'only is so', head: {} },
  ])('is bounded for a read, whether the answer $how', async ({ head }) => {
    const port = await loopback.listen(createServer((_incoming, response) => response.writeHead(200, head).end('x'.repeat(1000))));
    const transport = loopback.transport(credentialsFor(address(port)), { mostAnswerBytes: 999 });
    await expect(transport.send(request, never)).rejects.toMatchObject({ code: 'KOPF_ANSWER_TOO_LARGE', context: { path: '/x' } });
    const roomy = loopback.transport(credentialsFor(address(port)), { mostAnswerBytes: 1000 });
    expect((await roomy.send(request, never)).body.byteLength).toBe(1000);
  });

  it('[C2] leaves open what a write did', async () => {
    const port = await loopback.listen(createServer((_incoming, response) => response.end('x'.repeat(1000))));
    const transport = loopback.transport(credentialsFor(address(port)), { mostAnswerBytes: 999 });
    await expect(transport.send(write, never)).rejects.toMatchObject({ code: 'KOPF_CLUSTER_UNREACHABLE', phase: 'body' });
  });

  it('is not bounded for a stream', async () => {
    const port = await loopback.listen(createServer((_incoming, response) => response.end('x'.repeat(1000))));
    const stream = await loopback
      .transport(credentialsFor(address(port)), { mostAnswerBytes: 10 })
      .open({ ...request, lane: 'watch' }, never);
    let bytes = 0;
    for await (const chunk of stream.chunks) bytes += chunk.byteLength;
    expect(bytes).toBe(1000);
  });
});

describe('where a request goes', () => {
  it.each([301, 302, 303, 307, 308])('[N6, SEC10] is not changed by a redirect (%i), so the token goes nowhere else', async (status) => {
    const strangers: unknown[] = [];
    const other = await loopback.listen(
      createServer((incoming, response) => {
        strangers.push(incoming.headers);
        response.end();
      }),
    );
    const port = await loopback.listen(
      createServer((_incoming, response) => response.writeHead(status, { location: `${address(other)}/x` }).end()),
    );
    const transport = loopback.transport(credentialsFor(address(port)));
    const stream = await transport.open({ ...request, lane: 'watch' }, never);
    stream.destroy();
    const replies = [await transport.send(request, never), await transport.send(write, never)];
    expect([stream.status, ...replies.map((reply) => reply.status), strangers]).toEqual([status, status, status, []]);
  });

  it('[N6, SEC10] is not changed by an address in its path, which is not sent at all', async () => {
    let asked = 0;
    const port = await loopback.listen(
      createServer((_incoming, response) => {
        asked += 1;
        response.end();
      }),
    );
    const transport = loopback.transport(credentialsFor(address(port)));
    for (const path of [`${address(port)}/x`, `//127.0.0.1:${String(port)}/x`, '/api/v1/../../x']) {
      await expect(transport.send({ ...request, path }, never)).rejects.toMatchObject({ code: 'KOPF_REQUEST_INVALID' });
      await expect(transport.open({ ...request, path }, never)).rejects.toMatchObject({ code: 'KOPF_REQUEST_INVALID' });
    }
    expect(asked).toBe(0);
  });

  it('[C15] may be an address of IPv6 only', async () => {
    let host: string | undefined;
    const port = await loopback.listen(
      createServer((incoming, response) => {
        host = incoming.headers.host;
        response.end('six');
      }),
      '::1',
    );
    const reply = await loopback.transport(credentialsFor(`http://[::1]:${String(port)}`)).send(request, never);
    expect([Buffer.from(reply.body).toString(), host]).toEqual(['six', `[::1]:${String(port)}`]);
  });
});

describe('idle connections that the server closed', () => {
  it('[C14] are passed over by a read, however many there are', async () => {
    const waiting: Socket[] = [];
    let isFresh = false;
    const port = await loopback.listen(
      createTcpServer((socket) => {
        const answer = () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
        socket.once('data', () => {
          if (isFresh) {
            answer();
            return;
          }
          waiting.push(socket);
          if (waiting.length < 5) return;
          for (const one of waiting) {
            one.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
            one.once('data', () => one.resetAndDestroy());
          }
        });
      }),
    );
    const transport = loopback.transport(credentialsFor(address(port)));
    await Promise.all(Array.from({ length: 5 }, () => transport.send(request, never)));
    isFresh = true;
    expect((await transport.send(request, never)).status).toBe(200);
  });
});

describe('requests on their way', () => {
  /** A server that answers when it is told to. */
  async function slowServer() {
    const waiting: ServerResponse[] = [];
    const port = await loopback.listen(createServer((_incoming, response) => void waiting.push(response)));
    const answerAll = (status: number) => waiting.splice(0).forEach((response) => response.writeHead(status).end());
    return { port, waiting, answerAll };
  }

  it('are half as many after 429, and more again with each round of answers', async () => {
    const { port, waiting, answerAll } = await slowServer();
    const transport = loopback.transport(credentialsFor(address(port)));
    const sent = Array.from({ length: 60 }, () => transport.send(write, never));
    await untilTrue(() => waiting.length === 50);
    answerAll(429);
    await untilTrue(() => waiting.length === 10);
    expect(transport.stats().limits).toEqual({ read: 16, write: 25 });
    answerAll(200);
    await Promise.all(sent);
    const again = Array.from({ length: 60 }, () => transport.send(write, never));
    await untilTrue(() => waiting.length === 25);
    for (let i = 0; i < 3; i += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(waiting.length).toBe(25);
    while (transport.stats().inFlight > 0) {
      answerAll(200);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(again);
    expect(transport.stats().limits?.write).toBeGreaterThan(25);
  });

  it('are half as many after a time-out; those of other lanes are not', async () => {
    const { port, waiting, answerAll } = await slowServer();
    const clock = createManualClock();
    const transport = loopback.transport(credentialsFor(address(port)), { clock });
    const late = transport.send(request, never).catch((error: unknown) => error);
    await untilTrue(() => waiting.length === 1 && clock.nextDueMs() === 15_000);
    clock.advanceBy(15_000);
    expect(await late).toMatchObject({ context: { timedOut: true } });
    expect(transport.stats().limits).toEqual({ read: 8, write: 50 });
    answerAll(200);
  });

  it('wait for their turn no longer than they may take, and are told as unsent', async () => {
    const { port, waiting } = await slowServer();
    const clock = createManualClock();
    const transport = loopback.transport(credentialsFor(address(port)), { clock, timeouts: { headersMs: 100_000 } });
    const sent = Array.from({ length: 16 }, () => transport.send({ ...request, timeoutMs: 100_000 }, never).catch(() => undefined));
    const late = transport.send({ ...request, timeoutMs: 5000 }, never).catch((error: unknown) => error);
    await untilTrue(() => waiting.length === 16);
    clock.advanceBy(5000);
    expect(await late).toMatchObject({ code: 'KOPF_CLUSTER_UNREACHABLE', phase: 'connect' });
    await transport.close();
    await Promise.all(sent);
  });

  it('leave the queue when their signal aborts', async () => {
    const { port, waiting, answerAll } = await slowServer();
    const controller = new AbortController();
    const transport = loopback.transport(credentialsFor(address(port)));
    const sent = Array.from({ length: 16 }, () => transport.send(request, never));
    const queued = transport.send(request, controller.signal);
    await untilTrue(() => waiting.length === 16);
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(queued).rejects.toBe(reason);
    answerAll(200);
    await Promise.all(sent);
    expect(waiting).toEqual([]);
  });

  it('of the lane `lease` wait for nobody, also when the server wants less', async () => {
    const { port, waiting, answerAll } = await slowServer();
    const transport = loopback.transport(credentialsFor(address(port)));
    const writes = Array.from({ length: 60 }, () => transport.send(write, never));
    await untilTrue(() => waiting.length === 50);
    const lease = transport.send({ ...write, lane: 'lease' }, never);
    await untilTrue(() => waiting.length === 51);
    waiting.pop()?.writeHead(200).end();
    expect((await lease).status).toBe(200);
    answerAll(200);
    await untilTrue(() => waiting.length === 10);
    answerAll(200);
    await Promise.all(writes);
  });
});

describe('a login that is over', () => {
  it('[I2] is renewed once for 100 requests, which are all sent again once', async () => {
    const tokens: (string | undefined)[] = [];
    const port = await loopback.listen(
      createServer((incoming, response) => {
        tokens.push(incoming.headers.authorization);
        response.writeHead(incoming.headers.authorization === 'Bearer new' ? 200 : 401).end();
      }),
    );
    const loads: boolean[] = [];
    const source: CredentialSource = createCredentialSource(async (fresh) => {
      loads.push(fresh);
      await new Promise((resolve) => setImmediate(resolve));
      return credentialsFor(address(port), { headers: { authorization: loads.includes(true) ? 'Bearer new' : 'Bearer old' } });
    }, createManualClock());
    const transport = loopback.transport(source);
    const replies = await Promise.all(Array.from({ length: 100 }, () => transport.send(write, never)));
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
    expect(loads).toEqual([false, true]);
    const old = tokens.filter((token) => token === 'Bearer old').length;
    expect([tokens.length - old, old <= 100]).toEqual([100, true]);
  });
});
