import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { VERSION } from '@kopfts/core';
import { expect, it, onTestFinished } from 'vitest';

const packages = fileURLToPath(new URL('../../', import.meta.url));

/** Another release that came from the registry beside ours: what speaks of its version speaks of that. */
function renumber(folder: string, version: string): void {
  for (const file of ['package.json', 'dist/index.js']) {
    const path = join(folder, file);
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(`"${VERSION}"`, `"${version}"`));
  }
}

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
console.log(JSON.stringify({ copies: ours.createRegistry === theirs.createRegistry ? 1 : 2, version: theirs.VERSION, calls }));
`;

it.each([
  { how: 'require', copies: 1, version: VERSION },
  { how: 'import', copies: 2, version: VERSION },
  { how: 'import', copies: 2, version: '0.99.0' },
])(
  '[M11] handlers and errors of a core that is loaded once more, by $how (version $version), are those of one registry, called once',
  async ({ how, copies, version }) => {
    const folder = mkdtempSync(join(tmpdir(), 'kopf-copies-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    mkdirSync(join(folder, 'node_modules/@kopfts'), { recursive: true });
    cpSync(join(packages, 'core/dist'), join(folder, 'node_modules/@kopfts/core/dist'), { recursive: true });
    cpSync(join(packages, 'core/package.json'), join(folder, 'node_modules/@kopfts/core/package.json'));
    if (version !== VERSION) renumber(join(folder, 'node_modules/@kopfts/core'), version);
    const cwd = fileURLToPath(new URL('..', import.meta.url));
    const said = await new Promise<string>((resolve) => {
      execFile(process.execPath, ['--no-warnings', '--input-type=module', '-e', OPERATOR, folder, how], { cwd }, (_, out, err) =>
        resolve(out + err),
      );
    });
    expect(JSON.parse(said.trim())).toEqual({ copies, version, calls: ['a 0', 'a 1'] });
  },
);
