import { createServer } from 'node:http';
import { Socket } from 'node:net';
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

describe('a connection of a watch whose peer vanished without a word', () => {
  // The system does the rest: a probe a second, and the end after ten without an answer.
  it('[B4] is probed by TCP after five idle seconds, over HTTP/1.1', async () => {
    const port = await loopback.listen(createServer((_incoming, response) => response.flushHeaders()));
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
});
