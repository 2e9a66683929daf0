import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { kubernetes } from '@kopfts/kubernetes';
import { customResourceDefinition, startRunner } from '@kopfts/testing';
import { expect, it, onTestFinished } from 'vitest';
import { createFileBackend } from './file-backend.js';
import config from './kopf.config.js';
import { files } from './plugin.js';

const run = promisify(execFile);
const object = {
  apiVersion: 'kopf.dev/v1',
  kind: 'KopfExample',
  metadata: { name: 'kopf-example-1', namespace: 'default' },
  spec: { name: 'world' },
};

it('keeps in files what a handler has tried and what was handled last, and nothing on the object', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kopf-files-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const runner = await startRunner({
    config: { ...config, plugins: [kubernetes(), files({ folder })] },
    crds: [customResourceDefinition({ group: 'kopf.dev', kind: 'KopfExample' })],
  });
  onTestFinished(async () => {
    await runner.stop();
  });
  await runner.create(object);
  const uid = (await runner.get(object))?.metadata.uid ?? '';
  const entryOf = async (key: string) => (await createFileBackend(folder).read([`${key}/${uid}`], new AbortController().signal))[0];

  await runner.until(async () => expect(JSON.parse((await entryOf('progress'))?.text ?? '{}')).toMatchObject({ greet: { retries: 1 } }));
  await runner.until(async () => expect(await entryOf('essence')).toMatchObject({ text: expect.stringContaining('"world"') as string }));
  expect(JSON.parse((await entryOf('progress'))?.text ?? '')).toEqual({});
  expect((await runner.get(object))?.metadata.annotations).toBeUndefined();
  await runner.stop();
});

it('passes the contract suites by the runner of Node, too', async () => {
  const cwd = fileURLToPath(new URL('.', import.meta.url));
  const env = {
    ...process.env,
    NODE_TEST_CONTEXT: undefined,
    TSX_TSCONFIG_PATH: fileURLToPath(new URL('../../tsconfig.json', import.meta.url)),
  };
  const { stdout } = await run(process.execPath, ['--import', 'tsx', '--test', '--test-reporter=tap', 'with-node-test.ts'], { cwd, env });
  expect(stdout).toMatch(/^# pass (?:1\d|2\d)$/m);
  expect(stdout).toContain('# fail 0\n');
  expect(stdout).toContain('# skipped 1\n');
  expect(stdout).toContain('keeps records through a restart (it is in memory) # SKIP');
}, 60_000);
