// The endpoint for Prometheus.
import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { errorText } from '@kopfts/core';
import type { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { EndpointUnavailableError } from '../errors.js';
import type { PrometheusOptions } from '../options.js';
import type { Gate } from './access.js';

export interface MetricsServer {
  readonly url: string;
  close(): Promise<void>;
}

export interface ServingMetrics {
  readonly options: PrometheusOptions;
  readonly exporter: PrometheusExporter;
  /** Absent: anybody who reaches it. */
  readonly gate: Gate | undefined;
}

/** @throws EndpointUnavailableError `KOPF_OBSERVABILITY_UNAVAILABLE` */
export async function serveMetrics({ options, exporter, gate }: ServingMetrics): Promise<MetricsServer> {
  const { host = '127.0.0.1', port, path = '/metrics', tls } = options;
  const asked = new AbortController();
  const listener: RequestListener = (request, response) => {
    answer({ request, response, path, isOwn: isOwn(host) }, { exporter, gate, signal: asked.signal }).catch(() => response.destroy());
  };
  const server: Server = tls === undefined ? createServer(listener) : createTlsServer({ ...tls, minVersion: 'TLSv1.2' }, listener);
  server.listen({ host, port });
  await once(server, 'listening').catch((error: unknown) => {
    throw new EndpointUnavailableError('metrics', `${host}:${port}`, errorText(error), { cause: error });
  });
  const address = server.address();
  const chosen = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${chosen}${path}`,
    async close() {
      asked.abort(new Error('the endpoint closes'));
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, 'close');
    },
  };
}

interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  /** It is for this machine only. */
  readonly isOwn: boolean;
}

interface Answering {
  readonly exporter: PrometheusExporter;
  readonly gate: Gate | undefined;
  readonly signal: AbortSignal;
}

async function answer({ request, response, path, isOwn }: Asked, { exporter, gate, signal }: Answering): Promise<void> {
  const end = (status: number, headers: Readonly<Record<string, string>> = {}): void => {
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers }).end();
  };
  // A page in a browser of this machine could ask under a name of its own that means us (DNS rebinding), or from where it is.
  if (isOwn && isForeign(request.headers)) return end(403);
  if ((request.url ?? '').split('?')[0] !== path) return end(404);
  if (request.method !== 'GET' && request.method !== 'HEAD') return end(405, { allow: 'GET, HEAD' });
  const status = gate === undefined ? 200 : await gate(request.headers.authorization, signal);
  if (status !== 200) return end(status, status === 401 ? { 'www-authenticate': 'Bearer' } : {});
  response.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8');
  exporter.getMetricsRequestHandler(request, response);
}

const OWN = String.raw`(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?`;
const OWN_HOST = new RegExp(`^${OWN}$`, 'i');
const OWN_ORIGIN = new RegExp(`^https?://${OWN}$`, 'i');

function isOwn(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function isForeign({ host, origin }: IncomingHttpHeaders): boolean {
  return (host !== undefined && !OWN_HOST.test(host)) || (origin !== undefined && !OWN_ORIGIN.test(origin));
}
