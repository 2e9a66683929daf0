import { execFile, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createApiServer } from '@kopfts/apiserver';
import { projectWith } from './fake-io.js';

/** On the built packages, as users have them. */
const packages = fileURLToPath(new URL('../../', import.meta.url));
const CONFIG = `import { defineConfig } from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
export default defineConfig({
  extends: './base',
  name: 'built',
  handlers: ['handlers/*.ts'],
  plugins: [kubernetes(), annotations()],
  profiles: { noisy: { handlers: ['noise.ts'] } },
});
`;
const handlers = (kind: string) => `import { createRegistry } from '@kopfts/core';
const kopf = createRegistry();
export default kopf;
function created(): void {
  console.log('${kind} was created');
}
kopf.on.create('${kind}', created);
`;
const FILES = {
  'package.json': '{"type":"module"}',
  'kopf.config.ts': CONFIG,
  'base.ts': `export default { namespaces: ['default'] };\n`,
  'noise.ts': handlers('serviceaccounts'),
  'handlers/maps.ts': handlers('configmaps'),
  'handlers/secrets.ts': handlers('secrets'),
};

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function node(cwd: string, ...argv: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, argv, { cwd }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

function project(files: Readonly<Record<string, string>> = FILES): string {
  const cwd = projectWith(files);
  mkdirSync(join(cwd, 'node_modules/@kopfts'), { recursive: true });
  for (const name of ['core', 'kubernetes', 'persistence-annotations'])
    symlinkSync(join(packages, name), join(cwd, 'node_modules/@kopfts', name));
  return cwd;
}

const build = (cwd: string, ...options: readonly string[]) => node(cwd, join(packages, 'cli/dist/main.js'), 'build', ...options);

async function clusterWith(kinds: Readonly<Record<string, string>>, kubeconfig: string): Promise<void> {
  const server = createApiServer();
  const { url, ...listening } = await server.listen();
  onTestFinished(async () => {
    await listening.close();
    await server.close();
  });
  writeFileSync(kubeconfig, JSON.stringify(server.kubeconfig(url)));
  for (const [plural, kind] of Object.entries(kinds)) {
    const body = JSON.stringify({ apiVersion: 'v1', kind, metadata: { name: 'one' } });
    const headers = { 'content-type': 'application/json' };
    const { status } = await fetch(`${url}/api/v1/namespaces/default/${plural}`, { method: 'POST', headers, body });
    expect(status).toBe(201);
  }
}

/** May read its own file, the kubeconfig, and nothing else. */
function least(file: string, kubeconfig: string): readonly string[] {
  const [major = 0] = process.versions.node.split('.').map(Number);
  return [
    major < 22 ? '--experimental-permission' : '--permission',
    ...(major < 25 ? [] : ['--allow-net']),
    `--allow-fs-read=${file}`,
    `--allow-fs-read=${kubeconfig}`,
    '--disallow-code-generation-from-strings',
    file,
  ];
}

interface Running {
  readonly heard: () => string;
  hear(text: string): Promise<void>;
  end(): Promise<number | null>;
}

function running(cwd: string, argv: readonly string[]): Running {
  const child = spawn(process.execPath, argv, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const over = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let heard = '';
  let check = (): void => undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      heard += text;
      check();
    });
  }
  return {
    heard: () => heard,
    hear: (text) =>
      Promise.race([
        new Promise<void>((resolve) => {
          check = () => heard.includes(text) && resolve();
          check();
        }),
        over.then((code) => expect.unreachable(`ended with ${String(code)}: ${heard}`)),
      ]),
    end: () => {
      child.kill('SIGTERM');
      return over;
    },
  };
}

describe('kopf build', () => {
  it('[SEC14, SEC9] writes one file that runs alone, may read only itself and its kubeconfig, and generates no code', async () => {
    const cwd = project();
    expect(await build(cwd, '-o', 'out/operator.mjs')).toEqual({
      code: 0,
      out: expect.stringMatching(
        /^out\/operator\.mjs: \d+ KiB, with the configuration and 4 modules with handlers\.\nStart it: node out\/operator\.mjs\n$/,
      ) as string,
      err: '',
    });
    const alone = projectWith({ 'operator.mjs': readFileSync(join(cwd, 'out/operator.mjs'), 'utf8') });
    rmSync(cwd, { recursive: true });
    const kubeconfig = join(alone, 'kubeconfig');
    await clusterWith({ configmaps: 'ConfigMap', secrets: 'Secret' }, kubeconfig);
    const operator = running(alone, [...least(join(alone, 'operator.mjs'), kubeconfig), '--kubeconfig', kubeconfig]);
    await operator.hear('configmaps was created');
    await operator.hear('secrets was created');
    expect(await operator.end()).toBe(0);
  });

  it('keeps the names of functions, which are the ids of handlers, also where two modules have the same', async () => {
    const cwd = project();
    await build(cwd);
    const kubeconfig = join(cwd, 'kubeconfig');
    await clusterWith({ configmaps: 'ConfigMap', secrets: 'Secret' }, kubeconfig);
    const operator = running(cwd, ['dist/operator.mjs', '--kubeconfig', kubeconfig]);
    for (const kind of ['configmaps', 'secrets']) await operator.hear(`${kind} was created`);
    await operator.end();
    expect(operator.heard().match(/Handler 'created' succeeded/g)).toHaveLength(2);
    expect(operator.heard()).not.toMatch(/'created2'/);
  });

  it('takes the options of kopf run, and the profiles of the configuration', async () => {
    const cwd = project();
    await build(cwd);
    expect((await node(cwd, 'dist/operator.mjs', '--version')).out).toMatch(/^built by @kopfts \d/);
    expect(await node(cwd, 'dist/operator.mjs', '--profile', 'nosy')).toEqual({
      code: 1,
      out: '',
      err: "error KOPF_CONFIG_BROKEN: kopf.config.ts has no profile 'nosy'; did you mean 'noisy'? It has noisy.\n",
    });
    expect((await node(cwd, 'dist/operator.mjs', '--config', 'x.ts')).err).toBe(
      "error KOPF_USAGE: unknown option '--config'. See --help.\n",
    );
    const kubeconfig = join(cwd, 'kubeconfig');
    await clusterWith({ serviceaccounts: 'ServiceAccount' }, kubeconfig);
    const operator = running(cwd, ['dist/operator.mjs', '--kubeconfig', kubeconfig, '--profile', 'noisy']);
    await operator.hear('serviceaccounts was created');
    expect(await operator.end()).toBe(0);
  });

  it('asks for the package that is not there, or for leaving it outside', async () => {
    const lazy = `${handlers('configmaps')}export const load = () => import('left-out');\n`;
    const cwd = project({ ...FILES, 'handlers/maps.ts': lazy });
    expect(await build(cwd)).toEqual({
      code: 1,
      out: '',
      err: 'error KOPF_BUILD: handlers/maps.ts:8 cannot be put into one file: Could not resolve "left-out". Install it, or leave it outside by --external left-out.\n',
    });
    expect((await build(cwd, '--external', 'left-out')).code).toBe(0);
  });

  it.each([
    {
      what: 'a name that Node takes for CommonJS',
      argv: ['-o', 'operator.js'],
      code: 2,
      err: 'error KOPF_USAGE: The file operator.js would be no module everywhere: its name must end with .mjs. Write it as -o operator.mjs\n',
    },
    {
      what: 'a file that is a folder',
      argv: ['-o', 'folder.mjs'],
      code: 1,
      err: 'error KOPF_BUILD: The file folder.mjs cannot be written: EISDIR. Name another one by -o.\n',
    },
  ])('says what is wrong with $what', async ({ argv, code, err }) => {
    const cwd = project();
    mkdirSync(join(cwd, 'folder.mjs'));
    expect(await build(cwd, ...argv)).toEqual({ code, out: '', err });
  });
});
