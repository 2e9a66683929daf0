import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createKubeconfigLoader } from '../src/auth/kubeconfig.js';
import { createAuthority, type Authority, type Identity } from './support/certificates.js';
import { createFakeMachine, portsOn } from './support/fake-machine.js';

let authority: Authority;
let identity: Identity;
beforeAll(async () => {
  authority = await createAuthority('issuers');
  identity = await authority.issue(['127.0.0.1']);
});
const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

interface Asked {
  readonly form: Record<string, string>;
  readonly authorization: string | undefined;
}

/** An issuer that answers like this, in turn; the last answer for ever. */
async function startIssuer(answers: readonly { readonly status?: number; readonly body: unknown }[], discovery: object = {}) {
  const asked: Asked[] = [];
  const server = createServer(identity, (request, response) => {
    if (request.method === 'GET') {
      const found = request.url === '/realm/.well-known/openid-configuration';
      response.writeHead(found ? 200 : 404).end(JSON.stringify({ token_endpoint: `${url}/token`, ...discovery }));
      return;
    }
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    request.on('end', () => {
      asked.push({ form: Object.fromEntries(new URLSearchParams(text)), authorization: request.headers.authorization });
      const { status = 200, body } = answers[Math.min(asked.length, answers.length) - 1] ?? { body: {} };
      response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `https://127.0.0.1:${String((server.address() as AddressInfo).port)}/realm`;
  return { url, asked };
}

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
/** A token that lives until then. */
const token = (name: string, untilMs: number) => `${encoded({ alg: 'none' })}.${encoded({ sub: name, exp: untilMs / 1000 })}.${name}`;
const START_MS = portsOn(createFakeMachine()).clock.now();

function loaderOf(issuer: string, config: object) {
  const provider = { name: 'oidc', config: { 'idp-issuer-url': issuer, 'client-id': 'id', 'idp-certificate-authority': 'ca', ...config } };
  const text = JSON.stringify({
    clusters: [{ name: 'c', cluster: { server: 'https://h' } }],
    users: [{ name: 'u', user: { 'auth-provider': provider } }],
    contexts: [{ name: 'one', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'one',
  });
  const ports = portsOn(createFakeMachine({}, { '/k': text, '/ca': authority.ca }));
  const load = createKubeconfigLoader({ kind: 'kubeconfig', paths: ['/k'], context: undefined, source: '/k' }, ports);
  const authorization = async (fresh = false) => (await load(fresh)).headers['authorization'];
  return { authorization, clock: ports.clock };
}

describe('a login by OpenID Connect', () => {
  it('uses its token while that lives, then refreshes it, each time with the newest refresh token', async () => {
    const { url, asked } = await startIssuer([
      { body: { id_token: token('second', START_MS + 200_000), refresh_token: 'r2' } },
      { body: { id_token: token('third', START_MS + 900_000) } },
      { body: { id_token: token('fourth', START_MS + 900_000) } },
    ]);
    const first = token('first', START_MS + 100_000);
    const { authorization, clock } = loaderOf(url, { 'id-token': first, 'refresh-token': 'r1', 'client-secret': 's:1' });
    expect(await authorization()).toBe(`Bearer ${first}`);
    clock.advanceBy(70_000);
    expect(await authorization()).toBe(`Bearer ${token('second', START_MS + 200_000)}`);
    clock.advanceBy(100_000);
    expect(await authorization()).toBe(`Bearer ${token('third', START_MS + 900_000)}`);
    expect(await authorization()).toBe(`Bearer ${token('third', START_MS + 900_000)}`);
    expect(await authorization(true)).toBe(`Bearer ${token('fourth', START_MS + 900_000)}`);
    expect(asked.map(({ form }) => form['refresh_token'])).toEqual(['r1', 'r2', 'r2']);
    expect(asked[0]).toEqual({
      form: { grant_type: 'refresh_token', refresh_token: 'r1' },
      authorization: `Basic ${Buffer.from('id:s%3A1').toString('base64')}`,
    });
  });

  it.each([
    { when: 'there is no secret', secret: {}, discovery: {}, form: { client_id: 'id' } },
    {
      when: 'the issuer wants the secret there',
      secret: { 'client-secret': 's' },
      discovery: { token_endpoint_auth_methods_supported: ['client_secret_post'] },
      form: { client_id: 'id', client_secret: 's' },
    },
  ])('names its client in the form when $when', async ({ secret, discovery, form }) => {
    const { url, asked } = await startIssuer([{ body: { id_token: token('x', START_MS + 900_000) } }], discovery);
    await loaderOf(url, { 'refresh-token': 'r', ...secret }).authorization();
    expect(asked).toEqual([{ form: { grant_type: 'refresh_token', refresh_token: 'r', ...form }, authorization: undefined }]);
  });

  it.each([
    {
      when: 'the refresh token is over',
      answer: { status: 400, body: { error: 'invalid_grant', error_description: 'secret r' } },
      says: 'invalid_grant (status 400)',
    },
    { when: 'the issuer fails', answer: { status: 500, body: 'secret page' }, says: 'status 500' },
    { when: 'there is no id token', answer: { body: { access_token: 'secret' } }, says: 'its answer has no id_token' },
    { when: 'the answer never ends', answer: { body: 'x'.repeat(2_000_000) }, says: 'the answer is larger than 1 MiB' },
  ])('is an error that says why, and no secret, when $when', async ({ answer, says }) => {
    const { url } = await startIssuer([answer]);
    await expect(loaderOf(url, { 'refresh-token': 'r' }).authorization()).rejects.toMatchObject({
      code: 'KOPF_CREDENTIALS',
      message: `No credentials from /k: the issuer ${new URL(url).origin} gave no new token: ${says}`,
    });
  });

  it('talks only to an issuer whose certificate it trusts, and only by TLS', async () => {
    const { url, asked } = await startIssuer([{ body: {} }]);
    const other = await createAuthority('others');
    const config = { 'refresh-token': 'r', 'idp-certificate-authority-data': Buffer.from(other.ca).toString('base64') };
    await expect(loaderOf(url, config).authorization()).rejects.toMatchObject({ code: 'KOPF_CREDENTIALS' });
    const { url: fooled } = await startIssuer([{ body: {} }], { token_endpoint: url.replace('https', 'http') });
    await expect(loaderOf(fooled, { 'refresh-token': 'r' }).authorization()).rejects.toThrow('is not https');
    expect(asked).toEqual([]);
  });

  it.each([
    { has: 'no issuer', config: { 'idp-issuer-url': undefined }, code: 'KOPF_KUBECONFIG_BROKEN' },
    { has: 'an issuer without TLS', config: { 'idp-issuer-url': 'http://issuer' }, code: 'KOPF_KUBECONFIG_BROKEN' },
    { has: 'no client', config: { 'client-id': undefined }, code: 'KOPF_KUBECONFIG_BROKEN' },
    { has: 'nothing to refresh with', config: { 'id-token': token('over', START_MS) }, code: 'KOPF_CREDENTIALS' },
  ])('is refused when it has $has', async ({ config, code }) => {
    await expect(loaderOf('https://127.0.0.1:1', config).authorization()).rejects.toMatchObject({ code });
  });
});
