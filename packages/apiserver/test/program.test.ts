import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { createApiServer } from '@kopfts/apiserver';
import { runProgram } from '../src/program/run-program.js';
import type { ProgramSignal } from '../src/program/program-io.js';

const folders: string[] = [];
function folder(files: Record<string, string> = {}): string {
  const path = mkdtempSync(join(tmpdir(), 'kopf-program-'));
  folders.push(path);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return path;
}
afterEach(() => {
  for (const path of folders.splice(0)) rmSync(path, { recursive: true, force: true });
});

/** A run of the program inside this process. */
interface Run {
  out: string;
  err: string;
  readonly code: Promise<number>;
  /** Resolves when it has said that it listens, or has ended. */
  readonly up: Promise<unknown>;
  signal(name: ProgramSignal): void;
}

function run(...argv: string[]): Run {
  let send: (name: ProgramSignal) => void = () => undefined;
  let isUp: () => void = () => undefined;
  const up = new Promise<void>((resolve) => (isUp = resolve));
  const io = {
    stdout: (text: string) => {
      result.out += text;
      isUp();
    },
    stderr: (text: string) => void (result.err += text),
    onSignal: (listener: (name: ProgramSignal) => void) => void (send = listener),
    exit: (code: number) => void (result.err += `exit ${code}`),
  };
  const result: Run = { out: '', err: '', code: Promise.resolve(-1), up: Promise.resolve(), signal: (name) => send(name) };
  const code = Promise.resolve().then(() => runProgram(argv, io));
  return Object.assign(result, { code, up: Promise.race([up, code]) });
}

interface Kubeconfig {
  readonly clusters: readonly [{ readonly cluster: { readonly server: string } }];
}
const pathOf = ({ out }: Run) => /^kubeconfig: (.+)$/m.exec(out)?.[1] ?? '';
const urlOf = (path: string) => (JSON.parse(readFileSync(path, 'utf8')) as Kubeconfig).clusters[0].cluster.server;

function call(url: string, method = 'GET', body?: unknown): Promise<{ status: number; body: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, agent: false, headers: { 'content-type': 'application/json' } }, (answer) => {
      let text = '';
      answer.on('data', (chunk: Buffer) => (text += chunk.toString()));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: JSON.parse(text) as Record<string, unknown> }));
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

async function stop(running: Run): Promise<number> {
  running.signal('SIGTERM');
  return running.code;
}

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
const uidOf = ({ body }: { body: Record<string, unknown> }) => (body['metadata'] as { uid: string }).uid;
const crd = (plural: string) => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: ${plural}.x.dev}
spec:
  group: x.dev
  scope: Cluster
  names: {plural: ${plural}, kind: ${plural}}
  versions:
  - name: v1
    served: yes
    storage: yes
    schema: {openAPIV3Schema: {type: object}}
`;

describe('kopf-apiserver', () => {
  it('tells where it listens and how to try it, and leaves nothing behind', async () => {
    const running = run();
    await running.up;
    const path = pathOf(running);
    const url = urlOf(path);
    expect(running.out).toBe(`kopf-apiserver listens on ${url}\nkubeconfig: ${path}\ntry: kubectl --kubeconfig ${path} get namespaces\n`);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect((await call(`${url}/api/v1/namespaces`)).status).toBe(200);
    expect(await stop(running)).toBe(0);
    expect(() => statSync(path)).toThrow('ENOENT');
    await expect(call(`${url}/readyz`)).rejects.toThrow('ECONNREFUSED');
    expect(running.err).toBe('');
  });

  it('ends by SIGINT, too, and takes one that comes twice for one', async () => {
    const running = run();
    await running.up;
    running.signal('SIGINT');
    running.signal('SIGINT');
    expect(await running.code).toBe(0);
    expect(running.err).toBe('');
  });

  it('writes the kubeconfig where it is told, again and again, but not over that of somebody else', async () => {
    const place = folder({ other: 'apiVersion: v1\nkind: Config\nclusters: []\n' });
    const path = join(place, 'my kubeconfig');
    for (let turn = 0; turn < 2; turn += 1) {
      const running = run('--kubeconfig', path);
      await running.up;
      expect(running.out).toContain(`try: kubectl --kubeconfig '${path}' get namespaces\n`);
      expect((await call(`${urlOf(path)}/version`)).status).toBe(200);
      await stop(running);
    }
    const refused = run('--kubeconfig', join(place, 'other'));
    expect(await refused.code).toBe(1);
    expect(refused.err).toBe(`error: ${join(place, 'other')} is a file of somebody else; give a path that is free.\n`);
  });

  it('serves HTTPS with --tls', async () => {
    const running = run('--tls');
    await running.up;
    expect(urlOf(pathOf(running))).toMatch(/^https:/);
    expect(readFileSync(pathOf(running), 'utf8')).toContain('certificate-authority-data');
    await stop(running);
  });

  it('defines the kinds of its files, in YAML 1.1, several in one file', async () => {
    const place = folder({ 'a.yaml': `${crd('as')}---\n${crd('bs')}---\n`, 'c.yaml': crd('cs') });
    const running = run('--crd', join(place, 'a.yaml'), '--crd', join(place, 'c.yaml'));
    await running.up;
    for (const plural of ['as', 'bs', 'cs']) expect((await call(`${urlOf(pathOf(running))}/apis/x.dev/v1/${plural}`)).status).toBe(200);
    await stop(running);
  });

  it('gives the same uids for the same seed', async () => {
    const uids: string[] = [];
    for (const seed of ['7', '7', '8']) {
      const running = run('--seed', seed);
      await running.up;
      uids.push(uidOf(await call(urlOf(pathOf(running)) + CONFIG_MAPS, 'POST', { metadata: { name: 'a' } })));
      await stop(running);
    }
    expect(uids[1]).toBe(uids[0]);
    expect(uids[2]).not.toBe(uids[0]);
  });
});

describe('kopf-apiserver --persist', () => {
  it('keeps objects, kinds and uids from run to run, and never gives a uid twice', async () => {
    const place = folder({ 'a.yaml': crd('as') });
    const argv = ['--persist', join(place, 'state'), '--seed', '1', '--crd', join(place, 'a.yaml')];
    const first = run(...argv);
    await first.up;
    const url = urlOf(pathOf(first));
    await call(`${url}/apis/x.dev/v1/as`, 'POST', { apiVersion: 'x.dev/v1', kind: 'as', metadata: { name: 'kept' } });
    const made = await call(url + CONFIG_MAPS, 'POST', { metadata: { name: 'a' } });
    expect(await stop(first)).toBe(0);
    expect(readdirSync(place).sort()).toEqual(['a.yaml', 'state']);
    expect(statSync(join(place, 'state')).mode & 0o777).toBe(0o600);

    const second = run(...argv);
    await second.up;
    const again = urlOf(pathOf(second));
    expect(uidOf(await call(`${again}${CONFIG_MAPS}/a`))).toBe(uidOf(made));
    expect((await call(`${again}/apis/x.dev/v1/as/kept`)).status).toBe(200);
    const other = await call(again + CONFIG_MAPS, 'POST', { metadata: { name: 'b' } });
    expect(uidOf(other)).not.toBe(uidOf(made));
    await stop(second);
  });

  it('writes soon after a change, without being asked to end', async () => {
    const place = folder();
    const running = run('--persist', join(place, 'state'));
    await running.up;
    await call(urlOf(pathOf(running)) + CONFIG_MAPS, 'POST', { metadata: { name: 'soon' } });
    await expect.poll(() => readFileSync(join(place, 'state'), 'utf8'), { timeout: 10_000 }).toContain('"name":"soon"');
    await stop(running);
  });

  it('says once that a write failed, goes on, and ends with an error', async () => {
    const place = folder();
    const inside = join(place, 'inside');
    const state = join(inside, 'state');
    mkdirSync(inside);
    const running = run('--persist', state);
    await running.up;
    const url = urlOf(pathOf(running));
    rmSync(inside, { recursive: true });
    await call(url + CONFIG_MAPS, 'POST', { metadata: { name: 'a' } });
    const message = `error: ${state} cannot be written: it does not exist.\n`;
    await expect.poll(() => running.err, { timeout: 10_000 }).toBe(message);
    expect((await call(`${url}${CONFIG_MAPS}/a`)).status).toBe(200);
    expect(await stop(running)).toBe(1);
    expect(running.err).toBe(message + message);
  });
});

const FILES: Readonly<Record<string, string>> = {
  'broken.yaml': 'a: 1\nb: [1, 2\nc: 3\n',
  'pod.yaml': `${crd('as')}---\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\n`,
  'empty.yaml': '# nothing\n',
  'text.yaml': 'hello\n',
  'bomb.yaml': `a: &a [x]\n${Array.from({ length: 9 }, (_, index) => `b${index}: &b${index} [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a, *a]`).join('\n')}\n`,
  'wrong.yaml': `\n\n${crd('as').replace('as.x.dev', 'other')}`,
  'no.json': '{',
  'other.json': '{"a":1}',
};

describe('wrong input', () => {
  const place = mkdtempSync(join(tmpdir(), 'kopf-program-'));
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(place, name), text);
  afterAll(() => rmSync(place, { recursive: true, force: true }));
  const at = (name: string) => join(place, name);

  it.each([
    { argv: ['--prot', '1'], code: 2, says: "unknown option '--prot' (Did you mean --port?) See kopf-apiserver --help." },
    { argv: ['--nonsense'], code: 2, says: "unknown option '--nonsense'. See kopf-apiserver --help." },
    {
      argv: ['--port', '70000'],
      code: 2,
      says: /^option '--port <number>' argument '70000' is invalid\. It must be a number from 0 to 65535\. See/,
    },
    { argv: ['--seed', 'x'], code: 2, says: /^option '--seed <number>' argument 'x' is invalid\. It must be a whole number/ },
    { argv: ['--crd'], code: 2, says: "option '--crd <file>' argument missing. See kopf-apiserver --help." },
    { argv: ['extra'], code: 2, says: /^too many arguments\. Expected 0 arguments but got 1.*See kopf-apiserver --help\.$/ },
    { argv: ['--crd', at('none.yaml')], code: 1, says: `${at('none.yaml')} cannot be read: it does not exist.` },
    { argv: ['--crd', place], code: 1, says: `${place} cannot be read: it is a folder.` },
    { argv: ['--crd', at('broken.yaml')], code: 1, says: /broken\.yaml:3 is no YAML: .+\.$/ },
    { argv: ['--crd', at('pod.yaml')], code: 1, says: `${at('pod.yaml')}:14 holds a Pod, not a CustomResourceDefinition.` },
    { argv: ['--crd', at('empty.yaml')], code: 1, says: `${at('empty.yaml')} holds no CustomResourceDefinition.` },
    { argv: ['--crd', at('text.yaml')], code: 1, says: `${at('text.yaml')}:1 holds no Kubernetes object, not a CustomResourceDefinition.` },
    { argv: ['--crd', at('bomb.yaml')], code: 1, says: /bomb\.yaml:1 is no YAML: Excessive alias count/ },
    { argv: ['--crd', at('wrong.yaml')], code: 1, says: /wrong\.yaml:3 is refused: .*"other" is invalid: .+\.$/ },
    { argv: ['--persist', at('no.json')], code: 1, says: `${at('no.json')} holds no state of this program: it is no JSON.` },
    {
      argv: ['--persist', at('other.json')],
      code: 1,
      says: /other\.json holds no state of this program: the format of the snapshot is null/,
    },
    { argv: ['--persist', at('none/state')], code: 1, says: `${at('none/state')} cannot be written: it does not exist.` },
    { argv: ['--kubeconfig', at('none/config')], code: 1, says: `${at('none/config')} cannot be written: it does not exist.` },
    { argv: ['--host', '203.0.113.1'], code: 1, says: '203.0.113.1 is no address of this machine.' },
  ])('is one line: $argv', async ({ argv, code, says }) => {
    const running = run(...argv);
    expect(await running.code).toBe(code);
    expect(running.out).toBe('');
    expect(running.err).toMatch(/^error: [^\n]+\n$/);
    const message = running.err.slice('error: '.length, -1);
    if (typeof says === 'string') expect(message).toBe(says);
    else expect(message).toMatch(says);
  });

  it('is a port that is taken', async () => {
    const server = createApiServer();
    const { port } = await server.listen();
    const running = run('--port', String(port));
    expect(await running.code).toBe(1);
    expect(running.err).toBe(`error: port ${port} of 127.0.0.1 is taken; give another --port, or none for a free one.\n`);
    await server.close();
  });

  it('is not to ask for help or the version', async () => {
    const help = run('--help');
    expect(await help.code).toBe(0);
    expect(help.out).toContain('--persist <file>');
    const version = run('--version');
    expect(await version.code).toBe(0);
    expect(version.out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
