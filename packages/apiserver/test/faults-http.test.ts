import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { ApiServer } from '@kopfts/apiserver';
import { createApiServer } from '@kopfts/apiserver';
import { CONFIG_MAPS, call, configMap } from './client.js';

const opened: ApiServer[] = [];
async function open(): Promise<{ server: ApiServer; url: string; port: number }> {
  const server = createApiServer({ seed: 1 });
  opened.push(server);
  return { server, ...(await server.listen()) };
}
afterEach(() => Promise.all(opened.splice(0).map((server) => server.close())));

/** What a client on a socket sees: the status, the text of the body, the code of the error. */
interface Seen {
  status: number | undefined;
  text: string;
  error: string | undefined;
}

function ask(url: string, options: { method?: string; path?: string; body?: string; onData?: (seen: Seen) => void } = {}): Promise<Seen> {
  return new Promise((resolve) => {
    const seen: Seen = { status: undefined, text: '', error: undefined };
    const fail = (error: NodeJS.ErrnoException): void => {
      seen.error = error.code;
      resolve(seen);
    };
    const headers = { 'content-type': 'application/json' };
    const sent = request(url + (options.path ?? CONFIG_MAPS), { method: options.method ?? 'GET', headers, agent: false }, (answer) => {
      seen.status = answer.statusCode;
      answer.on('data', (chunk: Buffer) => {
        seen.text += chunk.toString();
        options.onData?.(seen);
      });
      answer.on('error', fail);
      answer.on('end', () => resolve(seen));
    });
    sent.on('error', fail);
    sent.end(options.body);
  });
}

const exists = async (server: ApiServer, name: string) => (await call(server, 'GET', `${CONFIG_MAPS}/${name}`)).status === 200;
const newObject = { method: 'POST', body: JSON.stringify(configMap('a')) };

describe('faults over sockets', () => {
  it.each([
    { fault: { kind: 'drop' }, committed: false },
    { fault: { kind: 'rst' }, committed: false },
    { fault: { kind: 'commitThenLose' }, committed: true },
  ] as const)('break the connection: $fault.kind', async ({ fault, committed }) => {
    const { server, url } = await open();
    server.faults.add({}, fault);
    expect(await ask(url, newObject)).toEqual({ status: undefined, text: '', error: 'ECONNRESET' });
    expect(await exists(server, 'a')).toBe(committed);
    expect((await ask(url, newObject)).status).toBe(committed ? 409 : 201);
  });

  it('drop a request before its body has come', async () => {
    const { server, port } = await open();
    server.faults.add({}, { kind: 'drop' });
    await new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write(`POST ${CONFIG_MAPS} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n`);
      });
      socket.on('error', () => undefined);
      socket.resume();
      socket.once('close', () => resolve());
    });
    expect(server.faults.pending).toBe(0);
  });

  it('leave a connection half open until the client gives up', async () => {
    const { server, url, port } = await open();
    server.faults.add({ resource: 'configmaps' }, { kind: 'halfOpen' });
    const socket = connect(port, '127.0.0.1');
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    const heard: string[] = [];
    socket.on('data', (chunk) => heard.push(chunk.toString()));
    socket.on('end', () => heard.push('end'));
    const { body } = newObject;
    socket.write(
      `POST ${CONFIG_MAPS} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    // Another request, on another connection, comes later and is answered.
    while (server.faults.pending > 0) await ask(url, { path: '/version' });
    expect((await ask(url, { path: '/version' })).status).toBe(200);
    expect(heard).toEqual([]);
    expect(await exists(server, 'a')).toBe(false);
    socket.destroy();
    await closed;
  });

  it('answer in the stead of the server', async () => {
    const { server, url } = await open();
    server.faults.add({}, { kind: 'status', code: 503, headers: { 'retry-after': '1' } });
    const answer = await fetch(url + CONFIG_MAPS);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await answer.json()).toMatchObject({ kind: 'Status', reason: 'ServiceUnavailable' });
  });

  it('cut an answer short', async () => {
    const { server, url } = await open();
    server.faults.add({}, { kind: 'truncate', bytes: 20 });
    const cut = await ask(url);
    expect(cut).toMatchObject({ status: 200, error: 'ECONNRESET' });
    expect(cut.text).toHaveLength(20);
    server.faults.add({}, { kind: 'truncate', bytes: 20, ending: 'end' });
    expect(await ask(url)).toEqual({ status: 200, text: cut.text, error: undefined });
  });

  it.each([
    { how: 'by a reset', fault: { kind: 'cut', afterEvents: 1 }, error: 'ECONNRESET', isWhole: true },
    { how: 'inside an event', fault: { kind: 'cut', afterEvents: 0, bytes: 30 }, error: 'ECONNRESET', isWhole: false },
    { how: 'without an error', fault: { kind: 'cut', afterEvents: 1, ending: 'end' }, error: undefined, isWhole: true },
  ] as const)('[B1] end a watch $how, after what came before', async ({ fault, error, isWhole }) => {
    const { server, url } = await open();
    server.faults.add({ verb: 'watch' }, fault);
    await call(server, 'POST', CONFIG_MAPS, { body: configMap('a') });
    const seen = await ask(url, { path: `${CONFIG_MAPS}?watch=1` });
    expect(seen).toMatchObject({ status: 200, error });
    expect(seen.text.endsWith('\n')).toBe(isWhole);
    if (!isWhole) expect(seen.text).toHaveLength(30);
  });

  it('[B6] say 410 inside a watch', async () => {
    const { server, url } = await open();
    server.faults.add({ verb: 'watch' }, { kind: 'errorEvent', afterEvents: 0, code: 410 });
    expect(JSON.parse((await ask(url, { path: `${CONFIG_MAPS}?watch=1` })).text)).toMatchObject({ type: 'ERROR', object: { code: 410 } });
  });

  it('do not keep a server from closing', async () => {
    const { server, url } = await open();
    server.faults.add({ resource: 'configmaps' }, { kind: 'halfOpen' });
    const asked = ask(url);
    while (server.faults.pending > 0) await ask(url, { path: '/version' });
    await server.close();
    expect((await asked).error).toBe('ECONNRESET');
  });
});
