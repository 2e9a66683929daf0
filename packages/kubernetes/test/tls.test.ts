import { createServer, type Server } from 'node:https';
import { TLSSocket } from 'node:tls';
import { afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Credentials } from '../src/auth/credentials.js';
import { askIssuer } from '../src/auth/issuer-request.js';
import { createKubeconfigLoader } from '../src/auth/kubeconfig.js';
import { createCredentialSource } from '../src/index.js';
import { createAuthority, type Authority, type Identity } from './support/certificates.js';
import { createFakeMachine, portsOn } from './support/fake-machine.js';
import { createLoopback, credentialsFor, never, request } from './support/loopback.js';

const loopback = createLoopback();
afterEach(() => loopback.close());

let [authority, other]: Authority[] = [];
beforeAll(async () => {
  [authority, other] = [await createAuthority('first'), await createAuthority('second')];
});

const serverOf = (identity: Identity, options: object = {}): Server =>
  createServer({ ...identity, ...options }, (incoming, response) => {
    const socket: unknown = incoming.socket;
    const subject = socket instanceof TLSSocket ? socket.getPeerCertificate().subject : undefined;
    response.end(JSON.stringify({ name: (subject as { CN?: string } | undefined)?.CN ?? null }));
  });

/** A kubeconfig of files, a transport that uses it, and time. */
function clientOf(port: number, files: Readonly<Record<string, string>>) {
  const text = JSON.stringify({
    clusters: [{ name: 'c', cluster: { server: `https://127.0.0.1:${String(port)}`, 'certificate-authority': 'ca' } }],
    users: [{ name: 'u', user: { 'client-certificate': 'cert', 'client-key': 'key' } }],
    contexts: [{ name: 'one', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'one',
  });
  const disk = createFakeMachine({}, { '/k': text, ...files });
  const ports = portsOn(disk);
  const load = createKubeconfigLoader({ kind: 'kubeconfig', paths: ['/k'], context: undefined, source: '/k' }, ports);
  const transport = loopback.transport(createCredentialSource(load, ports.clock), { clock: ports.clock });
  const ask = async (): Promise<unknown> => JSON.parse(Buffer.from((await transport.send(request, never)).body).toString('utf8'));
  return { disk, clock: ports.clock, ask };
}

describe('the certificate of the server', () => {
  it.each([
    { is: 'for another name', names: ['other.example.com'], by: 'first', life: 'valid', says: /does not match certificate/ },
    { is: 'expired', names: ['127.0.0.1'], by: 'first', life: 'expired', says: /certificate has expired/ },
    { is: 'of an authority that nobody trusts', names: ['127.0.0.1'], by: 'second', life: 'valid', says: /unable to (verify|get)/ },
  ] as const)('[I7] is refused when it is $is, before anything is sent', async ({ names, by, life, says }) => {
    let asked = 0;
    const identity = await (by === 'first' ? authority : other)?.issue(names, life);
    const server = serverOf(identity ?? { key: '', cert: '' }).on('request', () => (asked += 1));
    const port = await loopback.listen(server);
    const transport = loopback.transport(credentialsFor(`https://127.0.0.1:${String(port)}`, { tls: { ca: authority?.ca } }));
    const error = await transport.send(request, never).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'KOPF_CLUSTER_UNREACHABLE', phase: 'connect' });
    expect(String(error)).toMatch(says);
    expect(asked).toBe(0);
  });

  it('[SEC13] is accepted unverified only if the credentials say so', async () => {
    const port = await loopback.listen(serverOf((await other?.issue(['elsewhere'])) ?? { key: '', cert: '' }));
    const server = `https://127.0.0.1:${String(port)}`;
    await expect(loopback.transport(credentialsFor(server)).send(request, never)).rejects.toMatchObject({ phase: 'connect' });
    const trusting = loopback.transport(credentialsFor(server, { tls: { rejectUnauthorized: false } }));
    expect((await trusting.send(request, never)).status).toBe(200);
  });

  it('[I7, SEC13] is verified, and that of a proxy and of an issuer, too, whatever NODE_TLS_REJECT_UNAUTHORIZED says', async () => {
    const strange = (await other?.issue(['elsewhere'])) ?? { key: '', cert: '' };
    const port = await loopback.listen(serverOf(strange));
    const server = `https://127.0.0.1:${String(port)}`;
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    onTestFinished(() => void vi.unstubAllEnvs());
    const refused = (credentials: Credentials) =>
      expect(loopback.transport(credentials).send(request, never)).rejects.toThrow(/unable to (verify|get)/);
    await refused(credentialsFor(server));
    await refused(credentialsFor('https://api.example.com', { proxy: new URL(server) }));
    const ports = portsOn(createFakeMachine({}, {}));
    await expect(askIssuer({ url: new URL(server), ca: undefined }, ports, never)).rejects.toThrow(/unable to (verify|get)/);
  });

  it('may be for another name that the kubeconfig says', async () => {
    const port = await loopback.listen(serverOf((await authority?.issue(['api.internal'])) ?? { key: '', cert: '' }));
    const credentials = credentialsFor(`https://127.0.0.1:${String(port)}`, { tls: { ca: authority?.ca, servername: 'api.internal' } });
    expect((await loopback.transport(credentials).send(request, never)).status).toBe(200);
  });
});

describe('certificates that are exchanged while the operator runs', () => {
  it('[I3] of the authority are trusted by the next connection', async () => {
    const port = await loopback.listen(serverOf((await authority?.issue(['127.0.0.1'])) ?? { key: '', cert: '' }));
    const client = await authority?.issue(['ada']);
    const files = { '/cert': client?.cert ?? '', '/key': client?.key ?? '' };
    const { disk, clock, ask } = clientOf(port, { '/ca': other?.ca ?? '', ...files });
    await expect(ask()).rejects.toMatchObject({ code: 'KOPF_CLUSTER_UNREACHABLE', phase: 'connect' });
    disk.write('/ca', `${other?.ca ?? ''}\n${authority?.ca ?? ''}`);
    clock.advanceBy(10_000);
    expect(await ask()).toEqual({ name: null });
  });

  it('[I4] of the client are used by the next connection, and no old connection goes on', async () => {
    const identity = (await authority?.issue(['127.0.0.1'])) ?? { key: '', cert: '' };
    const port = await loopback.listen(serverOf(identity, { requestCert: true, ca: authority?.ca }));
    const [ada, grace] = [await authority?.issue(['ada']), await authority?.issue(['grace'])];
    const { disk, clock, ask } = clientOf(port, { '/ca': authority?.ca ?? '', '/cert': ada?.cert ?? '', '/key': ada?.key ?? '' });
    const seen = [await ask()];
    disk.write('/cert', grace?.cert ?? '');
    disk.write('/key', grace?.key ?? '');
    seen.push(await ask());
    clock.advanceBy(10_000);
    seen.push(await ask());
    expect(seen).toEqual([{ name: 'ada' }, { name: 'ada' }, { name: 'grace' }]);
  });
});
