// An operator of the built packages in a process of its own, on an API server in this one; between them a wire that can be cut.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createApiServer, type ApiServer } from '@kopfts/apiserver';
import { customResourceDefinition } from '@kopfts/testing';
import { expect, onTestFinished } from 'vitest';
import { KIND } from '../world.js';

/** `declare` has `kopf`, `settings`, `say` (a line to the test), and `heard` (what the test said is called with each line). */
const program = (declare: string): string => `
import { createInterface } from 'node:readline';
import { createRegistry, defineConfig, startOperator } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
const say = (line) => process.stdout.write(line + '\\n');
const listeners = new Set();
const heard = (listener) => listeners.add(listener);
const kopf = createRegistry();
const stop = new AbortController();
createInterface(process.stdin).on('line', (line) => { for (const listener of listeners) listener(line); }).on('close', () => stop.abort());
const facts = { accept: (fact) => {
  if (fact.kind === 'watch-health' && fact.error) say('watch ' + fact.state + ': ' + fact.error.code);
  if (fact.kind === 'plugin' && fact.name === 'request' && fact.data.code !== '200') say('request: ' + fact.data.code);
} };
let settings = {};
${declare}
const config = defineConfig({ name: 'test', handlers: [kopf], namespaces: ['default'], settings,
  plugins: [kubernetes({ kubeconfig: process.argv[1] }), annotations()] });
const operator = await startOperator(config, { signal: stop.signal, factSinks: [facts] });
await operator.ready;
say('ready');
await operator.stopped;
say('peak ' + Math.ceil(process.resourceUsage().maxRSS / 1024) + ' MiB');
`;

export interface OperatorLife {
  readonly child: ChildProcess;
  /** Exit code, or the signal that ended it. */
  readonly over: Promise<number | string | null>;
  readonly lines: readonly string[];
  /** The first line that is so, once it is heard; fails the test if the process ends before. */
  hear(isIt: string | RegExp): Promise<string>;
  tell(line: string): void;
  /** Ends it in order. */
  stop(): void;
}

export interface OperatorWorld {
  readonly server: ApiServer;
  /** Cuts all connections between the operator and the server; new ones may be made at once. */
  cut(): void;
  ask(method: string, path: string, body?: unknown): Promise<unknown>;
  create(name: string, spec?: object): Promise<void>;
  /** `shell` goes before the command, `node` are options of Node. */
  run(options?: { readonly shell?: string; readonly node?: readonly string[] }): OperatorLife;
}

export const EXAMPLES = '/apis/kopf.dev/v1/namespaces/default/kopfexamples';

export async function createOperatorWorld(declare: string): Promise<OperatorWorld> {
  const server = createApiServer();
  const { url } = await server.listen();
  onTestFinished(() => server.close());
  const wire = await openWire(Number(new URL(url).port));
  const folder = mkdtempSync(join(tmpdir(), 'kopf-process-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, JSON.stringify(server.kubeconfig(`http://127.0.0.1:${String(wire.port)}`)));
  const ask: OperatorWorld['ask'] = async (method, path, body) => {
    const headers = { 'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' };
    const answer = await fetch(`${url}${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    expect(answer.ok, `${method} ${path}: ${String(answer.status)}`).toBe(true);
    return answer.json();
  };
  await ask('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', customResourceDefinition(KIND));
  return {
    server,
    cut: wire.cut,
    ask,
    create: async (name, spec = {}) => {
      await ask('POST', EXAMPLES, { apiVersion: 'kopf.dev/v1', kind: 'KopfExample', metadata: { name }, spec });
    },
    run: ({ shell = ':', node = [] } = {}) => {
      const args = [...node, '--no-warnings', '--input-type=module', '-e', program(declare), kubeconfig];
      return startLife(['/bin/sh', '-c', `${shell}; exec "$@"`, 'sh', process.execPath, ...args]);
    },
  };
}

async function openWire(port: number): Promise<{ readonly port: number; cut(): void }> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  };
  const wire = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      keep(one);
      one.pipe(other);
      one.on('close', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => wire.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(() => {
    wire.close();
    cut();
  });
  return { port: (wire.address() as AddressInfo).port, cut };
}

function startLife([command = '', ...args]: readonly string[]): OperatorLife {
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  const child = spawn(command, args, { cwd, stdio: ['pipe', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const over = new Promise<number | string | null>((resolve) => child.once('close', (code, signal) => resolve(signal ?? code)));
  const lines: string[] = [];
  const checks = new Set<() => void>();
  let rest = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      const [last = '', ...whole] = (rest + text).split('\n').toReversed();
      rest = last;
      lines.push(...whole.toReversed());
      for (const check of checks) check();
    });
  child.stdin.on('error', () => undefined);
  return {
    child,
    over,
    lines,
    tell: (line) => void child.stdin.write(`${line}\n`),
    stop: () => void child.stdin.end(),
    hear: async (isIt) => {
      const find = (): string | undefined => lines.find((line) => (typeof isIt === 'string' ? line === isIt : isIt.test(line)));
      const heard = new Promise<string>((resolve) => {
        const check = (): void => {
          const line = find();
          if (line === undefined) return;
          checks.delete(check);
          resolve(line);
        };
        checks.add(check);
        check();
      });
      const ended = over.then(
        (how) => find() ?? expect.unreachable(`ended with ${String(how)} before '${String(isIt)}': ${lines.join('\n')}`),
      );
      return Promise.race([heard, ended]);
    },
  };
}
