import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { ApiServer } from '@kopfts/apiserver';
import { createApiServer } from '@kopfts/apiserver';
import { CONFIG_MAPS, Events, call, configMap } from './client.js';

const opened: ApiServer[] = [];
async function open(options: Parameters<typeof createApiServer>[0] = {}): Promise<{ server: ApiServer; url: string; port: number }> {
  const server = createApiServer({ seed: 1, ...options });
  opened.push(server);
  await call(server, 'POST', CONFIG_MAPS, { body: configMap('kept', { k: 'v' }) });
  return { server, ...(await server.listen()) };
}
afterEach(() => Promise.all(opened.splice(0).map((server) => server.close())));

/** Writes bytes to the port and reads what comes back until the end. */
function say(port: number, ...texts: readonly (string | Uint8Array)[]): Promise<string> {
  return new Promise((resolve) => {
    let heard = '';
    const socket = connect(port, '127.0.0.1', () => {
      for (const text of texts) socket.write(text);
    });
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
    socket.on('error', () => undefined);
    socket.once('close', () => resolve(heard));
  });
}

function statusOf(heard: string): { line: string; body: Record<string, unknown> } {
  const [head = '', body = '{}'] = heard.split('\r\n\r\n');
  return { line: head.split('\r\n')[0] ?? '', body: JSON.parse(body) as Record<string, unknown> };
}

const SMALL = 'Host: x\r\nConnection: close\r\n';

describe('hostile input over sockets', () => {
  it.each([
    { what: 'no HTTP', text: 'nonsense\r\n\r\n', line: 'HTTP/1.1 400 Bad Request', reason: 'BadRequest' },
    { what: 'a broken header', text: 'GET / HTTP/1.1\r\nHost x\r\n\r\n', line: 'HTTP/1.1 400 Bad Request', reason: 'BadRequest' },
    {
      what: 'two lengths',
      text: `POST ${CONFIG_MAPS} HTTP/1.1\r\n${SMALL}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      line: 'HTTP/1.1 400 Bad Request',
      reason: 'BadRequest',
    },
    {
      what: 'headers over 1 MiB',
      text: `GET / HTTP/1.1\r\n${SMALL}X: ${'x'.repeat(1024 * 1024)}\r\n\r\n`,
      line: 'HTTP/1.1 431 Request Header Fields Too Large',
      reason: 'RequestHeaderFieldsTooLarge',
    },
  ])('gets a Status for $what, and the server goes on', async ({ text, line, reason }) => {
    const { server, port } = await open();
    const heard = statusOf(await say(port, text));
    expect(heard.line).toBe(line);
    expect(heard.body).toMatchObject({ kind: 'Status', status: 'Failure', reason, code: Number(line.split(' ')[1]) });
    expect((await call(server, 'GET', `${CONFIG_MAPS}/kept`)).status).toBe(200);
  });

  it('accepts long headers and paths below the limit', async () => {
    const { port } = await open();
    const heard = await say(
      port,
      `GET ${CONFIG_MAPS}?labelSelector=${'a%2C'.repeat(20_000)}a HTTP/1.1\r\n${SMALL}X: ${'x'.repeat(100_000)}\r\n\r\n`,
    );
    expect(heard.split('\r\n')[0]).toBe('HTTP/1.1 200 OK');
  });

  it('refuses a body over 3 MiB without reading all of it', async () => {
    const { server, port } = await open();
    const head = `POST ${CONFIG_MAPS} HTTP/1.1\r\n${SMALL}Content-Length: 1000000000\r\n\r\n`;
    const heard = statusOf(await say(port, head, Buffer.alloc(3 * 1024 * 1024 + 1, 0x20)));
    expect(heard).toMatchObject({ line: 'HTTP/1.1 413 Payload Too Large', body: { reason: 'RequestEntityTooLarge' } });
    expect((await call(server, 'GET', `${CONFIG_MAPS}/kept`)).status).toBe(200);
  });

  it('forgets a client that stops in the middle of its body', async () => {
    const { server, port } = await open();
    const codes: number[] = [];
    server.audit(({ code }) => codes.push(code));
    await new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.end(`POST ${CONFIG_MAPS} HTTP/1.1\r\n${SMALL}Content-Length: 1000\r\n\r\n{"metadata":{"name":"half"}}`);
      });
      socket.resume();
      socket.once('close', () => resolve());
    });
    expect(codes).toEqual([]);
    expect((await call(server, 'GET', `${CONFIG_MAPS}/half`)).status).toBe(404);
  });

  it('cuts off a watch whose client does not read, and no other watch', async () => {
    const { server } = await open({ pendingEventLimit: 3 });
    const deaf = await Events.open(server, `${CONFIG_MAPS}?watch=1`);
    const keen = await Events.open(server, `${CONFIG_MAPS}?watch=1`);
    const heard: unknown[] = [await keen.next()];
    for (let index = 0; index < 10; index += 1) {
      await call(server, 'POST', CONFIG_MAPS, { body: configMap(`a-${index}`) });
      heard.push(await keen.next());
    }
    expect(heard).toHaveLength(11);
    expect(heard).not.toContain(undefined);
    const read = await deaf.rest();
    expect(read.length).toBeGreaterThan(0);
    expect(read.length).toBeLessThan(11);
  });
});

const deep = (depth: number) => `{"metadata":{"name":"a"},"spec":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`;

describe('hostile bodies', () => {
  it.each([
    { what: 'half an object', text: '{"metadata":{"name":"a"' },
    { what: 'nothing', text: '' },
    { what: 'a lone surrogate of quotes', text: '"' },
    { what: 'control characters', text: '{"metadata":{"name":"a\u0001"}}' },
    { what: 'bytes that are no UTF-8', text: Uint8Array.from([0x7b, 0x22, 0xff, 0xfe]) },
    { what: '10,000 levels of objects', text: deep(10_000) },
    { what: '10,000 levels of arrays', text: '['.repeat(10_000) },
    { what: 'a number as metadata', text: '{"metadata":7}' },
    { what: '__proto__ as metadata', text: '{"__proto__":{"metadata":{"name":"a"}}}' },
  ])('are refused with a Status: $what', async ({ text }) => {
    const { server, url } = await open();
    for (const method of ['POST', 'PUT', 'PATCH']) {
      const path = method === 'POST' ? CONFIG_MAPS : `${CONFIG_MAPS}/kept`;
      const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
      const answer = await fetch(url + path, { method, body: text, headers: { 'content-type': type } });
      const status = (await answer.json()) as Record<string, unknown>;
      // An object that lacks what it needs is a patch that changes nothing.
      if (method === 'PATCH' && answer.status === 200) continue;
      expect({ method, ...status }).toMatchObject({ method, kind: 'Status', status: 'Failure', code: answer.status });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
    }
    expect((await call(server, 'GET', CONFIG_MAPS)).body['items']).toHaveLength(1);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('may have many keys and long names', async () => {
    const { server } = await open();
    const data = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`k${index}`, 'v']));
    expect((await call(server, 'POST', CONFIG_MAPS, { body: configMap('wide', data) })).status).toBe(201);
    const long = await call(server, 'POST', CONFIG_MAPS, { body: configMap('x'.repeat(1_000_000)) });
    expect(long).toMatchObject({ status: 422, body: { kind: 'Status', reason: 'Invalid' } });
  });
});

describe('hostile paths', () => {
  it.each([
    `${CONFIG_MAPS}/..`,
    `${CONFIG_MAPS}/%2e%2e`,
    `${CONFIG_MAPS}/.`,
    `${CONFIG_MAPS}/a%2fb`,
    `${CONFIG_MAPS}/%00`,
    `${CONFIG_MAPS}/..%2fkept`,
    '/api/v1/namespaces/default%2fkept/configmaps/x',
    '/api/v1/namespaces/..%2fdefault/configmaps/kept',
    '/api/v1/namespaces/%00/configmaps/kept',
    '/api/v1/namespaces/__proto__/configmaps/constructor',
    '/apis/__proto__/v1/configmaps/kept',
    '/apis/constructor/toString/valueOf',
    '/api/v1/namespaces/default/__proto__/kept',
    '/api/v1/configmaps/default%2fkept',
    `${CONFIG_MAPS}/kept/__proto__`,
    '/api/v1/namespaces/default/configmaps/kept/../kept',
    '/api/v1/%ff',
    '//api/v1/namespaces/default/configmaps/kept',
  ])('lead nowhere: %s', async (path) => {
    const { server, port } = await open();
    for (const method of ['GET', 'DELETE', 'PUT']) {
      const body = '{"metadata":{"name":"kept"}}';
      // Raw: a client library would clean the path up.
      const sent = `${method} ${path} HTTP/1.1\r\n${SMALL}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
      const [head = '', text = ''] = (await say(port, sent)).split('\r\n\r\n');
      const code = Number(head.split(' ')[1]);
      expect([method, code >= 400 && code < 500]).toEqual([method, true]);
      // What nothing serves is answered by kube-apiserver in plain text.
      if (text !== '404 page not found\n') expect(JSON.parse(text)).toMatchObject({ kind: 'Status', status: 'Failure', code });
    }
    expect((await call(server, 'GET', `${CONFIG_MAPS}/kept`)).body).toMatchObject({ data: { k: 'v' } });
    expect((await call(server, 'GET', '/api/v1/configmaps')).body['items']).toHaveLength(1);
  });

  it('do not widen a list to other namespaces', async () => {
    const { server } = await open();
    for (const namespace of ['%2f', 'default%2f', 'defaul', '%00', '..', 'default%00']) {
      const { body } = await call(server, 'GET', `/api/v1/namespaces/${namespace}/configmaps`);
      expect([namespace, body['items'] ?? []]).toEqual([namespace, []]);
    }
  });
});
