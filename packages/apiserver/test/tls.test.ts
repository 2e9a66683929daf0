import { X509Certificate } from 'node:crypto';
import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';
import { connect as connectHttp2, constants } from 'node:http2';
import { request } from 'node:https';
import { afterEach, describe, expect, it } from 'vitest';
import type { ApiServer, ListeningServer } from '@kopfts/apiserver';
import { createApiServer } from '@kopfts/apiserver';
import { CONFIG_MAPS, call, configMap } from './client.js';

const opened: ApiServer[] = [];
const sessions: ClientHttp2Session[] = [];
async function open(): Promise<{ server: ApiServer; listening: ListeningServer }> {
  const server = createApiServer({ seed: 1 });
  opened.push(server);
  return { server, listening: await server.listen({ tls: true }) };
}
afterEach(async () => {
  for (const session of sessions.splice(0)) session.destroy();
  await Promise.all(opened.splice(0).map((server) => server.close()));
});

function http2({ url, ca }: ListeningServer): ClientHttp2Session {
  const session = connectHttp2(url, { ca });
  session.on('error', () => undefined);
  sessions.push(session);
  return session;
}

interface Seen {
  status: number;
  text: string;
  rstCode: number;
}

function ask(
  session: ClientHttp2Session,
  headers: Record<string, string>,
  body?: string,
): { stream: ClientHttp2Stream; seen: Promise<Seen> } {
  const stream = session.request({ 'content-type': 'application/json', ...headers });
  const seen: Seen = { status: 0, text: '', rstCode: 0 };
  stream.on('response', (answer) => (seen.status = Number(answer[':status'])));
  stream.on('data', (chunk: Buffer) => (seen.text += chunk.toString()));
  stream.on('error', () => undefined);
  stream.end(body);
  return { stream, seen: new Promise((resolve) => stream.once('close', () => resolve({ ...seen, rstCode: stream.rstCode }))) };
}

describe('HTTPS', () => {
  it('shows a certificate for this machine that the kubeconfig trusts', async () => {
    const { server, listening } = await open();
    expect(listening.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    const certificate = new X509Certificate(listening.ca ?? '');
    expect([certificate.checkIP('127.0.0.1'), certificate.checkHost('localhost'), certificate.ca]).toEqual([
      '127.0.0.1',
      'localhost',
      true,
    ]);
    expect(certificate.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    const [{ cluster } = { cluster: {} }] = server.kubeconfig(listening.url)['clusters'] as readonly { cluster: Record<string, string> }[];
    expect(Buffer.from(cluster['certificate-authority-data'] ?? '', 'base64').toString()).toBe(listening.ca);
    // kubectl would ask for a password.
    expect(server.kubeconfig(listening.url)['users']).toEqual([{ name: 'kopf-apiserver', user: { token: 'anybody' } }]);
    const status = await new Promise((resolve, reject) => {
      request(`${listening.url}/readyz`, { ca: listening.ca, agent: false }, (answer) => resolve([answer.statusCode, answer.httpVersion]))
        .on('error', reject)
        .end();
    });
    expect(status).toEqual([200, '1.1']);
  });

  it('is refused by those who do not trust it', async () => {
    const { listening } = await open();
    const failed = new Promise((resolve) => request(`${listening.url}/readyz`, { agent: false }).on('error', resolve).end());
    expect(await failed).toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  });

  it('takes a key and a certificate of its own', async () => {
    const { listening } = await open();
    const { createSelfSigned } = await import('../src/http/self-signed.js');
    const identity = await createSelfSigned('server.example');
    const server = createApiServer();
    opened.push(server);
    const own = await server.listen({ tls: identity });
    expect(own.ca).toBe(identity.cert);
    expect(new X509Certificate(identity.cert).checkHost('server.example')).toBe('server.example');
    expect(own.ca).not.toBe(listening.ca);
    await expect(server.listen({ tls: { key: 'x', cert: 'y' } })).rejects.toThrow();
  });
});

describe('HTTP/2', () => {
  it('answers many requests on one connection', async () => {
    const { server, listening } = await open();
    const session = http2(listening);
    const made = Array.from({ length: 50 }, (_, index) =>
      ask(session, { ':method': 'POST', ':path': CONFIG_MAPS }, JSON.stringify(configMap(`a-${index}`))),
    );
    for (const { seen } of made) expect((await seen).status).toBe(201);
    expect((await call(server, 'GET', CONFIG_MAPS)).body['items']).toHaveLength(50);
    const { text } = await ask(session, { ':path': '/api' }).seen;
    expect(text).toContain(new URL(listening.url).host);
  });

  it('carries watches beside requests, and ends a watch when its client goes', async () => {
    const { server, listening } = await open();
    const session = http2(listening);
    const { stream, seen } = ask(session, { ':path': `${CONFIG_MAPS}?watch=1` });
    await new Promise((resolve) => stream.once('response', resolve));
    const event = new Promise<string>((resolve) => stream.once('data', (chunk: Buffer) => resolve(chunk.toString())));
    await ask(session, { ':method': 'POST', ':path': CONFIG_MAPS }, JSON.stringify(configMap('a'))).seen;
    expect(JSON.parse(await event)).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'a' } } });
    stream.close(constants.NGHTTP2_CANCEL);
    await seen;
    expect((await ask(session, { ':path': '/readyz' }).seen).text).toBe('ok');
    await server.close();
  });

  it('refuses a body that is too large and keeps the connection', async () => {
    const { listening } = await open();
    const session = http2(listening);
    const refused = await ask(session, { ':method': 'POST', ':path': CONFIG_MAPS }, 'x'.repeat(3 * 1024 * 1024 + 1)).seen;
    expect(refused.status).toBe(413);
    expect(JSON.parse(refused.text)).toMatchObject({ kind: 'Status', reason: 'RequestEntityTooLarge' });
    expect((await ask(session, { ':path': '/readyz' }).seen).status).toBe(200);
  });

  it.each([
    { fault: { kind: 'drop' }, rstCode: constants.NGHTTP2_REFUSED_STREAM, status: 0, length: 0 },
    { fault: { kind: 'rst' }, rstCode: constants.NGHTTP2_INTERNAL_ERROR, status: 0, length: 0 },
    { fault: { kind: 'commitThenLose' }, rstCode: constants.NGHTTP2_INTERNAL_ERROR, status: 0, length: 0 },
    { fault: { kind: 'truncate', bytes: 7 }, rstCode: constants.NGHTTP2_INTERNAL_ERROR, status: 200, length: 7 },
  ] as const)('breaks only the stream: $fault.kind', async ({ fault, rstCode, status, length }) => {
    const { server, listening } = await open();
    const session = http2(listening);
    server.faults.add({}, fault);
    const seen = await ask(session, { ':path': CONFIG_MAPS }).seen;
    expect({ ...seen, text: seen.text.length }).toEqual({ status, text: length, rstCode });
    expect((await ask(session, { ':path': CONFIG_MAPS }).seen).status).toBe(200);
  });

  it('answers more watchers on one connection than it can send to while nobody reads', async () => {
    const { server, listening } = await open();
    for (let index = 0; index < 4; index += 1)
      await call(server, 'POST', CONFIG_MAPS, { body: configMap(`m${index}`, { text: 'x'.repeat(500_000) }) });
    const session = http2(listening);
    const answers = Array.from({ length: 60 }, () => {
      const stream = session.request({ ':path': `${CONFIG_MAPS}?watch=1` });
      return new Promise((resolve) => {
        stream.once('response', (answer) => resolve(answer[':status']));
        stream.once('error', () => resolve(`refused with ${stream.rstCode}`));
      });
    });
    expect(new Set(await Promise.all(answers))).toEqual(new Set([200]));
    expect((await ask(session, { ':path': '/version' }).seen).status).toBe(200);
  });

  it('ends with the server', async () => {
    const { server, listening } = await open();
    const session = http2(listening);
    const { stream, seen } = ask(session, { ':path': `${CONFIG_MAPS}?watch=1` });
    await new Promise((resolve) => stream.once('response', resolve));
    const closed = new Promise<void>((resolve) => session.once('close', () => resolve()));
    await server.close();
    await closed;
    await seen;
  });
});
