import { createManualClock, isKopfError } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { createCredentialSource, type Credentials } from './credentials.js';
import type { AuthEnvironment } from './environment.js';
import { createKubeconfigLoader } from './kubeconfig.js';
import { locateCredentials } from './locate.js';
import { createServiceAccountLoader } from './service-account.js';
import { readSimpleKubeconfig } from './simple-kubeconfig.js';

interface FakeMachine extends AuthEnvironment {
  write(path: string, text: string): void;
  reads: number;
}

/** A machine with these files. */
function machine(env: Record<string, string> = {}, files: Record<string, string> = {}): FakeMachine {
  const contents = new Map(Object.entries(files).map(([path, text]) => [path, { text, at: 1 }]));
  const fake: FakeMachine = {
    env,
    reads: 0,
    write: (path, text) => contents.set(path, { text, at: (contents.get(path)?.at ?? 0) + 1 }),
    readFile: async (path) => {
      fake.reads += 1;
      const file = contents.get(path);
      if (file === undefined) throw new Error(`ENOENT: no such file: ${path}`);
      return file.text;
    },
    modifiedMs: async (path) => {
      const file = contents.get(path);
      if (file === undefined) throw new Error(`ENOENT: no such file: ${path}`);
      return file.at;
    },
    exists: async (path) => contents.has(path),
  };
  return fake;
}

const TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';
const CA = '/var/run/secrets/kubernetes.io/serviceaccount/ca.crt';
const POD = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' };
const config = (more: object = {}) =>
  JSON.stringify({
    clusters: [{ name: 'c', cluster: { server: 'https://host:6443' } }],
    users: [{ name: 'u', user: { token: 't' } }],
    contexts: [
      { name: 'one', context: { cluster: 'c', user: 'u' } },
      { name: 'two', context: { cluster: 'c' } },
    ],
    'current-context': 'one',
    ...more,
  });

describe('where the cluster is', () => {
  const files = { '/cli': '', '/option': '', '/env': '', '/env2': '', '/home/.kube/config': '', [TOKEN]: '' };
  it.each([
    {
      when: 'the command line names a file',
      asked: { kubeconfig: '/cli' },
      options: { kubeconfig: '/option', context: 'prod' },
      env: { ...POD, KUBECONFIG: '/env' },
      paths: ['/cli'],
      context: undefined,
    },
    {
      when: 'the command line names a context only',
      asked: { context: 'x' },
      options: { kubeconfig: '/option', context: 'y' },
      env: {},
      paths: ['/option'],
      context: 'x',
    },
    {
      when: 'the options name a file',
      asked: {},
      options: { kubeconfig: '/option', context: 'y' },
      env: { KUBECONFIG: '/env' },
      paths: ['/option'],
      context: 'y',
    },
    {
      when: 'KUBECONFIG names a file',
      asked: {},
      options: {},
      env: { ...POD, KUBECONFIG: '/env', HOME: '/home' },
      paths: ['/env'],
      context: undefined,
    },
    {
      when: 'KUBECONFIG names several files',
      asked: {},
      options: {},
      env: { KUBECONFIG: '/env:/missing:/env2' },
      paths: ['/env', '/env2'],
      context: undefined,
    },
    { when: 'this is a pod', asked: {}, options: {}, env: { ...POD, HOME: '/home' }, paths: 'in-cluster', context: undefined },
    {
      when: 'this is a pod, but a context is named',
      asked: { context: 'x' },
      options: {},
      env: { ...POD, HOME: '/home' },
      paths: ['/home/.kube/config'],
      context: 'x',
    },
    { when: 'nothing is named', asked: {}, options: {}, env: { HOME: '/home' }, paths: ['/home/.kube/config'], context: undefined },
  ])('is $paths when $when', async ({ asked, options, env, paths, context }) => {
    const place = await locateCredentials(asked, options, machine(env, files));
    expect(place.kind === 'in-cluster' ? { paths: 'in-cluster' } : { paths: place.paths, context: place.context }).toEqual(
      paths === 'in-cluster' ? { paths } : { paths, context },
    );
  });

  it.each([
    {
      when: 'the named file is missing',
      asked: { kubeconfig: '/nowhere' },
      env: { HOME: '/home' },
      says: 'The kubeconfig /nowhere (from --kubeconfig) does not exist.',
    },
    {
      when: 'all files of KUBECONFIG are missing',
      asked: {},
      env: { KUBECONFIG: '/no:/where' },
      says: 'The kubeconfig /no:/where (from KUBECONFIG) does not exist.',
    },
    {
      when: 'there is nothing',
      asked: {},
      env: { HOME: '/empty' },
      says: 'No cluster is configured: there is no --kubeconfig, KUBECONFIG is not set, this is no pod, and /empty/.kube/config does not exist.',
    },
  ])('is an error when $when', async ({ asked, env, says }) => {
    await expect(locateCredentials(asked, {}, machine(env, files))).rejects.toMatchObject({
      code: 'KOPF_KUBECONFIG_MISSING',
      message: says,
    });
  });
});

describe('a simple kubeconfig', () => {
  it('gives the server and the token of its current context', () => {
    const { credentials } = readSimpleKubeconfig(config(), undefined, '/k') ?? {};
    expect([credentials?.server.href, credentials?.headers]).toEqual(['https://host:6443/', { authorization: 'Bearer t' }]);
  });

  it('gives another context when asked, also one without a user', () => {
    expect(readSimpleKubeconfig(config(), 'two', '/k')?.credentials.headers).toEqual({});
  });

  it.each([
    { when: 'it is YAML', text: 'apiVersion: v1\nclusters: []\n' },
    { when: 'it is YAML in braces', text: '{clusters: []}' },
    { when: 'it has an exec plugin', text: config({ users: [{ name: 'u', user: { exec: {} } }] }) },
    { when: 'it has a proxy', text: config({ clusters: [{ name: 'c', cluster: { server: 'https://h', 'proxy-url': 'http://p' } }] }) },
    { when: 'it has certificates in files', text: config({ users: [{ name: 'u', user: { 'client-certificate': 'f' } }] }) },
  ])('is left to client-node when $when', ({ text }) => {
    expect(readSimpleKubeconfig(text, undefined, '/k')).toBeUndefined();
  });

  it.each([
    {
      when: 'the context is unknown',
      text: config(),
      context: 'three',
      code: 'KOPF_KUBECONFIG_CONTEXT',
      says: "The kubeconfig /k has no context 'three'; it has 'one', 'two'.",
    },
    {
      when: 'there is no current context',
      text: config({ 'current-context': '' }),
      context: undefined,
      code: 'KOPF_KUBECONFIG_CONTEXT',
      says: "The kubeconfig /k has no current context; it has 'one', 'two'.",
    },
    {
      when: 'the cluster is missing',
      text: config({ clusters: [] }),
      context: undefined,
      code: 'KOPF_KUBECONFIG_BROKEN',
      says: "The kubeconfig /k cannot be used: the context 'one' names a cluster that it does not have",
    },
    {
      when: 'the user is missing',
      text: config({ users: [] }),
      context: undefined,
      code: 'KOPF_KUBECONFIG_BROKEN',
      says: "The kubeconfig /k cannot be used: the context 'one' names a user that it does not have",
    },
    {
      when: 'the server is no address',
      text: config({ clusters: [{ name: 'c', cluster: { server: 'host' } }] }),
      context: undefined,
      code: 'KOPF_KUBECONFIG_BROKEN',
      says: "The kubeconfig /k cannot be used: its server is 'host', not an http(s) address",
    },
  ])('is an error when $when', ({ text, context, code, says }) => {
    let caught: unknown;
    try {
      readSimpleKubeconfig(text, context, '/k');
    } catch (error) {
      caught = error;
    }
    expect(isKopfError(caught, code) && caught.message).toBe(says);
  });

  it('[I3] is read again when the file changed, with the certificates beside it', async () => {
    const cluster = { server: 'https://h', 'certificate-authority': 'ca.pem' };
    const disk = machine({}, { '/dir/k': config({ clusters: [{ name: 'c', cluster }] }), '/dir/ca.pem': 'CA' });
    const load = createKubeconfigLoader({ kind: 'kubeconfig', paths: ['/dir/k'], context: undefined, source: '/dir/k' }, disk);
    const first = await load(false);
    expect(first.tls.ca?.toString()).toBe('CA');
    expect(await load(false)).toBe(first);
    disk.write('/dir/k', config());
    expect((await load(false)).server.host).toBe('host:6443');
  });
});

describe('the service account of a pod', () => {
  it('[I1] is read again when its token was exchanged', async () => {
    const disk = machine(POD, { [TOKEN]: 'first\n', [CA]: 'CA' });
    const load = createServiceAccountLoader(disk);
    const first = await load(false);
    expect([first.server.href, first.headers, first.tls.ca?.toString()]).toEqual([
      'https://10.0.0.1/',
      { authorization: 'Bearer first' },
      'CA',
    ]);
    expect(await load(false)).toBe(first);
    disk.write(TOKEN, 'second');
    expect((await load(false)).headers).toEqual({ authorization: 'Bearer second' });
  });

  it('is an error of ours when its token is gone', async () => {
    await expect(createServiceAccountLoader(machine(POD))(false)).rejects.toMatchObject({ code: 'KOPF_CREDENTIALS' });
  });

  it('takes an IPv6 address', async () => {
    const load = createServiceAccountLoader(machine({ ...POD, KUBERNETES_SERVICE_HOST: 'fd00::1' }, { [TOKEN]: 't', [CA]: 'c' }));
    expect((await load(false)).server.hostname).toBe('[fd00::1]');
  });
});

describe('the credential source', () => {
  function counting(answers: (() => Credentials)[]) {
    const clock = createManualClock();
    const calls: boolean[] = [];
    const source = createCredentialSource(async (fresh) => {
      calls.push(fresh);
      await Promise.resolve();
      const answer = answers[Math.min(calls.length, answers.length) - 1];
      if (answer === undefined) throw new Error('no answer');
      return answer();
    }, clock);
    return { clock, calls, source };
  }
  const token = (text: string): Credentials => ({ server: new URL('https://h'), headers: { authorization: text }, tls: {}, source: 's' });
  const fails = (): Credentials => {
    throw new Error('plugin failed');
  };

  it('reads once for 50 callers at the same time', async () => {
    const { source, calls } = counting([() => token('a')]);
    await Promise.all(Array.from({ length: 50 }, () => source.get()));
    expect(calls).toEqual([false]);
  });

  it('looks again after 10 seconds', async () => {
    const { source, calls, clock } = counting([() => token('a')]);
    await source.get();
    clock.advanceBy(9999);
    await source.get();
    expect(calls).toHaveLength(1);
    clock.advanceBy(1);
    await source.get();
    expect(calls).toEqual([false, false]);
  });

  it('reads anew after a rejection, but not again within 5 seconds', async () => {
    const { source, calls, clock } = counting([() => token('a'), () => token('b')]);
    source.reject(await source.get());
    const second = await source.get();
    expect([second.headers, calls]).toEqual([{ authorization: 'b' }, [false, true]]);
    source.reject(second);
    await source.get();
    expect(calls).toEqual([false, true, false]);
    clock.advanceBy(5000);
    await source.get();
    expect(calls).toEqual([false, true, false, true]);
  });

  it('does not take the rejection of older credentials for one of the newest', async () => {
    const { source, calls } = counting([() => token('a'), () => token('b')]);
    const first = await source.get();
    source.reject(first);
    await source.get();
    source.reject(first);
    await source.get();
    expect(calls).toEqual([false, true]);
  });

  it('keeps what it has when a refresh fails, unless that was rejected', async () => {
    const { source, clock } = counting([() => token('a'), fails]);
    const first = await source.get();
    clock.advanceBy(10_000);
    expect(await source.get()).toBe(first);
    source.reject(first);
    await expect(source.get()).rejects.toThrow('plugin failed');
  });
});
