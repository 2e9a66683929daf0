// What must be nowhere: canaries in all that an operator can be given to show who it is, and a server and programs that say them aloud.
import { createServer } from 'node:http';
import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { createRegistry, defineConfig } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCli } from '../src/run-cli.js';
import { createFakeIo, projectWith, write } from './fake-io.js';

const CANARY = 'canary-1234567890';
/** Base64 is no disguise, wherever in a text it begins. */
const SIGNS = [
  CANARY,
  ...[0, 1, 2].map((shift) =>
    Buffer.from(`${' '.repeat(shift)}${CANARY}`)
      .toString('base64')
      .slice(4, 20),
  ),
];

/** A server that refuses everybody, and quotes what it was asked with. */
async function startGossip(): Promise<string> {
  const server = createServer((request, response) => {
    const message = `not with Authorization: ${request.headers.authorization ?? 'none'}`;
    const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Forbidden', code: 403, message };
    response.writeHead(403, { 'content-type': 'application/json' }).end(JSON.stringify(status));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  return `127.0.0.1:${String(typeof address === 'object' ? address?.port : 0)}`;
}

const pem = (what: string) => Buffer.from(`-----BEGIN ${what}-----\n${CANARY}\n-----END ${what}-----\n`).toString('base64');
const exec = (command: string) => ({ apiVersion: 'client.authentication.k8s.io/v1', command, interactiveMode: 'Never', args: [CANARY] });
const printed = (status: object) => JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status });
const jwt = [{ alg: 'none' }, { exp: 1, sub: CANARY }].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');

interface Case {
  readonly who: string;
  readonly user: object;
  /** Of the program that gives the credential. */
  readonly script?: string;
  readonly scheme?: string;
}

const CASES: readonly Case[] = [
  { who: 'a token', user: { token: CANARY } },
  { who: 'a password', user: { username: 'u', password: CANARY } },
  {
    who: 'a key that is none',
    user: { 'client-certificate-data': pem('CERTIFICATE'), 'client-key-data': pem('PRIVATE KEY') },
    scheme: 'https',
  },
  {
    who: 'a program that complains',
    user: { exec: exec('./program') },
    script: `console.error('refresh_token=${CANARY} failed'); process.exit(1);`,
  },
  { who: 'a program that prints anything', user: { exec: exec('./program') }, script: `console.log('{"token": "${CANARY}"}');` },
  {
    who: 'a program that gives a token',
    user: { exec: exec('./program') },
    script: `console.log(${JSON.stringify(printed({ token: CANARY }))});`,
  },
  {
    who: 'a program that gives a key',
    user: { exec: exec('./program') },
    script: `console.log(${JSON.stringify(printed({ clientCertificateData: CANARY, clientKeyData: CANARY }))});`,
    scheme: 'https',
  },
  {
    who: 'an issuer',
    user: {
      'auth-provider': {
        name: 'oidc',
        config: {
          'idp-issuer-url': 'https://127.0.0.1:1/realm',
          'client-id': 'id',
          'client-secret': CANARY,
          'refresh-token': CANARY,
          'id-token': `${jwt}.${CANARY}`,
        },
      },
    },
  },
];

describe('credentials', () => {
  it.each(CASES)('[S17, SEC11] of $who are in no line at debug level', async ({ user, script, scheme = 'http' }) => {
    const server = `${scheme}://${await startGossip()}`;
    const kubeconfig = {
      'current-context': 'c',
      clusters: [{ name: 'k', cluster: { server } }],
      users: [{ name: 'u', user }],
      contexts: [{ name: 'c', context: { cluster: 'k', user: 'u' } }],
    };
    const folder = projectWith({ kubeconfig: JSON.stringify(kubeconfig), 'kopf.config.js': '' });
    if (script !== undefined) {
      write(folder, 'program', `#!${process.execPath}\n${script}`);
      chmodSync(join(folder, 'program'), 0o755);
    }
    const kopf = createRegistry();
    kopf.on.create('ConfigMap', { id: 'made' }, () => undefined);
    const plugins = [kubernetes({ kubeconfig: join(folder, 'kubeconfig') }), annotations()];
    const config = defineConfig({ name: 'guard', handlers: [kopf], namespaces: ['default'], plugins });
    const io = createFakeIo(folder, () => Promise.resolve({ default: config }));
    const running = runCli(['run', '--debug', '--log-format', 'json'], io);
    // It gives up, or says what is wrong and tries again.
    await Promise.race([running, io.said('KOPF_')]);
    io.send('SIGTERM');
    await running;
    const said = [...io.out, ...io.err].join('');
    expect(said).toMatch(/KOPF_[A-Z]+/);
    expect(said.split('\n').filter((line) => SIGNS.some((sign) => line.includes(sign)))).toEqual([]);
  });
});
