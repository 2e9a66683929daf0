// The liveness endpoint, over real HTTP, of an operator on the embedded server.
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createManualClock } from '@kopfts/core';
import { endpointText, parseEndpoint } from '../src/liveness/endpoint.js';
import { NOT_READY } from '../src/liveness/readiness.js';
import { serveLiveness } from '../src/liveness/serve.js';
import { runCli } from '../src/run-cli.js';
import { liveness } from '../src/index.js';
import { createFakeIo, projectWith, type FakeIo } from './fake-io.js';

const CONFIG = `import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import handlers from './handlers.js';
export default { name: 'probed', handlers: [handlers], plugins: [kubernetes(), annotations()] };
`;
const HANDLERS = `import { createRegistry, PermanentError } from '@kopfts/core';
const kopf = createRegistry();
export default kopf;
`;
const ANY_PORT = 'http://127.0.0.1:0/healthz';

interface Endpoint {
  readonly io: FakeIo;
  readonly running: Promise<number>;
  readonly url: string;
}

/** Runs an operator and reads where it listens from what it says. */
async function serve(handlers: string, { config = CONFIG, argv = ['--liveness', ANY_PORT] } = {}): Promise<Endpoint> {
  const io = createFakeIo(projectWith({ 'kopf.config.ts': config, 'handlers.ts': `${HANDLERS}${handlers}` }));
  const running = runCli(['dev', '--verbose', ...argv], io);
  const over = running.then((code) => expect.unreachable(`ended with ${String(code)}: ${io.err.join('')}`));
  await Promise.race([Promise.all([io.said('The operator is ready'), io.said('Serving health status')]), over]);
  const url = /Serving health status at (\S+)/.exec(io.err.join(''))?.[1];
  return { io, running, url: url ?? '' };
}

async function end({ io, running }: Endpoint): Promise<void> {
  io.send('SIGTERM');
  expect(await running).toBe(0);
}

const told = async (answer: Response) => [answer.status, answer.headers.get('content-type'), await answer.text()];
const JSON_TYPE = 'application/json; charset=utf-8';

describe('the liveness endpoint', () => {
  it('[PR-02] gives what probes return at its path, and nothing at others', async () => {
    const endpoint = await serve(`kopf.on.probe({ id: 'one' }, () => 1);\nkopf.on.probe({ id: 'two' }, () => ({ deep: [null, 'x'] }));\n`);
    expect(await told(await fetch(endpoint.url))).toEqual([200, JSON_TYPE, '{"one":1,"two":{"deep":[null,"x"]}}']);
    expect(await told(await fetch(`${endpoint.url}?verbose`))).toEqual([200, JSON_TYPE, '{"one":1,"two":{"deep":[null,"x"]}}']);
    for (const other of ['/', '/healthz/', '/healthz/x', '/HEALTHZ', '/readyz'])
      expect(await told(await fetch(new URL(other, endpoint.url)))).toEqual([404, JSON_TYPE, '{"error":"not found"}']);
    const head = await fetch(endpoint.url, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '35', '']);
    const posted = await fetch(endpoint.url, { method: 'POST', body: '{}' });
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    await end(endpoint);
  });

  it('[PR-02] gives an empty object where there are no probes', async () => {
    const endpoint = await serve('');
    expect(await told(await fetch(endpoint.url))).toEqual([200, JSON_TYPE, '{}']);
    await end(endpoint);
  });

  it('[PR-04] answers 500 and who it was when a probe has failed for good, without its words', async () => {
    const endpoint = await serve(`kopf.on.probe({ id: 'ill' }, () => { throw new PermanentError('password=hunter2'); });\n`);
    expect(await told(await fetch(endpoint.url))).toEqual([500, JSON_TYPE, '{"error":"a probe failed","probe":"ill"}']);
    await end(endpoint);
  });

  it('[PR-06] listens when the startup handlers are done, and not any more when cleanup handlers run', async () => {
    const endpoint = await serve(`kopf.on.startup({ id: 'start' }, ({ logger }) => logger.info('starting'));
kopf.on.cleanup({ id: 'clean' }, async ({ logger }) => {
  const url = process.env['KOPFTS_TEST_LIVENESS'];
  logger.info('cleaning: ' + await fetch(String(url)).then(() => 'it answers', () => 'nobody answers'));
});
`);
    process.env['KOPFTS_TEST_LIVENESS'] = endpoint.url;
    await end(endpoint);
    delete process.env['KOPFTS_TEST_LIVENESS'];
    const said = endpoint.io.err.join('');
    expect(said.indexOf('Serving health status')).toBeGreaterThan(said.indexOf("Activity 'start' succeeded"));
    expect(said).toContain('cleaning: nobody answers');
  });

  it('answers 503 to those who wait when the operator is to stop', async () => {
    const endpoint = await serve(
      `kopf.on.probe({ id: 'hangs' }, ({ logger }) => { logger.info('asked'); return new Promise(() => undefined); });\n`,
    );
    const asked = fetch(endpoint.url);
    await endpoint.io.said('asked');
    await end(endpoint);
    expect((await asked).status).toBe(503);
  });

  it('[PR-06] gives open connections a second at the end', async () => {
    const clock = createManualClock();
    let isAsked: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => (isAsked = resolve));
    const probe = (): Promise<never> => {
      isAsked();
      return new Promise(() => undefined);
    };
    const server = await serveLiveness(parseEndpoint(ANY_PORT), {
      livenessPath: '/healthz',
      readinessPath: undefined,
      readiness: () => NOT_READY,
      probe,
    });
    const broken = once(get(endpointText(server.endpoint)), 'error');
    await asked;
    let isClosed = false;
    const closed = server.close(clock).then(() => (isClosed = true));
    clock.advanceBy(999);
    await new Promise((resolve) => setImmediate(resolve));
    expect(isClosed).toBe(false);
    clock.advanceBy(1);
    await closed;
    expect(await broken).toMatchObject([{ code: 'ECONNRESET' }]);
  });

  it('[PR-08] cannot be opened where its address is taken, and says so', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const endpoint = parseEndpoint(`http://127.0.0.1:${String((taken.address() as AddressInfo).port)}/healthz`);
    const asked = { livenessPath: '/healthz', readinessPath: undefined, readiness: () => NOT_READY, probe: () => Promise.resolve({}) };
    await expect(serveLiveness(endpoint, asked)).rejects.toMatchObject({ code: 'KOPF_LIVENESS_UNAVAILABLE' });
    taken.close();
  });

  it('[PR-08] ends the operator when its address is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const url = `http://127.0.0.1:${String((taken.address() as AddressInfo).port)}/healthz`;
    const io = createFakeIo(projectWith({ 'kopf.config.ts': CONFIG, 'handlers.ts': HANDLERS }));
    expect(await runCli(['dev', '-L', url], io)).toBe(1);
    expect(io.err.join('')).toContain(`error KOPF_LIVENESS_UNAVAILABLE: The liveness endpoint cannot listen at ${url}: listen EADDRINUSE`);
    taken.close();
  });

  it('[N7] refuses pages that reach it under a foreign name or come from elsewhere, where it is for this machine only, and gives no other path', async () => {
    const endpoint = await serve('');
    const status = async (path: string, headers: Record<string, string> = {}): Promise<number | undefined> => {
      const { hostname, port } = new URL(endpoint.url);
      const [response] = (await once(get({ hostname, port, path, headers }), 'response')) as [IncomingMessage];
      response.resume();
      return response.statusCode;
    };
    expect(await status('/healthz', { host: 'evil.example' })).toBe(403);
    expect(await status('/healthz', { host: 'localhost.evil.example:80' })).toBe(403);
    expect(await status('/healthz', { origin: 'https://evil.example' })).toBe(403);
    expect(await status('/healthz', { origin: 'null' })).toBe(403);
    expect(await status('/healthz', { origin: 'http://localhost:3000' })).toBe(200);
    for (const path of ['/../healthz', '/healthz/../../etc/passwd', '/%2e%2e/healthz', '//healthz', '/healthz/']) {
      expect([path, await status(path)]).toEqual([path, 404]);
    }
    expect(await status(`/healthz?${'q'.repeat(10_000)}`)).toBe(200);
    await end(endpoint);
  });

  it('[B-02, B-62] tells at another path whether it sees its cluster, where the configuration asks for that', async () => {
    const config = CONFIG.replace('annotations()]', `annotations(), liveness('${ANY_PORT}', { readiness: '/readyz' })]`);
    const endpoint = await serve(`kopf.on.probe({ id: 'ill' }, () => { throw new PermanentError('no'); });\n`, {
      config: `import { liveness } from '@kopfts/cli';\n${config}`,
      argv: [],
    });
    expect(await told(await fetch(new URL('/readyz', endpoint.url)))).toEqual([200, JSON_TYPE, '{"ready":true}']);
    expect((await fetch(endpoint.url)).status).toBe(500);
    await end(endpoint);
  });

  it.each([
    [() => liveness('https://localhost/'), 'KOPF_INVALID_OPTION'],
    [() => liveness(ANY_PORT, { readiness: 'readyz' }), 'KOPF_INVALID_OPTION'],
    [() => liveness(ANY_PORT, { readiness: '/healthz' }), 'KOPF_INVALID_OPTION'],
    [() => liveness(ANY_PORT, { ready: '/readyz' } as never), 'KOPF_UNKNOWN_OPTION'],
  ])('is refused where it is declared: %s', (declare, code) => {
    expect(declare).toThrow(expect.objectContaining({ code }));
  });

  it('[PR-01] is a wrong usage with another protocol', async () => {
    const io = createFakeIo('/');
    expect(await runCli(['run', '--liveness', 'https://localhost:8080/healthz'], io)).toBe(2);
    expect(io.err.join('')).toMatch(/^error KOPF_USAGE: .*only http is spoken there/);
  });
});
