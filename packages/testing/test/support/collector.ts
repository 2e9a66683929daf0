// A collector of OpenTelemetry in the test: OTLP over HTTP with JSON.
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export interface Received {
  /** `/v1/traces`, for example. */
  readonly path: string;
  readonly body: string;
}

export interface Collector {
  /** Where a signal goes: `logs`, `metrics`, `traces`. */
  url(signal: string): string;
  /** What came, in its order. */
  readonly received: readonly Received[];
}

/** Gone when the test ends. */
export async function openCollector(): Promise<Collector> {
  const received: Received[] = [];
  const take = async (request: IncomingMessage): Promise<void> => {
    received.push({ path: request.url ?? '', body: await text(request) });
  };
  const server = createServer((request, response) => {
    take(request).then(
      () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
      () => response.writeHead(400).end(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  const port = String(typeof address === 'object' ? address?.port : 0);
  return { url: (signal) => `http://127.0.0.1:${port}/v1/${signal}`, received };
}
