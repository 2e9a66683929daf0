import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isKopfError, type JsonObject } from '@kopfts/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Authenticator, AuthenticatorPorts } from '../src/auth/authenticator.js';
import { systemEnvironment } from '../src/auth/environment.js';
import { createExecPlugin } from '../src/auth/exec-plugin.js';
import { createFileCache } from '../src/auth/file-cache.js';
import { portsOn } from './support/fake-machine.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kopfts-plugin-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const VERSION = 'client.authentication.k8s.io/v1';
const credential = (status: object, more: object = {}) =>
  `console.log(${JSON.stringify(JSON.stringify({ apiVersion: VERSION, kind: 'ExecCredential', status, ...more }))});`;

/** A program of this text, and the user who has it. */
async function pluginOf(script: string, ports: AuthenticatorPorts = portsOn(systemEnvironment), more: object = {}) {
  const { about = {}, ...exec } = more as { readonly about?: JsonObject };
  const name = `plugin-${String(Math.random()).slice(2)}`;
  const command = join(folder, name);
  await writeFile(command, `#!${process.execPath}\n${script}`);
  await chmod(command, 0o755);
  const user = {
    fields: { exec: { apiVersion: VERSION, command: `./${name}`, interactiveMode: 'Never', ...exec } },
    path: join(folder, 'k'),
  };
  const source = '/k';
  const cluster = { fields: { server: 'https://h', ...about }, path: join(folder, 'k') };
  return createExecPlugin({ cluster, user }, { files: createFileCache(ports.environment, ports.clock), source, ports });
}

/** A program that gives what it is told about the cluster for a token. */
const tellsCluster = `const { cluster } = JSON.parse(process.env.KUBERNETES_EXEC_INFO).spec;
console.log(JSON.stringify({ apiVersion: '${VERSION}', kind: 'ExecCredential', status: { token: JSON.stringify(cluster ?? null) } }));`;
const toldTo = async (plugin: Authenticator): Promise<unknown> =>
  JSON.parse(((await plugin(true)).authorization ?? '').slice('Bearer '.length));

const failureOf = async (promise: Promise<unknown>): Promise<string> => {
  const error = await promise.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!isKopfError(error, 'KOPF_CREDENTIALS')) throw new Error('it did not fail as expected', { cause: error });
  return error.message.replace(/plugin \S+ /, 'plugin P ');
};

describe('an exec plugin', () => {
  it('[B-64] gives a token, or a certificate', async () => {
    const token = await pluginOf(credential({ token: 't' }));
    expect(await token(false)).toEqual({ authorization: 'Bearer t', cert: undefined, key: undefined });
    const certificate = await pluginOf(credential({ clientCertificateData: 'CERT', clientKeyData: 'KEY' }));
    expect(await certificate(false)).toEqual({ authorization: undefined, cert: 'CERT', key: 'KEY' });
  });

  it('[SEC12] gets its arguments as they are, its variables, and what is asked of it, but nothing that is meant for us', async () => {
    const environment = { ...systemEnvironment, env: { ...process.env, NODE_OPTIONS: '--no-such-option', KOPF_SECRET: 's', KEPT: 'k' } };
    const plugin = await pluginOf(
      `const { KEPT, OWN, KOPF_SECRET, NODE_OPTIONS, KUBERNETES_EXEC_INFO } = process.env;
const token = JSON.stringify([process.argv.slice(2), KEPT, OWN, KOPF_SECRET ?? null, NODE_OPTIONS ?? null, JSON.parse(KUBERNETES_EXEC_INFO).spec]);
console.log(JSON.stringify({ apiVersion: '${VERSION}', kind: 'ExecCredential', status: { token } }));`,
      portsOn(environment),
      { args: ['$HOME; exit 3', 'a b'], env: [{ name: 'OWN', value: 'o' }], provideClusterInfo: true },
    );
    const { authorization } = await plugin(false);
    expect(JSON.parse((authorization ?? '').slice('Bearer '.length))).toEqual([
      ['$HOME; exit 3', 'a b'],
      'k',
      'o',
      null,
      null,
      { interactive: false, cluster: { server: 'https://h' } },
    ]);
  });

  it('[B-64] is told the authority of its cluster as it is now, also where that is a file, and what the kubeconfig has for it', async () => {
    const file = join(folder, 'ca.crt');
    await writeFile(file, 'first');
    const config = { audience: 'a', nested: [1] };
    const about = {
      'certificate-authority': './ca.crt',
      'tls-server-name': 'n',
      'disable-compression': true,
      extensions: [
        { name: 'somebody-else', extension: { no: 1 } },
        { name: 'client.authentication.k8s.io/exec', extension: config },
      ],
    };
    const plugin = await pluginOf(tellsCluster, portsOn(systemEnvironment), { provideClusterInfo: true, about });
    const cluster = { server: 'https://h', 'tls-server-name': 'n', 'disable-compression': true, config };
    expect(await toldTo(plugin)).toEqual({ ...cluster, 'certificate-authority-data': btoa('first') });
    await writeFile(file, 'second');
    expect(await toldTo(plugin)).toEqual({ ...cluster, 'certificate-authority-data': btoa('second') });
  });

  it('[B-64] is told the authority that is inline rather than that of a file, and nothing of its cluster unasked', async () => {
    const about = { 'certificate-authority': './not-there', 'certificate-authority-data': btoa('inline') };
    const asking = await pluginOf(tellsCluster, portsOn(systemEnvironment), { provideClusterInfo: true, about });
    expect(await toldTo(asking)).toEqual({ server: 'https://h', 'certificate-authority-data': btoa('inline') });
    expect(await toldTo(await pluginOf(tellsCluster, portsOn(systemEnvironment), { about }))).toBeNull();
  });

  it.each([
    { does: 'fails', script: 'console.error("\\nlog in first\\nmore"); process.exit(3);', says: 'ended with exit code 3: log in first' },
    { does: 'fails in silence', script: 'process.exit(1);', says: 'ended with exit code 1' },
    {
      does: 'complains with a secret',
      script: 'console.error("refresh_token=abc Bearer xyz eyJhbGciOiJIUzI1NiJ9eyJzdWIiOiIxMjM0NTY3ODkw.sig"); process.exit(1);',
      says: 'ended with exit code 1: refresh_token=… Bearer … …',
    },
    { does: 'prints garbage', script: 'console.log("s3cr3t {");', says: 'printed no ExecCredential' },
    { does: 'prints something else', script: 'console.log("[]");', says: 'printed no ExecCredential' },
    {
      does: 'prints too much',
      script: 'process.stdout.write("x".repeat(3_000_000)); setInterval(() => {}, 1000);',
      says: 'printed more than 1 MiB',
    },
    { does: 'prints nothing', script: '', says: 'printed no ExecCredential' },
    {
      does: 'is of another version',
      script: credential({ token: 't' }, { apiVersion: 'client.authentication.k8s.io/v1beta1' }),
      says: `printed another version than ${VERSION}`,
    },
    { does: 'has half a certificate', script: credential({ clientCertificateData: 'C' }), says: 'printed only one of certificate and key' },
    { does: 'has nothing to give', script: credential({}), says: 'printed neither a token nor a certificate' },
    {
      does: 'has no time',
      script: credential({ token: 't', expirationTimestamp: 'soon' }),
      says: 'printed an expirationTimestamp that is no time',
    },
  ])('[I5, SEC12] that $does is an error that says so, and no secret', async ({ script, says }) => {
    expect(await failureOf((await pluginOf(script))(false))).toBe(`No credentials from /k: the plugin P ${says}`);
  });

  it('[I5, SEC12] that hangs is ended after a minute, with all that it started', async () => {
    const ports = portsOn(systemEnvironment);
    const marker = join(folder, 'pids');
    const plugin = await pluginOf(
      `const { spawn } = require('node:child_process');
const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
require('node:fs').writeFileSync(${JSON.stringify(marker)}, process.pid + ' ' + child.pid + ' .');`,
      ports,
    );
    const failure = failureOf(plugin(false));
    const pids = await untilDefined(async () => {
      const text = await readFile(marker, 'utf8').catch(() => '');
      return text.endsWith('.') ? text.split(' ').slice(0, 2).map(Number) : undefined;
    });
    ports.clock.advanceBy(60_000);
    expect(await failure).toBe('No credentials from /k: the plugin P gave no answer within 60 seconds');
    for (const pid of pids) await untilDefined(async () => (isAlive(pid) ? undefined : true));
    expect(ports.clock.pending).toBe(0);
  });

  it('is ended with the operator', async () => {
    const controller = new AbortController();
    const plugin = await pluginOf('setInterval(() => {}, 1000);', portsOn(systemEnvironment, { signal: controller.signal }));
    const reason = new Error('the operator ends');
    const running = plugin(false);
    controller.abort(reason);
    await expect(running).rejects.toBe(reason);
  });

  it('that is not there is told with what its kubeconfig says about it', async () => {
    const exec = { command: 'no-such-plugin-anywhere', installHint: 'Install it from the shelf.\nThen log in.' };
    const plugin = await pluginOf('', portsOn(systemEnvironment), exec);
    expect(await failureOf(plugin(false))).toBe(
      'No credentials from /k: the plugin P cannot be started: spawn no-such-plugin-anywhere ENOENT (Install it from the shelf.)',
    );
  });

  it('runs again when its credential is about to expire or was refused, also when that was in the past from the beginning', async () => {
    const ports = portsOn(systemEnvironment);
    const counter = join(folder, 'runs');
    await writeFile(counter, '');
    const expiry = (ms: number) => new Date(ports.clock.now() + ms).toISOString();
    const script = (expirationTimestamp: string) => `const { appendFileSync, readFileSync } = require('node:fs');
appendFileSync(${JSON.stringify(counter)}, 'x');
const token = 'run-' + readFileSync(${JSON.stringify(counter)}, 'utf8').length;
console.log(JSON.stringify({ apiVersion: '${VERSION}', kind: 'ExecCredential', status: { token, expirationTimestamp: '${expirationTimestamp}' } }));`;
    const plugin = await pluginOf(script(expiry(100_000)), ports);
    const tokens = [];
    for (const [advanceMs, fresh] of [
      [0, false],
      [69_999, false],
      [0, true],
      [1, false],
      [0, false],
    ] as const) {
      ports.clock.advanceBy(advanceMs);
      tokens.push((await plugin(fresh)).authorization);
    }
    expect(tokens).toEqual(['run-1', 'run-1', 'run-2', 'run-3', 'run-4'].map((run) => `Bearer ${run}`));
  });

  it.each([
    { has: 'no command', exec: { command: undefined } },
    { has: 'no version', exec: { apiVersion: undefined } },
    { has: 'an old version', exec: { apiVersion: 'client.authentication.k8s.io/v1alpha1' } },
    { has: 'a wish for a terminal', exec: { interactiveMode: 'Always' } },
  ])('is refused when it has $has', async ({ exec }) => {
    await expect(pluginOf('', portsOn(systemEnvironment), exec)).rejects.toMatchObject({ code: 'KOPF_KUBECONFIG_BROKEN' });
  });
});

async function untilDefined<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
