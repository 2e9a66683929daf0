import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';

const packages = fileURLToPath(new URL('../../', import.meta.url));

/** Handlers are declared by one copy of core, the operator is that of another one. */
const OPERATOR = `
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import * as ours from '@kopfts/core';
import { kubernetes } from '@kopfts/kubernetes';
import { annotations } from '@kopfts/persistence-annotations';
import { startRunner } from '@kopfts/testing';
const [, folder, how] = process.argv;
const file = folder + '/node_modules/@kopfts/core/dist/index.js';
const theirs = how === 'require' ? createRequire(import.meta.url)('@kopfts/core') : await import(pathToFileURL(file).href);
const kopf = theirs.createRegistry();
const calls = [];
kopf.on.create('ConfigMap', { id: 'made', backoff: 0.01 }, ({ name, retry }) => {
  calls.push(name + ' ' + retry);
  if (retry === 0) throw new theirs.TemporaryError('again', { delay: 0.01 });
  throw new theirs.PermanentError('never');
});
const config = theirs.defineConfig({ name: 'twice', handlers: [kopf, kopf], namespaces: ['default'], plugins: [kubernetes(), annotations()] });
const runner = await startRunner({ config, timeout: '120s' });
await runner.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'default' } });
await runner.until(() => { if (!runner.facts.some(({ kind }) => kind === 'pass-ended')) throw new Error('not yet'); });
await runner.stop();
console.log(JSON.stringify({ copies: ours.createRegistry === theirs.createRegistry ? 1 : 2, calls }));
`;

it.each([
  { how: 'require', copies: 1 },
  { how: 'import', copies: 2 },
])(
  '[M11] handlers and errors of a core that is loaded once more, by $how, are those of one registry, called once',
  async ({ how, copies }) => {
    const folder = mkdtempSync(join(tmpdir(), 'kopf-copies-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    mkdirSync(join(folder, 'node_modules/@kopfts'), { recursive: true });
    cpSync(join(packages, 'core/dist'), join(folder, 'node_modules/@kopfts/core/dist'), { recursive: true });
    cpSync(join(packages, 'core/package.json'), join(folder, 'node_modules/@kopfts/core/package.json'));
    const cwd = fileURLToPath(new URL('..', import.meta.url));
    const said = await new Promise<string>((resolve) => {
      execFile(process.execPath, ['--no-warnings', '--input-type=module', '-e', OPERATOR, folder, how], { cwd }, (_, out, err) =>
        resolve(out + err),
      );
    });
    expect(JSON.parse(said.trim())).toEqual({ copies, calls: ['a 0', 'a 1'] });
  },
);
