import { execFile } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);

it('[EX-09] the same test, with the runner of Node', async () => {
  const cwd = fileURLToPath(new URL('.', import.meta.url));
  // On the sources of this repository, as the other tests.
  const env = {
    ...process.env,
    NODE_TEST_CONTEXT: undefined,
    TSX_TSCONFIG_PATH: fileURLToPath(new URL('../../tsconfig.json', import.meta.url)),
  };
  const { stdout } = await run(process.execPath, ['--import', 'tsx', '--test', '--test-reporter=tap', 'with-node-test.ts'], { cwd, env });
  expect(stdout).toContain('# pass 1\n');
  expect(stdout).toContain('# fail 0\n');
}, 60_000);
