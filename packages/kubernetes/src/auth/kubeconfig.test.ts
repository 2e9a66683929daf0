import { isKopfError } from '@kopfts/core';
import { describe, expect, it } from 'vitest';
import { createFakeMachine, portsOn, type FakeMachine } from '../../test/support/fake-machine.js';
import type { Credentials } from './credentials.js';
import { createKubeconfigLoader } from './kubeconfig.js';

const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64');
/** A kubeconfig with one context, as JSON. */
const config = (cluster: object, user: object, more: object = {}) =>
  JSON.stringify({
    clusters: [{ name: 'c', cluster: { server: 'https://host:6443', ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [
      { name: 'one', context: { cluster: 'c', user: 'u' } },
      { name: 'two', context: { cluster: 'c' } },
    ],
    'current-context': 'one',
    ...more,
  });

const loaderOn = (disk: FakeMachine, paths: readonly string[] = ['/k'], context?: string) =>
  createKubeconfigLoader({ kind: 'kubeconfig', paths, context, source: paths.join(':') }, portsOn(disk));
const read = (text: string, context?: string) => loaderOn(createFakeMachine({}, { '/k': text }), ['/k'], context)(false);

/** Comparable: buffers as text. */
const shownTls = ({ tls }: Credentials) =>
  Object.fromEntries(Object.entries(tls).map(([name, value]) => [name, typeof value === 'boolean' ? value : String(value)]));

describe('a kubeconfig', () => {
  it('gives the server and the token of its current context', async () => {
    const { server, headers } = await read(config({}, { token: 't' }));
    expect([server.href, headers]).toEqual(['https://host:6443/', { authorization: 'Bearer t' }]);
  });

  it('gives another context when asked, also one without a user', async () => {
    expect((await read(config({}, { token: 't' }), 'two')).headers).toEqual({});
  });

  it('may be YAML, with anchors and merge keys', async () => {
    const text = `
clusters:
- name: c
  cluster: &shared {server: "https://yaml", tls-server-name: x}
- name: d
  cluster: {<<: *shared, server: "https://other"}
users: [{name: u, user: {token: t}}]
contexts: [{name: one, context: {cluster: d, user: u}}]
current-context: one
`;
    const credentials = await read(text);
    expect([credentials.server.href, credentials.tls.servername]).toEqual(['https://other/', 'x']);
  });

  const LETTERS = 'abcde'.split('');
  const multiplied = LETTERS.slice(1).map(
    (letter, i) =>
      `${letter}: &${letter} [${Array(9)
        .fill(`*${LETTERS[i] ?? ''}`)
        .join(',')}]`,
  );
  const merges = Array.from({ length: 14 }, (_, i) => `m${String(i + 1)}: &m${String(i + 1)} {<<: [*m${String(i)}, *m${String(i)}]}`);
  it.each([
    { what: 'aliases that multiply', text: ['a: &a [x]', ...multiplied].join('\n'), why: 'its aliases have no anchor, or multiply it' },
    { what: 'merge keys that multiply', text: ['m0: &m0 {k: 1}', ...merges].join('\n'), why: 'its aliases have no anchor, or multiply it' },
    { what: 'a value that is a part of itself', text: 'x: &x {y: [*x]}', why: 'it is a part of itself' },
    { what: '600 levels', text: `x: ${'['.repeat(600)}${']'.repeat(600)}`, why: 'it is nested too deep' },
    { what: '10,000 levels', text: `x: ${'['.repeat(10_000)}${']'.repeat(10_000)}`, why: '' },
    { what: 'a tag', text: `x: !!js/function 's3cret'`, why: 'Unresolved tag' },
    { what: 'a key twice', text: 'users: []\nusers: [s3cret]', why: 'Map keys must be unique' },
    { what: 'a key twice, in JSON', text: '{"users": [], "users": ["s3cret:"]}', why: 'Map keys must be unique' },
    { what: 'more than 16 MiB', text: `x: ${'x'.repeat(16 * 1024 * 1024)}`, why: 'it is larger than 16 MiB' },
  ])('[N3, SEC8] refuses $what', async ({ text, why }) => {
    await expect(read(text)).rejects.toMatchObject({ code: 'KOPF_KUBECONFIG_BROKEN', message: expect.stringContaining(why) });
    await expect(read(text)).rejects.not.toMatchObject({ message: expect.stringContaining('s3cret') });
  });

  it('[N1, SEC6] keeps keys that objects inherit as keys', async () => {
    const hostile = '"__proto__": {"server": "https://evil", "token": "t"}, "constructor": {"prototype": {"server": "https://evil"}}';
    const text = config({}, { token: 't' }).replace('{', `{${hostile},`);
    expect((await read(text)).server.href).toBe('https://host:6443/');
    const yaml = `__proto__: {current-context: evil}\n${['clusters: []', 'users: []', 'contexts: []'].join('\n')}\n`;
    await expect(read(yaml)).rejects.toMatchObject({
      code: expect.stringContaining('KOPF_KUBECONFIG'),
      message: expect.not.stringContaining('evil'),
    });
    expect('server' in {} || 'current-context' in {}).toBe(false);
  });

  it.each([
    { of: 'a token', user: { token: 't' }, authorization: 'Bearer t' },
    { of: 'a password', user: { username: 'ada', password: 'p:w' }, authorization: `Basic ${base64('ada:p:w')}` },
    { of: 'a password beside a token', user: { username: 'a', password: 'p', token: 't' }, authorization: `Basic ${base64('a:p')}` },
    { of: 'a user without password', user: { username: 'a', password: '', token: 't' }, authorization: 'Bearer t' },
    { of: 'nothing', user: {}, authorization: undefined },
  ])('[AU-04] proves by a header who we are, for $of', async ({ user, authorization }) => {
    expect((await read(config({}, user))).headers['authorization']).toBe(authorization);
  });

  it('[AU-32] encodes names and passwords as UTF-8, and refuses a name with a colon', async () => {
    const { headers } = await read(config({}, { username: 'żółw', password: '密码' }));
    expect(Buffer.from(String(headers['authorization']).slice(6), 'base64').toString('utf8')).toBe('żółw:密码');
    await expect(read(config({}, { username: 'a:b', password: 'secret' }))).rejects.toMatchObject({ code: 'KOPF_KUBECONFIG_BROKEN' });
  });

  it('[AU-27] takes what is inline', async () => {
    const cluster = { 'certificate-authority-data': base64('CA'), 'tls-server-name': 'x', 'insecure-skip-tls-verify': true };
    const user = { 'client-certificate-data': base64('CERT'), 'client-key-data': base64('KEY') };
    expect(shownTls(await read(config(cluster, user)))).toEqual({
      ca: 'CA',
      cert: 'CERT',
      key: 'KEY',
      servername: 'x',
      rejectUnauthorized: false,
    });
  });

  it('[AU-27] takes the access token of an auth provider', async () => {
    const user = { 'auth-provider': { name: 'other', config: { 'access-token': 'a' } } };
    expect((await read(config({}, user))).headers).toEqual({ authorization: 'Bearer a' });
  });

  it('[AU-05] uses a client certificate only together with its key', async () => {
    expect(shownTls(await read(config({}, { 'client-certificate-data': base64('CERT') })))).toEqual({});
  });

  it('[AU-28] looks for files beside itself, and for inline data first', async () => {
    const cluster = { 'certificate-authority': 'pki/ca.pem' };
    const user = { 'client-certificate': '/abs/cert', 'client-key': '../key', 'client-key-data': base64('INLINE'), tokenFile: 'token' };
    const disk = createFakeMachine(
      {},
      { '/dir/k': config(cluster, user), '/dir/pki/ca.pem': 'CA', '/abs/cert': 'CERT', '/key': 'KEY', '/dir/token': 'tok\n' },
    );
    const credentials = await loaderOn(disk, ['/dir/k'])(false);
    expect([shownTls(credentials), credentials.headers]).toEqual([
      { ca: 'CA', cert: 'CERT', key: 'INLINE' },
      { authorization: 'Bearer tok' },
    ]);
  });

  it('[AU-26] of several files takes the first definition of each name as a whole, and the first current context', async () => {
    const first = { users: [{ name: 'u', user: { token: 'first' } }], contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }] };
    const second = config({}, { token: 'second', as: 'somebody' }, { 'current-context': 'x' });
    const third = config({ server: 'https://third' }, {}, { 'current-context': 'one' });
    const disk = createFakeMachine({}, { '/1': JSON.stringify(first), '/2': second, '/3': third });
    const { server, headers } = await loaderOn(disk, ['/1', '/2', '/3'])(false);
    expect([server.href, headers]).toEqual(['https://host:6443/', { authorization: 'Bearer first' }]);
  });

  it('impersonates with groups, uid and extra, in what headers may hold', async () => {
    const user = { token: 't', as: 'żółw', 'as-groups': ['a', 'b'], 'as-uid': '7', 'as-user-extra': { 'Example.com/Scopes': ['x', 'y'] } };
    expect((await read(config({}, user))).headers).toEqual({
      authorization: 'Bearer t',
      'impersonate-user': Buffer.from('żółw', 'utf8').toString('latin1'),
      'impersonate-group': ['a', 'b'],
      'impersonate-uid': '7',
      'impersonate-extra-example.com%2Fscopes': ['x', 'y'],
    });
  });

  it.each([
    { when: 'it is no YAML', text: 'a: [' },
    { when: 'it is something else', text: 'hello' },
    { when: 'it is empty', text: '' },
    { when: 'it repeats a key', text: 'users: []\nusers: []\n' },
    { when: 'it multiplies itself', text: bomb() },
    { when: 'its cluster is missing', text: config({}, {}, { clusters: [] }) },
    { when: 'its user is missing', text: config({}, {}, { users: [] }) },
    { when: 'its server is no address', text: config({ server: 'host' }, {}) },
    { when: 'its server is missing', text: config({ server: undefined }, {}) },
    { when: 'its proxy is none', text: config({ 'proxy-url': 'socks5://p:1' }, {}) },
    { when: 'its auth provider is unknown', text: config({}, { 'auth-provider': { name: 'x' } }) },
    { when: 'whom it impersonates breaks a header', text: config({}, { as: 'a\r\nx: y' }) },
  ])('is refused when $when', async ({ text }) => {
    await expect(read(text)).rejects.toMatchObject({ code: 'KOPF_KUBECONFIG_BROKEN' });
  });

  it.each([
    { when: 'the context is unknown', context: 'three', more: {}, says: "has no context 'three'; it has 'one', 'two'." },
    {
      when: 'there is no current one',
      context: undefined,
      more: { 'current-context': '' },
      says: "has no current context; it has 'one', 'two'.",
    },
  ])('names its contexts when $when', async ({ context, more, says }) => {
    const error = await read(config({}, {}, more), context).catch((caught: unknown) => caught);
    expect(isKopfError(error, 'KOPF_KUBECONFIG_CONTEXT') && error.message).toBe(`The kubeconfig /k ${says}`);
  });

  it('never quotes what may be a secret of a broken file', async () => {
    const error = await read('users:\n- {name: u, user: {token: "s3cr3t}}\n').catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'KOPF_KUBECONFIG_BROKEN' });
    expect([String(error), String((error as Error).cause)].join()).not.toContain('s3cr3t');
  });
});

describe('a kubeconfig that changes', () => {
  it.each(['/k', '/ca', '/cert', '/key', '/token'])(
    'is read again when %s was exchanged, and is the same object otherwise',
    async (path) => {
      const cluster = { 'certificate-authority': 'ca' };
      const user = { 'client-certificate': 'cert', 'client-key': 'key', tokenFile: 'token' };
      const disk = createFakeMachine({}, { '/k': config(cluster, user), '/ca': 'ca', '/cert': 'cert', '/key': 'key', '/token': 'token' });
      const load = loaderOn(disk);
      const first = await load(false);
      expect(await load(false)).toBe(first);
      disk.write(path, path === '/k' ? config({ ...cluster, 'tls-server-name': 'x' }, user) : 'new');
      const second = await load(false);
      expect(second).not.toBe(first);
      expect([shownTls(second), second.headers]).not.toEqual([shownTls(first), first.headers]);
    },
  );

  it('is an error of ours while one of its files is gone', async () => {
    const disk = createFakeMachine({}, { '/k': config({}, { tokenFile: 'token' }), '/token': 't' });
    const load = loaderOn(disk);
    await load(false);
    disk.remove('/token');
    await expect(load(false)).rejects.toMatchObject({
      code: 'KOPF_CREDENTIALS',
      message: 'No credentials from /k: /token cannot be read: ENOENT: no such file: /token',
    });
  });
});

/** 10^9 items from ten lines. */
function bomb(): string {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let i = 1; i < 9; i += 1)
    lines.push(
      `a${String(i)}: &a${String(i)} [${Array(10)
        .fill(`*a${String(i - 1)}`)
        .join(', ')}]`,
    );
  return lines.join('\n');
}
