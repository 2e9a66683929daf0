import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { ApiServer } from '@kopfts/apiserver';
import { createApiServer } from '@kopfts/apiserver';
import { CONFIG_MAPS, call, configMap } from './client.js';

const opened: ApiServer[] = [];
async function open(): Promise<{ server: ApiServer; url: string; port: number; close: () => Promise<void> }> {
  const server = createApiServer({ seed: 1 });
  opened.push(server);
  return { server, ...(await server.listen()) };
}
afterEach(() => Promise.all(opened.splice(0).map((server) => server.close())));

/** Opens a watch over HTTP; resolves when the headers have come. */
function watch(url: string): Promise<{ next: () => Promise<string>; ended: Promise<void>; abort: () => void }> {
  return new Promise((resolve, reject) => {
    const sent = request(`${url}${CONFIG_MAPS}?watch=1`, (answer) => {
      const waiting: ((line: string) => void)[] = [];
      const lines: string[] = [];
      answer.on('data', (chunk: Buffer) => {
        const deliver = waiting.shift();
        if (deliver === undefined) lines.push(chunk.toString());
        else deliver(chunk.toString());
      });
      answer.on('error', () => undefined);
      const ended = new Promise<void>((end) => answer.once('close', () => end()));
      const next = (): Promise<string> =>
        new Promise((deliver) => (lines.length > 0 ? deliver(lines.shift() ?? '') : waiting.push(deliver)));
      resolve({ next, ended, abort: () => sent.destroy() });
    });
    sent.on('error', reject);
    sent.end();
  });
}

describe('the HTTP shell', () => {
  it('sends each event of a watch at once', async () => {
    const { server, url } = await open();
    const events = await watch(url);
    for (const name of ['a', 'b']) {
      await call(server, 'POST', CONFIG_MAPS, { body: configMap(name) });
      expect(JSON.parse(await events.next())).toMatchObject({ type: 'ADDED', object: { metadata: { name } } });
    }
    events.abort();
  });

  it('ends watches and listens no more after close', async () => {
    const { url, close } = await open();
    const events = await watch(url);
    await close();
    await events.ended;
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  });

  it('ends its watches also when the whole server closes', async () => {
    const { server, url } = await open();
    const events = await watch(url);
    await server.close();
    await events.ended;
  });

  it('keeps connections alive', async () => {
    const { url } = await open();
    const answer = await fetch(`${url}/healthz`);
    expect(await answer.text()).toBe('ok');
    expect(answer.headers.get('connection')).toBe('keep-alive');
  });

  it('refuses a body that is too large and stays up', async () => {
    const { url } = await open();
    const answer = await fetch(`${url}${CONFIG_MAPS}`, { method: 'POST', body: 'x'.repeat(3 * 1024 * 1024 + 10) });
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ kind: 'Status', reason: 'RequestEntityTooLarge' });
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  it('survives connections that break or say nonsense', async () => {
    const { url, port } = await open();
    for (const text of ['nonsense\r\n\r\n', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nshort']) {
      await new Promise<void>((resolve) => {
        const socket = connect(port, '127.0.0.1', () => socket.end(text));
        socket.resume();
        socket.once('close', () => resolve());
      });
    }
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  it('sends warnings about fields that it dropped', async () => {
    const { url } = await open();
    const answer = await fetch(`${url}${CONFIG_MAPS}`, {
      method: 'POST',
      body: '{"metadata":{"name":"a"},"x":1}',
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.headers.get('warning')).toBe(String.raw`299 - "unknown field \"x\""`);
  });
});
