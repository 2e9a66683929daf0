import { once } from 'node:events';
import { get, type IncomingMessage, type RequestOptions } from 'node:http';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Gate } from './access.js';
import { serveMetrics } from './metrics-server.js';

async function serve(gate?: Gate): Promise<(path: string, options?: RequestOptions) => Promise<number | undefined>> {
  const exporter = new PrometheusExporter({ preventServerStart: true });
  const server = await serveMetrics({ options: { port: 0 }, exporter, gate });
  onTestFinished(() => server.close());
  const { hostname, port } = new URL(server.url);
  return async (path, options = {}) => {
    const asked = get({ hostname, port, path, ...options });
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    response.resume();
    return response.statusCode;
  };
}

describe('the endpoint of metrics', () => {
  it('[N7] is not for pages that reach it under a foreign name, or come from elsewhere', async () => {
    const status = await serve();
    expect(await status('/metrics')).toBe(200);
    for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', 'evil.example:9090']) {
      expect([host, await status('/metrics', { headers: { host } })]).toEqual([host, 403]);
    }
    for (const origin of ['https://evil.example', 'http://localhost.evil.example', 'null']) {
      expect([origin, await status('/metrics', { headers: { origin } })]).toEqual([origin, 403]);
    }
    expect(await status('/metrics', { headers: { origin: 'http://localhost:3000', host: 'localhost:9090' } })).toBe(200);
  });

  it('[N7] has one path, which is only read, however it is written and whatever is asked of it', async () => {
    const status = await serve();
    for (const path of ['/', '/metrics/', '/../metrics', '/metrics/../../etc/passwd', '/%6detrics', '//metrics', '/metrics%00']) {
      expect([path, await status(path)]).toEqual([path, 404]);
    }
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
      expect([method, await status('/metrics', { method })]).toEqual([method, 405]);
    expect(await status(`/metrics?${'q'.repeat(10_000)}`)).toBe(200);
  });

  it('[N7] asks for the token before anything else of it is read', async () => {
    const asked: (string | undefined)[] = [];
    const status = await serve(async (authorization) => {
      asked.push(authorization);
      return authorization === undefined ? 401 : 403;
    });
    expect([await status('/metrics'), await status('/metrics', { headers: { authorization: 'Bearer x' } })]).toEqual([401, 403]);
    expect(asked).toEqual([undefined, 'Bearer x']);
  });
});
