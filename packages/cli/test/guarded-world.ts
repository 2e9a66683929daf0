// `kopf run` in a process of its own, on an API server in this one, started again and again like by a supervisor.
import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createApiServer } from '@kopfts/apiserver';
import { expect, onTestFinished } from 'vitest';
import { projectWith } from './fake-io.js';
import { definitionOfThings } from './things.js';

const tsconfig = fileURLToPath(new URL('../../../tsconfig.json', import.meta.url));
const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const CRD = definitionOfThings({ hasStatus: true });
/** On a busy machine a start alone takes many seconds. */
const PATIENCE_MS = Number(process.env['KOPFTS_PATIENCE'] ?? 120_000);
export const THINGS = '/apis/example.com/v1/namespaces/default/things';

export interface Life {
  readonly child: ChildProcess;
  /** Exit code, or the signal that ended it. */
  readonly over: Promise<number | string | null>;
  readonly heard: () => string;
  /** Resolves when it has said so; fails the test if it ends before. */
  hear(text: string): Promise<void>;
}

export interface GuardedWorld {
  readonly cwd: string;
  ask(method: string, path: string, body?: unknown): Promise<unknown>;
  create(name: string, spec?: object): Promise<void>;
  delete(name: string): Promise<void>;
  /** Starts `kopf run`; `stderr` is not read if `deaf`. */
  run(options?: {
    readonly argv?: readonly string[];
    readonly node?: readonly string[];
    readonly deaf?: boolean;
    readonly shell?: string;
  }): Life;
}

/** `handlers` is the body of a module that has `kopf`; `plugins` are more of the configuration, `imports` what these need. */
export async function createGuardedWorld(
  handlers: string,
  { plugins = '', imports = '' }: { readonly plugins?: string; readonly imports?: string } = {},
): Promise<GuardedWorld> {
  const server = createApiServer();
  const { url } = await server.listen();
  onTestFinished(() => server.close());
  const cwd = projectWith({
    'package.json': '{"type":"module"}',
    kubeconfig: JSON.stringify(server.kubeconfig(url)),
    'kopf.config.ts': `import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
${imports}
import handlers from './handlers.js';
export default { name: 'guarded', handlers: [handlers], namespaces: ['default'], plugins: [kubernetes(), annotations(), ${plugins}] };
`,
    'handlers.ts': `import { createRegistry } from '@kopfts/core';\nconst kopf = createRegistry();\nexport default kopf;\n${handlers}`,
  });
  const ask: GuardedWorld['ask'] = async (method, path, body) => {
    const headers = { 'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' };
    const answer = await fetch(`${url}${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    expect(answer.ok, `${method} ${path}: ${String(answer.status)}`).toBe(true);
    return answer.json();
  };
  await ask('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', CRD);
  return {
    cwd,
    ask,
    create: async (name, spec = {}) => {
      await ask('POST', THINGS, { apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name }, spec });
    },
    delete: async (name) => {
      await ask('DELETE', `${THINGS}/${name}`);
    },
    run: (options) => startLife(cwd, options),
  };
}

function startLife(cwd: string, { argv = [], node = [], deaf = false, shell }: Parameters<GuardedWorld['run']>[0] = {}): Life {
  const command = [process.execPath, ...node, '--import', import.meta.resolve('tsx'), main, 'run', '--kubeconfig', 'kubeconfig', ...argv];
  const [program = '', ...args] = shell === undefined ? command : ['/bin/sh', '-c', `${shell}; exec "$@"`, 'sh', ...command];
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, TSX_TSCONFIG_PATH: tsconfig, TMPDIR: cwd, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const over = new Promise<number | string | null>((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code)));
  let heard = '';
  const checks = new Set<() => void>();
  for (const stream of deaf ? [child.stdout] : [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      heard += text;
      for (const check of checks) check();
    });
  }
  const hear = async (text: string): Promise<void> => {
    const heardIt = new Promise<void>((resolve) => {
      const check = (): void => {
        if (heard.includes(text)) resolve();
      };
      checks.add(check);
      check();
    });
    const end = (why: string): never => expect.unreachable(`${why} before '${text}': ${heard.slice(-10_000)}`);
    const patience = new AbortController();
    const late = setTimeout(PATIENCE_MS, undefined, { signal: patience.signal }).then(() => end('nothing was heard for long'));
    try {
      // What it said last comes after its end.
      await Promise.race([heardIt, over.then(() => setTimeout(1000)).then(async () => end(`it ended with ${String(await over)}`)), late]);
    } finally {
      patience.abort();
      late.catch(() => undefined);
    }
  };
  return { child, over, heard: () => heard, hear };
}
