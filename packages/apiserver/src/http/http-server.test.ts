import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { ListeningServer } from '../api-server.js';
import { PATIENCE, listenHttp } from './http-server.js';

const opened: ListeningServer[] = [];
afterEach(() => Promise.all(opened.splice(0).map((server) => server.close())));

const IMPATIENT = { headersTimeout: 40, requestTimeout: 80, keepAliveTimeout: 40, connectionsCheckingInterval: 10 };

/** A server that has no time, and what it says to a client that sends this and nothing more. */
async function heardAfter(text: string): Promise<{ readonly line: string; readonly body: unknown; readonly received: number }> {
  let received = 0;
  const run = (): Promise<never> => {
    received += 1;
    return Promise.reject(new Error('nothing was asked'));
  };
  const receive: Parameters<typeof listenHttp>[0] = () => ({ taken: undefined, run });
  const server = await listenHttp(receive, { port: 0, host: '127.0.0.1', tls: undefined, patience: IMPATIENT });
  opened.push(server);
  const heard = await new Promise<string>((resolve) => {
    let all = '';
    const socket = connect(server.port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk: Buffer) => (all += chunk.toString())).on('error', () => undefined);
    socket.once('close', () => resolve(all));
  });
  const [head = '', body = ''] = heard.split('\r\n\r\n');
  return { line: head.split('\r\n')[0] ?? '', body: JSON.parse(body) as unknown, received };
}

describe('a client that takes its time', () => {
  it.each([
    { what: 'half a line', text: 'GET /api' },
    { what: 'headers without an end', text: 'GET /api/v1/namespaces HTTP/1.1\r\nHost: x\r\n' },
    { what: 'half a body', text: 'POST /api/v1/namespaces HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"metadata":' },
  ])('gets a Status with 408 for $what, and nothing is carried out', async ({ text }) => {
    const { line, body, received } = await heardAfter(text);
    expect(line).toBe('HTTP/1.1 408 Request Timeout');
    expect(body).toMatchObject({ kind: 'Status', code: 408, reason: 'Timeout' });
    expect(received).toBe(0);
  });

  it('has 15 s for its headers and 60 s for the whole request', () => {
    expect(PATIENCE).toMatchObject({ headersTimeout: 15_000, requestTimeout: 60_000 });
  });
});
